// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/kinds/process_plan.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "emulator/engine/kinds/compute_pool_fleet.h"
#include "emulator/engine/kinds/service_plan.h"
#include "emulator/engine/kinds/service_spec.h"
#include "emulator/engine/spec/check.h"
#include "emulator/engine/spec/document.h"
#include "emulator/engine/spec/image.h"
#include "emulator/engine/spec/quantity.h"
#include "emulator/engine/stage_files.h"
#include "emulator/runtime/process/runtime.h"
#include "emulator/runtime/process/sandbox.h"
#include "provider/base/file.h"
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

constexpr absl::Duration kLivenessPeriod = absl::Seconds(10);

// Folders by the ids of stages, and of the services whose block volumes they hold: a name that is used again finds
// nothing of what was there before.
constexpr char kBlocks[] = "blocks";        // stages: kStagesFolder, where LIST and uploads look too
constexpr char kInstances[] = "instances";  // by their names: what an instance has for itself

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

// A specification's own `command` would run what is in the image, which is not here.
std::vector<std::string> CommandOf(const StandIn& stand_in, const Document& container,
                                   const runtime::process::Placeholders& placeholders) {
  if (container.contains("command")) {
    return {"sh", "-c",
            "echo 'spcs-emulator: the specification has a command of its own, which only the image has' >&2; exit 126"};
  }
  std::vector<std::string> command;
  for (const std::string& word : stand_in.command) command.push_back(Expand(stand_in, word, placeholders));
  for (const std::string& argument : Texts(container, "args")) command.push_back(argument);
  return command;
}

// In full and as stored; a specification may leave out the database and schema of its service.
std::string SecretName(const Object& service, const Document& secret) {
  const auto named = secret.find("snowflakeSecret");
  if (named == secret.end()) return "";
  const absl::StatusOr<FullName> name =
      NameInSpec(named->is_string() ? named->get<std::string>() : TextOf(*named, "objectName"), NameOf(service));
  return name.ok() ? name->ToString() : "";
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

// Secrets that are files: one for each value, in the folder that the specification names. What ALTER SECRET changes
// is there within moments, as in the account.
void AddSecretFiles(const Place& place, const Document& container, runtime::process::ContainerPlan& plan) {
  for (const Document& secret : ListAt(container, {"secrets"})) {
    const std::string to = TextOf(secret, "directoryPath");
    if (to.empty()) continue;
    const std::string folder =
        place.processes.Folder({kInstances, place.name, TextOf(container, "name"), absl::StrCat("secret", to)});
    for (const auto& [key, value] : place.processes.Secret(SecretName(place.service, secret))) {
      const std::string file = absl::StrCat(folder, "/", key);
      // What cannot be written the container misses, and says so.
      if (ReadFile(file).value_or("") != value) WriteFile(file, value, 0600).IgnoreError();
    }
    plan.mounts.push_back({folder, to, /*read_only=*/true});
  }
}

std::map<std::string, std::string> EnvironmentOf(const Place& place, const StandIn& stand_in, const Document& container,
                                                 const runtime::process::Placeholders& placeholders) {
  std::map<std::string, std::string> env = {
      {"PATH", runtime::process::kPath}, {"HOME", runtime::process::kPrivateMount}, {"LANG", "C.UTF-8"}};
  env["SNOWFLAKE_ACCOUNT"] = place.context.account().locator;
  // In the account this is https at the usual port; here both have to be said.
  env["SNOWFLAKE_HOST"] = runtime::process::kHubAddress;
  env["SNOWFLAKE_PORT"] = absl::StrCat(place.processes.port());
  env["SNOWFLAKE_PROTOCOL"] = "http";
  for (const auto& [name, value] : FactsOf(place.service, container, place.instance.id).env) env[name] = value;
  AddSecrets(place, container, env);
  for (const auto& [name, value] : stand_in.env) env[name] = Expand(stand_in, value, placeholders);
  for (const auto& [path, variable] : stand_in.paths) env[variable] = path;
  return env;
}

// The stage of "@db.schema.stage".
std::optional<Object> FindStage(const Place& place, absl::string_view text) {
  const absl::StatusOr<FullName> name = NameInSpec(absl::StripPrefix(text, "@"), NameOf(place.service));
  return name.ok() ? place.context.Find(Kind::kStage, *name) : std::nullopt;
}

// Where the files of a volume are on this machine; "" for one in memory.
std::string FolderOf(const Place& place, const Document& volume) {
  const std::string source = TextOf(volume, "source"), name = TextOf(volume, "name");
  if (source == "local") return place.processes.Folder({kInstances, place.name, "volumes", name});
  if (source == "block") {
    return place.processes.Folder({kBlocks, absl::StrCat(place.service.id), absl::StrCat(place.instance.id), name});
  }
  if (source == "stage") {
    // "@db.schema.stage/path"
    const std::string text = TextOf(volume["stageConfig"], "name");
    const std::pair<std::string, std::string> parts = absl::StrSplit(text, absl::MaxSplits('/', 1));
    const std::optional<Object> stage = FindStage(place, parts.first);
    // A stage that has gone while its service stays: what is written now is nobody's.
    if (!stage) return place.processes.Folder({kInstances, place.name, "volumes", name});
    std::vector<std::string> folder = {kStagesFolder, absl::StrCat(stage->id)};
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
        const bool stage = TextOf(volume, "source") == "stage";
        plan.mounts.push_back({.from = folder, .to = to, .read_only = false, .stage = stage});
      }
    }
  }
}

