// SPDX-License-Identifier: MPL-2.0
// LIST and REMOVE: the files of a stage by SQL.
#include <filesystem>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "emulator/engine/kinds/kinds.h"
#include "emulator/engine/stage_files.h"
#include "emulator/sql/stage_grammar.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

// "Mon, 23 Nov 2026 08:00:00 GMT"
std::string HttpDate(absl::Time time) {
  return absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", time, absl::UTCTimeZone());
}

struct Location {
  Object stage;
  std::string folder, prefix;
};

absl::StatusOr<Location> Locate(ExecutionContext& context, const sql::Statement& statement,
                                std::vector<absl::string_view> privileges) {
  Location location;
  ASSIGN_OR_RETURN(location.stage, context.Require(Kind::kStage, statement.name));
  RETURN_IF_ERROR(context.RequireAnyPrivilege(location.stage, std::move(privileges)));
  location.folder = StageFolder(context.options().data_dir, location.stage.id);
  location.prefix = statement.words.at("path");
  return location;
}

// As the service names files: the stage's name in lower case before the path.
std::string ListedName(const Object& stage, const std::string& path) {
  return absl::StrCat(absl::AsciiStrToLower(stage.name), "/", path);
}

absl::StatusOr<ResultSet> List(ExecutionContext& context, const sql::Statement& statement, Md5Cache& cache) {
  ASSIGN_OR_RETURN(const Location at, Locate(context, statement, {"READ", "WRITE", "OWNERSHIP"}));
  ResultBuilder rows({Text("name"), Fixed("size"), Text("md5"), Text("last_modified")});
  for (const StageFile& file : ListStageFiles(at.folder, at.prefix)) {
    ASSIGN_OR_RETURN(const std::string md5, cache.Of(absl::StrCat(at.folder, "/", file.path)));
    rows.Add({ListedName(at.stage, file.path), absl::StrCat(file.size), md5, HttpDate(file.modified)});
  }
  return std::move(rows).Build();
}

// Everything that begins with the path goes, as LIST shows it.
absl::StatusOr<ResultSet> Remove(ExecutionContext& context, const sql::Statement& statement) {
  ASSIGN_OR_RETURN(const Location at, Locate(context, statement, {"WRITE", "OWNERSHIP"}));
  ResultBuilder rows({Text("name"), Text("result")});
  for (const StageFile& file : ListStageFiles(at.folder, at.prefix)) {
    context.AfterCommit([path = absl::StrCat(at.folder, "/", file.path)] {
      std::error_code ignored;
      std::filesystem::remove(path, ignored);
    });
    rows.Add({ListedName(at.stage, file.path), "removed"});
  }
  return std::move(rows).Build();
}

}  // namespace

void RegisterStageFiles(Registry& registry) {
  registry.AddStatement(sql::kListFiles, [cache = std::make_shared<Md5Cache>()](ExecutionContext& context,
                                                                                const sql::Statement& statement) {
    return List(context, statement, *cache);
  });
  registry.AddStatement(sql::kRemoveFiles, Remove);
}

}  // namespace spcs::engine
