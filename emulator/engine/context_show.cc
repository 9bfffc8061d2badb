// SPDX-License-Identifier: MPL-2.0
// What SHOW lists: scope, visibility, LIKE, STARTS WITH, LIMIT.
#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "emulator/engine/context.h"
#include "emulator/engine/pattern.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

// SHOW's answer for a database or schema after IN that is not there.
absl::Status NoSuchScope() {
  return SqlError(absl::StatusCode::kNotFound, "002043", "02000",
                  "SQL compilation error:\nObject does not exist, or operation cannot be performed.");
}

constexpr int64_t kMostRows = 10000;

}  // namespace

absl::StatusOr<ExecutionContext::ListScope> ExecutionContext::ResolveScope(Kind kind, const sql::ShowClauses& show) {
  ListScope scope;
  const sql::Scope depth = sql::InfoOf(kind).scope;
  const bool other = show.in != "" && show.in != "DATABASE" && show.in != "SCHEMA";
  if (depth == sql::Scope::kAccount || other) return scope;
  const bool in_schema = show.in == "SCHEMA" || (show.in.empty() && !session_.schema.empty());
  if (in_schema && depth == sql::Scope::kSchema) {
    FullName name{.database = session_.database, .name = session_.schema};
    if (!show.in_name.empty()) {
      ASSIGN_OR_RETURN(name, Qualify(Kind::kSchema, show.in_name));
    }
    if (name.name.empty() || !Require(Kind::kSchema, name).ok()) return NoSuchScope();
    scope.database = name.database;
    scope.schema = name.name;
    return scope;
  }
  std::string database = session_.database;
  if (!show.in_name.empty()) {
    ASSIGN_OR_RETURN(const FullName name, Qualify(Kind::kDatabase, show.in_name));
    database = name.name;
  }
  if (database.empty() && show.in.empty()) return scope;
  if (database.empty() || !Require(Kind::kDatabase, FullName{.name = database}).ok()) return NoSuchScope();
  scope.database = database;
  return scope;
}

absl::StatusOr<std::vector<Object>> ExecutionContext::ListVisible(Kind kind, const sql::ShowClauses& show) {
  ASSIGN_OR_RETURN(const ListScope scope, ResolveScope(kind, show));
  std::vector<Object> visible;
  for (Object& object : store_.List(kind, scope.database, scope.schema)) {
    if (CanSee(object)) visible.push_back(std::move(object));
  }
  absl::c_stable_sort(visible, [](const Object& a, const Object& b) { return a.name < b.name; });
  std::vector<std::string> names;
  for (const Object& object : visible) names.push_back(object.name);
  std::vector<Object> kept;
  for (const size_t index : FilterNames(show, names)) kept.push_back(std::move(visible[index]));
  return kept;
}

std::vector<size_t> FilterNames(const sql::ShowClauses& show, const std::vector<std::string>& names) {
  std::vector<size_t> kept;
  const int64_t limit = std::min(show.limit.value_or(kMostRows), kMostRows);
  bool started = !show.from;
  for (size_t i = 0; i < names.size() && static_cast<int64_t>(kept.size()) < limit; ++i) {
    if (show.like && !LikeMatches(*show.like, names[i])) continue;
    if (show.starts_with && !absl::StartsWith(names[i], *show.starts_with)) continue;
    // FROM names the row after which to go on; a part of a name does too.
    if (!started && absl::StartsWith(names[i], *show.from)) {
      started = true;
      if (names[i] == *show.from) continue;
    }
    if (started) kept.push_back(i);
  }
  return kept;
}

}  // namespace spcs::engine
