// SPDX-License-Identifier: MPL-2.0
// spcs_table: a table with typed columns, for what an application stores.
#include <algorithm>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "provider/resources/all.h"
#include "provider/resources/cluster_key.h"
#include "provider/resources/names.h"
#include "provider/resources/sql_resource.h"
#include "provider/resources/table_columns.h"
#include "provider/resources/table_model.h"

namespace spcs::resources {
namespace {

using snowflake::Identifier;
using snowflake::ObjectName;
using snowflake::Statement;
using Key = tf::SetOf<tf::String>;

SqlKind TableKind() {
  const Rule own{.in_create = false, .in_alter = false, .in_show = false};
  return {.keyword = "TABLE",
          .list = snowflake::ShowKind::kTable,
          .rules = {{"columns", own},
                    {"primary_key", own},
                    {"unique_keys", own},
                    {"cluster_by", own},
                    {"transient", {.column = "kind", .in_create = false, .in_alter = false, .flag = "TRANSIENT"}},
                    {"data_retention_time_in_days", {.column = "retention_time"}}},
          .create_privilege = "CREATE TABLE on the schema",
          .peer = {.type = "snowflake_table"}};
}

// (A, TO_DATE(B))
absl::Status AppendClusterKeys(const Table& table, Statement& statement) {
  statement.Raw("(");
  bool first = true;
  for (const tf::String& key : table.cluster_by.value()) {
    if (!first) statement.Comma();
    first = false;
    RETURN_IF_ERROR(AppendClusterKey(key.value_or(""), statement));
  }
  statement.Raw(")");
  return absl::OkStatus();
}

bool SameKey(const tf::Set<tf::String>& a, const tf::Set<tf::String>& b) {
  const auto names = [](const tf::Set<tf::String>& key) {
    std::vector<Identifier> found;
    for (const tf::String& text : key.value_or({}).elements) {
      const auto name = Identifier::Parse(text.value_or(""));
      if (name.ok()) found.push_back(*name);
    }
    std::sort(found.begin(), found.end());
    return found;
  };
  return a.IsNull() == b.IsNull() && names(a) == names(b);
}

bool HasKey(const tf::Set<tf::Set<tf::String>>& keys, const tf::Set<tf::String>& key) {
  const auto& elements = keys.value_or({}).elements;
  return std::any_of(elements.begin(), elements.end(), [&](const auto& other) { return SameKey(other, key); });
}

// The keys of `some` that `others` does not have.
std::vector<Key> KeysBeyond(const tf::Set<tf::Set<tf::String>>& some, const tf::Set<tf::Set<tf::String>>& others) {
  std::vector<Key> keys;
  for (const auto& key : some.value_or({}).elements) {
    if (key.IsKnown() && !HasKey(others, key)) keys.push_back(key.value());
  }
  return keys;
}

bool SameClusterKeys(const tf::List<tf::String>& a, const tf::List<tf::String>& b) {
  const auto canonical = [](const tf::List<tf::String>& keys) {
    std::vector<std::string> texts;
    for (const tf::String& key : keys.value_or({})) {
      texts.push_back(CanonicalClusterKey(key.value_or("")).value_or(key.value_or("")));
    }
    return texts;
  };
  return a.IsNull() == b.IsNull() && canonical(a) == canonical(b);
}

class TableResource : public SqlResource<Table> {
 public:
  explicit TableResource(Account& account) : SqlResource<Table>(account, TableKind(), TableModel()) {}

 protected:
  using M = Table;

  void ValidateModel(const M& config, tf::Diagnostics& diagnostics) const override { CheckTable(config, diagnostics); }

  // What of a column is set when it is made and never after.
  absl::Status ExtendPlan(tf::PlanContext& context, const M&, const std::optional<M>& prior, M& planned) override {
    if (!prior || !planned.columns.IsKnown()) return absl::OkStatus();
    const ColumnsByName old_columns = ByName(*prior);
    for (size_t i = 0; i < planned.columns.value().size(); ++i) {
      const auto& column = planned.columns.value()[i];
      if (!column.IsKnown()) continue;
      const auto name = Identifier::Parse(column.value().name.value_or(""));
      const auto old_column = name.ok() ? old_columns.find(*name) : old_columns.end();
      if (old_column == old_columns.end()) continue;
      const char* const attribute = ReplacingAttribute(old_column->second, column.value());
      if (attribute == nullptr) continue;
      context.requires_replace.push_back(tf::Path("columns").Index(static_cast<int64_t>(i)) / attribute);
    }
    return absl::OkStatus();
  }

