// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/kinds/process_plan.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "emulator/engine/kinds/compute_pool_fleet.h"
#include "emulator/engine/kinds/service_plan.h"
#include "emulator/engine/spec/check.h"
#include "emulator/engine/spec/document.h"
#include "emulator/engine/spec/image.h"
#include "emulator/engine/spec/quantity.h"
#include "emulator/runtime/process/runtime.h"
#include "emulator/runtime/process/sandbox.h"
#include "provider/base/json.h"

namespace spcs::engine {
namespace {

using runtime::process::ContainerTask;
using runtime::process::InstanceTask;
using runtime::process::PortRange;
using runtime::process::Runtime;
using runtime::process::StandIn;
using spec::Document;
using spec::ListAt;
using spec::TextOf;

// What a container gets without asking, as small as container runtimes make it.
constexpr int64_t kSharedMemory = 64 << 20;

// One instance of a service or job, with everything that its containers' plans are made from.
struct Place {
  ExecutionContext& context;
  Runtime& processes;
  const Object& service;
  const Document& document;
  const runtime::Workload& workload;
  const runtime::Instance& instance;
  std::string name;  // of the instance among all processes
};

std::vector<std::string> Texts(const Document& object, const char* member) {
  return object.contains(member) ? object[member].get<std::vector<std::string>>() : std::vector<std::string>();
}

// With images: `command` replaces the entrypoint and what it is called with, `args` only the latter.
std::vector<std::string> CommandOf(const StandIn& stand_in, const Document& container) {
  std::vector<std::string> command = Texts(container, "command");
  std::vector<std::string> args = Texts(container, "args");
  if (command.empty()) {
    command = stand_in.command;
    if (args.empty()) args = stand_in.args;
  }
  command.insert(command.end(), args.begin(), args.end());
  return command;
}

// In full and as stored; a specification may leave out the database and schema of its service.
std::string SecretName(const Object& service, const Document& secret) {
  const auto named = secret.find("snowflakeSecret");
  if (named == secret.end()) return "";
  const std::string name =
      absl::AsciiStrToUpper(named->is_string() ? named->get<std::string>() : TextOf(*named, "objectName"));
  const auto dots = std::count(name.begin(), name.end(), '.');
  return absl::StrCat(dots < 2 ? absl::StrCat(service.database, ".") : "",
                      dots < 1 ? absl::StrCat(service.schema, ".") : "", name);
}

void AddSecrets(const Place& place, const Document& container, std::map<std::string, std::string>& env) {
  for (const Document& secret : ListAt(container, {"secrets"})) {
    const std::string variable = TextOf(secret, "envVarName");
    std::string key = TextOf(secret, "secretKeyRef");
    if (variable.empty()) continue;
    if (key.empty()) key = "secret_string";
    const std::map<std::string, std::string> values = place.processes.Secret(SecretName(place.service, secret));
    if (const auto value = values.find(key); value != values.end()) env[variable] = value->second;
  }
}

std::map<std::string, std::string> EnvironmentOf(const Place& place, const StandIn& stand_in,
                                                 const Document& container) {
  std::map<std::string, std::string> env = {
      {"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}, {"HOME", "/tmp"}, {"LANG", "C.UTF-8"}};
  for (const auto& [name, value] : stand_in.env) env[name] = value;
  const AccountInfo account = place.context.account();
  env["SNOWFLAKE_ACCOUNT"] = account.locator;
  // In the account this is https at the usual port; here both have to be said.
  env["SNOWFLAKE_HOST"] = runtime::process::kHubAddress;
  env["SNOWFLAKE_PORT"] = absl::StrCat(place.processes.port());
  env["SNOWFLAKE_PROTOCOL"] = "http";
  env["SPCS_STAND_IN_CPUS"] = absl::StrCat(static_cast<double>(spec::RequestOf(place.document).milli_cpu) / 1000);
  env["SPCS_STAND_IN_MEMORY"] = absl::StrCat(spec::RequestOf(place.document).memory);
  env["SPCS_STAND_IN_GPUS"] = absl::StrCat(spec::RequestOf(place.document).gpus);
  env["SPCS_STAND_IN_IP"] = place.instance.ip;
  for (const auto& [name, value] : FactsOf(place.service, container, place.instance.id).env) env[name] = value;
  AddSecrets(place, container, env);
  return env;
}

// Where the files of a volume are on this machine; "" for one in memory.
std::string FolderOf(const Place& place, const Document& volume) {
  const std::string source = TextOf(volume, "source"), name = TextOf(volume, "name");
  if (source == "local") return place.processes.Folder({"instances", place.name, "volumes", name});
  if (source == "block") {
    return place.processes.Folder({"blocks", absl::StrCat(place.service.id), absl::StrCat(place.instance.id), name});
  }
  if (source == "stage") {
    // "@db.schema.stage/path"
    const std::string stage = TextOf(volume["stageConfig"], "name");
    const std::pair<std::string, std::string> parts = absl::StrSplit(stage, absl::MaxSplits('/', 1));
    std::vector<std::string> folder = {"stages", absl::AsciiStrToUpper(parts.first)};
    for (const absl::string_view step : absl::StrSplit(parts.second, '/', absl::SkipEmpty())) {
      folder.emplace_back(step);
    }
    return place.processes.Folder(folder);
  }
  return "";
}

void AddVolumes(const Place& place, const Document& container, runtime::process::ContainerPlan& plan) {
  for (const Document& mount : ListAt(container, {"volumeMounts"})) {
    for (const Document& volume : ListAt(place.document, {"spec", "volumes"})) {
      if (TextOf(volume, "name") != TextOf(mount, "name")) continue;
      const std::string to = TextOf(mount, "mountPath"), folder = FolderOf(place, volume);
      if (folder.empty()) {
        plan.memory.push_back({.to = to, .bytes = spec::ParseMemory(TextOf(volume, "size")).value_or(0)});
      } else {
        plan.mounts.push_back({.from = folder, .to = to, .read_only = false});
      }
    }
  }
}

bool IsMounted(const runtime::process::ContainerPlan& plan, absl::string_view path) {
  const auto is = [&](const auto& mount) { return mount.to == path; };
  return std::any_of(plan.mounts.begin(), plan.mounts.end(), is) ||
         std::any_of(plan.memory.begin(), plan.memory.end(), is);
}

ContainerTask TaskOf(const Place& place, const StandIn& stand_in, const Document& container) {
  ContainerTask task;
  const std::string name = TextOf(container, "name");
  task.plan.name = ProcessName(place.service.id, place.instance, name);
  task.plan.instance = place.name;
  task.plan.command = CommandOf(stand_in, container);
  task.plan.env = EnvironmentOf(place, stand_in, container);
  task.plan.working_dir = stand_in.working_dir;
  task.plan.log = place.processes.LogFile(task.plan.name);
  AddVolumes(place, container, task.plan);
  if (!IsMounted(task.plan, "/tmp")) {
    task.plan.mounts.push_back({place.processes.Folder({"instances", place.name, name, "tmp"}), "/tmp", false});
  }
  if (!IsMounted(task.plan, "/dev/shm")) task.plan.memory.push_back({.to = "/dev/shm", .bytes = kSharedMemory});
  task.plan.mounts.push_back({place.processes.StandInsFolder(), runtime::process::kStandInsMount, /*read_only=*/true});
  task.plan.mounts.push_back({place.processes.HostsFile(), "/etc/hosts", /*read_only=*/true});
  if (container.contains("readinessProbe")) {
    const Document& probe = container["readinessProbe"];
    task.probe = runtime::process::ReadinessProbe{.port = probe.value("port", 0), .path = TextOf(probe, "path")};
  }
  task.restarts = !IsJob(place.service);
  if (const auto kills = place.instance.kills.find(name); kills != place.instance.kills.end()) {
    task.kills = static_cast<int>(kills->second.size());
  }
  return task;
}

std::vector<PortRange> PortsOf(const Document& document) {
  std::vector<PortRange> ports;
  for (const Document& endpoint : ListAt(document, {"spec", "endpoints"})) {
    if (endpoint.contains("port")) {
      const int port = endpoint.value("port", 0);
      ports.push_back({port, port});
    }
    const std::pair<std::string, std::string> range = absl::StrSplit(TextOf(endpoint, "portRange"), '-');
    PortRange read;
    if (absl::SimpleAtoi(range.first, &read.first) && absl::SimpleAtoi(range.second, &read.last)) ports.push_back(read);
  }
  return ports;
}

InstanceTask TaskOf(const Place& place, const std::string& dns_name) {
  InstanceTask task;
  task.plan = {.name = place.name,
               .host_name = absl::StrCat(dns_name.substr(0, dns_name.find('.')), "-", place.instance.id),
               .ip = place.instance.ip,
               .ports = PortsOf(place.document)};
  task.terminating = place.instance.gone_at.has_value();
  for (const Document& container : ListAt(place.document, {"spec", "containers"})) {
    const auto image = spec::ParseImage(TextOf(container, "image"), "image");
    const StandIn* stand_in = image.ok() ? place.processes.FindStandIn(image->BaseName()) : nullptr;
    if (stand_in != nullptr) task.containers.push_back(TaskOf(place, *stand_in, container));
  }
  return task;
}

}  // namespace

std::string ProcessName(int64_t service_id, const runtime::Instance& instance, const std::string& container) {
  const std::string name = absl::StrCat(service_id, "-", instance.id, "-", absl::ToUnixMicros(instance.created));
  return container.empty() ? name : absl::StrCat(name, "/", container);
}

void AddTasks(ExecutionContext& context, Runtime& processes, const LoadedPool& pool, std::vector<InstanceTask>& tasks,
              std::string& hosts) {
  for (size_t i = 0; i < pool.services.size(); ++i) {
    const Object& service = pool.services[i];
    const runtime::Workload& workload = pool.world.workloads[i];
    const std::string dns_name = DnsNameOf(context, NameOf(service));
    for (const runtime::Instance& instance : workload.instances) {
      const auto version = service.props["versions"].find(instance.digest);
      if (!instance.placed || instance.ended || version == service.props["versions"].end()) continue;
      const Document document = *version;
      tasks.push_back(TaskOf({.context = context,
                              .processes = processes,
                              .service = service,
                              .document = document,
                              .workload = workload,
                              .instance = instance,
                              .name = ProcessName(service.id, instance, "")},
                             dns_name));
      if (!workload.job) absl::StrAppend(&hosts, instance.ip, " ", dns_name, "\n");
    }
  }
}

}  // namespace spcs::engine
