// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/table_model.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "provider/resources/cluster_key.h"
#include "provider/resources/column_default.h"
#include "provider/resources/column_type.h"
#include "provider/resources/names.h"
#include "provider/tf/validate.h"

namespace spcs::resources {
namespace {

using tf::Computed, tf::Optional, tf::Required;
using tf::Value;

bool SameTypeValue(const Value& a, const Value& b) {
  return SameType(a.AsString(), b.AsString());
}

void CheckType(const Value& value, const tf::Path& path, tf::Diagnostics& diagnostics) {
  if (IsTypeText(value.AsString())) {
    const std::string fault = TypeFault(value.AsString());
    if (!fault.empty())
      diagnostics.AddError(path, "Invalid column type", absl::StrCat(value.AsString(), ": ", fault, "."));
    return;
  }
  diagnostics.AddError(path, "Invalid column type",
                       absl::StrCat("\"", value.AsString(),
                                    "\" is no type; write one such as VARCHAR, NUMBER(38,0), "
                                    "BOOLEAN or TIMESTAMP_LTZ."));
}

bool SameDefaultValue(const Value& a, const Value& b) {
  return SameDefault(a.AsString(), b.AsString());
}

void CheckDefault(const Value& value, const tf::Path& path, tf::Diagnostics& diagnostics) {
  if (IsDefaultText(value.AsString())) return;
  diagnostics.AddError(path, "Invalid default",
                       absl::StrCat(value.AsString(),
                                    " is neither a number, TRUE, FALSE, a 'text' in single quotes nor a call without "
                                    "arguments such as CURRENT_TIMESTAMP()."));
}

void CheckCollation(const Value& value, const tf::Path& path, tf::Diagnostics& diagnostics) {
  const std::string& text = value.AsString();
  const bool fits = !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '-' || c == '_';
  });
  if (fits) return;
  diagnostics.AddError(path, "Invalid collation",
                       absl::StrCat("\"", text, "\" is no collation; write one such as en-ci, utf8 or de-pi."));
}

void CheckIncrement(const Value& value, const tf::Path& path, tf::Diagnostics& diagnostics) {
  if (!(value == Value(0))) return;
  diagnostics.AddError(path, "No increment",
                       "An increment of 0 would give every row the same number; write 1 or more.");
}

bool SameClusterKeys(const Value& a, const Value& b) {
  if (!a.IsList() || !b.IsList() || a.AsList().size() != b.AsList().size()) return false;
  return std::equal(a.AsList().begin(), a.AsList().end(), b.AsList().begin(), [](const Value& one, const Value& other) {
    if (!one.IsString() || !other.IsString()) return one == other;
    const auto left = CanonicalClusterKey(one.AsString()), right = CanonicalClusterKey(other.AsString());
    return left.ok() && right.ok() && *left == *right;
  });
}

void CheckClusterKeys(const Value& value, const tf::Path& path, tf::Diagnostics& diagnostics) {
  for (size_t i = 0; i < value.AsList().size(); ++i) {
    const Value& key = value.AsList()[i];
    if (!key.IsString()) continue;
    const auto canonical = CanonicalClusterKey(key.AsString());
    if (canonical.ok()) continue;
    diagnostics.AddError(path.Index(static_cast<int64_t>(i)), "Invalid clustering key",
                         absl::StrCat("\"", key.AsString(), "\" is no expression: ", canonical.status().message(),
                                      ". Write a column, or a call such as TO_DATE(AT) or SUBSTRING(NAME, 1, 2)."));
  }
}

bool SameKeys(const Value& a, const Value& b) {
  if (!a.IsList() || !b.IsList() || a.AsList().size() != b.AsList().size()) return false;
  return std::all_of(a.AsList().begin(), a.AsList().end(), [&](const Value& key) {
    return std::any_of(b.AsList().begin(), b.AsList().end(),
                       [&](const Value& other) { return SameNameSet(key, other); });
  });
}

void CheckKeys(const Value& value, const tf::Path& path, tf::Diagnostics& diagnostics) {
  for (const Value& key : value.AsList()) {
    if (!key.IsList()) continue;
    if (key.AsList().empty()) diagnostics.AddError(path, "Empty key", "A unique key needs one column at least.");
    NamesOr({})(key, path, diagnostics);
  }
}

}  // namespace

