// SPDX-License-Identifier: MPL-2.0
#include "provider/ray/follow.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/ray/messages.h"

namespace spcs::ray {
namespace {

using nlohmann::json;

constexpr size_t kLines = 30;
constexpr size_t kLongestLine = 400;

const json& Deployments(const json& shown) {
  static const json& none = *new json(json::object());
  if (!shown.is_object() || !shown.contains("deployments") || !shown.at("deployments").is_object()) return none;
  return shown.at("deployments");
}

// The message in a line.
std::string Brief(const json& object) {
  std::string text = StripColours(JsonString(object, "message"));
  for (char& c : text) c = absl::ascii_isspace(static_cast<unsigned char>(c)) ? ' ' : c;
  absl::RemoveExtraAsciiWhitespace(&text);
  return text.size() <= kLongestLine ? text : absl::StrCat("…", text.substr(text.size() - kLongestLine));
}

// The reason is at the end of a traceback.
std::string LastLines(const std::string& text) {
  std::vector<std::string> lines = absl::StrSplit(text, '\n');
  if (lines.size() > kLines) lines.erase(lines.begin(), lines.end() - kLines);
  return absl::StrJoin(lines, "\n");
}

}  // namespace

std::vector<DeployedPart> Parts(const json& shown) {
  std::vector<DeployedPart> parts;
  for (const auto& [name, deployment] : Deployments(shown).items()) {
    DeployedPart part{
        .name = name, .status = JsonString(deployment, "status"), .target = JsonInt(deployment, "target_num_replicas")};
    if (deployment.is_object() && deployment.contains("replicas")) {
      for (const json& replica : deployment.at("replicas")) part.running += JsonString(replica, "state") == "RUNNING";
    }
    parts.push_back(std::move(part));
  }
  return parts;
}

std::string Standing(const json& shown) {
  std::string text = JsonString(shown, "status");
  if (const std::string message = Brief(shown); !message.empty()) absl::StrAppend(&text, "; ", message);
  for (const DeployedPart& part : Parts(shown)) {
    absl::StrAppend(&text, "; ", part.name, ": ", part.status, ", ", part.running, " of ", part.target,
                    " replicas run");
    const std::string message = Brief(Deployments(shown).at(part.name));
    if (!message.empty()) absl::StrAppend(&text, "; ", message);
  }
  return text;
}

std::vector<std::string> LeftAtFive(const json& shown) {
  constexpr int64_t kDefault = 5;
  std::vector<std::string> left;
  for (const auto& [name, deployment] : Deployments(shown).items()) {
    if (!deployment.is_object() || !deployment.contains("deployment_config")) continue;
    if (JsonInt(deployment.at("deployment_config"), "max_ongoing_requests") != kDefault) continue;
    bool named = false;
    const json config = shown.value("deployed_app_config", json::object());
    if (config.is_object() && config.contains("deployments")) {
      for (const json& one : config.at("deployments")) named |= JsonString(one, "name") == name;
    }
    if (!named) left.push_back(name);
  }
  return left;
}

std::string FailureText(const json& shown) {
  std::string text = JsonString(shown, "status");
  const std::string message = StripColours(JsonString(shown, "message"));
  if (!message.empty()) absl::StrAppend(&text, ": ", LastLines(message));
  for (const auto& [name, deployment] : Deployments(shown).items()) {
    const std::string reason = StripColours(JsonString(deployment, "message"));
    if (reason.empty() || JsonString(deployment, "status") == "HEALTHY") continue;
    absl::StrAppend(&text, "\ndeployment ", name, ": ", LastLines(reason));
  }
  return text;
}

}  // namespace spcs::ray
