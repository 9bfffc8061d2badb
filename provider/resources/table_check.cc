// SPDX-License-Identifier: MPL-2.0
// CheckTable: what goes wrong between attributes of a table.
#include <map>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "provider/resources/cluster_key.h"
#include "provider/resources/column_type.h"
#include "provider/resources/table_model.h"
#include "provider/snowflake/identifier.h"

namespace spcs::resources {
namespace {

using snowflake::Identifier;

struct KnownColumn {
  size_t index = 0;
  Column column;
};
using KnownColumns = std::map<Identifier, KnownColumn>;

tf::Path ColumnPath(size_t index, const char* attribute) {
  return tf::Path("columns").Index(static_cast<int64_t>(index)) / attribute;
}

std::optional<Identifier> NameIn(const tf::String& name) {
  if (!name.IsKnown()) return std::nullopt;
  const auto parsed = Identifier::Parse(name.value());
  return parsed.ok() ? std::optional<Identifier>(*parsed) : std::nullopt;
}

void CheckColumn(const Column& column, size_t index, tf::Diagnostics& diagnostics) {
  if (!column.type.IsKnown()) return;
  const std::string type = CanonicalType(column.type.value());
  if (column.collate.IsKnown() && !absl::StartsWith(type, "VARCHAR")) {
    diagnostics.AddError(ColumnPath(index, "collate"), "Collation of no text",
                         absl::StrCat("Only texts have a collation, and this column is ", column.type.value(), "."));
  }
  if (!column.identity.IsKnown()) return;
  if (!absl::StartsWith(type, "NUMBER") || !absl::EndsWith(type, ",0)")) {
    diagnostics.AddError(ColumnPath(index, "identity"), "Identity of no whole number",
                         absl::StrCat("Only whole numbers have an identity, and this column is ", column.type.value(),
                                      "; write NUMBER or INTEGER."));
  }
  if (column.default_value.IsKnown()) {
    diagnostics.AddError(ColumnPath(index, "default"), "Default beside an identity",
                         "The identity gives the number of a new row, so the column has no default; remove one.");
  }
}

// The columns by name; nullopt when a name is not known yet.
std::optional<KnownColumns> CheckColumns(const Table& config, tf::Diagnostics& diagnostics) {
  KnownColumns columns;
  bool all = true;
  for (size_t i = 0; i < config.columns.value().size(); ++i) {
    const auto& column = config.columns.value()[i];
    const std::optional<Identifier> name = column.IsKnown() ? NameIn(column.value().name) : std::nullopt;
    all = all && name.has_value();
    if (!column.IsKnown()) continue;
    CheckColumn(column.value(), i, diagnostics);
    if (!name) continue;
    const auto [there, added] = columns.emplace(*name, KnownColumn{i, column.value()});
    if (added) continue;
    diagnostics.AddError(
        ColumnPath(i, "name"), "Column named twice",
        absl::StrCat("Column ", name->Sql(), " stands at columns[", there->second.index, "] already."));
  }
  return all ? std::optional<KnownColumns>(std::move(columns)) : std::nullopt;
}

const KnownColumn* Find(const KnownColumns& columns, const Identifier& name, const tf::Path& path,
                        tf::Diagnostics& diagnostics) {
  const auto found = columns.find(name);
  if (found != columns.end()) return &found->second;
  diagnostics.AddError(path, "No such column",
                       absl::StrCat(name.Sql(), " is no column of this table; write a name that `columns` has."));
  return nullptr;
}

void CheckKey(const KnownColumns& columns, const tf::SetOf<tf::String>& key, const char* attribute, bool primary,
              tf::Diagnostics& diagnostics) {
  for (const tf::String& text : key.elements) {
    const std::optional<Identifier> name = NameIn(text);
    if (!name) continue;
    const KnownColumn* column = Find(columns, *name, tf::Path(attribute), diagnostics);
    if (column == nullptr || !primary) continue;
    if (column->column.nullable.IsUnknown() || !column->column.nullable.value_or(true)) continue;
    diagnostics.AddError(ColumnPath(column->index, "nullable"), "Nullable column of the primary key",
                         absl::StrCat("Column ", name->Sql(),
                                      " belongs to the primary key, and the service makes such columns NOT NULL; write "
                                      "`nullable = false`."));
  }
}

}  // namespace

void CheckTable(const Table& config, tf::Diagnostics& diagnostics) {
  const bool keeps_too_long = config.transient.value_or(false) && config.data_retention_time_in_days.value_or(0) > 1;
  if (keeps_too_long) {
    diagnostics.AddError(tf::Path("data_retention_time_in_days"), "Retention of a transient table",
                         "The data of a transient table can be kept for 1 day at most; write 0 or 1.");
  }
  if (!config.columns.IsKnown()) return;
  const std::optional<KnownColumns> columns = CheckColumns(config, diagnostics);
  if (!columns) return;
  if (config.primary_key.IsKnown()) CheckKey(*columns, config.primary_key.value(), "primary_key", true, diagnostics);
  if (config.unique_keys.IsKnown()) {
    for (const auto& key : config.unique_keys.value().elements) {
      if (key.IsKnown()) CheckKey(*columns, key.value(), "unique_keys", false, diagnostics);
    }
  }
  if (!config.cluster_by.IsKnown()) return;
  for (size_t i = 0; i < config.cluster_by.value().size(); ++i) {
    const tf::String& key = config.cluster_by.value()[i];
    if (!key.IsKnown()) continue;
    for (const Identifier& name : ClusterKeyColumns(key.value())) {
      Find(*columns, name, tf::Path("cluster_by").Index(static_cast<int64_t>(i)), diagnostics);
    }
  }
}

}  // namespace spcs::resources