// Whether something is mounted at the path or above it.
bool IsMounted(const runtime::process::ContainerPlan& plan, absl::string_view path) {
  const auto is = [&](const auto& mount) {
    return mount.to == path || absl::StartsWith(path, absl::StrCat(mount.to, "/"));
  };
  return std::any_of(plan.mounts.begin(), plan.mounts.end(), is) ||
         std::any_of(plan.memory.begin(), plan.memory.end(), is);
}

// Folders of the container's own, where the specification mounts nothing.
void AddPrivateFolders(const Place& place, const StandIn& stand_in, const std::string& container,
                       runtime::process::ContainerPlan& plan) {
  std::vector<std::string> paths = {"/tmp", runtime::process::kPrivateMount};
  for (const auto& [path, variable] : stand_in.paths) paths.push_back(path);
  std::sort(paths.begin(), paths.end());
  std::vector<runtime::process::Mount> own;
  for (const std::string& path : paths) {
    // What is below /snowflake the service itself mounts.
    if (absl::StartsWith(path, "/snowflake/") || IsMounted(plan, path)) continue;
    own.push_back({place.processes.Folder({kInstances, place.name, container, path}), path, false});
  }
  // Volumes may lie below these: first what is above.
  plan.mounts.insert(plan.mounts.begin(), own.begin(), own.end());
}

void AddMachine(const Place& place, const Document& container, runtime::process::ContainerPlan& plan) {
  const std::string schema = absl::StrCat(place.service.database, ".", place.service.schema);
  plan.mounts.push_back({place.processes.StandInsFolder(), runtime::process::kStandInsMount, /*read_only=*/true});
  plan.mounts.push_back({place.processes.ProgramsFolder(), runtime::process::kProgramsMount, /*read_only=*/true});
  if (container.value("mountSessionToken", true)) {
    plan.mounts.push_back({place.processes.TokenFolder(place.service.owner), "/snowflake/session", /*read_only=*/true});
  }
  plan.mounts.push_back({place.processes.HostsFile(schema), "/etc/hosts", /*read_only=*/true});
}