  absl::StatusOr<Statement> MakeCreate(const M& config, const M& planned) const override {
    ASSIGN_OR_RETURN(const auto name, NameOf(kind(), model().Encode(planned)));
    Statement statement("CREATE");
    if (planned.transient.value_or(false)) statement.Raw("TRANSIENT");
    statement.Raw("TABLE").Name(name).Raw("(");
    bool first = true;
    for (const auto& column : planned.columns.value()) {
      ASSIGN_OR_RETURN(const Identifier column_name, Identifier::Parse(column.value().name.value()));
      if (!first) statement.Comma();
      first = false;
      AppendColumn(column_name, column.value(), statement);
    }
    if (planned.primary_key.IsKnown()) {
      RETURN_IF_ERROR(AppendKey(planned.primary_key.value(), statement.Comma().Raw("PRIMARY KEY")));
    }
    for (const Key& key : KeysBeyond(planned.unique_keys, {})) {
      RETURN_IF_ERROR(AppendKey(key, statement.Comma().Raw("UNIQUE")));
    }
    statement.Raw(")");
    if (planned.cluster_by.IsKnown()) RETURN_IF_ERROR(AppendClusterKeys(planned, statement.Raw("CLUSTER BY")));
    RETURN_IF_ERROR(AppendProperties(kind(), schema(), model().Encode(planned), model().Encode(config), statement));
    return statement;
  }

  // Keys stand on columns: the old ones go first, the new ones come last.
  absl::Status ExtendUpdate(const M&, const M& prior, const M& planned,
                            std::vector<Statement>& statements) const override {
    ASSIGN_OR_RETURN(const auto name, NameOf(kind(), model().Encode(planned)));
    RETURN_IF_ERROR(DropKeys(name, prior, planned, statements));
    RETURN_IF_ERROR(AlterColumns(name, prior, planned, statements));
    return AddKeys(name, prior, planned, statements);
  }

  absl::Status ExtendRead(tf::Context& context, const ObjectRow& row, M& state) override {
    ASSIGN_OR_RETURN(const auto name, NameOf(kind(), model().Encode(state)));
    ASSIGN_OR_RETURN(Session * session, account().Connect());
    ASSIGN_OR_RETURN(const auto result, session->Query(Statement("DESCRIBE TABLE").Name(name), context.stop));
    const std::vector<ObjectRow> rows = AllRows(result);
    const ColumnsByName stored = ByName(state);
    std::vector<tf::Object<Column>> columns;
    for (const ObjectRow& column : rows) columns.push_back(ReadColumn(column, stored));
    KeepOrder(state, columns);
    state.columns = std::move(columns);
    ReadPrimaryKey(rows, state);
    ReadClusterKeys(row, state);
    return ReadUniqueKeys(*session, context, name, rows, state);
  }

  absl::StatusOr<std::vector<std::string>> CompareExisting(tf::Context& context, const M& planned,
                                                           const ObjectRow& row) override {
    M there = planned;
    RETURN_IF_ERROR(ExtendRead(context, row, there));
    std::vector<std::string> different;
    if (!(there.columns == planned.columns)) different.emplace_back("columns");
    if (!(there.primary_key == planned.primary_key)) different.emplace_back("primary_key");
    if (!(there.unique_keys == planned.unique_keys)) different.emplace_back("unique_keys");
    if (!(there.cluster_by == planned.cluster_by)) different.emplace_back("cluster_by");
    return different;
  }

  absl::Status GuardDelete(tf::Context& context, const M& state) override {
    if (state.force_destroy.value_or(false)) return absl::OkStatus();
    ASSIGN_OR_RETURN(const auto name, NameOf(kind(), model().Encode(state)));
    // Rows may have come since the listing was read that the refresh has used.
    ASSIGN_OR_RETURN(Session * session, account().Connect());
    session->inventory().Invalidate(snowflake::ShowKind::kTable, name);
    ASSIGN_OR_RETURN(const auto row, object().Find(context, name));
    const int64_t rows = row ? row->Int("rows") : 0;
    if (rows == 0) return absl::OkStatus();
    return WithFact(
        absl::FailedPreconditionError(absl::StrCat("table ", name.Sql(), " holds ", rows, " rows")), kAdvice,
        "Nothing was deleted. Set `force_destroy = true`, apply, and destroy again to drop it with its rows.");
  }

