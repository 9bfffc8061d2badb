// SPDX-License-Identifier: MPL-2.0
// spcs_database: a database, which holds schemas.
#include "provider/resources/all.h"
#include "provider/resources/names.h"
#include "provider/resources/sql_resource.h"
#include "provider/tf/validate.h"

namespace spcs::resources {
namespace {

struct Database {
  tf::String name{}, comment{};
  tf::Map<tf::String> tags{};
  tf::Bool transient{};
  tf::Int data_retention_time_in_days{};
  tf::Bool force_destroy{};
  tf::String qualified_name{};
};

const tf::Model<Database>& DatabaseModel() {
  using M = Database;
  using tf::Computed, tf::Optional, tf::Required;
  static const tf::Model<M> model{
      "spcs_database",
      "A database, which holds the schemas with services, stages and image repositories.",
      {
          {"name", &M::name, NameAttribute("database")},
          {"comment", &M::comment, CommentAttribute("database")},
          {"tags", &M::tags, TagsAttribute()},
          {"transient", &M::transient,
           Optional{.default_value = false, .replace = true, .doc = "Without fail-safe storage."}},
          {"data_retention_time_in_days", &M::data_retention_time_in_days, RetentionAttribute()},
          {"force_destroy", &M::force_destroy,
           ForceDestroyAttribute(
               "drop the database with everything in it. Otherwise a database with objects, or with schemas "
               "other than PUBLIC, stays, and the error names them.")},
          {"qualified_name", &M::qualified_name, QualifiedNameAttribute()},
      }};
  return model;
}

}  // namespace

std::unique_ptr<tf::Resource> MakeDatabase(Account& account) {
  return std::make_unique<ContainerResource<Database>>(
      account,
      SqlKind{
          .keyword = "DATABASE",
          .list = snowflake::ShowKind::kDatabase,
          .scope = Scope::kAccount,
          .rules = {{"transient", {.column = "options", .in_create = false, .in_alter = false, .flag = "TRANSIENT"}},
                    {"data_retention_time_in_days", {.column = "retention_time"}}},
          .create_privilege = "CREATE DATABASE on the account"},
      DatabaseModel());
}

}  // namespace spcs::resources
