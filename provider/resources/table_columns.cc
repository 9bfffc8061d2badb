// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/table_columns.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "provider/base/status.h"
#include "provider/resources/column_default.h"
#include "provider/resources/column_type.h"

namespace spcs::resources {
namespace {

using snowflake::DerivedKeyword;
using snowflake::Identifier;
using snowflake::Statement;

// TYPE or TYPE(1,2). The validators have refused everything else.
void AppendType(const std::string& type, Statement& statement) {
  const size_t open = std::min(type.find('('), type.size());
  statement.Raw(DerivedKeyword(absl::AsciiStrToUpper(absl::StripAsciiWhitespace(type.substr(0, open)))));
  if (open == type.size()) return;
  statement.Raw("(");
  const std::string parameters = type.substr(open + 1, type.find(')') - open - 1);
  bool first = true;
  for (absl::string_view parameter : absl::StrSplit(parameters, ',')) {
    parameter = absl::StripAsciiWhitespace(parameter);
    if (!first) statement.Comma();
    int64_t number = 0;
    if (absl::SimpleAtoi(parameter, &number)) {
      statement.Number(number);
    } else {
      statement.Raw(DerivedKeyword(parameter));  // VECTOR(FLOAT, 256)
    }
    first = false;
  }
  statement.Raw(")");
}

bool SameText(const tf::String& a, const tf::String& b) {
  return a.IsNull() == b.IsNull() && absl::EqualsIgnoreCase(a.value_or(""), b.value_or(""));
}

tf::String TextOrNull(const std::string& text) {
  return text.empty() ? tf::String() : tf::String(text);
}

// "VARCHAR(10) COLLATE 'en-ci'" in its two parts.
void ReadType(const std::string& text, Column& column) {
  const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits(" COLLATE ", 1));
  column.type = parts[0];
  if (parts.size() == 1) return;
  const absl::string_view quoted = absl::StripAsciiWhitespace(parts[1]);
  if (quoted.size() > 2) column.collate = std::string(quoted.substr(1, quoted.size() - 2));
}

// "IDENTITY START 1 INCREMENT 1 NOORDER"; false for another default.
bool ReadIdentity(const std::string& text, Column& column) {
  const std::vector<std::string> words = absl::StrSplit(text, ' ', absl::SkipEmpty());
  const bool is_identity = words.size() >= 5 && (words[0] == "IDENTITY" || words[0] == "AUTOINCREMENT");
  int64_t start = 0, increment = 0;
  if (!is_identity || !absl::SimpleAtoi(words[2], &start) || !absl::SimpleAtoi(words[4], &increment)) return false;
  column.identity = ColumnIdentity{.start = start, .increment = increment, .ordered = words.back() == "ORDER"};
  return true;
}

void KeepSpelling(const Column& stored, Column& column) {
  column.name = stored.name;
  if (SameType(stored.type.value_or(""), column.type.value())) column.type = stored.type;
  // Without a collation of its own the column has the default of what holds it, which is no difference.
  if (stored.collate.IsNull() || SameText(stored.collate, column.collate)) column.collate = stored.collate;
  const bool both = stored.default_value.IsKnown() && column.default_value.IsKnown();
  if (both && SameDefault(stored.default_value.value(), column.default_value.value())) {
    column.default_value = stored.default_value;
  }
}

}  // namespace

ColumnsByName ByName(const Table& table) {
  ColumnsByName columns;
  for (const auto& column : table.columns.value_or({})) {
    const auto name = Identifier::Parse(column.value().name.value_or(""));
    if (name.ok()) columns.emplace(*name, column.value());
  }
  return columns;
}

void AppendColumn(const Identifier& name, const Column& column, Statement& statement) {
  statement.Name(name);
  AppendType(column.type.value(), statement);
  if (column.collate.IsKnown()) statement.Raw("COLLATE").Literal(column.collate.value());
  if (!column.nullable.value_or(true)) statement.Raw("NOT NULL");
  if (column.default_value.IsKnown()) AppendDefault(column.default_value.value(), statement.Raw("DEFAULT"));
  if (column.identity.IsKnown()) {
    const ColumnIdentity& identity = column.identity.value();
    statement.Raw("AUTOINCREMENT START").Number(identity.start.value_or(1));
    statement.Raw("INCREMENT").Number(identity.increment.value_or(1));
    // Which one is meant without a word depends on a parameter of the account.
    identity.ordered.value_or(false) ? statement.Raw("ORDER") : statement.Raw("NOORDER");
  }
  if (column.comment.IsKnown()) statement.Raw("COMMENT").Literal(column.comment.value());
}

void AlterColumn(const Statement& base, const Column& before, const Column& planned,
                 std::vector<Statement>& statements) {
  if (!SameType(before.type.value_or(""), planned.type.value())) {
    Statement type(base);
    AppendType(planned.type.value(), type.Raw("SET DATA TYPE"));
    statements.push_back(std::move(type));
  }
  if (before.nullable.value_or(true) != planned.nullable.value_or(true)) {
    Statement nullable(base);
    statements.push_back(planned.nullable.value_or(true) ? nullable.Raw("DROP NOT NULL")
                                                         : nullable.Raw("SET NOT NULL"));
  }
  if (before.default_value.IsKnown() && planned.default_value.IsNull()) {
    statements.push_back(Statement(base).Raw("DROP DEFAULT"));
  }
  if (!(before.comment == planned.comment)) {
    statements.push_back(Statement(base).Raw("COMMENT").Literal(planned.comment.value_or("")));
  }
}

const char* ReplacingAttribute(const Column& before, const Column& planned) {
  if (!planned.collate.IsUnknown() && !SameText(before.collate, planned.collate)) return "collate";
  if (!planned.identity.IsUnknown() && !(before.identity == planned.identity)) return "identity";
  const bool given = planned.default_value.IsKnown();
  return given && !SameDefault(before.default_value.value_or(""), planned.default_value.value()) ? "default" : nullptr;
}

Column ReadColumn(const ObjectRow& row, const ColumnsByName& stored) {
  const Identifier name = Identifier::Stored(row.Text("name"));
  Column column{.name = name.Sql(),
                .nullable = absl::StartsWithIgnoreCase(row.Get("null?").value_or("Y"), "Y"),
                .comment = TextOrNull(row.Text("comment"))};
  ReadType(row.Text("type"), column);
  const std::string value = row.Text("default");
  if (!ReadIdentity(value, column)) column.default_value = TextOrNull(value == "NULL" ? "" : value);
  if (const auto known = stored.find(name); known != stored.end()) KeepSpelling(known->second, column);
  return column;
}

absl::Status AppendKey(const tf::SetOf<tf::String>& key, Statement& statement) {
  statement.Raw("(");
  bool first = true;
  for (const tf::String& text : key.elements) {
    ASSIGN_OR_RETURN(const Identifier name, Identifier::Parse(text.value_or("")));
    if (!first) statement.Comma();
    first = false;
    statement.Name(snowflake::ObjectName(name));
  }
  statement.Raw(")");
  return absl::OkStatus();
}

tf::Set<tf::Set<tf::String>> ReadUniqueKeys(const std::vector<ObjectRow>& rows) {
  std::map<std::string, tf::SetOf<tf::String>> keys;
  for (const ObjectRow& row : rows) {
    keys[row.Text("constraint_name")].elements.emplace_back(Identifier::Stored(row.Text("column_name")).Sql());
  }
  if (keys.empty()) return {};
  tf::SetOf<tf::Set<tf::String>> all;
  for (auto& [name, key] : keys) all.elements.emplace_back(std::move(key));
  return all;
}

}  // namespace spcs::resources