// The account's folder has the keys of its user, every role's tokens and the values of secrets.
void HideData(const Place& place, runtime::process::ContainerPlan& plan) {
  std::error_code error;
  const std::filesystem::path data = std::filesystem::canonical(place.context.options().data_dir, error);
  if (error) return;
  plan.hidden.push_back(data);
  // What stand-ins run from may have been put there.
  const std::string& cache = place.processes.cache();
  if (absl::StartsWith(cache, absl::StrCat(data.string(), "/")) && std::filesystem::exists(cache, error)) {
    plan.mounts.push_back({cache, cache, /*read_only=*/true});
  }
}

ContainerTask TaskOf(const Place& place, const StandIn& stand_in, const Document& container) {
  ContainerTask task;
  const std::string name = TextOf(container, "name");
  const runtime::process::Placeholders placeholders{
      .cache = place.processes.cache(), .address = place.instance.ip, .gpus = spec::RequestOfContainer(container).gpus};
  task.plan.name = ProcessName(place.service.id, place.instance, name);
  task.plan.instance = place.name;
  task.plan.command = CommandOf(stand_in, container, placeholders);
  task.plan.env = EnvironmentOf(place, stand_in, container, placeholders);
  task.plan.log = place.processes.LogFile(task.plan.name);
  AddVolumes(place, container, task.plan);
  AddPrivateFolders(place, stand_in, name, task.plan);
  if (!IsMounted(task.plan, "/dev/shm")) task.plan.memory.push_back({.to = "/dev/shm", .bytes = kSharedMemory});
  AddSecretFiles(place, container, task.plan);
  AddMachine(place, container, task.plan);
  HideData(place, task.plan);
  if (container.contains("readinessProbe")) {
    const Document& probe = container["readinessProbe"];
    task.probe = runtime::process::ReadinessProbe{.port = probe.value("port", 0), .path = TextOf(probe, "path")};
  }
  if (container.contains("livenessProbe")) {
    const Document& probe = container["livenessProbe"];
    task.liveness = runtime::process::ReadinessProbe{
        .port = probe.value("port", 0), .path = TextOf(probe, "path"), .period = kLivenessPeriod};
  }
  task.restarts = !IsJob(place.service);
  task.grace = stand_in.stop;
  if (const auto kills = place.instance.kills.find(name); kills != place.instance.kills.end()) {
    task.kills = static_cast<int>(kills->second.size());
  }
  return task;
}

// Everybody knows a service by its full name, its own schema also by the first part of it.
void AddHost(ExecutionContext& context, const Object& service, const std::string& ip, const std::string& dns_name,
             std::map<std::string, std::string>& hosts) {
  for (const Object& schema : context.store().List(Kind::kSchema)) {
    const bool own = schema.database == service.database && schema.name == service.schema;
    absl::StrAppend(&hosts[absl::StrCat(schema.database, ".", schema.name)], ip, " ", dns_name,
                    own ? absl::StrCat(" ", dns_name.substr(0, dns_name.find('.'))) : "", "\n");
  }
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
              std::map<std::string, std::string>& hosts) {
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
      if (!workload.job) AddHost(context, service, instance.ip, dns_name, hosts);
    }
  }
}

bool ForgetTheGone(ExecutionContext& context, Runtime& processes, const std::vector<InstanceTask>& wanted) {
  std::set<std::string> secrets;
  for (const Object& secret : context.store().List(Kind::kSecret)) secrets.insert(NameOf(secret).ToString());
  processes.ForgetSecretsBut(secrets);
  std::set<std::string> instances;
  for (const InstanceTask& task : wanted) instances.insert(task.plan.name);
  bool all = true;
  for (const std::string& name : processes.FoldersIn(kInstances)) {
    if (instances.count(name) == 0) all &= processes.RemoveFolder({kInstances, name});
  }
  for (const char* kind : {kStagesFolder, kBlocks}) {
    for (const std::string& name : processes.FoldersIn(kind)) {
      int64_t id = 0;
      if (!absl::SimpleAtoi(name, &id) || !context.store().Get(id)) all &= processes.RemoveFolder({kind, name});
    }
  }
  return all;
}

}  // namespace spcs::engine
