// SPDX-License-Identifier: MPL-2.0
// The columns and keys of a table as SQL writes and shows them. For spcs_table alone.
#pragma once

#include <map>
#include <vector>

#include "absl/status/status.h"
#include "provider/resources/object_row.h"
#include "provider/resources/table_model.h"
#include "provider/snowflake/identifier.h"
#include "provider/snowflake/statement.h"

namespace spcs::resources {

using ColumnsByName = std::map<snowflake::Identifier, Column>;
ColumnsByName ByName(const Table& table);

// NAME TYPE and the clauses of a column of CREATE TABLE and ADD COLUMN. The column has passed the validators.
void AppendColumn(const snowflake::Identifier& name, const Column& column, snowflake::Statement& statement);

// What turns the column into the planned one, each statement beginning with `base`: ALTER TABLE t ALTER COLUMN c.
void AlterColumn(const snowflake::Statement& base, const Column& before, const Column& planned,
                 std::vector<snowflake::Statement>& statements);

// The attribute of the column whose change the service cannot carry out in place; nullptr when there is none.
const char* ReplacingAttribute(const Column& before, const Column& planned);

// A row of DESCRIBE TABLE; spelled as in `stored` where both mean the same.
Column ReadColumn(const ObjectRow& row, const ColumnsByName& stored);

// (A, B)
absl::Status AppendKey(const tf::SetOf<tf::String>& key, snowflake::Statement& statement);

// The keys of SHOW UNIQUE KEYS.
tf::Set<tf::Set<tf::String>> ReadUniqueKeys(const std::vector<ObjectRow>& rows);

}  // namespace spcs::resources
