// SPDX-License-Identifier: MPL-2.0
#include "emulator/rest/service.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "emulator/rest/answer.h"
#include "emulator/rest/body.h"
#include "emulator/rest/errors.h"
#include "emulator/rest/grants.h"
#include "emulator/rest/text.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::rest {
namespace {

using emulator_http::HttpRequest;
using nlohmann::json;

constexpr Field kJobFields[] = {
    {"name", "", Type::kName, Use::kHead},
    {"compute_pool", "", Type::kName, Use::kHead},
    {"spec", "", Type::kSpec, Use::kHead},
    {"is_async_job", "", Type::kBool, Use::kCreate, "ASYNC"},
    {"external_access_integrations", "", Type::kNames, Use::kCreate},
    {"query_warehouse", "", Type::kName, Use::kCreate},
    {"comment", "", Type::kText, Use::kCreate},
    {"status", ""},
};

// " FROM SPECIFICATION '…'" of the body's spec.
absl::StatusOr<std::string> SpecificationSql(const json& body) {
  const json spec = body.value("spec", json());
  if (!spec.is_object())
    return BadRequest("body: 'spec' must be an object with spec_text, or with stage and spec_file");
  if (spec.contains("stage")) {
    // The account says what it thinks of specifications on stages.
    return absl::StrCat(" FROM SPECIFICATION_FILE = ", Literal(JsonString(spec, "spec_file")));
  }
  if (!spec.contains("spec_text")) return BadRequest("body: 'spec.spec_text' is missing");
  if (!spec["spec_text"].is_string()) return BadRequest("body: 'spec.spec_text' must be a text");
  return absl::StrCat(" FROM SPECIFICATION ", Literal(JsonString(spec, "spec_text")));
}

// That is_async_job makes a job asynchronous is inferred from its name.
absl::StatusOr<json> ExecuteJob(const HttpRequest& request, const Target& target, const Run& run) {
  ASSIGN_OR_RETURN(const json body, ParseBody(request));
  RETURN_IF_ERROR(CheckMembers(kJobFields, body));
  ASSIGN_OR_RETURN(const std::string name, Required("name", Type::kName, body));
  ASSIGN_OR_RETURN(const std::string pool, Required("compute_pool", Type::kName, body));
  ASSIGN_OR_RETURN(const std::string specification, SpecificationSql(body));
  ASSIGN_OR_RETURN(const std::string properties, Properties(kJobFields, {Use::kCreate}, body));
  ASSIGN_OR_RETURN(const engine::ResultSet result,
                   run(absl::StrCat("EXECUTE JOB SERVICE IN COMPUTE POOL ", pool, specification,
                                    " NAME = ", target.Named(name), properties)));
  return json{{"status", ScalarOf(result)}};
}

// `instanceId` and `containerName` are required; `numLines` is not.
absl::StatusOr<json> Logs(const HttpRequest& request, const Target& target, const Run& run) {
  int number = 0;
  const std::string instance = request.Query("instanceId").value_or("");
  const std::optional<std::string> container = request.Query("containerName"), lines = request.Query("numLines");
  if (!absl::SimpleAtoi(instance, &number)) return BadRequest("query parameter instanceId must be a whole number");
  if (!container) return BadRequest("query parameter containerName is missing");
  if (lines && !absl::SimpleAtoi(*lines, &number)) {
    return BadRequest("query parameter numLines must be a whole number");
  }
  ASSIGN_OR_RETURN(
      const engine::ResultSet result,
      run(absl::StrCat("CALL SYSTEM$GET_SERVICE_LOGS(", Literal(target.FullName()), ", ", Literal(instance), ", ",
                       Literal(*container), lines ? ", " : "", lines ? *lines : "", ")")));
  return json{{"system$get_service_logs", ScalarOf(result)}};
}

absl::StatusOr<json> Status(const HttpRequest& request, const Target& target, const Run& run) {
  int timeout = 0;
  const std::string text = request.Query("timeout").value_or("0");
  if (!absl::SimpleAtoi(text, &timeout)) return BadRequest("query parameter timeout must be a whole number");
  ASSIGN_OR_RETURN(const engine::ResultSet result, run(absl::StrCat("CALL SYSTEM$GET_SERVICE_STATUS(",
                                                                    Literal(target.FullName()), ", ", timeout, ")")));
  return json{{"system$get_service_status", ScalarOf(result)}};
}

}  // namespace

absl::StatusOr<CreateWords> ServiceWords(const HttpRequest&, const json& body) {
  CreateWords words;
  ASSIGN_OR_RETURN(const std::string pool, Required("compute_pool", Type::kName, body));
  ASSIGN_OR_RETURN(const std::string specification, SpecificationSql(body));
  words.head = absl::StrCat(" IN COMPUTE POOL ", pool, specification);
  return words;
}

absl::StatusOr<std::vector<std::string>> ServiceChanges(json& body, const json& current) {
  RETURN_IF_ERROR(CheckUnchanged("compute_pool", body, current));
  ASSIGN_OR_RETURN(std::string specification, SpecificationSql(body));
  // Numbers of instances default to each other, so they are changed in one statement.
  const auto is_open = [&](const char* member) { return !body.contains(member) || body[member].is_null(); };
  if (is_open("min_instances")) body["min_instances"] = 1;
  for (const char* member : {"max_instances", "min_ready_instances"}) {
    if (is_open(member)) body[member] = body["min_instances"];
  }
  return std::vector<std::string>{std::move(specification)};
}

// SHOW has no specification, but clients cannot read a service without one. Only its owner is told the text.
absl::Status CompleteService(const std::string& name, const Run& run, json& service) {
  if (!service["spec"].is_null()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const engine::ResultSet result, run(absl::StrCat("DESCRIBE SERVICE ", name)));
  const engine::Cell spec = result.rows.empty() ? engine::Cell() : CellOf(result, result.rows[0], "spec");
  service["spec"] = {{"spec_type", "from_inline"}, {"spec_text", spec.value_or("")}};
  return absl::OkStatus();
}

absl::StatusOr<std::optional<json>> ServeServiceCall(const HttpRequest& request, const Target& target, const Run& run) {
  const std::vector<std::string>& rest = target.rest;
  const bool get = request.method == "GET" && target.action.empty();
  if (request.method == "POST" && target.name.empty() && target.action == "execute-job") {
    return ExecuteJob(request, target, run);
  }
  if (get && rest.size() == 1 && rest[0] == "logs") return Logs(request, target, run);
  if (get && rest.size() == 1 && rest[0] == "status") return Status(request, target, run);
  if (get && rest.size() == 3 && rest[0] == "roles" && rest[2] == "grants-of") {
    ASSIGN_OR_RETURN(const std::string role, IdentifierSql(rest[1]));
    return ListGrantsOf(absl::StrCat("SERVICE ROLE ", target.FullName(), "!", role), run);
  }
  return std::nullopt;
}

}  // namespace spcs::rest
