// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/errors.h"

#include "absl/strings/str_cat.h"
#include "emulator/sql/token.h"
#include "provider/base/status.h"

namespace spcs::sql {

absl::Status SqlError(absl::StatusCode code, absl::string_view vendor_code, absl::string_view sql_state,
                      absl::string_view message) {
  absl::Status status(code, message);
  status = WithFact(std::move(status), kVendorCode, vendor_code);
  return WithFact(std::move(status), kSqlState, sql_state);
}

absl::Status SyntaxError(const Token& unexpected) {
  // A literal is not repeated: it may be a secret.
  std::string text = unexpected.text;
  if (unexpected.kind == TokenKind::kEnd) text = "<EOF>";
  if (unexpected.kind == TokenKind::kString) text = unexpected.dollar ? "$$" : "'";
  return SqlError(absl::StatusCode::kInvalidArgument, "001003", "42000",
                  absl::StrCat("SQL compilation error:\nsyntax error line ", unexpected.line, " at position ",
                               unexpected.position, " unexpected '", text, "'."));
}

absl::Status InvalidProperty(absl::string_view property, absl::string_view kind) {
  return SqlError(absl::StatusCode::kInvalidArgument, "001420", "22023",
                  absl::StrCat("SQL compilation error:\ninvalid property '", property, "' for '", kind, "'"));
}

absl::Status InvalidValue(absl::string_view value, absl::string_view parameter) {
  return SqlError(absl::StatusCode::kInvalidArgument, "001008", "22023",
                  absl::StrCat("SQL compilation error:\ninvalid value [", value, "] for parameter '", parameter, "'"));
}

absl::Status Unsupported(absl::string_view feature) {
  return SqlError(absl::StatusCode::kUnimplemented, "000002", "0A000",
                  absl::StrCat("Unsupported feature '", feature, "'."));
}

absl::Status UnsupportedType(absl::string_view words) {
  return SqlError(absl::StatusCode::kInvalidArgument, "391911", "0A000",
                  absl::StrCat("Unsupported statement type '", words, "'."));
}

}  // namespace spcs::sql
