// SPDX-License-Identifier: MPL-2.0
// The two macros with which errors travel upwards, and the facts that a Status may carry with it.
//
//   ASSIGN_OR_RETURN(std::string text, ReadFile(path));
//   RETURN_IF_ERROR(Check(text));
//
// A Status says what failed and with what. Facts that a diagnostic shows by themselves travel as payloads.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace spcs {

// The facts. Each is a short text.
inline constexpr absl::string_view kAttributePath = "spcs/attribute-path";  // "spec.containers[\"head\"].image"
inline constexpr absl::string_view kVendorCode = "spcs/vendor-code";        // "002003", as the service wrote it
inline constexpr absl::string_view kSqlState = "spcs/sql-state";            // "42S02"
inline constexpr absl::string_view kQueryId = "spcs/query-id";              // the service's id of the statement
inline constexpr absl::string_view kAdvice = "spcs/advice";                 // what the user can do about it

// Returns `status` with the fact added; an OK status stays as it is.
absl::Status WithFact(absl::Status status, absl::string_view key, absl::string_view value);

// Returns the fact, or nullopt when the status does not carry it.
std::optional<std::string> FactOf(const absl::Status& status, absl::string_view key);

// Returns `status` with "<context>: " before its message; code and facts are kept.
absl::Status Annotate(const absl::Status& status, absl::string_view context);

}  // namespace spcs

#define SPCS_CONCAT_INNER(a, b) a##b
#define SPCS_CONCAT(a, b) SPCS_CONCAT_INNER(a, b)

#define RETURN_IF_ERROR(expression)                                   \
  do {                                                                \
    if (absl::Status spcs_status = (expression); !spcs_status.ok()) { \
      return spcs_status;                                             \
    }                                                                 \
  } while (false)

#define ASSIGN_OR_RETURN(declaration, expression) \
  SPCS_ASSIGN_OR_RETURN(SPCS_CONCAT(spcs_status_or_, __LINE__), declaration, expression)

#define SPCS_ASSIGN_OR_RETURN(result, declaration, expression) \
  auto result = (expression);                                  \
  if (!result.ok()) return std::move(result).status();         \
  declaration = *std::move(result)
