// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/session.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "emulator/http/driver_request.h"
#include "provider/base/status.h"

namespace spcs::emulator_http {
namespace {

constexpr absl::string_view kNoSuchRole = "390189";
constexpr absl::string_view kDefaultRoleNotGranted = "390186";

absl::Status Denied(absl::string_view code, absl::string_view text) {
  return WithFact(absl::PermissionDeniedError(text), kVendorCode, code);
}

absl::StatusOr<std::string> ResolveRole(const Identity& identity, const std::string& asked) {
  const std::string fallback = !identity.role_restriction.empty()    ? identity.role_restriction
                               : !identity.user.default_role.empty() ? identity.user.default_role
                                                                     : "PUBLIC";
  const std::string role = asked.empty() ? fallback : asked;
  const std::vector<std::string>& granted = identity.user.roles;
  const bool allowed = std::find(granted.begin(), granted.end(), role) != granted.end() &&
                       (identity.role_restriction.empty() || role == identity.role_restriction);
  if (allowed) return role;
  if (asked.empty()) {
    return Denied(kDefaultRoleNotGranted, absl::StrCat("User's configured default role '", role,
                                                       "' is not granted to this user. Contact your "
                                                       "local system administrator, or select another role."));
  }
  return Denied(kNoSuchRole, absl::StrCat("Role '", role,
                                          "' specified in the connect string does not exist or not authorized. Contact "
                                          "your local system administrator, or attempt to login with another role, "
                                          "e.g. PUBLIC."));
}

}  // namespace

absl::StatusOr<engine::Session> StartSession(const Identity& identity, const SessionSettings& asked) {
  engine::Session session{.user = identity.user.name,
                          .database = asked.database,
                          .schema = asked.schema,
                          .role_restriction = identity.role_restriction};
  ASSIGN_OR_RETURN(session.role, ResolveRole(identity, asked.role));
  session.warehouse = !asked.warehouse.empty() ? asked.warehouse : identity.user.default_warehouse;
  if (session.database.empty()) {
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(identity.user.default_namespace, absl::MaxSplits('.', 1));
    session.database = parts.first;
    if (session.schema.empty()) session.schema = parts.second;
  }
  return session;
}

absl::StatusOr<engine::Session> ResolveSession(const Identity& identity, const SqlRequest& sql,
                                               const HttpRequest& request) {
  const std::string* warehouse = request.Header("X-Snowflake-Warehouse");
  return StartSession(identity,
                      {.role = !sql.role.empty() ? sql.role : RoleHeader(request),
                       .warehouse = !sql.warehouse.empty() || warehouse == nullptr ? sql.warehouse : *warehouse,
                       .database = sql.database,
                       .schema = sql.schema});
}

absl::StatusOr<engine::Session> SessionOfRequest(const Authenticator& authenticator, const DriverSessions& sessions,
                                                 const HttpRequest& request) {
  const std::string token = DriverToken(request);
  if (!token.empty()) {
    ASSIGN_OR_RETURN(const std::shared_ptr<DriverSession> session, sessions.Find(token));
    return session->state();
  }
  ASSIGN_OR_RETURN(const Identity identity, authenticator.Authenticate(request));
  return ResolveSession(identity, SqlRequest{}, request);
}

}  // namespace spcs::emulator_http
