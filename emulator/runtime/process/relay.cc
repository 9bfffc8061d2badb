// SPDX-License-Identifier: MPL-2.0
#include "emulator/runtime/process/relay.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <utility>

#include "absl/time/clock.h"

namespace spcs::runtime::process {
namespace {

// Any of 127.0.0.0/8 but the one that programs of this machine have when they name none.
constexpr in_addr_t kRelayAddress = 0x7f000002;  // 127.0.0.2

// Copies what is there. False when `from` has ended or `to` takes no more.
bool Copy(int from, int to) {
  char bytes[16 * 1024];
  const ssize_t size = ::recv(from, bytes, sizeof bytes, 0);
  if (size <= 0) return false;
  for (ssize_t sent = 0; sent < size;) {
    const ssize_t part = ::send(to, bytes + sent, static_cast<size_t>(size - sent), MSG_NOSIGNAL);
    if (part <= 0) return false;
    sent += part;
  }
  return true;
}

sockaddr_in Ipv4(in_addr_t ip, int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(ip);
  return address;
}

Fd ConnectToLoopback(int port) {
  Fd made(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in own = Ipv4(kRelayAddress, 0), emulator = Ipv4(INADDR_LOOPBACK, port);
  if (::bind(made.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0) return Fd();
  if (::connect(made.get(), reinterpret_cast<const sockaddr*>(&emulator), sizeof emulator) != 0) return Fd();
  return made;
}

}  // namespace

bool ComesFromContainer(int socket) {
  sockaddr_in peer{};
  socklen_t size = sizeof peer;
  return ::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &size) == 0 && peer.sin_family == AF_INET &&
         ntohl(peer.sin_addr.s_addr) == kRelayAddress;
}

void Pump(int a, int b) {
  pollfd ends[2] = {{a, POLLIN, 0}, {b, POLLIN, 0}};
  int open = 2;
  while (open > 0 && ::poll(ends, 2, -1) >= 0) {
    for (int i = 0; i < 2; ++i) {
      if (ends[i].revents == 0) continue;
      const int from = i == 0 ? a : b, to = i == 0 ? b : a;
      if (Copy(from, to)) continue;
      ::shutdown(to, SHUT_WR);
      ends[i].fd = -1;  // poll() passes it over
      ends[i].revents = 0;
      --open;
    }
  }
}

struct Relay::Line {
  Fd client, server;
  std::atomic<bool> done = false;
  std::thread thread;
};

Relay::Relay(Fd listener, int port) : listener_(std::move(listener)), port_(port), accepting_([this] { Accept(); }) {}

Relay::~Relay() {
  {
    MutexLock lock(mu_);
    stopped_ = true;
    for (const std::unique_ptr<Line>& line : lines_) {
      ::shutdown(line->client.get(), SHUT_RDWR);
      ::shutdown(line->server.get(), SHUT_RDWR);
    }
  }
  ::shutdown(listener_.get(), SHUT_RDWR);
  accepting_.join();
  MutexLock lock(mu_);
  for (const std::unique_ptr<Line>& line : lines_) line->thread.join();
}

// A connection that went before it was taken, or no descriptor free for it: neither ends the relay.
bool Relay::RestAndGoOn() {
  absl::SleepFor(absl::Milliseconds(10));
  MutexLock lock(mu_);
  return !stopped_;
}

void Relay::Accept() {
  while (true) {
    Fd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!client && !RestAndGoOn()) return;
    if (!client) continue;
    auto line = std::make_unique<Line>();
    line->client = std::move(client);
    line->server = ConnectToLoopback(port_);
    MutexLock lock(mu_);
    if (stopped_) return;
    for (auto old = lines_.begin(); old != lines_.end();) {
      if ((*old)->done) (*old)->thread.join();
      old = (*old)->done ? lines_.erase(old) : std::next(old);
    }
    Line& kept = *lines_.emplace_back(std::move(line));
    kept.thread = std::thread([this, &kept] { Serve(kept); });
  }
}

void Relay::Serve(Line& line) {
  if (line.server) Pump(line.client.get(), line.server.get());
  ::shutdown(line.client.get(), SHUT_RDWR);
  line.done = true;
}

}  // namespace spcs::runtime::process
