// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/ray_kept.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "provider/base/status.h"
#include "provider/http/url.h"
#include "provider/snowflake/identifier.h"
#include "provider/snowflake/statement.h"

namespace spcs::resources {
namespace {

using snowflake::ObjectName;

struct StagePath {
  ObjectName stage;
  std::string folder;  // "/" at its end; "": the stage itself
};

absl::StatusOr<StagePath> Parse(absl::string_view text) {
  const absl::Status wrong = absl::InvalidArgumentError(
      absl::StrCat("\"", std::string(text), "\" must be written like @database.schema.stage/folder"));
  if (!absl::ConsumePrefix(&text, "@")) return wrong;
  const size_t slash = text.find('/');
  const absl::StatusOr<ObjectName> stage = ObjectName::Parse(std::string(text.substr(0, slash)), 3);
  if (!stage.ok()) return wrong;
  std::string folder;
  if (slash == absl::string_view::npos) return StagePath{*stage, folder};
  for (const absl::string_view part : absl::StrSplit(absl::StripSuffix(text.substr(slash + 1), "/"), '/')) {
    if (part.empty() || part == "." || part == "..") return wrong;
    absl::StrAppend(&folder, part, "/");
  }
  for (const unsigned char c : folder) {
    if (absl::ascii_iscntrl(c) || c == '\'' || c == '"' || c == '\\') return wrong;
  }
  return StagePath{*stage, folder};
}

}  // namespace

void CheckStagePath(const tf::Value& value, const tf::Path& path, tf::Diagnostics& diagnostics) {
  const absl::Status status = Parse(value.AsString()).status();
  if (!status.ok()) diagnostics.AddError(path, "Invalid path", std::string(status.message()) + ".");
}

absl::Status RemoveKept(Session& session, const std::string& restore_path, const std::string& application,
                        std::stop_token stop) {
  ASSIGN_OR_RETURN(const StagePath kept, Parse(restore_path));
  // The slash at the end keeps what only begins alike.
  const std::string folder =
      absl::StrCat("@", kept.stage.Sql(), "/", kept.folder, "app-", http::PercentEncode(application), "/");
  const snowflake::Statement remove = snowflake::Statement("REMOVE").Literal(folder);
  return Annotate(session.Change(std::nullopt, kept.stage, remove, std::move(stop)),
                  absl::StrCat("what the head keeps of ", application, " was not removed"));
}

}  // namespace spcs::resources
