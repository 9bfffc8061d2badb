// SPDX-License-Identifier: MPL-2.0
#include "provider/data_sources/show_source.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "provider/snowflake/identifier.h"

namespace spcs::data_sources {

using resources::ObjectRow;
using snowflake::Identifier;
using snowflake::ObjectName;
using snowflake::Statement;
using tf::Value;

namespace {

constexpr size_t kRowsOfOneShow = 10000;

Value NumberOf(const std::string& text) {
  int64_t whole = 0;
  double fraction = 0;
  if (absl::SimpleAtoi(text, &whole)) return Value(whole);
  return absl::SimpleAtod(text, &fraction) ? Value(fraction) : Value::Null();
}

Value CellValue(const tf::Attribute& attribute, const ObjectRow& row, const std::string& column) {
  const std::string text = row.Text(column);
  switch (attribute.type.kind()) {
    case tf::Type::Kind::kBool: return text.empty() ? Value::Null() : Value(row.Bool(column));
    case tf::Type::Kind::kNumber: return NumberOf(text);
    case tf::Type::Kind::kList: {
      Value::List names;
      for (std::string& name : NamesIn(text)) names.emplace_back(std::move(name));
      return Value(std::move(names));
    }
    default: break;
  }
  const bool is_time = absl::EndsWith(attribute.name, "_on") || absl::EndsWith(attribute.name, "_at");
  const std::string shown = is_time ? row.Time(column) : text;
  return shown.empty() ? Value::Null() : Value(shown);
}

}  // namespace

Value RowValue(const std::vector<tf::Attribute>& attributes, const ObjectRow& row, const ColumnNames& columns) {
  Value::Map members;
  for (const tf::Attribute& attribute : attributes) {
    const auto other = columns.find(attribute.name);
    members[attribute.name] = CellValue(attribute, row, other == columns.end() ? attribute.name : other->second);
  }
  return Value(std::move(members));
}

std::vector<std::string> NamesIn(absl::string_view text) {
  absl::ConsumePrefix(&text, "[");
  absl::ConsumeSuffix(&text, "]");
  std::vector<std::string> names;
  for (absl::string_view part : absl::StrSplit(text, ',')) {
    part = absl::StripAsciiWhitespace(part);
    if (absl::ConsumePrefix(&part, "\"")) absl::ConsumeSuffix(&part, "\"");
    if (!part.empty()) names.emplace_back(part);
  }
  return names;
}

std::string NameOf(const ObjectRow& row) {
  return Identifier::Stored(row.Text("name")).Sql();
}

std::string FullNameOf(const ObjectRow& row) {
  return ObjectName(Identifier::Stored(row.Text("database_name")), Identifier::Stored(row.Text("schema_name")),
                    Identifier::Stored(row.Text("name")))
      .Sql();
}

void AddLike(const tf::String& like, Statement& statement) {
  if (like.IsKnown()) statement.Raw("LIKE").Literal(like.value());
}

void AddStartsWith(const tf::String& starts_with, Statement& statement) {
  if (starts_with.IsKnown()) statement.Raw("STARTS WITH").Literal(starts_with.value());
}

absl::StatusOr<Rows> SharedRows(resources::Session& session, snowflake::ShowKind kind, std::stop_token stop) {
  ASSIGN_OR_RETURN(const auto listing, session.inventory().List(kind, snowflake::Scope::Account(), std::move(stop)));
  Rows rows;
  for (size_t i = 0; i < listing->size(); ++i) rows.emplace_back(listing->row(i));
  return rows;
}

absl::StatusOr<Rows> QueryRows(resources::Session& session, const Statement& statement, std::stop_token stop) {
  ASSIGN_OR_RETURN(const auto result, session.Query(statement, std::move(stop)));
  return resources::AllRows(result);
}

void WarnIfCut(const Rows& rows, tf::Diagnostics& diagnostics) {
  if (rows.size() < kRowsOfOneShow) return;
  diagnostics.AddWarning(tf::Path(), "The listing may be incomplete",
                         "The service ends each listing at 10,000 rows. Narrow it with a filter.");
}

}  // namespace spcs::data_sources
