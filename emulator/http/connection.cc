// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/connection.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/time/clock.h"
#include "emulator/http/socket_wait.h"
#include "emulator/http/wire_head.h"

namespace spcs::emulator_http {
namespace {

constexpr size_t kInputChunk = 128 << 10;
// Larger answers go out in pieces; a fault is decided before the first byte, so nothing is lost by that.
constexpr size_t kOutputLimit = 1 << 20;
// A client that stalls in the middle of a request or answer for longer than this is dropped.
constexpr absl::Duration kStall = absl::Seconds(30);

thread_local Connection* current = nullptr;

void Address(const sockaddr_storage& address, std::string& ip, int& port) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &address, sizeof v4);
    ::inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
    port = ntohs(v4.sin_port);
  } else if (address.ss_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, &address, sizeof v6);
    ::inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
    port = ntohs(v6.sin6_port);
  }
  ip = text;
}

}  // namespace

Connection* Connection::Current() {
  return current;
}

void Connection::SetCurrent(Connection* connection) {
  current = connection;
}

bool Connection::WaitForRequest(absl::Duration timeout) {
  if (input_used_ < input_.size()) return true;
  return WaitForSocket(socket_, stop_fd_, POLLIN, timeout) && Fill();
}

// Adds what has come behind what was not read yet.
bool Connection::Fill() {
  input_.erase(0, input_used_);
  input_used_ = 0;
  const size_t before = input_.size();
  input_.resize(before + kInputChunk);
  ssize_t count;
  do {
    count = ::recv(socket_, input_.data() + before, kInputChunk, 0);
  } while (count < 0 && errno == EINTR);
  input_.resize(before + static_cast<size_t>(std::max<ssize_t>(count, 0)));
  return count > 0;
}

bool Connection::BeginsRequest() {
  if (input_used_ == input_.size() && !Fill()) return false;
  const auto first = static_cast<unsigned char>(input_[input_used_]);
  return absl::ascii_isalpha(first) || first == '\r' || first == '\n';
}

absl::string_view Connection::PeekHead() {
  const absl::Time end = absl::Now() + kStall;
  while (true) {
    const absl::string_view head = absl::string_view(input_).substr(input_used_);
    const size_t size = HeadSize(head);
    if (size != absl::string_view::npos) return head.substr(0, size);
    if (head.size() > kLongestHead) return head;
    if (!WaitForSocket(socket_, stop_fd_, POLLIN, end - absl::Now()) || !Fill()) {
      return absl::string_view(input_).substr(input_used_);
    }
  }
}

std::string Connection::TakeInput() {
  std::string input = input_.substr(input_used_);
  input_.clear();
  input_used_ = 0;
  return input;
}

ssize_t Connection::read(char* target, size_t size) {
  if (input_used_ == input_.size()) {
    // "100 Continue" must be on its way before the body is waited for.
    const std::string interim = std::exchange(output_, {});
    if (!SendAll(interim.data(), interim.size())) return -1;
    if (!WaitForSocket(socket_, stop_fd_, POLLIN, kStall) || !Fill()) return -1;
  }
  const size_t count = std::min(size, input_.size() - input_used_);
  std::memcpy(target, input_.data() + input_used_, count);
  input_used_ += count;
  return static_cast<ssize_t>(count);
}

ssize_t Connection::write(const char* source, size_t size) {
  output_.append(source, size);
  if (delivery_ == Delivery::kWhole && output_.size() > kOutputLimit) {
    const bool sent = SendAll(output_.data(), output_.size());
    output_.clear();
    if (!sent) return -1;
  }
  return static_cast<ssize_t>(size);
}

bool Connection::SendAll(const char* source, size_t size) {
  while (size > 0) {
    const ssize_t sent = ::send(socket_, source, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK) return false;
    if (sent < 0) {
      if (!WaitForSocket(socket_, stop_fd_, POLLOUT, kStall)) return false;
      continue;
    }
    source += sent;
    size -= static_cast<size_t>(sent);
  }
  return true;
}

bool Connection::FinishAnswer() {
  const Delivery delivery = std::exchange(delivery_, Delivery::kWhole);
  const std::string output = std::exchange(output_, {});
  switch (delivery) {
    case Delivery::kWhole: return SendAll(output.data(), output.size()) && !close_;
    case Delivery::kHalf: {
      const size_t head_end = output.find("\r\n\r\n");
      const size_t head = head_end == std::string::npos ? 0 : head_end + 4;
      SendAll(output.data(), head + (output.size() - head) / 2);
      return false;
    }
    case Delivery::kReset: {
      const linger at_once{1, 0};
      ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
      return false;
    }
    case Delivery::kNothing: return false;
  }
  return false;
}

bool Connection::SkipUnread() {
  char scratch[4096];
  while (unread_ > 0) {
    const ssize_t count = read(scratch, static_cast<size_t>(std::min<uint64_t>(unread_, sizeof scratch)));
    if (count <= 0) return false;
    unread_ -= static_cast<uint64_t>(count);
  }
  return true;
}

bool Connection::Wait(absl::Duration duration) {
  return StaysQuiet(socket_, stop_fd_, POLLRDHUP, duration);
}

void Connection::get_remote_ip_and_port(std::string& ip, int& port) const {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getpeername(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0) Address(address, ip, port);
}

void Connection::get_local_ip_and_port(std::string& ip, int& port) const {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0) Address(address, ip, port);
}

}  // namespace spcs::emulator_http
