// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/wire_body.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "provider/base/status.h"

namespace spcs::emulator_http {
namespace {

// No chunk is larger than what 15 digits tell, so that the number never overflows.
constexpr int kMostDigits = 15;

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = absl::ascii_tolower(static_cast<unsigned char>(c));
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

absl::StatusOr<std::optional<WireBody>> WireBody::OfHeaders(const WireHead& head) {
  std::optional<WireBody> body;
  for (const auto& [name, value] : head.headers) {
    const bool encoding = absl::EqualsIgnoreCase(name, "Transfer-Encoding");
    if (!encoding && !absl::EqualsIgnoreCase(name, "Content-Length")) continue;
    uint64_t length = 0;
    const bool digits = !value.empty() &&
                        std::all_of(value.begin(), value.end(), [](unsigned char c) { return absl::ascii_isdigit(c); });
    const bool good = encoding ? absl::EqualsIgnoreCase(value, "chunked") : digits && absl::SimpleAtoi(value, &length);
    if (body || !good) return absl::InvalidArgumentError("the headers do not tell clearly where the body ends");
    body = WireBody(encoding ? Kind::kChunked : Kind::kLength, length);
  }
  return body;
}

absl::StatusOr<WireBody> WireBody::OfRequest(const WireHead& head) {
  ASSIGN_OR_RETURN(const std::optional<WireBody> body, OfHeaders(head));
  return body.value_or(WireBody(Kind::kLength));
}

absl::StatusOr<WireBody> WireBody::OfResponse(const WireHead& head, absl::string_view method) {
  const int status = head.status();
  if (method == "HEAD" || status < 200 || status == 204 || status == 304) return WireBody(Kind::kLength);
  ASSIGN_OR_RETURN(const std::optional<WireBody> body, OfHeaders(head));
  return body.value_or(WireBody(Kind::kConnection));
}

absl::StatusOr<size_t> WireBody::Take(absl::string_view bytes) {
  if (kind_ == Kind::kConnection) return bytes.size();
  size_t taken = 0;
  while (taken < bytes.size() && !done()) {
    if (kind_ == Kind::kLength || state_ == State::kData) {
      const size_t piece = std::min<uint64_t>(left_, bytes.size() - taken);
      left_ -= piece;
      taken += piece;
      if (kind_ == Kind::kChunked && left_ == 0) state_ = State::kDataEnd;
      continue;
    }
    if (!Step(bytes[taken++])) return absl::InvalidArgumentError("the chunks of the body are malformed");
  }
  return taken;
}

// One byte between the data of chunks. Lines end with CR LF and nothing else.
bool WireBody::Step(char c) {
  switch (state_) {
    case State::kSize:
      if (const int digit = HexDigit(c); digit >= 0) {
        left_ = left_ * 16 + static_cast<uint64_t>(digit);
        return ++digits_ <= kMostDigits;
      }
      if (digits_ == 0) return false;
      state_ = c == '\r' ? State::kSizeEnd : State::kExtension;
      return c == '\r' || c == ';' || c == ' ' || c == '\t';
    case State::kExtension:
      if (c == '\r') state_ = State::kSizeEnd;
      return c != '\n';
    case State::kSizeEnd:
      state_ = left_ == 0 ? State::kTrailer : State::kData;
      digits_ = 0;
      return c == '\n';
    case State::kDataEnd: state_ = State::kDataLine; return c == '\r';
    case State::kDataLine: state_ = State::kSize; return c == '\n';
    case State::kTrailer: state_ = c == '\r' ? State::kLastEnd : State::kTrailerLine; return c != '\n';
    case State::kTrailerLine:
      if (c == '\r') state_ = State::kTrailerEnd;
      return c != '\n';
    case State::kTrailerEnd: state_ = State::kTrailer; return c == '\n';
    case State::kLastEnd: state_ = State::kDone; return c == '\n';
    case State::kData:
    case State::kDone: break;
  }
  return false;
}

}  // namespace spcs::emulator_http
