// SPDX-License-Identifier: MPL-2.0
// spcs_table: a table with typed columns, for what an application stores.
#include <algorithm>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "provider/resources/all.h"
#include "provider/resources/column_default.h"
#include "provider/resources/column_type.h"
#include "provider/resources/names.h"
#include "provider/resources/sql_resource.h"
#include "provider/tf/timeouts.h"
#include "provider/tf/validate.h"

namespace spcs::resources {
namespace {

using snowflake::DerivedKeyword;
using snowflake::Identifier;
using snowflake::Statement;

bool SameTypeValue(const tf::Value& a, const tf::Value& b) {
  return SameType(a.AsString(), b.AsString());
}

void CheckType(const tf::Value& value, const tf::Path& path, tf::Diagnostics& diagnostics) {
  if (IsTypeText(value.AsString())) return;
  diagnostics.AddError(path, "Invalid column type",
                       absl::StrCat("\"", value.AsString(),
                                    "\" is no type; write one such as VARCHAR, NUMBER(38,0), "
                                    "BOOLEAN or TIMESTAMP_LTZ."));
}

bool SameDefaultValue(const tf::Value& a, const tf::Value& b) {
  return SameDefault(a.AsString(), b.AsString());
}

void CheckDefault(const tf::Value& value, const tf::Path& path, tf::Diagnostics& diagnostics) {
  if (IsDefaultText(value.AsString())) return;
  diagnostics.AddError(path, "Invalid default",
                       absl::StrCat(value.AsString(),
                                    " is neither a number, TRUE, FALSE, a 'text' in single quotes nor a call without "
                                    "arguments such as CURRENT_TIMESTAMP()."));
}

struct Column {
  tf::String name{}, type{};
  tf::Bool nullable{};
  tf::String default_value{}, comment{};
  bool operator==(const Column&) const = default;

  static const tf::Table<Column>& Fields() {
    using tf::Optional, tf::Required;
    static const tf::Table<Column> table{
        {"name", &Column::name,
         Required{.same_meaning = SameNameValue, .validators = {CheckName}, .doc = "Name of the column."}},
        {"type", &Column::type,
         Required{.same_meaning = SameTypeValue,
                  .validators = {CheckType},
                  .doc = "Type; compared by meaning, so STRING is VARCHAR."}},
        {"nullable", &Column::nullable, Optional{.default_value = true, .doc = "Whether the column may be null."}},
        {"default", &Column::default_value,
         Optional{.same_meaning = SameDefaultValue,
                  .validators = {CheckDefault},
                  .doc = "Default of new rows as SQL: a number, TRUE, FALSE, a 'text' or a call such as "
                         "CURRENT_TIMESTAMP(). The service can take it away, but not change it: another one replaces "
                         "the table."}},
        {"comment", &Column::comment, CommentAttribute("column")},
    };
    return table;
  }
};

struct Table {
  tf::String database{}, schema{}, name{};
  tf::List<tf::Object<Column>> columns{};
  tf::Int data_retention_time_in_days{};
  tf::Bool change_tracking{};
  tf::Map<tf::String> tags{};
  tf::String comment{}, qualified_name{};
  tf::Bool force_destroy{};
  tf::Object<tf::Timeouts> timeouts{};
};

const tf::Model<Table>& TableModel() {
  using M = Table;
  static const tf::Model<M> model{
      "spcs_table",
      "A table with typed columns.",
      {
          {"database", &M::database, ParentAttribute("Database of the table.")},
          {"schema", &M::schema, ParentAttribute("Schema of the table.")},
          {"name", &M::name, RenamedNameAttribute("table")},
          {"columns", &M::columns,
           tf::Required{.validators = {tf::NonEmpty()},
                        .doc = "The columns. New ones are added behind the others, wherever they stand here; a missing "
                               "one is dropped "
                               "with its data."}},
          {"data_retention_time_in_days", &M::data_retention_time_in_days,
           tf::Optional{.computed = true,
                        .validators = {tf::AtLeast(0)},
                        .doc = "Days for which dropped data can be restored; unset, as the schema has it."}},
          {"change_tracking", &M::change_tracking,
           tf::Optional{.default_value = false, .doc = "Whether changes of rows can be queried."}},
          {"comment", &M::comment, CommentAttribute("table")},
          {"tags", &M::tags, TagsAttribute()},
          {"qualified_name", &M::qualified_name, QualifiedNameAttribute()},
          {"force_destroy", &M::force_destroy, ForceDestroyAttribute("Drop the table also when it has rows.")},
          {"timeouts", &M::timeouts, tf::TimeoutsAttribute()},
      }};
  return model;
}

std::map<Identifier, Column> ByName(const Table& table) {
  std::map<Identifier, Column> columns;
  for (const auto& column : table.columns.value_or({})) {
    const auto name = Identifier::Parse(column.value().name.value_or(""));
    if (name.ok()) columns.emplace(*name, column.value());
  }
  return columns;
}

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

void AppendColumn(const Identifier& name, const Column& column, Statement& statement) {
  statement.Name(name);
  AppendType(column.type.value(), statement);
  if (!column.nullable.value_or(true)) statement.Raw("NOT NULL");
  if (column.default_value.IsKnown()) AppendDefault(column.default_value.value(), statement.Raw("DEFAULT"));
  if (column.comment.IsKnown()) statement.Raw("COMMENT").Literal(column.comment.value());
}

class TableResource : public SqlResource<Table> {
 public:
  explicit TableResource(Account& account)
      : SqlResource<Table>(account,
                           SqlKind{.keyword = "TABLE",
                                   .list = snowflake::ShowKind::kTable,
                                   .rules = {{"columns", {.in_create = false, .in_alter = false, .in_show = false}},
                                             {"data_retention_time_in_days", {.column = "retention_time"}}},
                                   .create_privilege = "CREATE TABLE on the schema",
                                   .peer = {.type = "snowflake_table"}},
                           TableModel()) {}

