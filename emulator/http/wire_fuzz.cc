// SPDX-License-Identifier: MPL-2.0
// Untrusted bytes as HTTP/1 messages at the ingress. What a client and a container could read differently must be
// refused: what is taken is printed, and read again as the same. The first byte says in which pieces a body comes.
#include <cstdint>
#include <cstdlib>

#include "emulator/http/wire_body.h"
#include "emulator/http/wire_head.h"

namespace spcs::emulator_http {
namespace {

// How many of the bytes belong to the body when they come in pieces of that size; npos when they are malformed.
size_t TakeInPieces(WireBody body, absl::string_view bytes, size_t piece) {
  size_t taken = 0;
  while (taken < bytes.size() && !body.done()) {
    const absl::string_view next = bytes.substr(taken, piece);
    const absl::StatusOr<size_t> count = body.Take(next);
    if (!count.ok()) return absl::string_view::npos;
    if (*count > next.size()) std::abort();
    taken += *count;
    if (*count < next.size()) break;
  }
  return taken;
}

void TryBody(const absl::StatusOr<WireBody>& body, absl::string_view bytes, size_t piece) {
  if (!body.ok()) return;
  if (TakeInPieces(*body, bytes, piece) != TakeInPieces(*body, bytes, bytes.size() + 1)) std::abort();
}

}  // namespace
}  // namespace spcs::emulator_http

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace spcs::emulator_http;  // NOLINT: this file is about nothing else
  if (size == 0) return 0;
  const size_t piece = data[0] % 7 + 1;
  const absl::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const size_t end = HeadSize(bytes);
  if (end == absl::string_view::npos) return 0;
  absl::StatusOr<WireHead> head = ParseWireHead(bytes.substr(0, end));
  if (!head.ok()) return 0;
  const absl::StatusOr<WireHead> again = ParseWireHead(head->Print());
  if (!again.ok() || again->start != head->start || again->headers != head->headers) std::abort();
  TryBody(WireBody::OfRequest(*head), bytes.substr(end), piece);
  TryBody(WireBody::OfResponse(*head, "GET"), bytes.substr(end), piece);
  RemoveHopHeaders(*head);
  return 0;
}
