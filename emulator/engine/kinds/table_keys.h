// SPDX-License-Identifier: MPL-2.0
// Keys, clustering and collations of tables: what DESCRIBE and SHOW tell of them. The service enforces none of the
// keys, and neither does this. All of it is in the table's record, by the ids of columns.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "emulator/engine/kind_handler.h"
#include "emulator/engine/kinds/table_rows.h"

namespace spcs::engine {

// The keys and the clustering of CREATE TABLE or ADD COLUMN, once the columns are there. The columns of a primary key
// become NOT NULL.
absl::Status AddKeys(ExecutionContext& context, Object& table, const sql::Statement& statement);
// ADD KEY, DROP KEY and CLUSTER BY of ALTER TABLE.
absl::Status AlterKeys(ExecutionContext& context, Object& table, const sql::Statement& statement);
// Whether the service numbers the rows of the column: its default is IDENTITY START … INCREMENT ….
bool IsIdentity(const TableColumn& column);
// The collation of a column that has just been added.
absl::Status SetCollation(Object& table, const TableColumn& column, const std::string& collation);
// Refuses to drop a column of the clustering key; takes the keys and the collation away that the column had.
absl::Status ForgetColumn(Object& table, const TableColumn& column);

// "VARCHAR(10) COLLATE 'en-ci'".
std::string TypeText(const Object& table, const TableColumn& column);
// Whether a key of the kind, PRIMARY KEY or UNIQUE, has the column.
bool IsInKey(const Object& table, const TableColumn& column, const std::string& kind);
// "LINEAR(A, TO_DATE(B))", "" without a clustering key.
std::string ClusterText(const Object& table);

// SHOW PRIMARY KEYS and SHOW UNIQUE KEYS.
void RegisterTableKeys(Registry& registry);

}  // namespace spcs::engine
