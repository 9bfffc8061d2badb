// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/spec/check.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "emulator/engine/spec/image.h"
#include "emulator/engine/spec/quantity.h"
#include "emulator/engine/spec/rules.h"
#include "provider/base/status.h"

namespace spcs::spec {
namespace {

constexpr int64_t kDefaultCpu = 500;
constexpr int64_t kDefaultMemory = 1LL << 29;  // 0.5Gi
constexpr size_t kMaxContainers = 20;
constexpr size_t kMaxSecrets = 50;

std::set<std::string> NamesOf(const Document& list) {
  std::set<std::string> names;
  for (const Document& item : list) names.insert(TextOf(item, "name"));
  return names;
}

absl::Status CheckProbe(const Document& container, const char* which, const std::string& path) {
  if (!container.contains(which)) return absl::OkStatus();
  const Document& probe = container[which];
  const std::string here = absl::StrCat(path, ".", which);
  const int64_t port = probe["port"].get<int64_t>();
  if (port < 1 || port > 65535) {
    return Invalid(absl::StrCat("invalid value for '", here, ".port': a port is a number from 1 to 65535"));
  }
  if (!absl::StartsWith(TextOf(probe, "path"), "/")) {
    return Invalid(absl::StrCat("invalid value for '", here, ".path': a path begins with /"));
  }
  for (const char* number : {"periodSeconds", "failureThreshold"}) {
    if (probe.value(number, int64_t{1}) < 1) {
      return Invalid(absl::StrCat("invalid value for '", here, ".", number, "': it must be 1 or more"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckMounts(const Document& container, const std::set<std::string>& volumes, const std::string& path) {
  std::set<std::string> paths;
  const Document& mounts = ListAt(container, {"volumeMounts"});
  for (size_t i = 0; i < mounts.size(); ++i) {
    const std::string here = absl::StrCat(path, ".volumeMounts[", i, "]");
    const std::string name = TextOf(mounts[i], "name"), target = TextOf(mounts[i], "mountPath");
    if (volumes.count(name) == 0) {
      return Invalid(absl::StrCat("volume '", name, "' of '", here, "' is not declared in 'spec.volumes'"));
    }
    if (!absl::StartsWith(target, "/")) {
      return Invalid(absl::StrCat("invalid value for '", here, ".mountPath': it must be an absolute path"));
    }
    if (!paths.insert(target).second) {
      return Invalid(absl::StrCat("duplicate mount path '", target, "' for '", here, "'"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckEnvironment(const Document& container, const std::string& path) {
  if (!container.contains("env")) return absl::OkStatus();
  for (const auto& [name, value] : container["env"].items()) {
    if (name.empty() || name.find('=') != std::string::npos || name.find('\0') != std::string::npos) {
      return Invalid(absl::StrCat("invalid environment variable name '", name, "' for '", path, ".env'"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckContainer(const Document& container, const std::set<std::string>& volumes, const std::string& path,
                            const CheckOptions& options) {
  RETURN_IF_ERROR(CheckName(TextOf(container, "name"), path + ".name"));
  RETURN_IF_ERROR(ParseImage(TextOf(container, "image"), path + ".image").status());
  RETURN_IF_ERROR(CheckEnvironment(container, path));
  RETURN_IF_ERROR(CheckProbe(container, "readinessProbe", path));
  RETURN_IF_ERROR(CheckProbe(container, "livenessProbe", path));
  RETURN_IF_ERROR(CheckMounts(container, volumes, path));
  if (container.contains("resources")) {
    RETURN_IF_ERROR(CheckResources(container["resources"], path + ".resources", options));
  }
  RETURN_IF_ERROR(CheckSessionToken(container, path));
  return CheckSecrets(ListAt(container, {"secrets"}), path + ".secrets");
}

absl::Status CheckContainers(const Document& document, const CheckOptions& options) {
  const Document& containers = ListAt(document, {"spec", "containers"});
  if (containers.empty()) return Invalid("'spec.containers' must have at least one container");
  if (containers.size() > kMaxContainers) return Invalid("there can be at most 20 containers");
  const std::set<std::string> volumes = NamesOf(ListAt(document, {"spec", "volumes"}));
  std::set<std::string> names;
  size_t secrets = 0;
  for (size_t i = 0; i < containers.size(); ++i) {
    const std::string path = absl::StrCat("spec.containers[", i, "]");
    RETURN_IF_ERROR(CheckContainer(containers[i], volumes, path, options));
    if (!names.insert(TextOf(containers[i], "name")).second) {
      return Invalid(absl::StrCat("duplicate container name '", TextOf(containers[i], "name"), "'"));
    }
    secrets += ListAt(containers[i], {"secrets"}).size();
  }
  if (secrets > kMaxSecrets) return Invalid("there can be at most 50 secrets");
  return absl::OkStatus();
}

absl::Status CheckServiceRoles(const Document& document) {
  const std::set<std::string> endpoints = NamesOf(ListAt(document, {"spec", "endpoints"}));
  std::set<std::string> names;
  const Document& roles = ListAt(document, {"serviceRoles"});
  for (size_t i = 0; i < roles.size(); ++i) {
    const std::string path = absl::StrCat("serviceRoles[", i, "]"), name = TextOf(roles[i], "name");
    bool valid = !name.empty() && absl::ascii_isalpha(name[0]);
    for (const char c : name) valid &= absl::ascii_isalnum(c) || c == '_';
    if (!valid) {
      return Invalid(absl::StrCat("invalid value for '", path, ".name': letters, digits and underscores are allowed"));
    }
    const std::string folded = absl::AsciiStrToUpper(name);
    if (folded == "ALL_ENDPOINTS_USAGE" || !names.insert(folded).second) {
      return Invalid(absl::StrCat("duplicate service role '", name, "'"));
    }
    for (const Document& endpoint : roles[i]["endpoints"]) {
      if (endpoints.count(endpoint.get<std::string>()) == 0) {
        return Invalid(absl::StrCat("endpoint '", endpoint.get<std::string>(), "' of '", path,
                                    "' is not declared in 'spec.endpoints'"));
      }
    }
  }
  return absl::OkStatus();
}

absl::Status CheckLogLevel(const Document& document) {
  const Document::json_pointer pointer("/spec/logExporters/eventTableConfig/logLevel");
  if (!document.contains(pointer)) return absl::OkStatus();
  const std::string level = document[pointer].get<std::string>();
  if (level == "INFO" || level == "ERROR" || level == "NONE") return absl::OkStatus();
  return Invalid("invalid value for 'spec.logExporters.eventTableConfig.logLevel': it must be INFO, ERROR or NONE");
}

absl::Status CheckFit(const Document& document, const CheckOptions& options) {
  const runtime::Resources request = RequestOf(document);
  if (request.Fits(options.node)) return absl::OkStatus();
  return Invalid(absl::StrCat("the containers together request ", PrintCpu(request.milli_cpu), " vCPUs, ",
                              PrintMemory(request.memory), " of memory and ", request.gpus,
                              " GPUs; a node of instance family ", options.family, " has ",
                              PrintCpu(options.node.milli_cpu), ", ", PrintMemory(options.node.memory), " and ",
                              options.node.gpus, ", so they could never be scheduled"));
}

// A request, else the limit, else the default.
int64_t Wanted(const Document& resources, const char* member, std::optional<int64_t> (*parse)(absl::string_view),
               int64_t default_value) {
  for (const char* which : {"requests", "limits"}) {
    if (!resources.is_object() || !resources.contains(which)) continue;
    if (const auto amount = parse(TextOf(resources[which], member))) return *amount;
  }
  return default_value;
}

int64_t Gpus(const Document& resources) {
  if (!resources.is_object() || !resources.contains("requests")) return 0;
  return resources["requests"].value("nvidia.com/gpu", int64_t{0});
}

}  // namespace

runtime::Resources RequestOfContainer(const Document& container) {
  const Document resources = container.value("resources", Document::object());
  return {.milli_cpu = Wanted(resources, "cpu", ParseCpu, kDefaultCpu),
          .memory = Wanted(resources, "memory", ParseMemory, kDefaultMemory),
          .gpus = Gpus(resources)};
}

runtime::Resources RequestOf(const Document& document) {
  runtime::Resources sum;
  for (const Document& container : ListAt(document, {"spec", "containers"})) sum += RequestOfContainer(container);
  for (const Document& volume : ListAt(document, {"spec", "volumes"})) {
    if (!volume.contains("stageConfig")) continue;
    const Document resources = volume["stageConfig"].value("resources", Document::object());
    sum += {.milli_cpu = Wanted(resources, "cpu", ParseCpu, 0),
            .memory = Wanted(resources, "memory", ParseMemory, kDefaultMemory)};
  }
  return sum;
}

absl::Status Check(const Document& document, const CheckOptions& options) {
  RETURN_IF_ERROR(CheckContainers(document, options));
  RETURN_IF_ERROR(CheckEndpoints(ListAt(document, {"spec", "endpoints"})));
  RETURN_IF_ERROR(CheckVolumes(ListAt(document, {"spec", "volumes"}), options));
  RETURN_IF_ERROR(CheckServiceRoles(document));
  RETURN_IF_ERROR(CheckLogLevel(document));
  const Document::json_pointer scaling("/spec/resourceManagement/autoScalingPolicies");
  if (document.contains(scaling)) RETURN_IF_ERROR(CheckScaling(document[scaling]));
  return CheckFit(document, options);
}

}  // namespace spcs::spec
