// SPDX-License-Identifier: MPL-2.0
// spcs_stage: an internal stage, which services mount as a volume.
#include "provider/base/status.h"
#include "provider/resources/all.h"
#include "provider/resources/file_format.h"
#include "provider/resources/names.h"
#include "provider/resources/sql_resource.h"
#include "provider/tf/validate.h"

namespace spcs::resources {
namespace {

using snowflake::Statement;

struct Stage {
  tf::String database{}, schema{}, name{}, encryption{};
  tf::Bool directory_enabled{}, directory_auto_refresh{};
  tf::Object<FileFormat> file_format{};
  tf::Map<tf::String> tags{};
  tf::String comment{}, qualified_name{}, on_exists{};
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
          {"directory_auto_refresh", &M::directory_auto_refresh,
           tf::Optional{.default_value = false,
                        .replace = true,
                        .doc = "Whether the service itself keeps that directory table up to date; needs "
                               "`directory_enabled`. The service cannot change it: another value replaces the stage "
                               "with its files."}},
          {"file_format", &M::file_format,
           tf::Optional{.doc = "How COPY and queries read the files; unset, as CSV with the service's defaults."}},
          {"comment", &M::comment, CommentAttribute("stage")},
          {"tags", &M::tags, TagsAttribute()},
          {"qualified_name", &M::qualified_name, QualifiedNameAttribute()},
          {"on_exists", &M::on_exists, OnExistsAttribute()},
      }};
  return model;
}

class StageResource : public SqlResource<Stage> {
 public:
  explicit StageResource(Account& account)
      : SqlResource<Stage>(
            account,
            SqlKind{.keyword = "STAGE",
                    .list = snowflake::ShowKind::kStage,
                    .rules = {{"comment", {.unset_by_empty = true}},
                              {"encryption",
                               {.keyword = "TYPE", .group = "ENCRYPTION", .in_alter = false, .in_show = false}},
                              {"directory_enabled", {.keyword = "ENABLE", .group = "DIRECTORY", .in_create = false}},
                              {"directory_auto_refresh", {.in_create = false, .in_alter = false, .in_show = false}},
                              {"file_format", {.in_create = false, .in_alter = false, .in_show = false}}},
                    .create_privilege = "CREATE STAGE on the schema",
                    .peer = {.type = "snowflake_stage_internal",
                             .paths = {{"directory_enabled", "directory.0.enable"},
                                       {"directory_auto_refresh", "directory.0.auto_refresh"}}}},
            StageModel()) {}

 protected:
  void ValidateModel(const Stage& config, tf::Diagnostics& diagnostics) const override {
    if (config.file_format.IsKnown()) CheckFileFormat(config.file_format.value(), diagnostics);
    const bool enabled = config.directory_enabled.IsUnknown() || config.directory_enabled.value_or(false);
    if (!config.directory_auto_refresh.value_or(false) || enabled) return;
    diagnostics.AddError(tf::Path("directory_auto_refresh"), "Refresh without a directory",
                         "The stage keeps no directory table that could be refreshed; set `directory_enabled = true` "
                         "too, or remove `directory_auto_refresh`.");
  }

  absl::Status ExtendCreate(const Stage&, const Stage& planned, Statement& statement) const override {
    statement.Raw("DIRECTORY = (").Property("ENABLE", planned.directory_enabled.value_or(false));
    if (planned.directory_auto_refresh.value_or(false)) statement.Property("AUTO_REFRESH", true);
    statement.Raw(")");
    if (planned.file_format.IsNull()) return absl::OkStatus();
    return AppendFileFormat({}, planned.file_format, statement);
  }

  absl::Status ExtendUpdate(const Stage&, const Stage& prior, const Stage& planned,
                            std::vector<Statement>& statements) const override {
    if (prior.file_format == planned.file_format) return absl::OkStatus();
    ASSIGN_OR_RETURN(const snowflake::ObjectName name, NameOf(kind(), model().Encode(planned)));
    statements.push_back(Statement("ALTER STAGE").Name(name).Raw("SET"));
    return AppendFileFormat(prior.file_format, planned.file_format, statements.back());
  }

  absl::Status ExtendRead(tf::Context& context, const ObjectRow&, Stage& state) override {
    ASSIGN_OR_RETURN(const snowflake::ObjectName name, NameOf(kind(), model().Encode(state)));
    if (state.directory_auto_refresh.IsNull()) state.directory_auto_refresh = false;
    ASSIGN_OR_RETURN(Session * session, object().account().Connect());
    const auto result = session->Query(Statement("DESCRIBE STAGE").Name(name), context.stop);
    // SHOW lists stages whose role may not describe them: what is stored stays.
    if (absl::IsNotFound(result.status()) || absl::IsPermissionDenied(result.status())) return absl::OkStatus();
    RETURN_IF_ERROR(result.status());
    const std::vector<ObjectRow> rows = AllRows(*result);
    state.file_format = ReadFileFormat(rows, state.file_format);
    for (const ObjectRow& row : rows) {
      const bool refresh = row.Text("parent_property") == "DIRECTORY" && row.Text("property") == "AUTO_REFRESH";
      if (refresh) state.directory_auto_refresh = SaysYes(row.Text("property_value"));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<std::string>> CompareExisting(tf::Context& context, const Stage& planned,
                                                           const ObjectRow& row) override {
    Stage there = planned;
    RETURN_IF_ERROR(ExtendRead(context, row, there));
    std::vector<std::string> different;
    if (!(there.file_format == planned.file_format)) different.emplace_back("file_format");
    if (!(there.directory_auto_refresh == planned.directory_auto_refresh)) {
      different.emplace_back("directory_auto_refresh");
    }
    return different;
  }

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
