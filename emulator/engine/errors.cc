// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/errors.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace spcs::engine {

absl::Status DoesNotExist(sql::Kind kind, absl::string_view name) {
  // Tables are "Object" to the service.
  const bool table = kind == sql::Kind::kTable;
  return SqlError(absl::StatusCode::kNotFound, "002003", table ? "42S02" : "02000",
                  absl::StrCat("SQL compilation error:\n", table ? "Object" : sql::InfoOf(kind).noun, " '", name,
                               "' does not exist or not authorized."));
}

absl::Status AlreadyExists(absl::string_view name) {
  return SqlError(absl::StatusCode::kAlreadyExists, "002002", "42710",
                  absl::StrCat("SQL compilation error:\nObject '", name, "' already exists."));
}

absl::Status InsufficientPrivileges(sql::Kind kind, absl::string_view name) {
  return SqlError(absl::StatusCode::kPermissionDenied, "003001", "42501",
                  absl::StrCat("SQL access control error:\nInsufficient privileges to operate on ",
                               absl::AsciiStrToLower(sql::InfoOf(kind).keyword), " '", name, "'."));
}

absl::Status CompilationError(absl::string_view text) {
  return SqlError(absl::StatusCode::kInvalidArgument, "001008", "22023",
                  absl::StrCat("SQL compilation error:\n", text));
}

absl::Status Refused(absl::string_view vendor_code, absl::string_view sql_state, absl::string_view text) {
  return SqlError(absl::StatusCode::kFailedPrecondition, vendor_code, sql_state, text);
}

}  // namespace spcs::engine
