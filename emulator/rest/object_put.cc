// SPDX-License-Identifier: MPL-2.0
#include "emulator/rest/object_put.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "emulator/rest/body.h"
#include "emulator/rest/errors.h"
#include "emulator/rest/object_calls.h"
#include "emulator/sql/kind.h"
#include "nlohmann/json.hpp"
#include "provider/base/status.h"

namespace spcs::rest {
namespace {

using emulator_http::HttpRequest;
using nlohmann::json;

// The clauses of ALTER that bring what is there to what the body says.
absl::StatusOr<std::vector<std::string>> Changes(const Kind& kind, json body, const json& current) {
  std::vector<std::string> changes;
  if (kind.changes != nullptr) {
    ASSIGN_OR_RETURN(changes, kind.changes(body, current));
  }
  const std::string omitted = Omitted(kind.fields, body);
  if (!omitted.empty()) changes.push_back(absl::StrCat(" UNSET ", omitted));
  ASSIGN_OR_RETURN(const std::string properties, Properties(kind.fields, {Use::kKept, Use::kProperty}, body));
  if (!properties.empty()) changes.push_back(absl::StrCat(" SET", properties));
  return changes;
}

}  // namespace

absl::StatusOr<json> Put(const HttpRequest& request, const Target& target, const Run& run) {
  ASSIGN_OR_RETURN(const json body, ParseBody(request));
  RETURN_IF_ERROR(CheckMembers(target.kind->fields, body));
  ASSIGN_OR_RETURN(const std::string name, Required("name", Type::kName, body));
  if (name != target.name) return BadRequest(absl::StrCat("body: 'name' is ", name, ", the path says ", target.name));
  const absl::StatusOr<json> current = Fetch(target, run);
  if (!current.ok() && HttpStatusOf(current.status()) == 404) {
    ASSIGN_OR_RETURN(const std::string statement, CreateSql(request, target, body, "CREATE ", ""));
    RETURN_IF_ERROR(run(statement).status());
    return json{{"status", absl::StrCat(name, " successfully created.")}};
  }
  RETURN_IF_ERROR(current.status());
  ASSIGN_OR_RETURN(const std::vector<std::string> changes, Changes(*target.kind, body, *current));
  const absl::string_view keyword = sql::InfoOf(target.kind->kind).keyword;
  for (const std::string& change : changes) {
    RETURN_IF_ERROR(run(absl::StrCat("ALTER ", keyword, " ", target.FullName(), change)).status());
  }
  return json{{"status", "Statement executed successfully."}};
}

}  // namespace spcs::rest
