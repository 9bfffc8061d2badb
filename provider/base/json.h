// SPDX-License-Identifier: MPL-2.0
// JSON from the network and from files: parsed without exceptions, with a depth cap and nlohmann's UTF-8 check.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json_fwd.hpp"

namespace spcs {

// Deeper input than this is refused: nothing we read is.
inline constexpr int kMaxJsonDepth = 128;

// Parses one document. Fails with InvalidArgument on bad syntax, invalid UTF-8, more than kMaxJsonDepth levels or
// trailing text. The message never quotes the input, which may be secret.
absl::StatusOr<nlohmann::json> ParseJson(absl::string_view text);

// Reads a member of an object: "" / 0 / false when it is absent, null or of another type. `json` may be any value.
std::string JsonString(const nlohmann::json& json, absl::string_view key);
int64_t JsonInt(const nlohmann::json& json, absl::string_view key);
bool JsonBool(const nlohmann::json& json, absl::string_view key);

// One line of text; invalid UTF-8 is replaced.
std::string DumpJson(const nlohmann::json& json);

}  // namespace spcs
