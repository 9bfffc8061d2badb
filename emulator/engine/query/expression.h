// SPDX-License-Identifier: MPL-2.0
// Expressions of SELECT and DML: compiled once against the columns in scope, with every type checked, then evaluated
// for each row. What is not understood is refused when compiling, by its name.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "emulator/engine/context.h"
#include "emulator/engine/kinds/table_rows.h"
#include "emulator/engine/query/data_type.h"
#include "emulator/sql/statement.h"

namespace spcs::engine {

// What an expression may look at: a row of the table, or the values of a group.
struct RowView {
  const Row* row = nullptr;    // by position of Scope::columns
  const Row* group = nullptr;  // keys of the group, then its aggregates
};

struct Expression {
  DataType type;
  bool nullable = true;
  std::function<absl::StatusOr<Cell>(const RowView&)> evaluate;
};

// An aggregate call found while compiling: `argument` is null for COUNT(*).
struct Aggregate {
  std::string function;  // COUNT, SUM, AVG, MIN, MAX, COUNT_IF, ANY_VALUE
  bool distinct = false;
  std::optional<Expression> argument;
};

// Names in reach. Must outlive the compiler, not the expressions.
struct Scope {
  const std::vector<TableColumn>* columns = nullptr;  // null: no table
  std::string table;                                  // name or alias before the dot
  // For a query with groups: the values of GROUP BY, and where aggregates are collected.
  const std::vector<sql::Value>* keys = nullptr;
  const std::vector<Expression>* key_expressions = nullptr;
  std::vector<Aggregate>* aggregates = nullptr;
  // Aliases of items, for ORDER BY and HAVING: looked at before the columns.
  const std::vector<std::pair<std::string, sql::Value>>* aliases = nullptr;
};

class ExpressionCompiler {
 public:
  ExpressionCompiler(ExecutionContext& context, const Scope& scope) : context_(context), scope_(scope) {}

  absl::StatusOr<Expression> Compile(const sql::Value& value);
  // The same, as a condition: BOOLEAN, or what converts to it.
  absl::StatusOr<Expression> CompileCondition(const sql::Value& value);

  ExecutionContext& context() { return context_; }

 private:
  absl::StatusOr<Expression> Literal(const sql::Value& value);
  absl::StatusOr<Expression> Bound(const sql::Value& value);
  absl::StatusOr<Expression> Column(const sql::Value& value);
  absl::StatusOr<Expression> Call(const sql::Value& value);
  absl::StatusOr<Expression> AggregateCall(const sql::Value& value);
  // The position of the group's key that the value is; nullopt when it is none.
  std::optional<size_t> KeyOf(const sql::Value& value) const;

  ExecutionContext& context_;
  const Scope scope_;
  bool inside_aggregate_ = false;
  int alias_depth_ = 0;
};

// The expression converted to the type: by itself where the service does so (else 001038), or as CAST does.
absl::StatusOr<Expression> Coerced(Expression expression, const DataType& type);
absl::StatusOr<Expression> Cast(Expression expression, const DataType& type, bool or_null);

Expression Constant(const DataType& type, Cell cell);

// `+`, AND, LIKE, CASE …; operators.cc.
absl::StatusOr<Expression> CompileOperator(const sql::Value& value, std::vector<Expression> operands);
// COALESCE, DATE_TRUNC, …; functions.cc, function_table.h. nullopt: no function of queries has this
// name.
absl::StatusOr<std::optional<Expression>> CompileFunction(ExecutionContext& context, const std::string& name,
                                                          std::vector<Expression> arguments);

// Whether the function gathers rows.
bool IsAggregate(absl::string_view function);
// Whether the value has an aggregate call in it.
bool HasAggregate(const sql::Value& value);

// 000904.
absl::Status InvalidIdentifier(absl::string_view name);

}  // namespace spcs::engine
