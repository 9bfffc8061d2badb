// SPDX-License-Identifier: MPL-2.0
// Requests and responses of HTTP, and the interface that sends one. The clients (snowflake, ray, oci) see only this;
// CurlTransport talks to the network and testing::FakeTransport answers from a script.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace spcs::http {

// In the order of the wire. Names compare without case.
using Headers = std::vector<std::pair<std::string, std::string>>;

// The first value of the header, or nullopt.
std::optional<std::string> FindHeader(const Headers& headers, absl::string_view name);

// A body that is not held in memory. Used by the transport's thread while the request is under way.
class BodySource {
 public:
  virtual ~BodySource() = default;
  // How many bytes there are.
  virtual int64_t size() const = 0;
  // Fills the buffer with the next bytes, at least one while there are any. An error ends the request with that error.
  virtual absl::StatusOr<size_t> Read(char* buffer, size_t size) = 0;
};

// Takes the body of an answer with status 200 or 206 piece by piece, likewise. An error ends the request with that
// error.
class BodySink {
 public:
  virtual ~BodySink() = default;
  virtual absl::Status Write(absl::string_view piece) = 0;
};

struct Request {
  std::string method = "GET";
  std::string url;
  Headers headers{};
  std::string body{};

  // From the first byte sent to the last byte read.
  absl::Duration timeout = absl::Minutes(1);

  // An answer with a larger body is an error: it would fill the memory.
  int64_t max_response_bytes = int64_t{256} << 20;

  // How long a transfer under way may still go on once it is to stop. Zero: it ends at once. A request that changes
  // something takes a moment, because an answer that is nearly there says what has happened.
  absl::Duration stop_grace = absl::ZeroDuration();

  // In place of `body`, and of the response's body; they stay the caller's. With a sink, the body comes as it is sent:
  // never decompressed, and of any length.
  BodySource* source = nullptr;
  BodySink* sink = nullptr;

  // A transfer that stands still for this long is ended as if its time were up.
  absl::Duration longest_stall = absl::InfiniteDuration();
};

struct Response {
  int status = 0;
  Headers headers{};
  std::string body{};
};

// Fact of an error: "1" when the request certainly did not reach the server, so that repeating it is safe.
inline constexpr absl::string_view kNotSent = "spcs/request-not-sent";

// Thread-safe.
class Transport {
 public:
  virtual ~Transport() = default;

  // Sends the request and returns whatever the server answers: 4xx and 5xx are responses, and so are redirects, which
  // are never followed. Fails when there is no whole answer:
  //   Cancelled           `stop` was requested
  //   Unavailable         the host cannot be reached, or the connection ended early (see kNotSent)
  //   DeadlineExceeded    the request's timeout passed
  //   FailedPrecondition  the server's certificate cannot be trusted
  //   ResourceExhausted   the answer is larger than max_response_bytes
  //   InvalidArgument     the URL is malformed
  virtual absl::StatusOr<Response> Send(const Request& request, std::stop_token stop) = 0;
};

}  // namespace spcs::http
