// SPDX-License-Identifier: MPL-2.0
// The head of an HTTP/1 message as the ingress passes it on: a start line and headers in their order, repeated ones
// kept. Strict, because two servers read it: what they could read differently is refused.
//
//   ASSIGN_OR_RETURN(WireHead head, ParseWireHead(bytes_up_to_the_empty_line));
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace spcs::emulator_http {

// The longest head that is read, as those of most servers.
inline constexpr size_t kLongestHead = 64u << 10;

struct WireHead {
  std::string start;  // "GET / HTTP/1.1" or "HTTP/1.1 200 OK"
  std::vector<std::pair<std::string, std::string>> headers;

  // The first of that name, compared without case; nullptr when there is none.
  const std::string* Find(absl::string_view name) const;
  std::string Get(absl::string_view name) const;  // "" when there is none
  // Whether a comma-separated list such as Connection has the word.
  bool Lists(absl::string_view name, absl::string_view word) const;
  void Remove(absl::string_view name);
  // An underscore is taken for a dash, as what reads headers as variables does.
  void RemoveStartingWith(absl::string_view prefix);
  void Set(absl::string_view name, absl::string_view value);  // in place of all of that name

  // Of a request.
  std::string method() const;
  std::string target() const;  // as sent, with the query
  // Of a response; 0 when the line has none.
  int status() const;
  // Either: HTTP/1.0 and not 1.1.
  bool IsOld() const;

  std::string Print() const;  // with the empty line
};

// The size of the head at the beginning of `bytes`, its empty line included; npos while it is not whole.
size_t HeadSize(absl::string_view bytes);

// Of a whole head. InvalidArgument says what is wrong with it.
absl::StatusOr<WireHead> ParseWireHead(absl::string_view bytes);

// Drops what is between two neighbours only: Connection and what it lists, Keep-Alive, Proxy-*, TE, Trailer, Upgrade.
void RemoveHopHeaders(WireHead& head);

}  // namespace spcs::emulator_http
