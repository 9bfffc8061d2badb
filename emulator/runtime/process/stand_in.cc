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

class Reader {
 public:
  Reader(const std::string& folder, const std::string& cache) : folder_(folder), cache_(cache) {}

  absl::StatusOr<StandIn> Read(const json& file) const {
    if (!file.is_object()) return absl::InvalidArgumentError("a stand-in must be an object");
    StandIn result;
    for (const auto& [name, value] : file.items()) {
      if (name == "command") {
        RETURN_IF_ERROR(Texts(name, value, result.command));
      } else if (name == "args") {
        RETURN_IF_ERROR(Texts(name, value, result.args));
      } else if (name == "env") {
        RETURN_IF_ERROR(TextMap(name, value, result.env));
      } else if (name == "working_dir" && value.is_string()) {
        result.working_dir = Expand(value.get<std::string>());
      } else if (name != "comment") {
        return absl::InvalidArgumentError(absl::StrCat("\"", name, "\" is unknown or of the wrong type"));
      }
    }
    if (result.command.empty()) return absl::InvalidArgumentError("\"command\" is missing");
    return result;
  }

 private:
  std::string Expand(const std::string& text) const {
    return absl::StrReplaceAll(text, {{"{folder}", folder_}, {"{cache}", cache_}});
  }

  absl::Status Texts(const std::string& name, const json& value, std::vector<std::string>& texts) const {
    for (const json& item : value.is_array() ? value : json::array({nullptr})) {
      if (!item.is_string()) return absl::InvalidArgumentError(absl::StrCat("\"", name, "\" must be a list of texts"));
      texts.push_back(Expand(item.get<std::string>()));
    }
    return absl::OkStatus();
  }

  absl::Status TextMap(const std::string& name, const json& value, std::map<std::string, std::string>& texts) const {
    if (!value.is_object())
      return absl::InvalidArgumentError(absl::StrCat("\"", name, "\" must be an object of texts"));
    for (const auto& [key, item] : value.items()) {
      if (!item.is_string()) return absl::InvalidArgumentError(absl::StrCat("\"", name, ".", key, "\" must be a text"));
      texts[key] = Expand(item.get<std::string>());
    }
    return absl::OkStatus();
  }

  const std::string& folder_;
  const std::string& cache_;
};

}  // namespace

absl::StatusOr<StandIns> LoadStandIns(const std::string& folder, const std::string& cache) {
  std::error_code error;
  const std::filesystem::path root = std::filesystem::absolute(folder, error);
  if (!std::filesystem::is_directory(root, error)) {
    return absl::NotFoundError(absl::StrCat("there is no folder of stand-ins ", folder));
  }
  StandIns all;
  for (const auto& entry : std::filesystem::directory_iterator(root, error)) {
    const std::string own = absl::StrCat(kStandInsMount, "/", entry.path().filename().string());
    const std::string file = entry.path() / "stand-in.json";
    if (!std::filesystem::exists(file, error)) continue;
    ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
    const absl::StatusOr<json> parsed = ParseJson(text);
    if (!parsed.ok()) return absl::InvalidArgumentError(absl::StrCat(file, ": ", parsed.status().message()));
    absl::StatusOr<StandIn> stand_in = Reader(own, cache).Read(*parsed);
    if (!stand_in.ok()) return absl::InvalidArgumentError(absl::StrCat(file, ": ", stand_in.status().message()));
    all[entry.path().filename()] = *std::move(stand_in);
  }
  return all;
}

}  // namespace spcs::runtime::process
