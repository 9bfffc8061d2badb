// SPDX-License-Identifier: MPL-2.0
#include "emulator/runtime/process/probe.h"

#include <sys/socket.h>
#include <sys/time.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace spcs::runtime::process {

bool AnswersGet(const Fd& connection, const std::string& path, absl::Duration timeout) {
  const timeval limit = absl::ToTimeval(timeout);
  ::setsockopt(connection.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(connection.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  const std::string request = absl::StrCat("GET ", path, " HTTP/1.1\r\nHost: probe\r\nConnection: close\r\n\r\n");
  if (::send(connection.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0) return false;
  // "HTTP/1.1 200 OK": the status line alone decides.
  std::string answer;
  char piece[256];
  while (answer.size() < 12) {
    const ssize_t size = ::recv(connection.get(), piece, sizeof piece, 0);
    if (size <= 0) return false;
    answer.append(piece, static_cast<size_t>(size));
  }
  return absl::StartsWith(answer, "HTTP/1.") && (answer[9] == '2' || answer[9] == '3');
}

}  // namespace spcs::runtime::process
