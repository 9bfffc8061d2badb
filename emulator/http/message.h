// SPDX-License-Identifier: MPL-2.0
// One HTTP exchange as the emulator's surfaces see it, without the HTTP library: every surface is a function from
// HttpRequest to HttpReply, so tests call it without a socket. HttpServer turns these into bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace spcs::emulator_http {

struct IgnoreCaseLess {
  using is_transparent = void;
  bool operator()(absl::string_view a, absl::string_view b) const;
};

struct HttpRequest {
  std::string method;                                          // "GET"
  std::string path;                                            // decoded, without the query
  std::map<std::string, std::string> query;                    // decoded; of a repeated name the first value
  std::map<std::string, std::string, IgnoreCaseLess> headers;  // of a repeated name the first value
  std::string body;                                            // decompressed
  bool from_container = false;                                 // a container of the process runtime asks

  // Takes a piece of a body; false ends the reading.
  using TakeBytes = std::function<bool(const char* data, size_t size)>;
  // Set for the surfaces that take bodies piece by piece (see HttpServer); `body` is empty then. Hands over what the
  // client sends; false when it went before the end or `take` said false. To be called once at most.
  std::function<bool(const TakeBytes& take)> stream;

  // nullptr when the request has no such header; an empty header is there.
  const std::string* Header(absl::string_view name) const;
  std::optional<std::string> Query(const std::string& name) const;
};

// How much of the answer reaches the client.
enum class Delivery {
  kWhole,
  kHalf,     // the head announces all of the body, half of it is sent, then the connection is closed
  kNothing,  // the connection is closed (FIN) without a byte
  kReset,    // the connection is reset (RST) without a byte
};

// A part of a file that is a body.
struct FilePart {
  std::string path;
  uint64_t offset = 0, length = 0;
};

struct HttpReply {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  Delivery delivery = Delivery::kWhole;
  std::optional<FilePart> file = std::nullopt;  // in place of `body`
};

// The client at the other end, for answers that are kept back.
class Peer {
 public:
  virtual ~Peer() = default;

  // Waits for `duration`; returns false at once when the client closes the connection or the server stops.
  virtual bool Wait(absl::Duration duration) = 0;
};

// Called by many threads at once. Must return soon after Peer::Wait() has said false.
using Handler = std::function<HttpReply(const HttpRequest&, Peer&)>;

}  // namespace spcs::emulator_http
