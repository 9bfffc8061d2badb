// SPDX-License-Identifier: MPL-2.0
// Tables: columns in the record, rows in SQLite (table_rows.cc).
#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "emulator/engine/kinds/common.h"
#include "emulator/engine/kinds/kinds.h"
#include "emulator/engine/kinds/table_columns.h"
#include "emulator/engine/kinds/table_keys.h"
#include "emulator/engine/kinds/table_rows.h"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

constexpr PropertyMap kMap = {{"DATA_RETENTION_TIME_IN_DAYS", "retention_time"},
                              {"CHANGE_TRACKING", "change_tracking"},
                              {"ENABLE_SCHEMA_EVOLUTION", "enable_schema_evolution"},
                              {"COMMENT", "comment"}};

class TableHandler : public KindHandler {
 public:
  TableHandler() : KindHandler(Kind::kTable) {}

  absl::StatusOr<ResultSet> Create(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(CreateStart start, StartCreate(context, kind(), statement));
    if (start.done) return *std::move(start.done);
    const bool transient = statement.HasFlag("TRANSIENT");
    RETURN_IF_ERROR(CheckInt(statement, "DATA_RETENTION_TIME_IN_DAYS", 0, transient ? 1 : 90));
    Object table = context.NewObject(kind(), start.name);
    table.props = {{"comment", ""},          {"retention_time", 1}, {"change_tracking", false},
                   {"transient", transient}, {"next_column", 1},    {"columns", nlohmann::json::array()}};
    CopyProperties(statement, kMap, table.props);
    for (const sql::Value& value : statement.values.at("columns")) {
      RETURN_IF_ERROR(AddColumn(context, table, value).status());
    }
    RETURN_IF_ERROR(AddKeys(context, table, statement));
    if (start.replaced) Remove(context, *start.replaced);
    context.store().Insert(table);
    MakeRows(context, table);
    return Created("Table", table.name);
  }

  absl::StatusOr<ResultSet> Alter(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(std::optional<Object> table, StartAlter(context, kind(), statement));
    if (!table) return Done();
    if (statement.action == "RENAME TO") {
      RETURN_IF_ERROR(Rename(context, *table, statement));
    } else if (absl::EndsWith(statement.action, "COLUMN")) {
      RETURN_IF_ERROR(AlterColumns(context, *table, statement));
      if (statement.action == "ADD COLUMN") RETURN_IF_ERROR(AddKeys(context, *table, statement));
    } else if (absl::EndsWith(statement.action, " KEY") || statement.action == "CLUSTER BY") {
      RETURN_IF_ERROR(AlterKeys(context, *table, statement));
    }
    RETURN_IF_ERROR(CheckInt(statement, "DATA_RETENTION_TIME_IN_DAYS", 0, 90));
    CopyProperties(statement, kMap, table->props);
    for (const std::string& name : statement.unset) {
      if (name == "COMMENT") table->props["comment"] = "";
      if (name == "DATA_RETENTION_TIME_IN_DAYS") table->props["retention_time"] = 1;
      if (name == "CHANGE_TRACKING") table->props["change_tracking"] = false;
      if (name == "ENABLE_SCHEMA_EVOLUTION") table->props["enable_schema_evolution"] = false;
    }
    context.store().Update(*table);
    return Done();
  }

  absl::StatusOr<ResultSet> Drop(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const std::optional<Object> table, StartDrop(context, kind(), statement));
    if (!table) return AlreadyDropped(statement);
    Remove(context, *table);
    return Dropped(table->name);
  }

  void DropWithParent(ExecutionContext& context, const Object& table) override { Remove(context, table); }

  absl::StatusOr<ResultSet> Show(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const std::vector<Object> tables, context.ListVisible(kind(), statement.show));
    ResultBuilder rows({Timestamp("created_on"), Text("name"),           Text("database_name"),
                        Text("schema_name"),     Text("kind"),           Text("comment"),
                        Text("cluster_by"),      Fixed("rows"),          Fixed("bytes"),
                        Text("owner"),           Text("retention_time"), Text("automatic_clustering"),
                        Text("change_tracking"), Text("is_external"),    Text("enable_schema_evolution"),
                        Text("owner_role_type"), Text("is_event"),       Text("budget"),
                        Text("is_hybrid"),       Text("is_iceberg"),     Text("is_dynamic")});
    for (const Object& table : tables) {
      const int64_t count = CountRows(context, table);
      rows.Add({TimeText(table.created_on),
                table.name,
                table.database,
                table.schema,
                table.props.value("transient", false) ? "TRANSIENT" : "TABLE",
                Member(table, "comment"),
                ClusterText(table),
                absl::StrCat(count),
                absl::StrCat(count * 1024),
                table.owner,
                absl::StrCat(JsonInt(table.props, "retention_time")),
                ClusterText(table).empty() ? "OFF" : "ON",
                table.props.value("change_tracking", false) ? "ON" : "OFF",
                "N",
                YesNo(table.props.value("enable_schema_evolution", false)),
                "ROLE",
                "N",
                std::nullopt,
                "N",
                "N",
                "N"});
    }
    return std::move(rows).Build();
  }

  absl::StatusOr<ResultSet> Describe(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const Object table, context.Require(kind(), statement.name));
    ResultBuilder rows({Text("name"), Text("type"), Text("kind"), Text("null?"), Text("default"), Text("primary key"),
                        Text("unique key"), Text("check"), Text("expression"), Text("comment"), Text("policy name"),
                        Text("privacy domain")});
    for (const TableColumn& column : ColumnsOf(table)) {
      const Cell comment = column.comment.empty() ? Cell() : Cell(column.comment);
      rows.Add({column.name, TypeText(table, column), "COLUMN", YesNo(column.nullable), column.default_text,
                YesNo(IsInKey(table, column, "PRIMARY KEY")), YesNo(IsInKey(table, column, "UNIQUE")), std::nullopt,
                std::nullopt, comment, std::nullopt, std::nullopt});
    }
    return std::move(rows).Build();
  }

  nlohmann::json AdminView(ExecutionContext& context, const Object& table) override {
    nlohmann::json view = table.props;
    view.erase("next_column");
    view.erase("next_key");
    view["rows"] = CountRows(context, table);
    return view;
  }

 private:
  static void Remove(ExecutionContext& context, const Object& table) {
    DropRows(context, table);
    context.store().Delete(table.id);
  }
};

}  // namespace

std::unique_ptr<KindHandler> MakeTableHandler() {
  return std::make_unique<TableHandler>();
}

}  // namespace spcs::engine
