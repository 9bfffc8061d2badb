// SPDX-License-Identifier: MPL-2.0
// Keys and clustering of tables, as CREATE TABLE and ALTER TABLE write them. For table_grammar.cc alone.
//
// A key ends in Statement::values["keys"]: `text` is PRIMARY KEY or UNIQUE, `name` the constraint's name (empty: the
// service makes one), `list` its columns. A clustering expression ends in values["cluster_by"]: `text` as it is
// written, `list` the columns that it uses.
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/sql/cursor.h"
#include "emulator/sql/statement.h"

namespace spcs::sql {

// [CONSTRAINT name] PRIMARY KEY | UNIQUE, with the columns in parentheses or, in a column's own clauses, for `column`
// ("" elsewhere); false when no key stands here. Keys to other tables are refused as unsupported.
absl::StatusOr<bool> TryKey(TokenCursor& cursor, const std::string& column, Statement& statement);

// (a, TO_DATE(b)) behind CLUSTER BY.
absl::Status ParseClusterBy(TokenCursor& cursor, absl::string_view sql, Statement& statement);

// CLUSTER BY (…), ADD key, DROP PRIMARY KEY, DROP UNIQUE (…), DROP CONSTRAINT name and DROP CLUSTERING KEY of ALTER
// TABLE; false when none stands here.
absl::StatusOr<bool> TryAlterKeys(TokenCursor& cursor, absl::string_view sql, Statement& statement);

// SHOW PRIMARY KEYS and SHOW UNIQUE KEYS, of one table; nullopt when neither stands here.
absl::StatusOr<std::optional<Statement>> TryShowKeys(TokenCursor& cursor);

}  // namespace spcs::sql
