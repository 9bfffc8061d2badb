// SPDX-License-Identifier: MPL-2.0
// PUT, "create or alter": the object is made when it is not there, else brought to exactly what the body says, omitted
// properties to their defaults. SQL has no such statement for most kinds, so it is made of CREATE and ALTER; between
// two of them others may interfere, as they may on the service.
#pragma once

#include "absl/status/statusor.h"
#include "emulator/http/message.h"
#include "emulator/rest/kinds.h"
#include "emulator/rest/path.h"
#include "nlohmann/json_fwd.hpp"

namespace spcs::rest {

absl::StatusOr<nlohmann::json> Put(const emulator_http::HttpRequest& request, const Target& target, const Run& run);

}  // namespace spcs::rest
