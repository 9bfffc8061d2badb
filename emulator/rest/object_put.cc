// SPDX-License-Identifier: MPL-2.0
#include "emulator/rest/object_put.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "emulator/rest/body.h"
#include "emulator/rest/errors.h"
#include "emulator/rest/object_calls.h"
#include "emulator/rest/service.h"
#include "emulator/rest/text.h"
#include "emulator/sql/kind.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::rest {
namespace {

using emulator_http::HttpRequest;
using nlohmann::json;

// What a PUT cannot change; that the service says so is inferred.
absl::Status CheckUnchanged(absl::string_view member, const json& body, const json& current) {
  const std::string wanted = JsonString(body, member), is = JsonString(current, member);
  if (wanted.empty() || StoredName(wanted) == is) return absl::OkStatus();
  return BadRequest(absl::StrCat("'", member, "' is ", is, " and cannot be changed"));
}

// Numbers of instances default to each other, so they are changed in one statement.
json WithInstances(json body) {
  const auto is_set = [&](const char* member) { return body.contains(member) && !body[member].is_null(); };
  if (!is_set("min_instances")) body["min_instances"] = 1;
  for (const char* member : {"max_instances", "min_ready_instances"}) {
    if (!is_set(member)) body[member] = body["min_instances"];
  }
  return body;
}

// The clauses of ALTER that bring what is there to what the body says.
absl::StatusOr<std::vector<std::string>> Changes(const Target& target, const json& body, const json& current) {
  const Kind& kind = *target.kind;
  std::vector<std::string> changes;
  if (kind.kind == sql::Kind::kService) {
    RETURN_IF_ERROR(CheckUnchanged("compute_pool", body, current));
    ASSIGN_OR_RETURN(const std::string specification, SpecificationSql(body));
    changes.push_back(specification);
  }
  if (kind.kind == sql::Kind::kDatabase || kind.kind == sql::Kind::kSchema) {
    RETURN_IF_ERROR(CheckUnchanged("kind", body, current));
  }
  const bool managed = body.value("managed_access", json()) == true;
  if (kind.kind == sql::Kind::kSchema && managed != current["managed_access"].get<bool>()) {
    changes.push_back(managed ? " ENABLE MANAGED ACCESS" : " DISABLE MANAGED ACCESS");
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
  const bool service = target.kind->kind == sql::Kind::kService;
  ASSIGN_OR_RETURN(const std::vector<std::string> changes,
                   Changes(target, service ? WithInstances(body) : body, *current));
  const absl::string_view keyword = sql::InfoOf(target.kind->kind).keyword;
  for (const std::string& change : changes) {
    RETURN_IF_ERROR(run(absl::StrCat("ALTER ", keyword, " ", target.FullName(), change)).status());
  }
  return json{{"status", "Statement executed successfully."}};
}

}  // namespace spcs::rest
