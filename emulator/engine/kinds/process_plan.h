// SPDX-License-Identifier: MPL-2.0
// From the records of services and jobs to what the `process` runtime runs: the stand-in of each image with the
// specification's command, environment, secrets, volumes and probe.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "emulator/engine/context.h"
#include "emulator/runtime/compute.h"
#include "emulator/runtime/process/supervisor.h"

namespace spcs::runtime::process {
class Runtime;
}

namespace spcs::engine {

struct LoadedPool;

// The name of the process of one container of one incarnation of an instance.
std::string ProcessName(int64_t service_id, const runtime::Instance& instance, const std::string& container);

// Adds what is to run of the pool's services and jobs, and for each schema ("DB.SCHEMA") the lines of the hosts file by
// which its containers find services: "<ip> <names>", one for each instance.
void AddTasks(ExecutionContext& context, runtime::process::Runtime& processes, const LoadedPool& pool,
              std::vector<runtime::process::InstanceTask>& tasks, std::map<std::string, std::string>& hosts);

// Removes the folders of instances that are not wanted, what stages that were dropped held, the block volumes of
// services that were, and the values of such secrets. False: something is left, because a process was still writing.
bool ForgetTheGone(ExecutionContext& context, runtime::process::Runtime& processes,
                   const std::vector<runtime::process::InstanceTask>& wanted);

}  // namespace spcs::engine