 protected:
  using M = Table;

  void ValidateModel(const M& config, tf::Diagnostics& diagnostics) const override {
    if (!config.columns.IsKnown()) return;
    std::map<std::string, size_t> seen;
    for (size_t i = 0; i < config.columns.value().size(); ++i) {
      const auto& column = config.columns.value()[i];
      if (!column.IsKnown() || !column.value().name.IsKnown()) continue;
      const auto name = Identifier::Parse(column.value().name.value());
      if (!name.ok() || seen.emplace(name->value(), i).second) continue;
      diagnostics.AddError(
          tf::Path("columns").Index(static_cast<int64_t>(i)) / "name", "Column named twice",
          absl::StrCat("Column ", name->Sql(), " stands at columns[", seen[name->value()], "] already."));
    }
  }

  // The service sets the default of a new column only.
  absl::Status ExtendPlan(tf::PlanContext& context, const M&, const std::optional<M>& prior, M& planned) override {
    if (!prior || !planned.columns.IsKnown()) return absl::OkStatus();
    const std::map<Identifier, Column> old_columns = ByName(*prior);
    for (size_t i = 0; i < planned.columns.value().size(); ++i) {
      const auto& column = planned.columns.value()[i];
      if (!column.IsKnown() || !column.value().default_value.IsKnown()) continue;
      const auto name = Identifier::Parse(column.value().name.value_or(""));
      const auto old_column = name.ok() ? old_columns.find(*name) : old_columns.end();
      if (old_column == old_columns.end()) continue;
      const std::string before = old_column->second.default_value.value_or("");
      if (SameDefault(before, column.value().default_value.value())) continue;
      context.requires_replace.push_back(tf::Path("columns").Index(static_cast<int64_t>(i)) / "default");
    }
    return absl::OkStatus();
  }

  absl::StatusOr<Statement> MakeCreate(const M& config, const M& planned) const override {
    ASSIGN_OR_RETURN(const auto name, NameOf(kind(), model().Encode(planned)));
    Statement statement("CREATE TABLE");
    statement.Name(name).Raw("(");
    bool first = true;
    for (const auto& column : planned.columns.value()) {
      ASSIGN_OR_RETURN(const Identifier column_name, Identifier::Parse(column.value().name.value()));
      if (!first) statement.Comma();
      first = false;
      AppendColumn(column_name, column.value(), statement);
    }
    statement.Raw(")");
    RETURN_IF_ERROR(AppendProperties(kind(), schema(), model().Encode(planned), model().Encode(config), statement));
    return statement;
  }

  absl::Status ExtendUpdate(const M&, const M& prior, const M& planned,
                            std::vector<Statement>& statements) const override {
    ASSIGN_OR_RETURN(const auto name, NameOf(kind(), model().Encode(planned)));
    const std::map<Identifier, Column> old_columns = ByName(prior), new_columns = ByName(planned);
    const auto alter = [&] { return Statement("ALTER TABLE").Name(name); };
    for (const auto& item : planned.columns.value()) {
      ASSIGN_OR_RETURN(const Identifier column_name, Identifier::Parse(item.value().name.value()));
      const auto old_column = old_columns.find(column_name);
      if (old_column == old_columns.end()) {
        Statement add = alter().Raw("ADD COLUMN");
        AppendColumn(column_name, item.value(), add);
        statements.push_back(std::move(add));
      } else {
        AlterColumn(alter().Raw("ALTER COLUMN").Name(column_name), old_column->second, item.value(), statements);
      }
    }
    // A table keeps one column at least: the old ones go last.
    for (const auto& [column_name, column] : old_columns) {
      if (new_columns.count(column_name) == 0) statements.push_back(alter().Raw("DROP COLUMN").Name(column_name));
    }
    return absl::OkStatus();
  }

