// SPDX-License-Identifier: MPL-2.0
// Where the body of an HTTP/1 message ends: the ingress passes bodies on byte for byte as they come and only has to
// know that.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/http/wire_head.h"

namespace spcs::emulator_http {

class WireBody {
 public:
  // InvalidArgument when the head says it in two ways or not as HTTP does.
  static absl::StatusOr<WireBody> OfRequest(const WireHead& head);
  // `method` of the request: the answer to HEAD has no body.
  static absl::StatusOr<WireBody> OfResponse(const WireHead& head, absl::string_view method);

  // How many of the bytes that come next belong to the body. Fewer than all: it ends there.
  // InvalidArgument when the chunks are malformed.
  absl::StatusOr<size_t> Take(absl::string_view bytes);
  // All of it was taken. Never of a body that ends with its connection.
  bool done() const { return kind_ == Kind::kLength ? left_ == 0 : kind_ == Kind::kChunked && state_ == State::kDone; }
  bool ends_with_connection() const { return kind_ == Kind::kConnection; }

 private:
  enum class Kind { kLength, kChunked, kConnection };
  enum class State {
    kSize,
    kExtension,
    kSizeEnd,
    kData,
    kDataEnd,
    kDataLine,
    kTrailer,
    kTrailerLine,
    kTrailerEnd,
    kLastEnd,
    kDone
  };
  explicit WireBody(Kind kind, uint64_t length = 0) : kind_(kind), left_(length) {}
  // The body that the two headers tell; nullopt when neither is there.
  static absl::StatusOr<std::optional<WireBody>> OfHeaders(const WireHead& head);
  bool Step(char c);

  Kind kind_;
  uint64_t left_ = 0;  // of the body, or of the chunk
  State state_ = State::kSize;
  int digits_ = 0;  // of the chunk's size so far
};

}  // namespace spcs::emulator_http
