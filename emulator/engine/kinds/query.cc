// SPDX-License-Identifier: MPL-2.0
// SELECT and CALL of literals and functions; SELECT … FROM goes on to the tables.
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "emulator/engine/kinds/kinds.h"
#include "emulator/engine/kinds/table_rows.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

using Type = sql::Value::Type;

struct Evaluated {
  std::string type = "text";
  Cell cell;
  int scale = 0;
};

// A number with decimals has their count as its scale; one with an exponent is REAL.
Evaluated Number(const std::string& text) {
  if (absl::StrContains(text, "e") || absl::StrContains(text, "E")) return {"real", text};
  const size_t dot = text.find('.');
  return {"fixed", text, dot == std::string::npos ? 0 : static_cast<int>(text.size() - dot - 1)};
}

absl::StatusOr<Evaluated> Evaluate(ExecutionContext& context, const sql::Value& item) {
  ASSIGN_OR_RETURN(const sql::Value value, context.Resolve(item));
  switch (value.type) {
    case Type::kNull: return Evaluated{};
    case Type::kString: return Evaluated{"text", value.text};
    case Type::kNumber: return Number(value.text);
    case Type::kBoolean: return Evaluated{"boolean", value.text == "TRUE" ? "true" : "false"};
    case Type::kFunction: break;
    default:
      return SqlError(absl::StatusCode::kInvalidArgument, "000904", "42000",
                      absl::StrCat("SQL compilation error:\ninvalid identifier '", value.text, "'"));
  }
  const Registry::ScalarFunction* function = context.registry().FindFunction(value.text);
  if (function == nullptr) {
    return SqlError(absl::StatusCode::kInvalidArgument, "002141", "42601",
                    absl::StrCat("SQL compilation error:\nUnknown function ", value.text));
  }
  std::vector<sql::Value> arguments;
  for (const sql::Value& argument : value.list) {
    ASSIGN_OR_RETURN(sql::Value resolved, context.Resolve(argument));
    arguments.push_back(std::move(resolved));
  }
  ASSIGN_OR_RETURN(Cell cell, (*function)(context, arguments));
  return Evaluated{"text", std::move(cell)};
}

absl::StatusOr<ResultSet> SelectScalars(ExecutionContext& context, const sql::Statement& statement) {
  ResultSet result;
  Row row;
  for (const sql::Value& item : statement.values.at("items")) {
    ASSIGN_OR_RETURN(Evaluated evaluated, Evaluate(context, item));
    Column column = Text(item.keys.front());
    column.type = evaluated.type;
    if (column.type == "fixed") column.precision = 38;
    column.scale = evaluated.scale;
    result.columns.push_back(std::move(column));
    row.push_back(std::move(evaluated.cell));
  }
  result.rows.push_back(std::move(row));
  return result;
}

}  // namespace

void RegisterQueries(Registry& registry) {
  registry.AddStatement("SELECT", [](ExecutionContext& context, const sql::Statement& statement) {
    return statement.name.empty() ? SelectScalars(context, statement) : SelectRows(context, statement);
  });
  registry.AddStatement("CALL", SelectScalars);
  registry.AddStatement("INSERT", InsertRows);
}

}  // namespace spcs::engine
