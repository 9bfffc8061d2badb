// SPDX-License-Identifier: MPL-2.0
// spcs_stage: an internal stage, which services mount as a volume.
#include "provider/resources/all.h"
#include "provider/resources/names.h"
#include "provider/resources/sql_resource.h"
#include "provider/tf/timeouts.h"
#include "provider/tf/validate.h"

namespace spcs::resources {
namespace {

struct Stage {
  tf::String database{}, schema{}, name{}, encryption{};
  tf::Bool directory_enabled{};
  tf::String comment{}, qualified_name{}, on_exists{};
  tf::Object<tf::Timeouts> timeouts{};
};

const tf::Model<Stage>& StageModel() {
  using M = Stage;
  static const tf::Model<M> model{
      "spcs_stage",
      "An internal stage: files that services mount as a volume.",
      {
          {"database", &M::database, ParentAttribute("Database of the stage.")},
          {"schema", &M::schema, ParentAttribute("Schema of the stage.")},
          {"name", &M::name, NameAttribute("stage")},
          {"encryption", &M::encryption,
           tf::Optional{.default_value = "SNOWFLAKE_SSE",
                        .replace = true,
                        .unreadable = true,
                        .validators = {tf::OneOf({"SNOWFLAKE_SSE", "SNOWFLAKE_FULL"})},
                        .doc = "SNOWFLAKE_SSE (needed by volumes) or SNOWFLAKE_FULL. The service does not show it, so "
                               "an outside change is not seen."}},
          {"directory_enabled", &M::directory_enabled,
           tf::Optional{.default_value = false, .doc = "Whether the stage keeps a directory table of its files."}},
          {"comment", &M::comment, CommentAttribute("stage")},
          {"qualified_name", &M::qualified_name, QualifiedNameAttribute()},
          {"on_exists", &M::on_exists, OnExistsAttribute()},
          {"timeouts", &M::timeouts, tf::TimeoutsAttribute()},
      }};
  return model;
}

}  // namespace

std::unique_ptr<tf::Resource> MakeStage(Account& account) {
  return std::make_unique<SqlResource<Stage>>(
      account,
      SqlKind{.keyword = "STAGE",
              .list = snowflake::ShowKind::kStage,
              .rules = {{"comment", {.unset_by_empty = true}},
                        {"encryption", {.keyword = "TYPE", .group = "ENCRYPTION", .in_alter = false, .in_show = false}},
                        {"directory_enabled", {.keyword = "ENABLE", .group = "DIRECTORY"}}},
              .create_privilege = "CREATE STAGE on the schema"},
      StageModel());
}

}  // namespace spcs::resources
