// SPDX-License-Identifier: MPL-2.0
#include "emulator/rest/object_api.h"

#include <optional>

#include "absl/strings/match.h"
#include "emulator/rest/answer.h"
#include "emulator/rest/errors.h"
#include "emulator/rest/grants.h"
#include "emulator/rest/object_calls.h"
#include "emulator/rest/object_put.h"
#include "emulator/rest/path.h"
#include "emulator/rest/service.h"
#include "nlohmann/json.hpp"
#include "provider/base/status.h"

namespace spcs::rest {
namespace {

using emulator_http::HttpRequest;
using nlohmann::json;

// What one kind only has; nullopt: the call may be one that all have.
absl::StatusOr<std::optional<json>> ServeOwnCall(const HttpRequest& request, const Target& target, const Run& run) {
  switch (target.kind->kind) {
    case sql::Kind::kService: return ServeServiceCall(request, target, run);
    case sql::Kind::kRole: return ServeRoleCall(request, target, run);
    case sql::Kind::kStage:
      if (request.method != "GET" || target.rest.size() != 1 || target.rest[0] != "files") return std::nullopt;
      return ListFiles(request, target, run);
    default: return std::nullopt;
  }
}

absl::StatusOr<json> ServeBelow(const HttpRequest& request, const Target& target, const Run& run) {
  if (target.rest.size() != 1 || !target.action.empty()) return NoSuchEndpoint();
  if (request.method != "GET") return NoSuchMethod();
  if (!target.name.empty()) return ListPart(target, run);
  const Part& families = InstanceFamilies();
  ASSIGN_OR_RETURN(const engine::ResultSet result, run(std::string(families.statement)));
  return ListOf(families.fields, result);
}

absl::StatusOr<json> ServeCollection(const HttpRequest& request, const Target& target, const Run& run) {
  if (!target.action.empty()) return NoSuchAction(target);
  if (request.method == "GET") return List(request, target, run);
  if (request.method == "POST") return Create(request, target, run);
  return NoSuchMethod();
}

absl::StatusOr<json> ServeObject(const HttpRequest& request, const Target& target, const Run& run) {
  if (!target.action.empty()) return request.method == "POST" ? Act(request, target, run) : NoSuchMethod();
  if (request.method == "GET" && target.kind->fetch) return Fetch(target, run);
  if (request.method == "PUT" && target.kind->put) return Put(request, target, run);
  if (request.method == "DELETE") return Drop(request, target, run);
  return NoSuchMethod();
}

}  // namespace

bool Serves(absl::string_view path) {
  return absl::StartsWith(path, "/api/v2/") && !absl::StartsWith(path, "/api/v2/statements") &&
         !absl::StartsWith(path, "/api/v2/results");
}

absl::StatusOr<json> Serve(const HttpRequest& request, const Run& run) {
  ASSIGN_OR_RETURN(const Target target, ParsePath(request.path));
  ASSIGN_OR_RETURN(std::optional<json> own, ServeOwnCall(request, target, run));
  if (own) return *std::move(own);
  if (!target.rest.empty()) return ServeBelow(request, target, run);
  return target.name.empty() ? ServeCollection(request, target, run) : ServeObject(request, target, run);
}

}  // namespace spcs::rest
