// SPDX-License-Identifier: MPL-2.0
// Schemas, and what they share with databases. INFORMATION_SCHEMA exists but cannot be changed.
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

std::string Options(const Object& schema) {
  const bool transient = schema.props.value("transient", false), managed = schema.props.value("managed", false);
  return absl::StrCat(transient ? "TRANSIENT" : "", transient && managed ? ", " : "", managed ? "MANAGED ACCESS" : "");
}

absl::Status CheckChangeable(const Object& schema) {
  if (schema.name != kInformationSchema) return absl::OkStatus();
  return InsufficientPrivileges(Kind::kSchema, schema.name);
}

class SchemaHandler : public KindHandler {
 public:
  SchemaHandler() : KindHandler(Kind::kSchema) {}

  absl::StatusOr<ResultSet> Create(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(CreateStart start, StartCreate(context, kind(), statement));
    if (start.done) return *std::move(start.done);
    const std::optional<Object> database = context.Find(Kind::kDatabase, {.name = start.name.database});
    const bool transient = statement.HasFlag("TRANSIENT") || Member(*database, "options") == "TRANSIENT";
    RETURN_IF_ERROR(CheckContainerProperties(statement, transient));
    if (start.replaced) {
      RETURN_IF_ERROR(CheckChangeable(*start.replaced));
      RETURN_IF_ERROR(CheckNotReferenced(context, kind(), start.replaced->database, start.replaced->name));
      Remove(context, *start.replaced);
    }
    Object schema = context.NewObject(kind(), start.name);
    schema.props = {{"comment", ""},
                    {"retention_time", JsonInt(database->props, "retention_time")},
                    {"transient", transient},
                    {"managed", statement.HasFlag("MANAGED ACCESS")}};
    CopyProperties(statement, kMap, schema.props);
    context.store().Insert(schema);
    return Created("Schema", schema.name);
  }

  absl::StatusOr<ResultSet> Alter(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(std::optional<Object> schema,
                     StartAlter(context, kind(), statement,
                                statement.action == "SET" || statement.action == "UNSET" ? "MODIFY" : "OWNERSHIP"));
    if (!schema) return Done();
    RETURN_IF_ERROR(CheckChangeable(*schema));
    const Object old = *schema;
    if (statement.action == "RENAME TO") RETURN_IF_ERROR(Rename(context, *schema, statement));
    RETURN_IF_ERROR(CheckContainerProperties(statement, schema->props.value("transient", false)));
    CopyProperties(statement, kMap, schema->props);
    UnsetContainerProperties(statement, schema->props);
    if (statement.action == "ENABLE MANAGED ACCESS") schema->props["managed"] = true;
    if (statement.action == "DISABLE MANAGED ACCESS") schema->props["managed"] = false;
    context.store().Update(*schema);
    if (schema->name != old.name || schema->database != old.database) {
      context.store().RenameSchema(old.database, old.name, schema->database, schema->name);
    }
    return Done();
  }

  absl::StatusOr<ResultSet> Drop(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const std::optional<Object> schema, StartDrop(context, kind(), statement));
    if (!schema) return AlreadyDropped(statement);
    RETURN_IF_ERROR(CheckChangeable(*schema));
    RETURN_IF_ERROR(CheckNotReferenced(context, kind(), schema->database, schema->name));
    Remove(context, *schema);
    return Dropped(schema->name);
  }

  absl::StatusOr<ResultSet> Show(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const std::vector<Object> schemas, context.ListVisible(kind(), statement.show));
    ResultBuilder rows({Timestamp("created_on"), Text("name"), Text("is_default"), Text("is_current"),
                        Text("database_name"), Text("owner"), Text("comment"), Text("options"), Text("retention_time"),
                        Text("owner_role_type"), Text("budget"), Text("object_visibility")});
    for (const Object& schema : schemas) {
      const bool current = schema.name == context.session().schema && schema.database == context.session().database;
      rows.Add({TimeText(schema.created_on), schema.name, "N", YesNo(current), schema.database, schema.owner,
                Member(schema, "comment"), Options(schema), absl::StrCat(JsonInt(schema.props, "retention_time")),
                schema.owner.empty() ? "" : "ROLE", std::nullopt, std::nullopt});
    }
    return std::move(rows).Build();
  }

  // The objects of the schema.
  absl::StatusOr<ResultSet> Describe(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const Object schema, context.Require(kind(), statement.name));
    ResultBuilder rows({Timestamp("created_on"), Text("name"), Text("kind")});
    for (const sql::KindInfo& info : sql::AllKinds()) {
      if (info.scope != sql::Scope::kSchema) continue;
      for (const Object& object : context.store().List(info.kind, schema.database, schema.name)) {
        if (context.CanSee(object)) rows.Add({TimeText(object.created_on), object.name, std::string(info.keyword)});
      }
    }
    return std::move(rows).Build();
  }

 private:
  static void Remove(ExecutionContext& context, const Object& schema) {
    DropContents(context, schema.database, schema.name);
    context.store().Delete(schema.id);
  }
};

}  // namespace

void MakeSchema(ExecutionContext& context, const std::string& database, absl::string_view name, absl::string_view owner,
                bool transient) {
  Object schema = context.NewObject(Kind::kSchema, {.database = database, .name = std::string(name)});
  schema.owner = std::string(owner);
  const bool system = name == kInformationSchema;
  schema.props = {{"comment", system ? "Views describing the contents of schemas in this database" : ""},
                  {"retention_time", 1},
                  {"transient", transient},
                  {"managed", false}};
  context.store().Insert(schema);
}

absl::Status CheckContainerProperties(const sql::Statement& statement, bool transient) {
  RETURN_IF_ERROR(CheckInt(statement, "DATA_RETENTION_TIME_IN_DAYS", 0, transient ? 1 : 90));
  return CheckInt(statement, "MAX_DATA_EXTENSION_TIME_IN_DAYS", 0, 90);
}

void UnsetContainerProperties(const sql::Statement& statement, nlohmann::json& props) {
  for (const std::string& name : statement.unset) {
    if (name == "COMMENT") props["comment"] = "";
    if (name == "DATA_RETENTION_TIME_IN_DAYS") props["retention_time"] = 1;
    if (name == "MAX_DATA_EXTENSION_TIME_IN_DAYS") props.erase("max_data_extension_time_in_days");
  }
}

std::unique_ptr<KindHandler> MakeSchemaHandler() {
  return std::make_unique<SchemaHandler>();
}

}  // namespace spcs::engine