  absl::Status ExtendRead(tf::Context& context, const ObjectRow&, M& state) override {
    ASSIGN_OR_RETURN(const auto name, NameOf(kind(), model().Encode(state)));
    ASSIGN_OR_RETURN(Session * session, account().Connect());
    ASSIGN_OR_RETURN(const auto result, session->Query(Statement("DESCRIBE TABLE").Name(name), context.stop));
    const std::map<Identifier, Column> stored = ByName(state);
    std::vector<tf::Object<Column>> columns;
    for (const ObjectRow& row : AllRows(result)) columns.push_back(ReadColumn(row, stored));
    KeepOrder(state, columns);
    state.columns = std::move(columns);
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<std::string>> CompareExisting(tf::Context& context, const M& planned,
                                                           const ObjectRow& row) override {
    M there = planned;
    RETURN_IF_ERROR(ExtendRead(context, row, there));
    if (there.columns == planned.columns) return std::vector<std::string>();
    return std::vector<std::string>{"columns"};
  }

  absl::Status GuardDelete(tf::Context& context, const M& state) override {
    if (state.force_destroy.value_or(false)) return absl::OkStatus();
    ASSIGN_OR_RETURN(const auto name, NameOf(kind(), model().Encode(state)));
    ASSIGN_OR_RETURN(const auto row, object().Find(context, name));
    const int64_t rows = row ? row->Int("rows") : 0;
    if (rows == 0) return absl::OkStatus();
    return WithFact(
        absl::FailedPreconditionError(absl::StrCat("table ", name.Sql(), " holds ", rows, " rows")), kAdvice,
        "Nothing was deleted. Set `force_destroy = true`, apply, and destroy again to drop it with its rows.");
  }

 private:
  Account& account() { return object().account(); }

  static void AlterColumn(Statement base, const Column& old_column, const Column& column,
                          std::vector<Statement>& statements) {
    if (!SameType(old_column.type.value_or(""), column.type.value())) {
      Statement type(base);
      AppendType(column.type.value(), type.Raw("SET DATA TYPE"));
      statements.push_back(std::move(type));
    }
    if (old_column.nullable.value_or(true) != column.nullable.value_or(true)) {
      Statement nullable(base);
      statements.push_back(column.nullable.value_or(true) ? nullable.Raw("DROP NOT NULL")
                                                          : nullable.Raw("SET NOT NULL"));
    }
    if (old_column.default_value.IsKnown() && column.default_value.IsNull()) {
      statements.push_back(Statement(base).Raw("DROP DEFAULT"));
    }
    if (!(old_column.comment == column.comment)) {
      statements.push_back(Statement(base).Raw("COMMENT").Literal(column.comment.value_or("")));
    }
  }

  // The service adds new columns at the end, wherever they are written: known ones keep the place they have in `state`.
  static void KeepOrder(const M& state, std::vector<tf::Object<Column>>& columns) {
    std::map<Identifier, size_t> places;
    for (const auto& column : state.columns.value_or({})) {
      const auto name = Identifier::Parse(column.value().name.value_or(""));
      if (name.ok()) places.emplace(*name, places.size());
    }
    const auto place = [&](const tf::Object<Column>& column) {
      const auto name = Identifier::Parse(column.value().name.value_or(""));
      const auto known = name.ok() ? places.find(*name) : places.end();
      return known == places.end() ? places.size() : known->second;
    };
    std::stable_sort(columns.begin(), columns.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
  }

  static tf::String TextOrNull(const std::string& text) { return text.empty() ? tf::String() : tf::String(text); }

  static Column ReadColumn(const ObjectRow& row, const std::map<Identifier, Column>& stored) {
    const Identifier name = Identifier::Stored(row.Text("name"));
    Column column{.name = name.Sql(),
                  .type = row.Text("type"),
                  .nullable = absl::StartsWithIgnoreCase(row.Get("null?").value_or("Y"), "Y"),
                  .default_value = TextOrNull(row.Text("default") == "NULL" ? "" : row.Text("default")),
                  .comment = TextOrNull(row.Text("comment"))};
    if (const auto known = stored.find(name); known != stored.end()) {
      column.name = known->second.name;
      if (SameType(known->second.type.value_or(""), column.type.value())) column.type = known->second.type;
      const tf::String& old_default = known->second.default_value;
      const bool both = old_default.IsKnown() && column.default_value.IsKnown();
      if (both && SameDefault(old_default.value(), column.default_value.value())) column.default_value = old_default;
    }
    return column;
  }
};

}  // namespace

std::unique_ptr<tf::Resource> MakeTable(Account& account) {
  return std::make_unique<TableResource>(account);
}

}  // namespace spcs::resources
