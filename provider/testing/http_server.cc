// SPDX-License-Identifier: MPL-2.0
#include "provider/testing/http_server.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace spcs::testing {
namespace {

// The length of the first whole request in `buffer`, or nullopt when more has to come.
std::optional<size_t> RequestLength(const std::string& buffer) {
  const size_t end = buffer.find("\r\n\r\n");
  if (end == std::string::npos) return std::nullopt;
  const std::string head = absl::AsciiStrToLower(buffer.substr(0, end + 2));
  size_t length = 0;
  if (const size_t at = head.find("\r\ncontent-length:"); at != std::string::npos) {
    const size_t start = at + 17;
    if (!absl::SimpleAtoi(head.substr(start, head.find('\r', start) - start), &length)) return std::nullopt;
  }
  return buffer.size() >= end + 4 + length ? std::optional(end + 4 + length) : std::nullopt;
}

}  // namespace

HttpServer::HttpServer(Handler handler) : handler_(std::move(handler)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    std::abort();
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

HttpServer::~HttpServer() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  std::vector<std::thread> workers;
  {
    MutexLock lock(mu_);
    for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
    workers.swap(workers_);
  }
  for (std::thread& worker : workers) worker.join();
  MutexLock lock(mu_);
  for (const int fd : open_) ::close(fd);
}

std::string HttpServer::url() const {
  return absl::StrCat("http://127.0.0.1:", port_);
}

void HttpServer::Accept() {
  while (true) {
    const int fd = ::accept(listener_, nullptr, nullptr);
    if (fd < 0) return;
    MutexLock lock(mu_);
    open_.push_back(fd);
    workers_.emplace_back([this, fd, connection = ++connections_] { Serve(fd, connection); });
  }
}

void HttpServer::Serve(int fd, int connection) {
  std::string buffer;
  char chunk[65536];
  while (true) {
    const std::optional<size_t> length = RequestLength(buffer);
    if (!length) {
      const ssize_t count = ::recv(fd, chunk, sizeof chunk, 0);
      if (count <= 0) return;
      buffer.append(chunk, size_t(count));
      continue;
    }
    const Answer answer = handler_(buffer.substr(0, *length), connection);
    buffer.erase(0, *length);
    if (::send(fd, answer.bytes.data(), answer.bytes.size(), MSG_NOSIGNAL) < 0) return;
    if (answer.close) {
      ::shutdown(fd, SHUT_RDWR);
      return;
    }
  }
}

std::string HttpAnswer(int status, const std::string& body, const std::string& headers) {
  return absl::StrCat("HTTP/1.1 ", status, " X\r\nContent-Length: ", body.size(), "\r\n", headers, "\r\n", body);
}

}  // namespace spcs::testing
