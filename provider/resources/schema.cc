// SPDX-License-Identifier: MPL-2.0
// spcs_schema: a schema, which holds services, stages, repositories, tables and secrets.
#include "provider/base/status.h"
#include "provider/resources/all.h"
#include "provider/resources/names.h"
#include "provider/resources/sql_resource.h"
#include "provider/tf/validate.h"

namespace spcs::resources {
namespace {

using snowflake::Statement;

struct Schema {
  tf::String database{}, name{}, comment{};
  tf::Map<tf::String> tags{};
  tf::Bool managed_access{}, transient{};
  tf::Int data_retention_time_in_days{};
  tf::Bool force_destroy{};
  tf::String qualified_name{};
};

const tf::Model<Schema>& SchemaModel() {
  using M = Schema;
  using tf::Computed, tf::Optional, tf::Required;
  static const tf::Model<M> model{
      "spcs_schema",
      "A schema, which holds services, stages, image repositories, tables and secrets.",
      {
          {"database", &M::database, ParentAttribute("Database of the schema.")},
          {"name", &M::name, NameAttribute("schema")},
          {"comment", &M::comment, CommentAttribute("schema")},
          {"tags", &M::tags, TagsAttribute()},
          {"managed_access", &M::managed_access,
           Optional{.default_value = false,
                    .doc = "Whether only the schema's owner grants privileges on what it holds."}},
          {"transient", &M::transient,
           Optional{.computed = true,
                    .replace = true,
                    .doc = "Without fail-safe storage; unset, it is as its database is."}},
          {"data_retention_time_in_days", &M::data_retention_time_in_days, RetentionAttribute()},
          {"force_destroy", &M::force_destroy,
           ForceDestroyAttribute(
               "drop the schema with everything in it. Otherwise a schema with objects stays: tables, views, "
               "stages, services, functions, tasks and the like, which the error names.")},
          {"qualified_name", &M::qualified_name, QualifiedNameAttribute()},
      }};
  return model;
}

Rule Option(const char* word) {
  return {.column = "options", .in_create = false, .in_alter = false, .flag = word};
}

class SchemaResource : public ContainerResource<Schema> {
 public:
  explicit SchemaResource(Account& account)
      : ContainerResource<Schema>(account,
                                  SqlKind{.keyword = "SCHEMA",
                                          .list = snowflake::ShowKind::kSchema,
                                          .scope = Scope::kDatabase,
                                          .rules = {{"managed_access", Option("MANAGED ACCESS")},
                                                    {"transient", Option("TRANSIENT")},
                                                    {"data_retention_time_in_days", {.column = "retention_time"}}},
                                          .create_privilege = "CREATE SCHEMA on the database"},
                                  SchemaModel()) {}

 protected:
  absl::StatusOr<Statement> MakeCreate(const Schema& config, const Schema& planned) const override {
    const tf::Value value = model().Encode(planned);
    ASSIGN_OR_RETURN(const snowflake::ObjectName name, NameOf(kind(), value));
    Statement statement("CREATE");
    if (planned.transient.value_or(false)) statement.Raw("TRANSIENT");
    statement.Raw("SCHEMA").Name(name);
    if (planned.managed_access.value_or(false)) statement.Raw("WITH MANAGED ACCESS");
    RETURN_IF_ERROR(AppendProperties(kind(), schema(), value, model().Encode(config), statement));
    return statement;
  }

  absl::Status ExtendUpdate(const Schema&, const Schema& prior, const Schema& planned,
                            std::vector<Statement>& statements) const override {
    const bool managed = planned.managed_access.value_or(false);
    if (prior.managed_access.value_or(false) == managed) return absl::OkStatus();
    ASSIGN_OR_RETURN(const snowflake::ObjectName name, NameOf(kind(), model().Encode(planned)));
    Statement statement("ALTER SCHEMA");
    statement.Name(name);
    managed ? statement.Raw("ENABLE MANAGED ACCESS") : statement.Raw("DISABLE MANAGED ACCESS");
    statements.push_back(std::move(statement));
    return absl::OkStatus();
  }
};

}  // namespace

std::unique_ptr<tf::Resource> MakeSchema(Account& account) {
  return std::make_unique<SchemaResource>(account);
}

}  // namespace spcs::resources
