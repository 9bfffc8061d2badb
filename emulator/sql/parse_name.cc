// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/parse_name.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "emulator/sql/cursor.h"
#include "emulator/sql/token.h"

namespace spcs::sql {

absl::StatusOr<QualifiedName> ParseWholeName(absl::string_view text) {
  absl::StatusOr<std::vector<Token>> tokens = Tokenize(text);
  if (tokens.ok()) {
    TokenCursor cursor(*std::move(tokens));
    absl::StatusOr<QualifiedName> name = cursor.ExpectName();
    if (name.ok() && cursor.AtEnd()) return name;
  }
  return absl::InvalidArgumentError(absl::StrCat("'", text, "' is no object name"));
}

}  // namespace spcs::sql
