// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/ingress_client.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "emulator/http/socket_wait.h"

namespace spcs::emulator_http {
namespace {

constexpr absl::Duration kSlowHead = absl::Seconds(30);
constexpr absl::Duration kLinger = absl::Seconds(1);

absl::string_view ReasonOf(int status) {
  switch (status) {
    case 200: return "OK";
    case 204: return "No Content";
    case 303: return "See Other";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 431: return "Request Header Fields Too Large";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    default: return "Answer";
  }
}

std::string Print(const WireHead& request, const HttpReply& reply) {
  WireHead head{.start = absl::StrCat("HTTP/1.1 ", reply.status, " ", ReasonOf(reply.status)),
                .headers = reply.headers};
  if (!reply.body.empty()) head.Set("Content-Type", reply.content_type);
  if (reply.status != 204) head.Set("Content-Length", absl::StrCat(reply.body.size()));
  head.Set("Connection", "close");
  return absl::StrCat(head.Print(), request.method() == "HEAD" ? "" : reply.body);
}

}  // namespace

bool IngressClient::Fill(absl::Duration timeout) {
  if (!WaitForSocket(socket, stop_fd, POLLIN, timeout)) return false;
  char bytes[16 << 10];
  ssize_t count;
  do {
    count = ::recv(socket, bytes, sizeof bytes, MSG_DONTWAIT);
  } while (count < 0 && errno == EINTR);
  if (count > 0) input.append(bytes, static_cast<size_t>(count));
  return count > 0;
}

std::optional<std::string> IngressClient::ReadHead(absl::Duration idle) {
  if (input.empty() && !Fill(idle)) return std::nullopt;
  const absl::Time end = absl::Now() + kSlowHead;
  while (true) {
    const size_t size = std::min(HeadSize(input), input.size());
    if (HeadSize(input) != absl::string_view::npos || input.size() > kLongestHead) {
      std::string head = input.substr(0, size);
      input.erase(0, size);
      return head;
    }
    if (!Fill(end - absl::Now())) return std::nullopt;
  }
}

std::optional<std::string> IngressClient::ReadSmallBody(const WireHead& request, size_t most) {
  size_t length = 0;
  if (!absl::SimpleAtoi(request.Get("Content-Length"), &length) || length > most) return std::nullopt;
  const absl::Time end = absl::Now() + kSlowHead;
  while (input.size() < length) {
    if (!Fill(end - absl::Now())) return std::nullopt;
  }
  std::string body = input.substr(0, length);
  input.erase(0, length);
  return body;
}

void IngressClient::Answer(const WireHead& request, const HttpReply& reply) {
  std::string bytes = Print(request, reply);
  const absl::Time end = absl::Now() + kSlowHead;
  while (!bytes.empty() && WaitForSocket(socket, stop_fd, POLLOUT, end - absl::Now())) {
    const ssize_t count = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count <= 0 && errno != EAGAIN && errno != EINTR) return;
    if (count > 0) bytes.erase(0, static_cast<size_t>(count));
  }
  ::shutdown(socket, SHUT_WR);
  const absl::Time linger = absl::Now() + kLinger;
  while (absl::Now() < linger && Fill(linger - absl::Now())) input.clear();
}

void IngressClient::SayContinue() {
  constexpr absl::string_view kGoOn = "HTTP/1.1 100 Continue\r\n\r\n";
  [[maybe_unused]] const ssize_t sent = ::send(socket, kGoOn.data(), kGoOn.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void IngressClient::Break() {
  const linger at_once{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace spcs::emulator_http
