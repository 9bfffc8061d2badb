// SPDX-License-Identifier: MPL-2.0
#include "emulator/runtime/process/stand_in.h"

#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "nlohmann/json.hpp"
#include "provider/base/file.h"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::runtime::process {
namespace {

using nlohmann::json;

absl::Status Wrong(absl::string_view member, absl::string_view wanted) {
  return absl::InvalidArgumentError(absl::StrCat("\"", member, "\" must be ", wanted));
}

absl::Status ReadTexts(const std::string& name, const json& value, std::vector<std::string>& texts) {
  if (!value.is_array()) return Wrong(name, "a list of texts");
  for (const json& item : value) {
    if (!item.is_string()) return Wrong(name, "a list of texts");
    texts.push_back(item.get<std::string>());
  }
  return absl::OkStatus();
}

absl::Status ReadTextMap(const std::string& name, const json& value, std::map<std::string, std::string>& texts) {
  if (!value.is_object()) return Wrong(name, "an object of texts");
  for (const auto& [key, item] : value.items()) {
    if (!item.is_string()) return Wrong(absl::StrCat(name, ".", key), "a text");
    texts[key] = item.get<std::string>();
  }
  return absl::OkStatus();
}

absl::Status ReadMember(const std::string& name, const json& value, StandIn& result) {
  if (name == "command") return ReadTexts(name, value, result.command);
  if (name == "env") return ReadTextMap(name, value, result.env);
  if (name == "paths") return ReadTextMap(name, value, result.paths);
  if (name == "comment") return absl::OkStatus();
  if (name == "venv") {
    result.venv = JsonString(value, "name");
    return result.venv.empty() ? Wrong(name, "an object with \"name\"") : absl::OkStatus();
  }
  if (name == "stop_seconds") {
    if (!value.is_number() || value.get<double>() < 0) return Wrong(name, "a number of seconds");
    result.stop = absl::Seconds(value.get<double>());
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat("unknown member \"", name, "\""));
}

absl::StatusOr<StandIn> ReadStandIn(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  ASSIGN_OR_RETURN(const json file, ParseJson(text));
  if (!file.is_object()) return absl::InvalidArgumentError("a stand-in must be an object");
  StandIn result;
  for (const auto& [name, value] : file.items()) RETURN_IF_ERROR(ReadMember(name, value, result));
  if (result.command.empty()) return absl::InvalidArgumentError("\"command\" is missing");
  return result;
}

}  // namespace

absl::StatusOr<StandIns> LoadStandIns(const std::string& folder) {
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) {
    return absl::NotFoundError(absl::StrCat("there is no folder of stand-ins ", folder));
  }
  StandIns all;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string path = entry.path() / "stand-in.json";
    if (!std::filesystem::exists(path, error)) continue;
    absl::StatusOr<StandIn> stand_in = ReadStandIn(path);
    if (!stand_in.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(path, ": ", std::string(stand_in.status().message())));
    }
    stand_in->image = entry.path().filename();
    all[stand_in->image] = *std::move(stand_in);
  }
  return all;
}

std::string Expand(const StandIn& stand_in, const std::string& text, const Placeholders& placeholders) {
  return absl::StrReplaceAll(text, {{"{images}", kStandInsMount},
                                    {"{folder}", absl::StrCat(kStandInsMount, "/", stand_in.image)},
                                    {"{cache}", placeholders.cache},
                                    {"{venv}", absl::StrCat(placeholders.cache, "/", stand_in.venv)},
                                    {"{programs}", kProgramsMount},
                                    {"{private}", kPrivateMount},
                                    {"{path}", kPath},
                                    {"{address}", placeholders.address},
                                    {"{gpus}", absl::StrCat(placeholders.gpus)}});
}

}  // namespace spcs::runtime::process