const tf::Table<ColumnIdentity>& ColumnIdentity::Fields() {
  static const tf::Table<ColumnIdentity> table{
      {"start", &ColumnIdentity::start, Optional{.default_value = 1, .doc = "Number of the first row."}},
      {"increment", &ColumnIdentity::increment,
       Optional{.default_value = 1, .validators = {CheckIncrement}, .doc = "Step from a number to the next."}},
      {"ordered", &ColumnIdentity::ordered,
       Optional{.default_value = false,
                .doc = "Whether numbers grow in the order of inserts, which costs speed where many insert at once."}},
  };
  return table;
}

const tf::Table<Column>& Column::Fields() {
  static const tf::Table<Column> table{
      {"name", &Column::name,
       Required{.same_meaning = SameNameValue,
                .validators = {CheckName},
                .doc = "Name of the column. Another name is another column: a new one is added, and the old one is "
                       "dropped with its data."}},
      {"type", &Column::type,
       Required{.same_meaning = SameTypeValue,
                .validators = {CheckType},
                .doc =
                    "Type; compared by meaning, so STRING is VARCHAR. A change alters the column in place, where the "
                    "service allows that."}},
      {"collate", &Column::collate,
       Optional{.same_meaning = SameWord,
                .validators = {CheckCollation},
                .doc = "Collation of a text, such as en-ci; unset, as the schema has it. The service cannot change it: "
                       "another one replaces the table."}},
      {"nullable", &Column::nullable, Optional{.default_value = true, .doc = "Whether the column may be null."}},
      {"default", &Column::default_value,
       Optional{.same_meaning = SameDefaultValue,
                .validators = {CheckDefault},
                .doc = "Default of new rows as SQL: a number, TRUE, FALSE, a 'text' or a call such as "
                       "CURRENT_TIMESTAMP(). The service can take it away, but not change it: another one replaces "
                       "the table."}},
      {"identity", &Column::identity,
       Optional{.doc = "Numbers that the service gives to new rows (AUTOINCREMENT). The service cannot change them: "
                       "another value replaces the table."}},
      {"comment", &Column::comment, CommentAttribute("column")},
  };
  return table;
}

const tf::Model<Table>& TableModel() {
  using M = Table;
  static const tf::Model<M> model{
      "spcs_table",
      "A table with typed columns.",
      {
          {"database", &M::database, ParentAttribute("Database of the table.")},
          {"schema", &M::schema, ParentAttribute("Schema of the table.")},
          {"name", &M::name, RenamedNameAttribute("table")},
          {"transient", &M::transient,
           Optional{.default_value = false, .replace = true, .doc = "Without fail-safe storage."}},
          {"columns", &M::columns,
           Required{.validators = {tf::NonEmpty()},
                    .doc = "The columns. New ones are added behind the others, wherever they stand here; a "
                           "missing one is dropped with its data."}},
          {"primary_key", &M::primary_key,
           Optional{.same_meaning = SameNameSet,
                    .validators = {tf::NonEmpty(), NamesOr({})},
                    .doc = "Columns of the primary key, each with `nullable = false`. The service keeps it for tools "
                           "to read, and does not enforce it: duplicates are possible."}},
          {"unique_keys", &M::unique_keys,
           Optional{.same_meaning = SameKeys,
                    .validators = {tf::NonEmpty(), CheckKeys},
                    .doc = "Unique keys, each a set of columns. The service keeps them for tools to read, and does "
                           "not enforce them: duplicates are possible."}},
          {"cluster_by", &M::cluster_by,
           Optional{.same_meaning = SameClusterKeys,
                    .validators = {tf::NonEmpty(), CheckClusterKeys},
                    .doc = "Clustering key: columns, or expressions of them such as TO_DATE(AT)."}},
          {"data_retention_time_in_days", &M::data_retention_time_in_days, RetentionAttribute()},
          {"change_tracking", &M::change_tracking,
           Optional{.default_value = false, .doc = "Whether changes of rows can be queried."}},
          {"enable_schema_evolution", &M::enable_schema_evolution,
           Optional{.default_value = false,
                    .doc = "Whether loading files may add columns; those show as a difference here."}},
          {"comment", &M::comment, CommentAttribute("table")},
          {"tags", &M::tags, TagsAttribute()},
          {"qualified_name", &M::qualified_name, QualifiedNameAttribute()},
          {"force_destroy", &M::force_destroy, ForceDestroyAttribute("drop the table also when it has rows.")},
      }};
  return model;
}

}  // namespace spcs::resources
