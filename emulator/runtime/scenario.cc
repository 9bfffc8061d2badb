// SPDX-License-Identifier: MPL-2.0
#include "emulator/runtime/scenario.h"

#include <filesystem>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "provider/base/file.h"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::runtime {
namespace {

using nlohmann::json;

absl::Status Wrong(absl::string_view member, absl::string_view wanted) {
  return absl::InvalidArgumentError(absl::StrCat("\"", member, "\" must be ", wanted));
}

absl::Status ReadSeconds(const std::string& name, const json& value, absl::Duration& duration) {
  if (!value.is_number() || value.get<double>() < 0) return Wrong(name, "a number of seconds, 0 or more");
  duration = absl::Seconds(value.get<double>());
  return absl::OkStatus();
}

absl::Status ReadChoice(const std::string& name, const json& value, absl::string_view yes, absl::string_view no,
                        bool& choice) {
  if (value != std::string(yes) && value != std::string(no)) {
    return Wrong(name, absl::StrCat("\"", yes, "\" or \"", no, "\""));
  }
  choice = value == std::string(yes);
  return absl::OkStatus();
}

absl::Status ReadExit(const json& value, std::optional<Exit>& exit) {
  if (value.is_null()) {
    exit = std::nullopt;
    return absl::OkStatus();
  }
  if (!value.is_object()) return Wrong("exit", "an object with \"after\" and \"code\", or null");
  exit.emplace();
  for (const auto& [name, member] : value.items()) {
    if (name == "after") {
      RETURN_IF_ERROR(ReadSeconds("exit.after", member, exit->after));
    } else if (name == "code") {
      if (!member.is_number_integer()) return Wrong("exit.code", "an integer");
      exit->code = member.get<int>();
    } else {
      return absl::InvalidArgumentError(absl::StrCat("unknown member \"exit.", name, "\""));
    }
  }
  return absl::OkStatus();
}

absl::Status ReadLine(const json& value, LogLine& line) {
  if (value.is_string()) {
    line.text = value.get<std::string>();
    return absl::OkStatus();
  }
  if (!value.is_object()) return Wrong("log", "a list of texts or objects with \"text\"");
  for (const auto& [name, member] : value.items()) {
    if (name == "text" && member.is_string()) {
      line.text = member.get<std::string>();
    } else if (name == "after") {
      RETURN_IF_ERROR(ReadSeconds("log.after", member, line.after));
    } else if (name == "at_exit" && member.is_boolean()) {
      line.at_exit = member.get<bool>();
    } else {
      return absl::InvalidArgumentError(
          absl::StrCat("\"log\": \"", name, "\" is unknown or of the wrong type (text, after, at_exit)"));
    }
  }
  return absl::OkStatus();
}

absl::Status ReadLog(const json& value, std::vector<LogLine>& log) {
  if (!value.is_array()) return Wrong("log", "a list");
  log.clear();
  for (const json& item : value) RETURN_IF_ERROR(ReadLine(item, log.emplace_back()));
  return absl::OkStatus();
}

absl::Status ReadMemory(const json& value, std::optional<Memory>& memory) {
  if (!value.is_object() || !value.contains("key") || !value["key"].is_string()) {
    return Wrong("memory", "an object with \"key\" and perhaps \"keep\"");
  }
  memory = Memory{.key = value["key"].get<std::string>(), .keep = std::nullopt};
  for (const auto& [name, member] : value.items()) {
    if (name == "key") continue;
    if (name != "keep") return absl::InvalidArgumentError(absl::StrCat("unknown member \"memory.", name, "\""));
    if (!member.is_string()) return Wrong("memory.keep", "a text");
    memory->keep = member.get<std::string>();
  }
  return absl::OkStatus();
}

// Puts the members of `scenario` over `behaviour`; "cases" and "when" are not members of a behaviour.
absl::Status Apply(const json& scenario, Behaviour& behaviour) {
  if (!scenario.is_object()) return absl::InvalidArgumentError("a scenario must be an object");
  for (const auto& [name, value] : scenario.items()) {
    absl::Status status;
    if (name == "start_seconds") {
      status = ReadSeconds(name, value, behaviour.start);
    } else if (name == "ready_after") {
      status = ReadSeconds(name, value, behaviour.ready_after);
    } else if (name == "terminate_seconds") {
      status = ReadSeconds(name, value, behaviour.terminate);
    } else if (name == "exit") {
      status = ReadExit(value, behaviour.exit);
    } else if (name == "log") {
      status = ReadLog(value, behaviour.log);
    } else if (name == "memory") {
      status = ReadMemory(value, behaviour.memory);
    } else if (name == "probe") {
      status = ReadChoice(name, value, "pass", "fail", behaviour.probe_passes);
    } else if (name == "pull") {
      status = ReadChoice(name, value, "pass", "fail", behaviour.pull_passes);
    } else if (name == "restart") {
      status = ReadChoice(name, value, "always", "never", behaviour.restarts);
    } else if (name == "missing") {
      if (!value.is_boolean()) return Wrong(name, "true or false");
      behaviour.missing = value.get<bool>();
    } else if (name != "cases" && name != "when" && name != "comment") {
      status = absl::InvalidArgumentError(absl::StrCat("unknown member \"", name, "\""));
    }
    RETURN_IF_ERROR(status);
  }
  return absl::OkStatus();
}

absl::Status CheckCases(const json& scenario) {
  if (!scenario.contains("cases")) return absl::OkStatus();
  if (!scenario["cases"].is_array()) return Wrong("cases", "a list");
  for (const json& one : scenario["cases"]) {
    if (!one.is_object() || !one.contains("when") || !one["when"].is_object()) {
      return Wrong("cases", "a list of objects with \"when\"");
    }
    Behaviour ignored;
    RETURN_IF_ERROR(Annotate(Apply(one, ignored), "\"cases\""));
  }
  return absl::OkStatus();
}

// All conditions must hold: {"env.MODE": "slow"}; a null value means "is not set".
bool Holds(const json& when, const ContainerFacts& facts) {
  for (const auto& [expression, wanted] : when.items()) {
    const std::optional<std::string> value = Evaluate(expression, facts, nullptr);
    const bool same = wanted.is_null() ? !value.has_value()
                                       : value == (wanted.is_string() ? wanted.get<std::string>() : DumpJson(wanted));
    if (!same) return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<Scenarios> Scenarios::Load(const std::string& folder) {
  Scenarios scenarios;
  if (folder.empty()) return scenarios;
  std::error_code error;
  std::filesystem::directory_iterator files(folder, error);
  if (error) return absl::NotFoundError(absl::StrCat("cannot read the scenarios in ", folder, ": ", error.message()));
  for (const std::filesystem::directory_entry& file : files) {
    if (file.path().extension() != ".json") continue;
    ASSIGN_OR_RETURN(const std::string text, ReadFile(file.path().string()));
    absl::StatusOr<json> scenario = ParseJson(text);
    if (!scenario.ok()) return Annotate(scenario.status(), file.path().string());
    const absl::Status added = scenarios.Add(file.path().stem().string(), *scenario);
    if (!added.ok()) return Annotate(added, file.path().string());
  }
  return scenarios;
}

absl::Status Scenarios::Add(const std::string& name, const json& scenario) {
  if (name == "capacity") {
    if (!scenario.is_object()) return absl::InvalidArgumentError("must be an object: family -> seconds");
    for (const auto& [family, seconds] : scenario.items()) {
      RETURN_IF_ERROR(ReadSeconds(family, seconds, shortages_[absl::AsciiStrToUpper(family)]));
    }
    return absl::OkStatus();
  }
  Behaviour ignored;
  RETURN_IF_ERROR(Apply(scenario, ignored));
  RETURN_IF_ERROR(CheckCases(scenario));
  scenarios_[name] = scenario;
  return absl::OkStatus();
}

Behaviour Scenarios::For(const ContainerFacts& facts) const {
  if (processes_) {
    Behaviour behaviour;
    behaviour.process = processes_->count(facts.image) > 0;
    behaviour.pull_passes = behaviour.process;
    return behaviour;
  }
  auto found = scenarios_.find(absl::StrCat(facts.image, ":", facts.tag));
  if (found == scenarios_.end()) found = scenarios_.find(facts.image);
  Behaviour behaviour;
  if (found == scenarios_.end()) return behaviour;
  // Add() has checked that both calls understand their input.
  Apply(found->second, behaviour).IgnoreError();
  if (!found->second.contains("cases")) return behaviour;
  for (const json& one : found->second["cases"]) {
    if (!Holds(one["when"], facts)) continue;
    Apply(one, behaviour).IgnoreError();
    break;
  }
  return behaviour;
}

absl::Duration Scenarios::ShortageOf(const std::string& instance_family) const {
  const auto found = shortages_.find(instance_family);
  return found == shortages_.end() ? absl::ZeroDuration() : found->second;
}

}  // namespace spcs::runtime
