// SPDX-License-Identifier: MPL-2.0
// What the service says when it refuses, as a Status: code, facts, advice, and no secret in the text. Used by Client.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "provider/http/transport.h"
#include "provider/snowflake/statement.h"

namespace spcs::snowflake {

// What a message may mention besides the service's own words.
struct ErrorContext {
  const Statement& statement;
  std::string role;    // the one it ran under; "" when the user's default
  std::string server;  // "https://host"
  absl::Time now;
};

// The text without the statement's secrets, in any form they may appear in.
std::string RemoveSecrets(absl::string_view text, const std::vector<std::string>& secrets);

// The code that callers act on:
//   NotFound            the object does not exist or is not authorized; one answer for two things (002003, 002043)
//   AlreadyExists       002002
//   PermissionDenied    003001, or the role is not granted
//   Unauthenticated     390xxx, 394xxx
//   InvalidArgument     syntax, specification, bind values
//   ResourceExhausted   no capacity (392507)
//   FailedPrecondition  everything else
absl::StatusCode CodeOf(absl::string_view vendor_code);

// A statement that failed in the service: HTTP 422 with a code.
absl::Status SqlError(const ErrorContext& context, absl::string_view vendor_code, absl::string_view sql_state,
                      absl::string_view query_id, absl::string_view message);

// Any other HTTP answer that is not a success. Never NotFound or AlreadyExists: those speak of objects.
absl::Status HttpError(const ErrorContext& context, const http::Response& response);

}  // namespace spcs::snowflake
