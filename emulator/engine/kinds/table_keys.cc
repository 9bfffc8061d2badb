// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/kinds/table_keys.h"

#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

using nlohmann::json;

constexpr char kPrimary[] = "PRIMARY KEY";

absl::StatusOr<TableColumn> ColumnNamed(const Object& table, const std::string& name) {
  for (const TableColumn& column : ColumnsOf(table)) {
    if (column.name == name) return column;
  }
  return SqlError(absl::StatusCode::kInvalidArgument, "000904", "42000",
                  absl::StrCat("SQL compilation error:\ninvalid identifier '", sql::ToSql(name), "'"));
}

json& Keys(Object& table) {
  json& keys = table.props["keys"];
  if (!keys.is_array()) keys = json::array();
  return keys;
}

bool HasColumn(const json& key, const TableColumn& column) {
  return absl::c_linear_search(key.at("columns"), column.id);
}

absl::Status MakeNotNull(ExecutionContext& context, Object& table, int64_t id) {
  std::vector<TableColumn> columns = ColumnsOf(table);
  for (TableColumn& column : columns) {
    if (column.id != id || !column.nullable) continue;
    if (CountRows(context, table) > 0 && HasNulls(context, table, column)) {
      return CompilationError(
          absl::StrCat("Column '", column.name, "' contains null values. Not null constraint cannot be added."));
    }
    column.nullable = false;
  }
  SetColumns(table, columns);
  return absl::OkStatus();
}

absl::Status AddKey(ExecutionContext& context, Object& table, const sql::Value& value, bool exists) {
  json key = {{"kind", value.text}, {"columns", json::array()}};
  for (const sql::Value& name : value.list) {
    ASSIGN_OR_RETURN(const TableColumn column, ColumnNamed(table, name.text));
    if (HasColumn(key, column)) return CompilationError(absl::StrCat("duplicate column name '", column.name, "'"));
    key["columns"].push_back(column.id);
    if (value.text == kPrimary && exists) RETURN_IF_ERROR(MakeNotNull(context, table, column.id));
  }
  for (const json& other : Keys(table)) {
    if (value.text == kPrimary && other["kind"] == kPrimary) {
      return SqlError(absl::StatusCode::kInvalidArgument, "002200", "42601",
                      absl::StrCat("SQL compilation error:\nPrimary key already exists for table '", table.name, "'"));
    }
  }
  const int64_t number = JsonInt(table.props, "next_key") + 1;
  table.props["next_key"] = number;
  key["name"] = value.name.empty() ? absl::StrCat("SYS_CONSTRAINT_", table.id, "_", number) : value.name.name();
  Keys(table).push_back(std::move(key));
  return absl::OkStatus();
}

absl::Status DropKey(Object& table, const sql::Value& value) {
  json& keys = Keys(table);
  std::vector<int64_t> wanted;
  for (const sql::Value& name : value.list) {
    ASSIGN_OR_RETURN(const TableColumn column, ColumnNamed(table, name.text));
    wanted.push_back(column.id);
  }
  const auto is_it = [&](const json& key) {
    if (!value.name.empty()) return key["name"] == value.name.name();
    std::vector<int64_t> ids = key["columns"];
    const bool same = value.text == kPrimary || (ids.size() == wanted.size() && absl::c_is_permutation(ids, wanted));
    return key["kind"] == value.text && same;
  };
  const auto found = std::find_if(keys.begin(), keys.end(), is_it);
  if (found == keys.end()) {
    // The number and the words are inferred.
    return SqlError(absl::StatusCode::kNotFound, "002201", "42601",
                    absl::StrCat("SQL compilation error:\nConstraint '",
                                 value.name.empty() ? value.text : value.name.name(), "' does not exist."));
  }
  keys.erase(found);
  return absl::OkStatus();
}

absl::Status SetClusterBy(Object& table, const sql::Statement& statement) {
  json expressions = json::array(), columns = json::array();
  if (const auto written = statement.values.find("cluster_by"); written != statement.values.end()) {
    for (const sql::Value& value : written->second) {
      expressions.push_back(value.text);
      for (const sql::Value& name : value.list) {
        ASSIGN_OR_RETURN(const TableColumn column, ColumnNamed(table, name.text));
        columns.push_back(column.id);
      }
    }
  }
  table.props["cluster_by"] = std::move(expressions);
  table.props["cluster_columns"] = std::move(columns);
  return absl::OkStatus();
}

