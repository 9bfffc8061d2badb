// SPDX-License-Identifier: MPL-2.0
// What the `process` runtime is told to run: instances with an address of their own, and their containers as local
// processes. Plain values; the engine's records become these, the sandbox (sandbox.h) carries them out.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "nlohmann/json_fwd.hpp"

namespace spcs::runtime::process {

// A folder of this machine, seen in the container.
struct Mount {
  std::string from;  // absolute folder or file of the machine
  std::string to;    // absolute path in the container
  bool read_only = false;
  bool stage = false;  // with the limits of a mounted stage (stage_mount.h)
};

// A file system in memory.
struct MemoryMount {
  std::string to;
  int64_t bytes = 0;  // 0: the kernel's default
};

struct ContainerPlan {
  std::string name;      // unique among everything that runs: "<instance>/<container>"
  std::string instance;  // an InstancePlan's name
  std::vector<std::string> command;
  std::map<std::string, std::string> env;  // all of it: nothing is inherited
  std::string working_dir = "/";
  std::string log;  // file on this machine that gets stdout and stderr, appended to
  std::vector<Mount> mounts;
  std::vector<MemoryMount> memory;
  std::vector<std::string> hidden;  // absolute folders of the machine that the container sees empty
};

struct PortRange {
  int first = 0, last = 0;
};

struct InstancePlan {
  std::string name;  // unique among everything that runs
  std::string host_name;
  std::string ip;                // in 10.244.0.0/16
  std::vector<PortRange> ports;  // TCP ports that others reach; the emulator itself reaches all
};

nlohmann::json ToJson(const ContainerPlan& plan);
nlohmann::json ToJson(const InstancePlan& plan);
// InvalidArgument when a member is missing or of another type.
absl::StatusOr<ContainerPlan> ContainerFromJson(const nlohmann::json& json);
absl::StatusOr<InstancePlan> InstanceFromJson(const nlohmann::json& json);

}  // namespace spcs::runtime::process
