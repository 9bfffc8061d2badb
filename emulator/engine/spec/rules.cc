// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/spec/rules.h"

#include <set>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "emulator/engine/spec/quantity.h"
#include "provider/base/status.h"

namespace spcs::spec {
namespace {

constexpr int kMaxPort = 65535;

absl::Status Wrong(const std::string& path, absl::string_view why) {
  return Invalid(absl::StrCat("invalid value for '", path, "': ", why));
}

// The ports of an endpoint, first and last; the last of one port is the same.
absl::StatusOr<std::pair<int64_t, int64_t>> PortsOf(const Document& endpoint, const std::string& path) {
  const bool has_port = endpoint.contains("port"), has_range = endpoint.contains("portRange");
  if (has_port == has_range) {
    return Invalid(absl::StrCat("exactly one of 'port' and 'portRange' is required for '", path, "'"));
  }
  if (has_port) {
    const int64_t port = endpoint["port"].get<int64_t>();
    if (port < 1 || port > kMaxPort) return Wrong(path + ".port", "a port is a number from 1 to 65535");
    return std::make_pair(port, port);
  }
  const std::vector<std::string> ends = absl::StrSplit(TextOf(endpoint, "portRange"), '-');
  int64_t first = 0, last = 0;
  if (ends.size() != 2 || !absl::SimpleAtoi(ends[0], &first) || !absl::SimpleAtoi(ends[1], &last) || first < 1 ||
      last > kMaxPort || first > last) {
    return Wrong(path + ".portRange", "a range is <first>-<last> of ports from 1 to 65535");
  }
  return std::make_pair(first, last);
}

absl::Status CheckProtocol(const Document& endpoint, const std::string& path) {
  const std::string protocol = endpoint.contains("protocol") ? TextOf(endpoint, "protocol") : "HTTP";
  const bool is_public = endpoint.value("public", false);
  if (protocol != "TCP" && protocol != "HTTP" && protocol != "HTTPS") {
    return Wrong(path + ".protocol", "it must be TCP or HTTP");
  }
  if (endpoint.contains("portRange") && protocol != "TCP") {
    return Wrong(path + ".portRange", "a port range needs protocol TCP");
  }
  if (endpoint.contains("portRange") && is_public) {
    return Wrong(path + ".portRange", "a port range cannot be public");
  }
  if (is_public && protocol == "TCP") return Wrong(path + ".protocol", "a public endpoint must use HTTP");
  if (endpoint.contains("corsSettings")) {
    if (!is_public) return Wrong(path + ".corsSettings", "only a public endpoint has CORS settings");
    for (const Document& origin : ListAt(endpoint, {"corsSettings", "Access-Control-Allow-Origin"})) {
      if (absl::StrContains(origin.get<std::string>(), "*")) {
        return Wrong(path + ".corsSettings.Access-Control-Allow-Origin", "wildcards are not allowed");
      }
    }
  }
  return absl::OkStatus();
}

// "7d", "1h30m": numbers with the units d, h, m and s.
absl::Status CheckPeriod(const Document& object, const char* member, const std::string& path) {
  if (!object.contains(member)) return absl::OkStatus();
  bool digits = false, valid = true;
  for (const char c : TextOf(object, member)) {
    const bool unit = c == 'd' || c == 'h' || c == 'm' || c == 's';
    valid &= absl::ascii_isdigit(c) || (unit && digits);
    digits = absl::ascii_isdigit(c);
  }
  if (valid && !digits && !TextOf(object, member).empty()) return absl::OkStatus();
  return Wrong(absl::StrCat(path, ".", member), "a period is numbers with the units d, h, m and s, such as 1h30m");
}

absl::Status CheckBlockConfig(const Document& config, const std::string& path) {
  const std::string encryption = TextOf(config, "encryption");
  if (config.contains("encryption") && encryption != "SNOWFLAKE_SSE" && encryption != "SNOWFLAKE_FULL") {
    return Wrong(path + ".encryption", "it must be SNOWFLAKE_SSE or SNOWFLAKE_FULL");
  }
  if (config.contains("initialContents")) {
    return Wrong(path + ".initialContents.fromSnapshot",
                 absl::StrCat("snapshot '", TextOf(config["initialContents"], "fromSnapshot"),
                              "' does not exist or not authorized"));
  }
  return CheckPeriod(config, "snapshotDeleteAfter", path);
}

absl::Status CheckStageConfig(const Document& volume, const std::string& path, const CheckOptions& options) {
  if (!volume.contains("stageConfig")) {
    return Invalid(absl::StrCat("missing required option 'stageConfig' for '", path, "'"));
  }
  const Document& config = volume["stageConfig"];
  const std::string name = TextOf(config, "name");
  if (name.size() < 2 || name[0] != '@')
    return Wrong(path + ".stageConfig.name", "a stage is @[db.][schema.]stage[/path]");
  if (config.contains("resources")) {
    RETURN_IF_ERROR(CheckResources(config["resources"], path + ".stageConfig.resources", options));
  }
  return CheckPeriod(config, "metadataCache", path + ".stageConfig");
}

absl::Status CheckBlockSize(const Document& volume, const std::string& path) {
  int64_t gib = 0;
  const std::string size = TextOf(volume, "size");
  if (!absl::EndsWith(size, "Gi") || !absl::SimpleAtoi(size.substr(0, size.size() - 2), &gib) || gib < 1) {
    return Wrong(path + ".size", "the size of a block volume is a whole number of Gi");
  }
  return absl::OkStatus();
}

absl::Status CheckSource(const Document& volume, const std::string& path, const CheckOptions& options) {
  const std::string source = TextOf(volume, "source");
  if (absl::StartsWith(source, "@")) {
    return Wrong(path + ".source",
                 "stage volumes of the form \"@stage\" are no longer supported for new services; use source: stage "
                 "with stageConfig");
  }
  if (source != "local" && source != "memory" && source != "block" && source != "stage") {
    return Wrong(path + ".source", "it must be local, memory, block or stage");
  }
  if (volume.contains("blockConfig") && source != "block") {
    return Wrong(path + ".blockConfig", "only block volumes have it");
  }
  if (volume.contains("stageConfig") && source != "stage") {
    return Wrong(path + ".stageConfig", "only stage volumes have it");
  }
  if (source == "stage") return CheckStageConfig(volume, path, options);
  if (volume.contains("blockConfig")) RETURN_IF_ERROR(CheckBlockConfig(volume["blockConfig"], path + ".blockConfig"));
  if ((source == "memory" || source == "block") && !volume.contains("size")) {
    return Invalid(absl::StrCat("missing required option 'size' for '", path, "'"));
  }
  if (source == "block") return CheckBlockSize(volume, path);
  if (!volume.contains("size")) return absl::OkStatus();
  const std::optional<int64_t> size = ParseMemory(TextOf(volume, "size"));
  if (!size || *size <= 0) return Wrong(path + ".size", "a size is a number with a unit (Ki, Mi, Gi, k, M, G)");
  if (source == "memory" && *size > options.node.memory) {
    return Wrong(path + ".size", absl::StrCat("a node of ", options.family, " has ", PrintMemory(options.node.memory)));
  }
  return absl::OkStatus();
}

struct Amounts {
  std::optional<int64_t> cpu, memory, gpus;
};

absl::StatusOr<Amounts> AmountsOf(const Document& resources, const char* which, const std::string& path,
                                  const CheckOptions& options) {
  Amounts amounts;
  if (!resources.contains(which)) return amounts;
  const Document& object = resources[which];
  const std::string here = absl::StrCat(path, ".", which);
  if (object.contains("cpu")) {
    amounts.cpu = ParseCpu(TextOf(object, "cpu"));
    if (!amounts.cpu)
      return Wrong(here + ".cpu", "an amount of CPU is a number of vCPUs (0.5) or of thousandths (500m)");
    if (*amounts.cpu > options.node.milli_cpu) {
      return Wrong(here + ".cpu",
                   absl::StrCat("a node of ", options.family, " has ", PrintCpu(options.node.milli_cpu), " vCPUs"));
    }
  }
  if (object.contains("memory")) {
    amounts.memory = ParseMemory(TextOf(object, "memory"));
    if (!amounts.memory || *amounts.memory <= 0) {
      return Wrong(here + ".memory", "an amount of memory is a number with a unit (Ki, Mi, Gi, k, M, G)");
    }
    if (*amounts.memory > options.node.memory) {
      return Wrong(here + ".memory",
                   absl::StrCat("a node of ", options.family, " has ", PrintMemory(options.node.memory)));
    }
  }
  if (object.contains("nvidia.com/gpu")) {
    amounts.gpus = object["nvidia.com/gpu"].get<int64_t>();
    if (*amounts.gpus < 1) return Wrong(here + ".nvidia.com/gpu", "it must be 1 or more");
    if (*amounts.gpus > options.node.gpus) {
      return Wrong(here + ".nvidia.com/gpu",
                   absl::StrCat("a node of ", options.family, " has ", options.node.gpus, " GPUs"));
    }
  }
  return amounts;
}

}  // namespace

absl::Status CheckName(const std::string& name, const std::string& path) {
  bool valid = !name.empty() && name.size() <= 63 && absl::ascii_islower(name[0]) && name.back() != '-';
  for (const char c : name) valid &= absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
  if (valid) return absl::OkStatus();
  return Wrong(path, absl::StrCat("the name '", name,
                                  "' must have up to 63 lower-case letters, digits and hyphens, begin with a letter "
                                  "and not end with a hyphen"));
}

absl::Status CheckEndpoints(const Document& endpoints) {
  if (endpoints.size() > 100) return Invalid("there can be at most 100 endpoints");
  std::set<std::string> names;
  std::vector<std::pair<int64_t, int64_t>> taken;
  for (size_t i = 0; i < endpoints.size(); ++i) {
    const std::string path = absl::StrCat("spec.endpoints[", i, "]");
    const std::string name = TextOf(endpoints[i], "name");
    RETURN_IF_ERROR(CheckName(name, path + ".name"));
    if (!names.insert(name).second) return Invalid(absl::StrCat("duplicate endpoint name '", name, "'"));
    ASSIGN_OR_RETURN(const auto ports, PortsOf(endpoints[i], path));
    RETURN_IF_ERROR(CheckProtocol(endpoints[i], path));
    for (const auto& other : taken) {
      if (ports.first <= other.second && other.first <= ports.second) {
        return Invalid(absl::StrCat("duplicate port ", std::max(ports.first, other.first), " for '", path, "'"));
      }
    }
    taken.push_back(ports);
  }
  return absl::OkStatus();
}

absl::Status CheckVolumes(const Document& volumes, const CheckOptions& options) {
  if (volumes.size() > 20) return Invalid("there can be at most 20 volumes");
  std::set<std::string> names;
  for (size_t i = 0; i < volumes.size(); ++i) {
    const std::string path = absl::StrCat("spec.volumes[", i, "]");
    const std::string name = TextOf(volumes[i], "name");
    RETURN_IF_ERROR(CheckName(name, path + ".name"));
    if (!names.insert(name).second) return Invalid(absl::StrCat("duplicate volume name '", name, "'"));
    RETURN_IF_ERROR(CheckSource(volumes[i], path, options));
  }
  return absl::OkStatus();
}

absl::Status CheckResources(const Document& resources, const std::string& path, const CheckOptions& options) {
  ASSIGN_OR_RETURN(const Amounts limits, AmountsOf(resources, "limits", path, options));
  ASSIGN_OR_RETURN(const Amounts requests, AmountsOf(resources, "requests", path, options));
  if (limits.gpus != requests.gpus) {
    return Wrong(path, "nvidia.com/gpu must be given in both requests and limits, with the same value");
  }
  if (limits.cpu && requests.cpu && *requests.cpu > *limits.cpu) {
    return Wrong(path + ".requests.cpu", "it must not be above the limit");
  }
  if (limits.memory && requests.memory && *requests.memory > *limits.memory) {
    return Wrong(path + ".requests.memory", "it must not be above the limit");
  }
  return absl::OkStatus();
}

absl::Status CheckSecrets(const Document& secrets, const std::string& path) {
  static constexpr absl::string_view kKeys[] = {"username", "password", "secret_string", "access_token"};
  for (size_t i = 0; i < secrets.size(); ++i) {
    const Document& secret = secrets[i];
    const std::string here = absl::StrCat(path, "[", i, "]");
    if (secret["snowflakeSecret"].is_object()) {
      if (secret["snowflakeSecret"].contains("objectReference")) {
        return Wrong(here + ".snowflakeSecret.objectReference", "references exist in native applications only");
      }
      if (!secret["snowflakeSecret"].contains("objectName")) {
        return Invalid(absl::StrCat("missing required option 'objectName' for '", here, ".snowflakeSecret'"));
      }
    }
    if (secret.contains("envVarName") == secret.contains("directoryPath")) {
      return Invalid(absl::StrCat("exactly one of 'envVarName' and 'directoryPath' is required for '", here, "'"));
    }
    if (secret.contains("directoryPath")) continue;
    const std::string key = TextOf(secret, "secretKeyRef");
    bool known = false;
    for (const absl::string_view one : kKeys) known |= key == one;
    if (!known) {
      return Wrong(here + ".secretKeyRef",
                   "with envVarName it must be username, password, secret_string or access_token");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckSessionToken(const Document& container, const std::string& path) {
  if (!container.contains("sessionTokenConfig")) return absl::OkStatus();
  const Document& config = container["sessionTokenConfig"];
  if (!config.contains("permission")) return absl::OkStatus();
  const std::string mode = TextOf(config, "permission");
  const bool octal = mode.find_first_not_of("01234567") == std::string::npos;
  if (octal && (mode.size() == 3 || (mode.size() == 4 && mode[0] == '0'))) return absl::OkStatus();
  return Wrong(path + ".sessionTokenConfig.permission", "a permission is a file mode such as 0644");
}

absl::Status CheckScaling(const Document& policies) {
  static constexpr std::pair<const char*, const char*> kPolicies[] = {
      {"scaleUp", "anyConditions"}, {"scaleDown", "allConditions"}, {"suspend", "allConditions"}};
  for (const auto& [policy, list] : kPolicies) {
    const Document& conditions = ListAt(policies, {policy, list});
    for (size_t i = 0; i < conditions.size(); ++i) {
      const Document& condition = conditions[i]["metricCondition"];
      const std::string type = TextOf(condition, "aggregationType");
      if (!condition.contains("aggregationType") || type == "min" || type == "max" || type == "avg") continue;
      return Wrong(absl::StrCat("spec.resourceManagement.autoScalingPolicies.", policy, ".", list, "[", i,
                                "].metricCondition.aggregationType"),
                   "it must be min, max or avg");
    }
  }
  return absl::OkStatus();
}

}  // namespace spcs::spec
