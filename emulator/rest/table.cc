// SPDX-License-Identifier: MPL-2.0
#include "emulator/rest/table.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "emulator/rest/answer.h"
#include "emulator/rest/body.h"
#include "emulator/rest/errors.h"
#include "emulator/rest/text.h"
#include "emulator/sql/cursor.h"
#include "emulator/sql/data_type.h"
#include "emulator/sql/expression.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::rest {
namespace {

using nlohmann::json;

constexpr Field kColumn[] = {
    {"name", "name", Type::kName, Use::kHead},       {"datatype", "type", Type::kText, Use::kHead},
    {"nullable", "null?", Type::kBool, Use::kHead},  {"default", "default", Type::kText, Use::kHead},
    {"comment", "comment", Type::kText, Use::kHead},
};

// The text without comments when `read` takes all of it as one thing; its own error else.
template <typename Read>
absl::StatusOr<std::string> Checked(absl::string_view member, const std::string& text, Read read) {
  ASSIGN_OR_RETURN(std::vector<sql::Token> tokens, sql::Tokenize(text));
  sql::TokenCursor cursor(std::move(tokens));
  RETURN_IF_ERROR(read(cursor));
  if (!cursor.AtEnd()) return BadRequest(absl::StrCat("body: column: '", member, "' has more than one thing in it"));
  return std::string(cursor.Span(text, 0, cursor.position()));
}

absl::Status ReadDefault(sql::TokenCursor& cursor) {
  return (cursor.Peek(1).text == "(" ? sql::ParseCall(cursor) : sql::ParseLiteral(cursor)).status();
}

absl::StatusOr<std::string> ColumnSql(const json& column) {
  if (!column.is_object()) return BadRequest("body: 'columns' must be a list of objects");
  RETURN_IF_ERROR(CheckMembers(kColumn, column));
  ASSIGN_OR_RETURN(const std::string name, Required("name", Type::kName, column));
  RETURN_IF_ERROR(Required("datatype", Type::kText, column).status());
  ASSIGN_OR_RETURN(const std::string type,
                   Checked("datatype", JsonString(column, "datatype"),
                           [](sql::TokenCursor& cursor) { return sql::ParseDataType(cursor).status(); }));
  std::string text = absl::StrCat(name, " ", type, column.value("nullable", json()) == false ? " NOT NULL" : "");
  if (const std::string value = JsonString(column, "default"); !value.empty()) {
    ASSIGN_OR_RETURN(const std::string checked, Checked("default", value, ReadDefault));
    absl::StrAppend(&text, " DEFAULT ", checked);
  }
  if (const std::string comment = JsonString(column, "comment"); !comment.empty()) {
    absl::StrAppend(&text, " COMMENT ", Literal(comment));
  }
  return text;
}

// All columns of the body with commas between.
absl::StatusOr<std::string> ColumnsSql(const json& body) {
  const json columns = body.value("columns", json());
  if (!columns.is_array() || columns.empty()) {
    return BadRequest("body: 'columns' must be a list of at least one column");
  }
  std::vector<std::string> parts;
  for (const json& column : columns) {
    ASSIGN_OR_RETURN(std::string part, ColumnSql(column));
    parts.push_back(std::move(part));
  }
  return absl::StrJoin(parts, ", ");
}

// The type as the account prints it; what it cannot read was refused before.
std::string CanonicalType(const json& column) {
  absl::StatusOr<std::vector<sql::Token>> tokens = sql::Tokenize(JsonString(column, "datatype"));
  if (!tokens.ok()) return "";
  sql::TokenCursor cursor(*std::move(tokens));
  return sql::ParseDataType(cursor).value_or("");
}

// The clauses of ALTER for a column that stays.
void AlterColumn(const json& wanted, const json& current, std::vector<std::string>& changes) {
  const std::string start = absl::StrCat(" ALTER COLUMN ", JsonString(current, "name"), " ");
  const auto change = [&](absl::string_view clause) { changes.push_back(absl::StrCat(start, clause)); };
  if (const std::string type = CanonicalType(wanted); type != JsonString(current, "datatype")) {
    change(absl::StrCat("SET DATA TYPE ", type));
  }
  const bool nullable = wanted.value("nullable", json()) != false;
  if (nullable != (current["nullable"] == true)) change(nullable ? "DROP NOT NULL" : "SET NOT NULL");
  const std::string value = JsonString(wanted, "default"), comment = JsonString(wanted, "comment");
  if (value != JsonString(current, "default")) change(value.empty() ? "DROP DEFAULT" : "SET DEFAULT " + value);
  if (comment != JsonString(current, "comment")) {
    change(comment.empty() ? "UNSET COMMENT" : absl::StrCat("COMMENT ", Literal(comment)));
  }
}

const json* FindColumn(const json& columns, const std::string& name) {
  for (const json& column : columns) {
    if (StoredName(JsonString(column, "name")) == name) return &column;
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> TableChanges(json& body, const json& current) {
  RETURN_IF_ERROR(CheckUnchanged("kind", body, current));
  RETURN_IF_ERROR(ColumnsSql(body).status());
  std::vector<std::string> changes;
  for (const json& column : body["columns"]) {
    const json* found = FindColumn(current["columns"], StoredName(JsonString(column, "name")));
    if (found != nullptr) {
      AlterColumn(column, *found, changes);
      continue;
    }
    ASSIGN_OR_RETURN(const std::string text, ColumnSql(column));
    changes.push_back(absl::StrCat(" ADD COLUMN ", text));
  }
  for (const json& column : current["columns"]) {
    const std::string name = JsonString(column, "name");
    if (FindColumn(body["columns"], StoredName(name)) == nullptr)
      changes.push_back(absl::StrCat(" DROP COLUMN ", name));
  }
  return changes;
}

absl::StatusOr<CreateWords> TableWords(const emulator_http::HttpRequest& request, const json& body) {
  CreateWords words;
  if (absl::EqualsIgnoreCase(JsonString(body, "kind"), "TRANSIENT")) words.modifier = "TRANSIENT ";
  if (absl::EqualsIgnoreCase(JsonString(body, "kind"), "TEMPORARY")) words.modifier = "TEMPORARY ";
  ASSIGN_OR_RETURN(const std::string columns, ColumnsSql(body));
  words.head = absl::StrCat(" (", columns, ")");
  ASSIGN_OR_RETURN(const bool copy_grants, Flag(request, "copyGrants"));
  if (copy_grants) words.tail = " COPY GRANTS";
  return words;
}

absl::Status CompleteTable(const std::string& name, const Run& run, json& table) {
  ASSIGN_OR_RETURN(const engine::ResultSet result, run(absl::StrCat("DESCRIBE TABLE ", name)));
  table["columns"] = ListOf(kColumn, result);
  return absl::OkStatus();
}

}  // namespace spcs::rest
