// SPDX-License-Identifier: MPL-2.0
// Under which role, warehouse, database and schema a request of the SQL API, or a new session of a driver, runs.
#pragma once

#include "absl/status/statusor.h"
#include "emulator/engine/engine.h"
#include "emulator/http/authenticator.h"
#include "emulator/http/driver_sessions.h"
#include "emulator/http/message.h"
#include "emulator/http/sql_request.h"

namespace spcs::emulator_http {

// What a client asks for, as stored names; "" = not said.
struct SessionSettings {
  std::string role{}, warehouse{}, database{}, schema{};
};

// What is asked for, then the token's restriction, then the user's default. Fails as ResolveSession() does.
absl::StatusOr<engine::Session> StartSession(const Identity& identity, const SessionSettings& asked);

// Body, then header, then the token's restriction, then the user's default. PermissionDenied with the service's code
// and text when the user has no such role or the token may not use it.
absl::StatusOr<engine::Session> ResolveSession(const Identity& identity, const SqlRequest& sql,
                                               const HttpRequest& request);

// Of a request to the REST API: the session of a connector's session token, or a bearer token as the SQL API takes it.
// Fails as DriverSessions::Find(), Authenticator::Authenticate() and ResolveSession() do.
absl::StatusOr<engine::Session> SessionOfRequest(const Authenticator& authenticator, const DriverSessions& sessions,
                                                 const HttpRequest& request);

}  // namespace spcs::emulator_http