absl::StatusOr<ResultSet> ShowKeys(ExecutionContext& context, const sql::Statement& statement) {
  ASSIGN_OR_RETURN(const Object table, context.Require(Kind::kTable, statement.name));
  const std::string kind = statement.command == "SHOW UNIQUE KEYS" ? "UNIQUE" : kPrimary;
  ResultBuilder rows({Timestamp("created_on"), Text("database_name"), Text("schema_name"), Text("table_name"),
                      Text("column_name"), Fixed("key_sequence"), Text("constraint_name"), Text("rely"),
                      Text("comment")});
  const std::vector<TableColumn> columns = ColumnsOf(table);
  for (const json& key : table.props.value("keys", json::array())) {
    if (key["kind"] != kind) continue;
    int sequence = 0;
    for (const json& id : key["columns"]) {
      const auto column = absl::c_find_if(columns, [&](const TableColumn& one) { return one.id == id; });
      if (column == columns.end()) continue;
      rows.Add({TimeText(table.created_on), table.database, table.schema, table.name, column->name,
                absl::StrCat(++sequence), JsonString(key, "name"), "false", std::nullopt});
    }
  }
  return std::move(rows).Build();
}

}  // namespace

absl::Status AddKeys(ExecutionContext& context, Object& table, const sql::Statement& statement) {
  if (const auto keys = statement.values.find("keys"); keys != statement.values.end()) {
    const bool exists = statement.command != "CREATE TABLE";
    for (const sql::Value& key : keys->second) {
      RETURN_IF_ERROR(AddKey(context, table, key, exists));
      if (exists || key.text != kPrimary) continue;
      std::vector<TableColumn> columns = ColumnsOf(table);
      for (TableColumn& column : columns) column.nullable = column.nullable && !IsInKey(table, column, kPrimary);
      SetColumns(table, columns);
    }
  }
  return statement.command == "CREATE TABLE" ? SetClusterBy(table, statement) : absl::OkStatus();
}

absl::Status AlterKeys(ExecutionContext& context, Object& table, const sql::Statement& statement) {
  if (statement.action == "CLUSTER BY") return SetClusterBy(table, statement);
  if (statement.action == "ADD KEY") return AddKeys(context, table, statement);
  for (const sql::Value& key : statement.values.at("keys")) RETURN_IF_ERROR(DropKey(table, key));
  return absl::OkStatus();
}

bool IsIdentity(const TableColumn& column) {
  return absl::StartsWith(column.default_text.value_or(""), "IDENTITY START ");
}

absl::Status SetCollation(Object& table, const TableColumn& column, const std::string& collation) {
  if (!absl::StartsWith(column.type, "VARCHAR")) {
    return CompilationError(
        absl::StrCat("Collation cannot be specified for column '", column.name, "' of type ", column.type, "."));
  }
  const bool fits = absl::c_all_of(collation, [](char c) { return absl::ascii_isalnum(c) || c == '-' || c == '_'; });
  if (!fits) return InvalidValue(collation, "COLLATE");
  table.props["collations"][absl::StrCat(column.id)] = collation;
  return absl::OkStatus();
}

absl::Status ForgetColumn(Object& table, const TableColumn& column) {
  if (absl::c_linear_search(table.props.value("cluster_columns", json::array()), column.id)) {
    return CompilationError(
        absl::StrCat("Cannot drop column '", column.name, "' because it is used by the clustering key."));
  }
  json& keys = Keys(table);
  keys.erase(std::remove_if(keys.begin(), keys.end(), [&](const json& key) { return HasColumn(key, column); }),
             keys.end());
  if (table.props.contains("collations")) table.props["collations"].erase(absl::StrCat(column.id));
  return absl::OkStatus();
}

std::string TypeText(const Object& table, const TableColumn& column) {
  const json collations = table.props.value("collations", json::object());
  const std::string collation = JsonString(collations, absl::StrCat(column.id));
  return collation.empty() ? column.type : absl::StrCat(column.type, " COLLATE '", collation, "'");
}

bool IsInKey(const Object& table, const TableColumn& column, const std::string& kind) {
  const json keys = table.props.value("keys", json::array());
  return absl::c_any_of(keys, [&](const json& key) { return key["kind"] == kind && HasColumn(key, column); });
}

std::string ClusterText(const Object& table) {
  const std::vector<std::string> expressions = table.props.value("cluster_by", std::vector<std::string>());
  return expressions.empty() ? "" : absl::StrCat("LINEAR(", absl::StrJoin(expressions, ", "), ")");
}

void RegisterTableKeys(Registry& registry) {
  registry.AddStatement("SHOW PRIMARY KEYS", ShowKeys);
  registry.AddStatement("SHOW UNIQUE KEYS", ShowKeys);
}

}  // namespace spcs::engine
