// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/query/select.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "absl/algorithm/container.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "emulator/engine/errors.h"
#include "emulator/engine/query/aggregate.h"
#include "emulator/engine/query/expression.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

using Type = sql::Value::Type;

const std::vector<sql::Value>& ListOf(const sql::Statement& statement, const char* name) {
  static const auto* none = new std::vector<sql::Value>;
  const auto found = statement.values.find(name);
  return found == statement.values.end() ? *none : found->second;
}

sql::Value ColumnValue(const std::string& name) {
  sql::Value value;
  value.type = Type::kName;
  value.text = name;
  value.name.parts.push_back({.name = name});
  value.keys.push_back(name);
  return value;
}

struct SortKey {
  Expression expression;
  bool descending = false, nulls_first = false;
};

// One SELECT while it runs.
class Selection {
 public:
  Selection(ExecutionContext& context, const sql::Statement& statement) : context_(context), statement_(statement) {}

  absl::StatusOr<Selected> Run() {
    RETURN_IF_ERROR(Open());
    RETURN_IF_ERROR(ExpandItems());
    ASSIGN_OR_RETURN(std::vector<Row> rows, ReadRows());
    RETURN_IF_ERROR(CompileAll());
    ASSIGN_OR_RETURN(std::vector<Row> groups, grouped_ ? MakeGroups(rows) : std::vector<Row>());
    std::vector<RowView> views;
    for (const Row& row : grouped_ ? groups : rows) {
      views.push_back(grouped_ ? RowView{.row = nullptr, .group = &row} : RowView{.row = &row, .group = nullptr});
    }
    RETURN_IF_ERROR(KeepWhereHaving(views));
    return Answer(views);
  }

