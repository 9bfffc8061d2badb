// SPDX-License-Identifier: MPL-2.0
// How the REST surface writes SQL: names and literals go through here and nowhere else, so that nothing in a path or a
// body can become another statement.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace spcs::rest {

// One identifier as clients write it, bare or "quoted", as SQL. 400 when it is neither.
absl::StatusOr<std::string> IdentifierSql(absl::string_view text);

// One to three identifiers with dots between them.
absl::StatusOr<std::string> NameSql(absl::string_view text);

// The name that the account stores for an identifier that IdentifierSql() wrote.
std::string StoredName(absl::string_view identifier_sql);

// Splits at the separators that stand outside of double quotes; at least one part.
std::vector<std::string> SplitUnquoted(absl::string_view text, char separator);

// 'text', whatever is in it.
std::string Literal(absl::string_view text);

// A LIKE pattern that only the text itself matches (in any case).
std::string ExactPattern(absl::string_view text);

// Words of letters, "CREATE IMAGE REPOSITORY": upper case, '_' and blanks alike; 400 on anything else.
absl::StatusOr<std::string> WordsSql(absl::string_view text);

}  // namespace spcs::rest
