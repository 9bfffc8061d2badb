// SPDX-License-Identifier: MPL-2.0
// The request of POST /api/v2/statements, taken apart and checked. Called by SqlApi.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "emulator/engine/engine.h"
#include "emulator/http/message.h"
#include "nlohmann/json_fwd.hpp"

namespace spcs::emulator_http {

struct SqlRequest {
  std::string statement;
  std::vector<engine::Binding> bindings;
  absl::Duration timeout = absl::Hours(7 * 24);   // the service's default
  std::string database, schema, warehouse, role;  // of the body, exact; "" = not said
  std::string request_id;                         // never empty: made up when the client sent none
  bool retry = false, async = false;
  bool nullable = true;  // false: NULL is answered as the text "null"
};

// InvalidArgument (400) says which member is wrong. An unknown member is refused: the service's answer to one is not
// documented, and here it is a slip of the client. More than one statement is the engine's to refuse.
absl::StatusOr<SqlRequest> ParseSqlRequest(const HttpRequest& request);

// {"1": {"type": …, "value": …}, …}, as both protocols send what is bound. InvalidArgument says what is wrong.
// `arrays`: a value may be an array of such values, one a row.
absl::StatusOr<std::vector<engine::Binding>> ParseBindings(const nlohmann::json& json, bool arrays = false);

bool IsUuid(absl::string_view text);

// The role that X-Snowflake-Role means: quoted is exact, bare is folded to upper case. "" when there is no header.
std::string RoleHeader(const HttpRequest& request);

}  // namespace spcs::emulator_http
