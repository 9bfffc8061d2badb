// SPDX-License-Identifier: MPL-2.0
// The bridge between records in the store and worlds of the simulated runtime: loads a pool with everything on it,
// plays it to now, writes back what changed. Shared by the handlers of pools, services and jobs.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "emulator/engine/context.h"
#include "emulator/engine/kinds/image.h"
#include "emulator/runtime/compute.h"
#include "emulator/runtime/scenario.h"

namespace spcs::engine {

// A pool, its world, and the records of the workloads in the order of world.workloads.
struct LoadedPool {
  Object record;
  runtime::World world;
  std::vector<Object> services;

  // The workload of the record; it must be one of `services`.
  runtime::Workload& WorkloadOf(int64_t service_id);
};

class Fleet {
 public:
  Fleet(runtime::Scenarios scenarios, std::shared_ptr<const ImageCatalog> images, const EngineOptions& options)
      : scenarios_(std::move(scenarios)), images_(std::move(images)), options_(options) {}

  // The pool, for a change. nullopt when there is none of that name.
  std::optional<LoadedPool> Load(ExecutionContext& context, const std::string& pool) const;
  std::vector<LoadedPool> LoadAll(ExecutionContext& context) const;

  // All pools by name, for statements that only look: kept until the store changes. Valid until the next call.
  const std::map<std::string, LoadedPool>& All(ExecutionContext& context) const;
  // nullptr when there is none.
  const LoadedPool* Find(ExecutionContext& context, const std::string& pool) const;

  // Draws the consequences of the caller's changes at now and stores what changed, the caller's changes of records
  // included. New workloads must have been stored and added before.
  void Save(ExecutionContext& context, LoadedPool& pool) const;

  // Adds a stored record of a service or job to the loaded pool.
  runtime::Workload& Add(LoadedPool& pool, const Object& service) const;

  // Brings all pools to now, unless nothing is due.
  void Advance(ExecutionContext& context) const;

  // Takes what became of the processes of EngineOptions.processes, draws the consequences, says what is to run.
  void ExchangeWithProcesses(ExecutionContext& context) const;

  // Switches the shortage of a family on or off, from now on.
  void SetShortage(ExecutionContext& context, const std::string& family, bool is_short) const;

  const runtime::Scenarios& scenarios() const { return scenarios_; }
  const ImageCatalog& images() const { return *images_; }

 private:
  void Observe(LoadedPool& pool) const;
  LoadedPool Assemble(ExecutionContext& context, Object record, std::vector<Object> services) const;
  void Store(ExecutionContext& context, LoadedPool& pool) const;
  // Keeps the logs of jobs that ended, as they were then.
  void KeepLogs(ExecutionContext& context, LoadedPool& pool) const;

  runtime::Scenarios scenarios_;
  std::shared_ptr<const ImageCatalog> images_;
  const EngineOptions& options_;
  // Guarded, like every handler, by the engine's lock.
  mutable std::map<std::string, LoadedPool> seen_;
  mutable int64_t seen_at_ = -1;                                     // generation of the store
  mutable std::map<std::string, runtime::ContainerState> observed_;  // of processes, by name
  mutable std::optional<int64_t> exchanged_at_;                      // generation of the store that was told last
};

}  // namespace spcs::engine
