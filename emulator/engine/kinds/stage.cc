// SPDX-License-Identifier: MPL-2.0
// Internal stages: a name with encryption and a directory switch. Their files are in stage_files.h.
#include <filesystem>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "emulator/engine/kinds/common.h"
#include "emulator/engine/kinds/file_format.h"
#include "emulator/engine/kinds/kinds.h"
#include "emulator/engine/stage_files.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

// AUTO_REFRESH goes with CREATE only; REFRESH_ON_CREATE belongs to external stages.
absl::Status SetDirectory(const sql::Statement& statement, bool creates, nlohmann::json& props) {
  const sql::Value* directory = statement.Find("DIRECTORY");
  if (directory == nullptr) return absl::OkStatus();
  for (size_t i = 0; i < directory->keys.size(); ++i) {
    const std::string& key = directory->keys[i];
    const sql::Value& value = directory->list[i];
    const bool known = key == "ENABLE" || (creates && key == "AUTO_REFRESH");
    if (!known) return InvalidProperty(key, "DIRECTORY");
    if (value.type != sql::Value::Type::kBoolean) return InvalidValue(value.text, key);
    if (key == "ENABLE") props["directory_enabled"] = value.text == "TRUE";
    if (key == "AUTO_REFRESH") props["auto_refresh"] = value.text == "TRUE";
  }
  if (props.value("auto_refresh", false) && !props.value("directory_enabled", false)) {
    return CompilationError("AUTO_REFRESH requires a directory table; set ENABLE = TRUE.");
  }
  return absl::OkStatus();
}

class StageHandler : public KindHandler {
 public:
  StageHandler() : KindHandler(Kind::kStage) {}

  absl::StatusOr<ResultSet> Create(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(CreateStart start, StartCreate(context, kind(), statement));
    if (start.done) return *std::move(start.done);
    Object stage = context.NewObject(kind(), start.name);
    stage.props = {{"comment", ""}, {"directory_enabled", false}, {"auto_refresh", false}};
    ASSIGN_OR_RETURN(stage.props["encryption"],
                     EncryptionType(statement, {"SNOWFLAKE_FULL", "SNOWFLAKE_SSE"}, "SNOWFLAKE_FULL"));
    RETURN_IF_ERROR(SetDirectory(statement, /*creates=*/true, stage.props));
    RETURN_IF_ERROR(SetFileFormat(context, statement, stage.props));
    CopyProperties(statement, {{"COMMENT", "comment"}}, stage.props);
    if (start.replaced) DropWithParent(context, *start.replaced);
    context.store().Insert(stage);
    return StatusResult(absl::StrCat("Stage area ", stage.name, " successfully created."));
  }

  absl::StatusOr<ResultSet> Alter(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(std::optional<Object> stage, StartAlter(context, kind(), statement));
    if (!stage) return Done();
    if (statement.action == "RENAME TO") RETURN_IF_ERROR(Rename(context, *stage, statement));
    RETURN_IF_ERROR(SetDirectory(statement, /*creates=*/false, stage->props));
    RETURN_IF_ERROR(SetFileFormat(context, statement, stage->props));
    CopyProperties(statement, {{"COMMENT", "comment"}}, stage->props);
    context.store().Update(*stage);
    return Done();
  }

  absl::StatusOr<ResultSet> Drop(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const std::optional<Object> stage, StartDrop(context, kind(), statement));
    if (!stage) return AlreadyDropped(statement);
    DropWithParent(context, *stage);
    return Dropped(stage->name);
  }

  // With its files.
  void DropWithParent(ExecutionContext& context, const Object& stage) override {
    context.store().Delete(stage.id);
    const std::string folder = StageFolder(context.options().data_dir, stage.id);
    if (folder.empty()) return;
    context.AfterCommit([folder] {
      std::error_code ignored;
      std::filesystem::remove_all(folder, ignored);
    });
  }

  absl::StatusOr<ResultSet> Show(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const std::vector<Object> stages, context.ListVisible(kind(), statement.show));
    ResultBuilder rows({Timestamp("created_on"), Text("name"), Text("database_name"), Text("schema_name"), Text("url"),
                        Text("has_credentials"), Text("has_encryption_key"), Text("owner"), Text("comment"),
                        Text("region"), Text("type"), Text("cloud"), Text("notification_channel"),
                        Text("storage_integration"), Text("endpoint"), Text("owner_role_type"),
                        Text("directory_enabled")});
    for (const Object& stage : stages) {
      const bool sse = Member(stage, "encryption") == "SNOWFLAKE_SSE";
      rows.Add({TimeText(stage.created_on), stage.name, stage.database, stage.schema, "", "N", "N", stage.owner,
                Member(stage, "comment"), std::nullopt, sse ? "INTERNAL NO CSE" : "INTERNAL", std::nullopt,
                std::nullopt, std::nullopt, std::nullopt, "ROLE",
                YesNo(stage.props.value("directory_enabled", false))});
    }
    return std::move(rows).Build();
  }

  absl::StatusOr<ResultSet> Describe(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const Object stage, context.Require(kind(), statement.name));
    ResultBuilder rows({Text("parent_property"), Text("property"), Text("property_type"), Text("property_value"),
                        Text("property_default")});
    AddFileFormatRows(stage.props, rows);
    rows.Add({"STAGE_LOCATION", "URL", "String", "", ""});
    rows.Add({"DIRECTORY", "ENABLE", "Boolean", BoolText(stage.props.value("directory_enabled", false)), "false"});
    rows.Add({"DIRECTORY", "AUTO_REFRESH", "Boolean", BoolText(stage.props.value("auto_refresh", false)), "false"});
    return std::move(rows).Build();
  }
};

}  // namespace

absl::StatusOr<std::string> EncryptionType(const sql::Statement& statement,
                                           std::initializer_list<absl::string_view> allowed,
                                           absl::string_view fallback) {
  const sql::Value* encryption = statement.Find("ENCRYPTION");
  if (encryption == nullptr) return std::string(fallback);
  std::string type(fallback);
  for (size_t i = 0; i < encryption->keys.size(); ++i) {
    if (encryption->keys[i] != "TYPE") return InvalidProperty(encryption->keys[i], "ENCRYPTION");
    type = absl::AsciiStrToUpper(encryption->list[i].text);
  }
  for (const absl::string_view candidate : allowed) {
    if (candidate == type) return type;
  }
  return InvalidValue(type, "ENCRYPTION");
}

std::unique_ptr<KindHandler> MakeStageHandler() {
  return std::make_unique<StageHandler>();
}

}  // namespace spcs::engine
