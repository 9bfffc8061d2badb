// SPDX-License-Identifier: MPL-2.0
// Databases: made with the schemas PUBLIC and INFORMATION_SCHEMA, dropped with all they hold.
#include "absl/strings/str_cat.h"
#include "emulator/engine/account.h"
#include "emulator/engine/kinds/common.h"
#include "emulator/engine/kinds/kinds.h"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

constexpr PropertyMap kMap = {{"DATA_RETENTION_TIME_IN_DAYS", "retention_time"},
                              {"MAX_DATA_EXTENSION_TIME_IN_DAYS", "max_data_extension_time_in_days"},
                              {"COMMENT", "comment"}};

class DatabaseHandler : public KindHandler {
 public:
  DatabaseHandler() : KindHandler(Kind::kDatabase) {}

  absl::StatusOr<ResultSet> Create(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(CreateStart start, StartCreate(context, kind(), statement));
    if (start.done) return *std::move(start.done);
    const bool transient = statement.HasFlag("TRANSIENT");
    RETURN_IF_ERROR(CheckContainerProperties(statement, transient));
    if (start.replaced) {
      RETURN_IF_ERROR(CheckNotReferenced(context, kind(), start.replaced->name, std::nullopt));
      Remove(context, *start.replaced);
    }
    Object database = context.NewObject(kind(), start.name);
    database.props = {{"comment", ""}, {"retention_time", 1}, {"options", transient ? "TRANSIENT" : ""}};
    CopyProperties(statement, kMap, database.props);
    context.store().Insert(database);
    MakeSchema(context, database.name, "PUBLIC", database.owner, transient);
    MakeSchema(context, database.name, kInformationSchema, "", false);
    return Created("Database", database.name);
  }

  absl::StatusOr<ResultSet> Alter(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(std::optional<Object> database,
                     StartAlter(context, kind(), statement, statement.action == "RENAME TO" ? "OWNERSHIP" : "MODIFY"));
    if (!database) return Done();
    const std::string old_name = database->name;
    if (statement.action == "RENAME TO") RETURN_IF_ERROR(Rename(context, *database, statement));
    RETURN_IF_ERROR(CheckContainerProperties(statement, Member(*database, "options") == "TRANSIENT"));
    CopyProperties(statement, kMap, database->props);
    UnsetContainerProperties(statement, database->props);
    context.store().Update(*database);
    if (database->name != old_name) context.store().RenameDatabase(old_name, database->name);
    return Done();
  }

  absl::StatusOr<ResultSet> Drop(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const std::optional<Object> database, StartDrop(context, kind(), statement));
    if (!database) return AlreadyDropped(statement);
    RETURN_IF_ERROR(CheckNotReferenced(context, kind(), database->name, std::nullopt));
    Remove(context, *database);
    return Dropped(database->name);
  }

  absl::StatusOr<ResultSet> Show(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const std::vector<Object> databases, context.ListVisible(kind(), statement.show));
    ResultBuilder rows({Timestamp("created_on"), Text("name"), Text("is_default"), Text("is_current"), Text("origin"),
                        Text("owner"), Text("comment"), Text("options"), Text("retention_time"), Text("kind"),
                        Text("budget"), Text("owner_role_type"), Text("object_visibility")});
    for (const Object& database : databases) {
      rows.Add({TimeText(database.created_on), database.name, "N", YesNo(database.name == context.session().database),
                "", database.owner, Member(database, "comment"), Member(database, "options"),
                absl::StrCat(JsonInt(database.props, "retention_time")), "STANDARD", std::nullopt, "ROLE",
                std::nullopt});
    }
    return std::move(rows).Build();
  }

  // The schemas of the database.
  absl::StatusOr<ResultSet> Describe(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const Object database, context.Require(kind(), statement.name));
    ResultBuilder rows({Timestamp("created_on"), Text("name"), Text("kind")});
    for (const Object& schema : context.store().List(Kind::kSchema, database.name)) {
      if (context.CanSee(schema)) rows.Add({TimeText(schema.created_on), schema.name, "SCHEMA"});
    }
    return std::move(rows).Build();
  }

 private:
  static void Remove(ExecutionContext& context, const Object& database) {
    DropContents(context, database.name, std::nullopt);
    for (const Object& schema : context.store().List(Kind::kSchema, database.name)) context.store().Delete(schema.id);
    context.store().Delete(database.id);
  }
};

}  // namespace

std::unique_ptr<KindHandler> MakeDatabaseHandler() {
  return std::make_unique<DatabaseHandler>();
}

}  // namespace spcs::engine
