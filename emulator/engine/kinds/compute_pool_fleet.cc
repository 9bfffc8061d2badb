// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/kinds/compute_pool_fleet.h"

#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "emulator/engine/kinds/compute_pool_families.h"
#include "emulator/engine/kinds/process_plan.h"
#include "emulator/engine/kinds/service_log.h"
#include "emulator/engine/kinds/service_plan.h"
#include "emulator/runtime/compute_json.h"
#include "emulator/runtime/process/runtime.h"
#include "emulator/runtime/settle.h"
#include "provider/base/json.h"

namespace spcs::engine {
namespace {

// Records in the store: when the next event of any pool is due (microseconds), and the families without capacity. They
// are there and not in memory because a statement that fails rolls back what was played before it.
constexpr absl::string_view kSpace = "compute";
constexpr absl::string_view kDue = "due";
constexpr absl::string_view kShortage = "shortage";

absl::Time ReadDue(ExecutionContext& context) {
  int64_t micros = 0;
  const std::optional<std::string> text = context.store().GetRecord(kSpace, kDue);
  if (!text || !absl::SimpleAtoi(*text, &micros)) return absl::InfinitePast();
  return absl::FromUnixMicros(micros);
}

void WriteDue(ExecutionContext& context, absl::Time due) {
  // One second more than the largest time that microseconds hold would overflow; "never" is far enough away.
  const absl::Time never = absl::FromUnixSeconds(253'402'300'799);
  context.store().PutRecord(kSpace, kDue, absl::StrCat(absl::ToUnixMicros(std::min(due, never))));
}

nlohmann::json ReadShortages(ExecutionContext& context) {
  const std::optional<std::string> text = context.store().GetRecord(kSpace, kShortage);
  if (!text) return nlohmann::json::object();
  absl::StatusOr<nlohmann::json> parsed = ParseJson(*text);
  return parsed.ok() ? *std::move(parsed) : nlohmann::json::object();
}

}  // namespace

runtime::Workload& LoadedPool::WorkloadOf(int64_t service_id) {
  for (runtime::Workload& workload : world.workloads) {
    if (workload.id == service_id) return workload;
  }
  return world.workloads.front();
}

LoadedPool Fleet::Assemble(ExecutionContext& context, Object record, std::vector<Object> services) const {
  LoadedPool loaded;
  runtime::Pool& pool = loaded.world.pool;
  pool.name = record.name;
  pool.family = JsonString(record.props, "instance_family");
  pool.min_nodes = static_cast<int>(JsonInt(record.props, "min_nodes"));
  pool.max_nodes = static_cast<int>(JsonInt(record.props, "max_nodes"));
  pool.auto_suspend_secs = JsonInt(record.props, "auto_suspend_secs");
  pool.settled = record.created_on;
  if (record.props.contains("sim")) runtime::PoolFromJson(record.props["sim"], pool);
  loaded.world.rules.speed = options_.speed;
  if (const InstanceFamily* family = FindFamily(pool.family, /*legacy_families=*/true)) {
    loaded.world.rules.node = CapacityOf(*family);
  }
  loaded.world.rules.short_of_capacity = ReadShortages(context).value(pool.family, false);
  loaded.world.rules.shortage = scenarios_.ShortageOf(pool.family);
  loaded.record = std::move(record);
  for (Object& service : services) {
    loaded.world.workloads.push_back(engine::WorkloadOf(service, scenarios_));
    loaded.services.push_back(std::move(service));
  }
  Observe(loaded);
  return loaded;
}

void Fleet::Observe(LoadedPool& pool) const {
  if (observed_.empty()) return;
  for (runtime::Workload& workload : pool.world.workloads) {
    for (runtime::Instance& instance : workload.instances) {
      const auto plan = workload.plans.find(instance.digest);
      if (plan == workload.plans.end()) continue;
      for (const runtime::ContainerPlan& container : plan->second.containers) {
        const auto seen = observed_.find(ProcessName(workload.id, instance, container.name));
        if (seen != observed_.end()) instance.observed[container.name] = seen->second;
      }
    }
  }
}

std::optional<LoadedPool> Fleet::Load(ExecutionContext& context, const std::string& name) const {
  std::optional<Object> record = context.Find(Kind::kComputePool, {.name = name});
  if (!record) return std::nullopt;
  std::vector<Object> services;
  for (Object& service : context.store().List(Kind::kService)) {
    if (JsonString(service.props, "compute_pool") == name) services.push_back(std::move(service));
  }
  return Assemble(context, *std::move(record), std::move(services));
}

std::vector<LoadedPool> Fleet::LoadAll(ExecutionContext& context) const {
  std::map<std::string, std::vector<Object>> by_pool;
  for (Object& service : context.store().List(Kind::kService)) {
    by_pool[JsonString(service.props, "compute_pool")].push_back(std::move(service));
  }
  std::vector<LoadedPool> pools;
  for (Object& record : context.store().List(Kind::kComputePool)) {
    std::vector<Object> services = std::move(by_pool[record.name]);
    pools.push_back(Assemble(context, std::move(record), std::move(services)));
  }
  return pools;
}

const std::map<std::string, LoadedPool>& Fleet::All(ExecutionContext& context) const {
  const int64_t generation = context.store().generation();
  if (generation != seen_at_) {
    seen_.clear();
    for (LoadedPool& pool : LoadAll(context)) seen_.emplace(pool.record.name, std::move(pool));
    seen_at_ = generation;
  }
  return seen_;
}

const LoadedPool* Fleet::Find(ExecutionContext& context, const std::string& pool) const {
  const auto& all = All(context);
  const auto found = all.find(pool);
  return found == all.end() ? nullptr : &found->second;
}

runtime::Workload& Fleet::Add(LoadedPool& pool, const Object& service) const {
  pool.services.push_back(service);
  return pool.world.workloads.emplace_back(engine::WorkloadOf(service, scenarios_));
}

void Fleet::KeepLogs(ExecutionContext& context, LoadedPool& pool) const {
  for (size_t i = 0; i < pool.services.size(); ++i) {
    const runtime::Workload& job = pool.world.workloads[i];
    if (!job.job || !job.finished || job.gone || pool.services[i].props.contains("logs")) continue;
    pool.services[i].props["logs"] = RenderAllLogs(context, *this, pool, i, *job.finished);
    KeepMemories(context, *this, pool, i, *job.finished);
    context.store().Update(pool.services[i]);
  }
}

void Fleet::Store(ExecutionContext& context, LoadedPool& pool) const {
  KeepLogs(context, pool);
  nlohmann::json sim = runtime::PoolToJson(pool.world.pool);
  const std::optional<Object> old_pool = context.store().Get(pool.record.id);
  pool.record.props["sim"] = std::move(sim);
  if (!old_pool || old_pool->props != pool.record.props) context.store().Update(pool.record);
  for (size_t i = 0; i < pool.services.size();) {
    const runtime::Workload& workload = pool.world.workloads[i];
    Object& service = pool.services[i];
    if (workload.gone) {
      context.store().Delete(service.id);
      pool.services.erase(pool.services.begin() + static_cast<long>(i));
      pool.world.workloads.erase(pool.world.workloads.begin() + static_cast<long>(i));
      continue;
    }
    service.props["sim"] = runtime::WorkloadToJson(workload);
    // Versions that no instance runs any more.
    nlohmann::json& versions = service.props["versions"];
    for (auto version = versions.begin(); version != versions.end();) {
      version = workload.plans.count(version.key()) > 0 ? std::next(version) : versions.erase(version);
    }
    const std::optional<Object> old = context.store().Get(service.id);
    if (!old || old->props != service.props) context.store().Update(service);
    ++i;
  }
}

void Fleet::Save(ExecutionContext& context, LoadedPool& pool) const {
  runtime::Reconsider(pool.world, context.now());
  runtime::Settle(pool.world, context.now());
  Store(context, pool);
  const absl::Time due = std::min(ReadDue(context), runtime::NextEvent(pool.world));
  WriteDue(context, due);
}

void Fleet::Advance(ExecutionContext& context) const {
  if (ReadDue(context) > context.now()) return;
  absl::Time due = absl::InfiniteFuture();
  for (LoadedPool& pool : LoadAll(context)) {
    if (runtime::NextEvent(pool.world) <= context.now()) {
      runtime::Settle(pool.world, context.now());
      Store(context, pool);
    }
    due = std::min(due, runtime::NextEvent(pool.world));
  }
  WriteDue(context, due);
}

void Fleet::ExchangeWithProcesses(ExecutionContext& context) const {
  runtime::process::Runtime& processes = *options_.processes;
  std::map<std::string, runtime::ContainerState> states = processes.States();
  const bool news = states != observed_;
  // Nearly every round: nothing happened on either side.
  if (!news && exchanged_at_ == context.store().generation()) return;
  // The first round draws the consequences of what the emulator's end did to jobs.
  if (news || !exchanged_at_) {
    observed_ = std::move(states);
    seen_at_ = -1;
    for (LoadedPool& pool : LoadAll(context)) Save(context, pool);
  }
  std::vector<runtime::process::InstanceTask> wanted;
  std::map<std::string, std::string> hosts;
  for (const auto& [name, pool] : All(context)) AddTasks(context, processes, pool, wanted, hosts);
  const bool clean = ForgetTheGone(context, processes, wanted);
  processes.Want(std::move(wanted), hosts);
  // Generations are not negative: another round comes.
  exchanged_at_ = clean ? context.store().generation() : -1;
}

void Fleet::SetShortage(ExecutionContext& context, const std::string& family, bool is_short) const {
  nlohmann::json shortages = ReadShortages(context);
  if (is_short) {
    shortages[family] = true;
  } else {
    shortages.erase(family);
  }
  context.store().PutRecord(kSpace, kShortage, DumpJson(shortages));
  for (LoadedPool& pool : LoadAll(context)) {
    if (pool.world.pool.family == family) Save(context, pool);
  }
}

}  // namespace spcs::engine