 private:
  Account& account() { return object().account(); }

  static absl::Status DropKeys(const ObjectName& name, const M& prior, const M& planned,
                               std::vector<Statement>& statements) {
    const auto alter = [&] { return Statement("ALTER TABLE").Name(name); };
    if (prior.cluster_by.IsKnown() && planned.cluster_by.IsNull()) {
      statements.push_back(alter().Raw("DROP CLUSTERING KEY"));
    }
    if (prior.primary_key.IsKnown() && !SameKey(prior.primary_key, planned.primary_key)) {
      statements.push_back(alter().Raw("DROP PRIMARY KEY"));
    }
    for (const Key& key : KeysBeyond(prior.unique_keys, planned.unique_keys)) {
      statements.push_back(alter().Raw("DROP UNIQUE"));
      RETURN_IF_ERROR(AppendKey(key, statements.back()));
    }
    return absl::OkStatus();
  }

  static absl::Status AlterColumns(const ObjectName& name, const M& prior, const M& planned,
                                   std::vector<Statement>& statements) {
    const ColumnsByName old_columns = ByName(prior), new_columns = ByName(planned);
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

  static absl::Status AddKeys(const ObjectName& name, const M& prior, const M& planned,
                              std::vector<Statement>& statements) {
    const auto alter = [&] { return Statement("ALTER TABLE").Name(name); };
    if (planned.primary_key.IsKnown() && !SameKey(prior.primary_key, planned.primary_key)) {
      statements.push_back(alter().Raw("ADD PRIMARY KEY"));
      RETURN_IF_ERROR(AppendKey(planned.primary_key.value(), statements.back()));
    }
    for (const Key& key : KeysBeyond(planned.unique_keys, prior.unique_keys)) {
      statements.push_back(alter().Raw("ADD UNIQUE"));
      RETURN_IF_ERROR(AppendKey(key, statements.back()));
    }
    if (planned.cluster_by.IsKnown() && !SameClusterKeys(prior.cluster_by, planned.cluster_by)) {
      statements.push_back(alter().Raw("CLUSTER BY"));
      RETURN_IF_ERROR(AppendClusterKeys(planned, statements.back()));
    }
    return absl::OkStatus();
  }

  static void ReadPrimaryKey(const std::vector<ObjectRow>& rows, M& state) {
    Key key;
    for (const ObjectRow& row : rows) {
      if (SaysYes(row.Text("primary key"))) key.elements.emplace_back(Identifier::Stored(row.Text("name")).Sql());
    }
    const tf::Set<tf::String> now = key.elements.empty() ? tf::Set<tf::String>() : tf::Set<tf::String>(key);
    if (!SameKey(state.primary_key, now)) state.primary_key = now;
  }

  static void ReadClusterKeys(const ObjectRow& row, M& state) {
    std::vector<tf::String> keys;
    for (std::string& key : ShownClusterKeys(row.Text("cluster_by"))) keys.emplace_back(std::move(key));
    const tf::List<tf::String> now = keys.empty() ? tf::List<tf::String>() : tf::List<tf::String>(keys);
    if (!SameClusterKeys(state.cluster_by, now)) state.cluster_by = now;
  }

  // DESCRIBE tells that a column belongs to a unique key, not to which: only then a second statement asks.
  static absl::Status ReadUniqueKeys(Session& session, tf::Context& context, const ObjectName& name,
                                     const std::vector<ObjectRow>& rows, M& state) {
    const bool any =
        std::any_of(rows.begin(), rows.end(), [](const ObjectRow& row) { return SaysYes(row.Text("unique key")); });
    tf::Set<tf::Set<tf::String>> now;
    if (any) {
      ASSIGN_OR_RETURN(const auto result,
                       session.Query(Statement("SHOW UNIQUE KEYS IN TABLE").Name(name), context.stop));
      now = resources::ReadUniqueKeys(AllRows(result));
    }
    const bool same = KeysBeyond(now, state.unique_keys).empty() && KeysBeyond(state.unique_keys, now).empty();
    if (!same) state.unique_keys = now;
    return absl::OkStatus();
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
};

}  // namespace

std::unique_ptr<tf::Resource> MakeTable(Account& account) {
  return std::make_unique<TableResource>(account);
}

}  // namespace spcs::resources
