// SPDX-License-Identifier: MPL-2.0
#include "emulator/rest/grants.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "emulator/rest/answer.h"
#include "emulator/rest/body.h"
#include "emulator/rest/errors.h"
#include "emulator/rest/text.h"
#include "emulator/sql/errors.h"
#include "emulator/sql/kind.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::rest {
namespace {

using emulator_http::HttpRequest;
using nlohmann::json;

constexpr Field kGrantOf[] = {
    {"created_on", "created_on", Type::kTime},
    {"role", "role"},
    {"granted_to", "granted_to"},
    {"grantee_name", "grantee_name"},
    {"granted_by", "granted_by"},
};
constexpr Field kGrantOn[] = {
    {"created_on", "created_on", Type::kTime},
    {"privilege", "privilege"},
    {"granted_on", "granted_on"},
    {"name", "name"},
    {"granted_to", "granted_to"},
    {"grantee_name", "grantee_name"},
    {"grant_option", "grant_option"},
    {"granted_by", "granted_by"},
};
constexpr Field kGrant[] = {
    {"securable", "", Type::kProperties, Use::kHead},
    {"containing_scope", "", Type::kProperties, Use::kHead},
    {"securable_type", "", Type::kWord, Use::kHead},
    {"grant_option", "", Type::kBool, Use::kHead},
    {"privileges", "", Type::kTexts, Use::kHead},
    {"created_on", ""},
    {"granted_by", ""},
};

// database.schema.name of a securable, or of the containing scope.
absl::StatusOr<std::string> SecurableName(const json& securable) {
  std::vector<std::string> parts;
  for (const char* member : {"database", "schema", "name"}) {
    const std::string text = JsonString(securable, member);
    if (text.empty()) continue;
    ASSIGN_OR_RETURN(std::string part, IdentifierSql(text));
    parts.push_back(std::move(part));
  }
  return absl::StrJoin(parts, ".");
}

// "ON DATABASE D", "ON ACCOUNT", "ON ALL TABLES IN SCHEMA D.S".
absl::StatusOr<std::string> OnSql(const std::string& type, const json& body) {
  if (type == "ACCOUNT") return std::string("ACCOUNT");
  const json scope = body.value("containing_scope", json());
  if (scope.is_object()) {
    ASSIGN_OR_RETURN(const std::string name, SecurableName(scope));
    const std::optional<sql::Kind> kind = sql::KindOfKeyword(type);
    const absl::string_view plural = kind ? sql::InfoOf(*kind).plural : absl::string_view(type);
    return absl::StrCat("ALL ", plural, " IN ", scope.contains("schema") ? "SCHEMA " : "DATABASE ", name);
  }
  ASSIGN_OR_RETURN(const std::string name, SecurableName(body.value("securable", json())));
  if (name.empty()) return BadRequest("body: 'securable.name' is missing");
  return absl::StrCat(type, " ", name);
}

// What stands between GRANT and TO: "USAGE, MONITOR ON DATABASE D" or "ROLE R".
absl::StatusOr<std::string> GrantedSql(const json& body) {
  RETURN_IF_ERROR(CheckMembers(kGrant, body));
  ASSIGN_OR_RETURN(const std::string type, WordsSql(JsonString(body, "securable_type")));
  ASSIGN_OR_RETURN(const std::string on, OnSql(type, body));
  const json privileges = body.value("privileges", json());
  if (type == "ROLE" && (privileges.is_null() || privileges.empty())) return on;
  if (!privileges.is_array() || privileges.empty()) return BadRequest("body: 'privileges' must be a list of texts");
  std::vector<std::string> words;
  for (const json& privilege : privileges) {
    if (!privilege.is_string()) return BadRequest("body: 'privileges' must be a list of texts");
    ASSIGN_OR_RETURN(std::string word, WordsSql(privilege.get<std::string>()));
    words.push_back(std::move(word));
  }
  return absl::StrCat(absl::StrJoin(words, ", "), " ON ", on);
}

absl::StatusOr<json> Change(const HttpRequest& request, const Target& target, const Run& run) {
  ASSIGN_OR_RETURN(const json body, ParseBody(request));
  ASSIGN_OR_RETURN(const std::string granted, GrantedSql(body));
  const bool option = body.value("grant_option", json()) == true, grant = target.action.empty();
  std::string statement;
  if (grant) {
    statement = absl::StrCat("GRANT ", granted, " TO ROLE ", target.name, option ? " WITH GRANT OPTION" : "");
  } else {
    std::string mode;
    if (const std::optional<std::string> asked = request.Query("mode")) {
      ASSIGN_OR_RETURN(mode, WordsSql(*asked));
    }
    statement = absl::StrCat("REVOKE ", option ? "GRANT OPTION FOR " : "", granted, " FROM ROLE ", target.name,
                             mode.empty() ? "" : " ", mode);
  }
  ASSIGN_OR_RETURN(const engine::ResultSet result, run(statement));
  return json{{"status", ScalarOf(result)}};
}

// SHOW has the object's name as one text; JSON has its parts.
json SecurableOf(const std::string& type, const std::string& name) {
  const std::vector<std::string> parts = SplitUnquoted(name, '.');
  json securable = {{"name", parts.back()}};
  if (type != "ACCOUNT" && parts.size() > 1) securable["database"] = parts[0];
  if (parts.size() > 2) securable["schema"] = parts[1];
  return securable;
}

absl::StatusOr<json> ListGrants(const Target& target, const Run& run) {
  ASSIGN_OR_RETURN(const engine::ResultSet result, run(absl::StrCat("SHOW GRANTS TO ROLE ", target.name)));
  json list = json::array();
  for (const json& row : ListOf(kGrantOn, result)) {
    const std::string type = JsonString(row, "granted_on");
    list.push_back({{"securable", SecurableOf(type, JsonString(row, "name"))},
                    {"securable_type", type},
                    {"privileges", {row["privilege"]}},
                    {"grant_option", row["grant_option"] == "true"},
                    {"created_on", row["created_on"]},
                    {"granted_by", row["granted_by"]}});
  }
  return list;
}

absl::StatusOr<json> ListGrantsOn(const Target& target, const Run& run) {
  ASSIGN_OR_RETURN(const engine::ResultSet result, run(absl::StrCat("SHOW GRANTS ON ROLE ", target.name)));
  return ListOf(kGrantOn, result);
}

}  // namespace

absl::StatusOr<json> ListGrantsOf(absl::string_view what, const Run& run) {
  ASSIGN_OR_RETURN(const engine::ResultSet result, run(absl::StrCat("SHOW GRANTS OF ", what)));
  return ListOf(kGrantOf, result);
}

absl::StatusOr<std::optional<json>> ServeRoleCall(const HttpRequest& request, const Target& target, const Run& run) {
  if (target.rest.size() != 1) return std::nullopt;
  const std::string& what = target.rest[0];
  if (what == "future-grants") return sql::Unsupported("future grants");
  if (request.method == "POST" && what == "grants" && (target.action.empty() || target.action == "revoke")) {
    return Change(request, target, run);
  }
  if (request.method != "GET" || !target.action.empty()) return std::nullopt;
  if (what == "grants") return ListGrants(target, run);
  if (what == "grants-of") return ListGrantsOf(absl::StrCat("ROLE ", target.name), run);
  if (what == "grants-on") return ListGrantsOn(target, run);
  return std::nullopt;
}

}  // namespace spcs::rest
