// SPDX-License-Identifier: MPL-2.0
#include "emulator/registry/errors.h"

#include "nlohmann/json.hpp"
#include "provider/base/json.h"

namespace spcs::registry {

HttpReply Refusal(int status, absl::string_view code, absl::string_view message, absl::string_view detail) {
  nlohmann::json error = {{"code", std::string(code)}, {"message", std::string(message)}};
  if (!detail.empty()) error["detail"] = std::string(detail);
  return {.status = status, .body = DumpJson({{"errors", nlohmann::json::array({error})}})};
}

HttpReply InternalFault(const absl::Status& status) {
  return Refusal(500, "UNKNOWN", "internal error of the emulator", status.message());
}

}  // namespace spcs::registry
