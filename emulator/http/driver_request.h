// SPDX-License-Identifier: MPL-2.0
// The requests of the drivers' session protocol, taken apart and checked. Called by SessionProtocol. Unlike the SQL
// API's, unknown members are let pass: each driver sends facts of its own about itself.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/engine/engine.h"
#include "emulator/http/message.h"

namespace spcs::emulator_http {

struct LoginRequest {
  std::string user;           // LOGIN_NAME, "" when the token says it
  std::string authenticator;  // upper case; "" and "SNOWFLAKE" are a password
  std::string token, password;
  std::string role, warehouse, database, schema;  // of the query string, folded as names; "" = not said
  std::map<std::string, std::string> parameters;  // SESSION_PARAMETERS, upper case
};

// InvalidArgument with the service's code when the body is no login.
absl::StatusOr<LoginRequest> ParseLoginRequest(const HttpRequest& request);

struct QueryRequest {
  std::string text, request_id;
  std::vector<engine::Binding> bindings;
  bool async = false, describe_only = false, retry = false;
};

absl::StatusOr<QueryRequest> ParseQueryRequest(const HttpRequest& request);

// The token of `Authorization: Snowflake Token="…"`; "" when there is none.
std::string DriverToken(const HttpRequest& request);

// A name as a connection's settings have it: quoted is exact, bare is folded to upper case.
std::string FoldName(absl::string_view text);

}  // namespace spcs::emulator_http
