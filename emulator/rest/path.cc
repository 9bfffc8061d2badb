// SPDX-License-Identifier: MPL-2.0
#include "emulator/rest/path.h"

#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "emulator/rest/errors.h"
#include "emulator/rest/text.h"
#include "provider/base/status.h"

namespace spcs::rest {
namespace {

// The action behind the last colon of the last segment, taken off it.
std::string TakeAction(std::string& segment) {
  std::vector<std::string> parts = SplitUnquoted(segment, ':');
  if (parts.size() == 1) return "";
  std::string action = parts.back();
  segment.resize(segment.size() - action.size() - 1);
  return action;
}

}  // namespace

std::string Target::Named(absl::string_view object) const {
  std::string full;
  for (const absl::string_view part : {absl::string_view(database), absl::string_view(schema), object}) {
    if (!part.empty()) absl::StrAppend(&full, full.empty() ? "" : ".", part);
  }
  return full;
}

std::string Target::FullName() const {
  return Named(name);
}

absl::StatusOr<Target> ParsePath(absl::string_view path) {
  if (!absl::ConsumePrefix(&path, "/api/v2/")) return NoSuchEndpoint();
  absl::ConsumeSuffix(&path, "/");
  std::vector<std::string> segments = SplitUnquoted(path, '/');
  Target target;
  target.action = TakeAction(segments.back());
  size_t at = 0;
  // databases/D/schemas, then …/schemas/S/<kind of a schema's objects>: each step down has the name of what holds it.
  target.kind = FindKind(segments[0], sql::Scope::kAccount);
  for (const sql::Scope scope : {sql::Scope::kDatabase, sql::Scope::kSchema}) {
    const bool is_container =
        target.kind != nullptr &&
        target.kind->kind == (scope == sql::Scope::kDatabase ? sql::Kind::kDatabase : sql::Kind::kSchema);
    if (!is_container || segments.size() < at + 3) break;
    std::string& holder = scope == sql::Scope::kDatabase ? target.database : target.schema;
    ASSIGN_OR_RETURN(holder, IdentifierSql(segments[at + 1]));
    at += 2;
    target.kind = FindKind(segments[at], scope);
  }
  if (target.kind == nullptr) return NoSuchEndpoint();
  if (segments.size() <= at + 1) return target;
  if (target.kind->kind == sql::Kind::kComputePool && segments[at + 1] == InstanceFamilies().segment) {
    target.rest = {segments[at + 1]};
    return segments.size() == at + 2 ? absl::StatusOr<Target>(target) : NoSuchEndpoint();
  }
  ASSIGN_OR_RETURN(target.name, IdentifierSql(segments[at + 1]));
  target.rest.assign(segments.begin() + static_cast<long>(at) + 2, segments.end());
  return target;
}

}  // namespace spcs::rest
