// SPDX-License-Identifier: MPL-2.0
// spcs_schema: a schema, which holds services, stages, repositories, tables and secrets.
#include "provider/resources/all.h"
#include "provider/resources/names.h"
#include "provider/resources/sql_resource.h"
#include "provider/tf/timeouts.h"
#include "provider/tf/validate.h"

namespace spcs::resources {
namespace {

struct Schema {
  tf::String database{}, name{}, comment{};
  tf::Bool transient{};
  tf::Int data_retention_time_in_days{};
  tf::Bool force_destroy{};
  tf::String qualified_name{};
  tf::Object<tf::Timeouts> timeouts{};
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
          {"transient", &M::transient,
           Optional{.default_value = false, .replace = true, .doc = "Without fail-safe storage."}},
          {"data_retention_time_in_days", &M::data_retention_time_in_days,
           Optional{.computed = true,
                    .validators = {tf::AtLeast(0)},
                    .doc = "Days for which dropped data can be restored."}},
          {"force_destroy", &M::force_destroy, ForceDestroyAttribute("Drop the schema with everything in it.")},
          {"qualified_name", &M::qualified_name, QualifiedNameAttribute()},
          {"timeouts", &M::timeouts, tf::TimeoutsAttribute()},
      }};
  return model;
}

}  // namespace

std::unique_ptr<tf::Resource> MakeSchema(Account& account) {
  return std::make_unique<ContainerResource<Schema>>(
      account,
      SqlKind{
          .keyword = "SCHEMA",
          .list = snowflake::ShowKind::kSchema,
          .scope = Scope::kDatabase,
          .rules = {{"transient", {.column = "options", .in_create = false, .in_alter = false, .flag = "TRANSIENT"}},
                    {"data_retention_time_in_days", {.column = "retention_time"}}},
          .create_privilege = "CREATE SCHEMA on the database"},
      SchemaModel());
}

}  // namespace spcs::resources
