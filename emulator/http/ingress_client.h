// SPDX-License-Identifier: MPL-2.0
// The client's side of the ingress: heads and small bodies are read from its socket, answers of the ingress's own are
// sent to it. Every wait ends with the emulator.
#pragma once

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "emulator/http/message.h"
#include "emulator/http/wire_head.h"

namespace spcs::emulator_http {

// Used by one thread. Owns neither descriptor.
struct IngressClient {
  int socket = -1, stop_fd = -1;
  std::string input;  // what was sent and not read

  // The bytes of the next head, taken from the input; nullopt when the client went, was silent for `idle` or slow in
  // the middle. At most kLongestHead and a bit are read: a longer one has no end.
  std::optional<std::string> ReadHead(absl::Duration idle);
  // A whole body of at most `most` bytes; nullopt when it is longer, told in chunks, or did not come.
  std::optional<std::string> ReadSmallBody(const WireHead& request, size_t most);
  // Sends the answer and the end of the connection behind it, then reads what is still on its way for a moment, so that
  // the answer is not lost to a reset.
  void Answer(const WireHead& request, const HttpReply& reply);
  // "100 Continue", for a client that waits with its body.
  void SayContinue();
  // Ends the connection such that the client sees that the answer is not whole.
  void Break();

 private:
  bool Fill(absl::Duration timeout);
};

}  // namespace spcs::emulator_http
