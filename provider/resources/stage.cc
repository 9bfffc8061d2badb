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
  tf::Map<tf::String> tags{};
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
          {"name", &M::name, RenamedNameAttribute("stage")},
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
          {"tags", &M::tags, TagsAttribute()},
          {"qualified_name", &M::qualified_name, QualifiedNameAttribute()},
          {"on_exists", &M::on_exists, OnExistsAttribute()},
          {"timeouts", &M::timeouts, tf::TimeoutsAttribute()},
      }};
  return model;
}

class StageResource : public SqlResource<Stage> {
 public:
  explicit StageResource(Account& account)
      : SqlResource<Stage>(
            account,
            SqlKind{
                .keyword = "STAGE",
                .list = snowflake::ShowKind::kStage,
                .rules = {{"comment", {.unset_by_empty = true}},
                          {"encryption",
                           {.keyword = "TYPE", .group = "ENCRYPTION", .in_alter = false, .in_show = false}},
                          {"directory_enabled", {.keyword = "ENABLE", .group = "DIRECTORY"}}},
                .create_privilege = "CREATE STAGE on the schema",
                .peer = {.type = "snowflake_stage_internal", .paths = {{"directory_enabled", "directory.0.enable"}}}},
            StageModel()) {}

 protected:
  // The peer has a block for each encryption; without one the service's own default counts, which is not ours.
  absl::Status ExtendMove(const std::string& source, Stage& state) const override {
    state.encryption = PeerHas(source, "encryption.0.snowflake_sse.0") ? "SNOWFLAKE_SSE" : "SNOWFLAKE_FULL";
    return absl::OkStatus();
  }
};

}  // namespace

std::unique_ptr<tf::Resource> MakeStage(Account& account) {
  return std::make_unique<StageResource>(account);
}

}  // namespace spcs::resources
