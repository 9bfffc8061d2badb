// SPDX-License-Identifier: MPL-2.0
// Answers that never change (schema, identities, functions, metadata), as bytes made at build time by
// provider/tools/answers_main.cc: so that a client is told what the provider offers before the provider has made any
// of it. Who serves without them (tests, the tool itself) gets the same bytes made at the first call.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "provider/tf/server.h"

namespace spcs::plugin {

struct ReadyAnswer {
  absl::string_view method;  // "GetProviderSchema"; static storage, as the bytes
  absl::string_view bytes;   // the response, serialised
};
using ReadyAnswers = std::vector<ReadyAnswer>;

// The methods whose answers never change.
std::vector<absl::string_view> ConstantMethods();

// The answer of one of them, serialised.
std::string MakeConstantAnswer(absl::string_view method, const tf::ProviderSchema& schema);

}  // namespace spcs::plugin