 private:
  absl::Status Open() {
    if (statement_.name.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(table_, context_.RequireFor(Kind::kTable, statement_.name, "SELECT"));
    columns_ = ColumnsOf(*table_);
    const auto alias = statement_.words.find("alias");
    table_name_ = alias == statement_.words.end() ? table_->name : alias->second;
    return absl::OkStatus();
  }

  // * becomes the columns; what groups by a position or an alias gets the item.
  absl::Status ExpandItems() {
    for (const sql::Value& item : ListOf(statement_, "items")) {
      if (item.type != Type::kStar) {
        items_.push_back(item);
        continue;
      }
      if (!table_) return CompilationError("SELECT with no columns");
      for (const TableColumn& column : columns_) items_.push_back(ColumnValue(column.name));
    }
    for (const sql::Value& item : items_) aliases_.emplace_back(item.keys.back(), item);
    for (const sql::Value& key : ListOf(statement_, "group_by")) {
      ASSIGN_OR_RETURN(sql::Value meant, Positioned(key));
      if (meant.type == Type::kName && !IsColumn(meant.text)) meant = Aliased(meant);
      keys_.push_back(std::move(meant));
    }
    grouped_ = !keys_.empty() || absl::c_any_of(items_, HasAggregate) || !ListOf(statement_, "having").empty();
    return absl::OkStatus();
  }

  bool IsColumn(const std::string& name) const {
    return absl::c_any_of(columns_, [&](const TableColumn& column) { return column.name == name; });
  }

  sql::Value Aliased(const sql::Value& value) const {
    for (const auto& [alias, meant] : aliases_) {
      if (alias == value.text) return meant;
    }
    return value;
  }

  // A whole number in GROUP BY and ORDER BY is the place of an item.
  absl::StatusOr<sql::Value> Positioned(const sql::Value& value) const {
    size_t place = 0;
    if (value.type != Type::kNumber || !absl::SimpleAtoi(value.text, &place)) return value;
    if (place >= 1 && place <= items_.size()) return items_[place - 1];
    return CompilationError(absl::StrCat("position ", place, " is not in the list of ", items_.size(), " items"));
  }

  // The rows for which WHERE holds. Without a table: one row without columns.
  absl::StatusOr<std::vector<Row>> ReadRows() {
    std::vector<Row> rows = table_ ? RowsOf(context_, *table_) : std::vector<Row>(1);
    const std::vector<sql::Value>& where = ListOf(statement_, "where");
    if (where.empty()) return rows;
    const Scope scope{.columns = &columns_, .table = table_name_, .aliases = &aliases_};
    ASSIGN_OR_RETURN(const Expression condition, ExpressionCompiler(context_, scope).CompileCondition(where[0]));
    std::vector<Row> kept;
    for (Row& row : rows) {
      ASSIGN_OR_RETURN(const Cell holds, condition.evaluate({.row = &row}));
      if (holds == "true") kept.push_back(std::move(row));
    }
    return kept;
  }

  absl::Status CompileAll() {
    const Scope plain{.columns = &columns_, .table = table_name_};
    for (const sql::Value& key : keys_) {
      ASSIGN_OR_RETURN(Expression compiled, ExpressionCompiler(context_, plain).Compile(key));
      key_expressions_.push_back(std::move(compiled));
    }
    Scope scope = plain;
    if (grouped_) {
      scope.keys = &keys_;
      scope.key_expressions = &key_expressions_;
      scope.aggregates = &aggregates_;
    }
    ExpressionCompiler compiler(context_, scope);
    for (const sql::Value& item : items_) {
      ASSIGN_OR_RETURN(Expression compiled, compiler.Compile(item));
      compiled_.push_back(std::move(compiled));
    }
    scope.aliases = &aliases_;
    return CompileClauses(ExpressionCompiler(context_, scope));
  }

  absl::Status CompileClauses(ExpressionCompiler compiler) {
    const std::vector<sql::Value>& having = ListOf(statement_, "having");
    if (!having.empty()) {
      ASSIGN_OR_RETURN(having_, compiler.CompileCondition(having[0]));
    }
    for (const sql::Value& order : ListOf(statement_, "order_by")) {
      ASSIGN_OR_RETURN(const sql::Value meant, Positioned(order.list[0]));
      ASSIGN_OR_RETURN(Expression compiled, compiler.Compile(meant));
      const bool descending = order.keys[0] == "DESC";
      // The service sorts NULL as the largest value.
      const bool nulls_first = order.keys[1].empty() ? descending : order.keys[1] == "FIRST";
      sort_.push_back({std::move(compiled), descending, nulls_first});
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<Row>> MakeGroups(const std::vector<Row>& rows) {
    std::map<Row, std::vector<const Row*>> members;
    if (keys_.empty()) members[{}];  // an aggregate over nothing is one row
    for (const Row& row : rows) {
      Row key;
      for (const Expression& expression : key_expressions_) {
        ASSIGN_OR_RETURN(Cell cell, expression.evaluate({.row = &row}));
        key.push_back(std::move(cell));
      }
      members[std::move(key)].push_back(&row);
    }
    std::vector<Row> groups;
    for (const auto& [key, list] : members) {
      Row group = key;
      for (const Aggregate& aggregate : aggregates_) {
        ASSIGN_OR_RETURN(Cell cell, Aggregated(aggregate, list));
        group.push_back(std::move(cell));
      }
      groups.push_back(std::move(group));
    }
    return groups;
  }

  absl::Status KeepWhereHaving(std::vector<RowView>& views) {
    if (!having_) return absl::OkStatus();
    std::vector<RowView> kept;
    for (const RowView& view : views) {
      ASSIGN_OR_RETURN(const Cell holds, having_->evaluate(view));
      if (holds == "true") kept.push_back(view);
    }
    views = std::move(kept);
    return absl::OkStatus();
  }

  absl::StatusOr<Selected> Answer(const std::vector<RowView>& views) {
    Selected selected;
    for (size_t i = 0; i < items_.size(); ++i) {
      selected.result.columns.push_back(ResultColumn(items_[i].keys.back(), compiled_[i].type, compiled_[i].nullable));
      selected.types.push_back(compiled_[i].type);
    }
    std::vector<std::pair<Row, Row>> rows;  // sort key, row
    std::set<Row> seen;
    for (const RowView& view : views) {
      std::pair<Row, Row> row;
      for (const Expression& expression : compiled_) {
        ASSIGN_OR_RETURN(Cell cell, expression.evaluate(view));
        row.second.push_back(std::move(cell));
      }
      if (statement_.HasFlag("DISTINCT") && !seen.insert(row.second).second) continue;
      for (const SortKey& key : sort_) {
        ASSIGN_OR_RETURN(Cell cell, key.expression.evaluate(view));
        row.first.push_back(std::move(cell));
      }
      rows.push_back(std::move(row));
    }
    absl::c_stable_sort(rows, [this](const auto& left, const auto& right) { return Before(left.first, right.first); });
    Cut(rows, selected.result.rows);
    return selected;
  }

  bool Before(const Row& left, const Row& right) const {
    for (size_t i = 0; i < sort_.size(); ++i) {
      const Cell &a = left[i], &b = right[i];
      if (!a && !b) continue;
      if (!a || !b) return (!a) == sort_[i].nulls_first;
      const int order = CompareCells(sort_[i].expression.type.family, *a, *b);
      if (order != 0) return (order < 0) != sort_[i].descending;
    }
    return false;
  }

  // LIMIT and OFFSET.
  void Cut(std::vector<std::pair<Row, Row>>& rows, std::vector<Row>& result) const {
    size_t offset = 0;
    const auto words = statement_.words.find("offset");
    if (words != statement_.words.end() && !absl::SimpleAtoi(words->second, &offset)) offset = 0;
    for (size_t i = offset; i < rows.size(); ++i) {
      if (statement_.show.limit && static_cast<int64_t>(result.size()) >= *statement_.show.limit) return;
      result.push_back(std::move(rows[i].second));
    }
  }

  ExecutionContext& context_;
  const sql::Statement& statement_;
  std::optional<Object> table_;
  std::string table_name_;
  std::vector<TableColumn> columns_;
  std::vector<sql::Value> items_, keys_;
  std::vector<std::pair<std::string, sql::Value>> aliases_;
  bool grouped_ = false;
  std::vector<Aggregate> aggregates_;
  std::vector<Expression> key_expressions_, compiled_;
  std::optional<Expression> having_;
  std::vector<SortKey> sort_;
};

}  // namespace

absl::StatusOr<Selected> Select(ExecutionContext& context, const sql::Statement& statement) {
  return Selection(context, statement).Run();
}

}  // namespace spcs::engine
