// SPDX-License-Identifier: MPL-2.0
// A compute pool with everything that runs on it, as plain values, and what can be seen of it at a moment. settle.h
// moves it through time; the engine's handlers change what is wanted (suspended, number of instances, specification)
// and show what is seen. Nothing here knows SQL, the store or the real clock.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "emulator/runtime/behaviour.h"
#include "emulator/runtime/container_timeline.h"

namespace spcs::runtime {

// What a node has, or what an instance asks for.
struct Resources {
  int64_t milli_cpu = 0, memory = 0, gpus = 0;  // thousandths of a vCPU, bytes, whole GPUs

  bool Fits(const Resources& room) const {
    return milli_cpu <= room.milli_cpu && memory <= room.memory && gpus <= room.gpus;
  }
  Resources& operator+=(const Resources& other);
  Resources& operator-=(const Resources& other);
};

struct ContainerPlan {
  std::string name, image, image_digest;
  std::string probe;  // "path: /health, port: 80"; "" without a readiness probe
  Behaviour behaviour;
  bool sidecar = false;  // added by the service (stage mounts); a job ends without waiting for it
};

// What one instance of one version of a specification runs.
struct InstancePlan {
  Resources request;
  std::vector<ContainerPlan> containers;
};

struct Instance {
  int id = 0;
  std::string digest;  // of the specification that it runs
  std::string ip;
  absl::Time created;
  int node = 0;                                          // 0: on none
  std::optional<absl::Time> placed;                      // when it got its node
  std::optional<absl::Time> gone_at;                     // it is terminating, and gone then
  std::optional<absl::Time> ended;                       // jobs: when the last container ended
  std::optional<absl::Time> evicted_at;                  // jobs: when its node was taken away
  std::map<std::string, std::vector<absl::Time>> kills;  // by container
  std::map<std::string, ContainerState> observed;        // of its processes, by container; stored once ended
};

// A service or a job.
struct Workload {
  int64_t id = 0;  // of the record in the store; 0 before it is stored
  std::string name;
  bool job = false;
  int wanted = 1;     // instances; the replicas of a job
  int min_ready = 1;  // instances that make the service RUNNING
  std::string digest;
  std::map<std::string, InstancePlan> plans;  // by digest: all versions that instances run
  std::vector<Instance> instances;            // by id
  bool suspended = false;
  bool cancelled = false;                 // jobs
  std::optional<absl::Time> delete_at;    // being dropped; not gone before this
  std::optional<absl::Time> finished;     // jobs: when the last instance ended
  std::optional<absl::Time> first_ready;  // services: when one instance was READY for the first time
  std::optional<absl::Time> suspended_on, resumed_on;
  bool gone = false;  // set by Settle: the record is to be removed
};

struct Node {
  int id = 0;
  absl::Time requested;
  absl::Time up;           // from when on it can be used; InfiniteFuture while there is no capacity
  absl::Time short_until;  // no capacity before this, by scenario
};

struct Pool {
  std::string name, family;
  int min_nodes = 1, max_nodes = 1;
  int64_t auto_suspend_secs = 3600;  // 0: never
  bool suspended = false;
  std::vector<Node> nodes;
  int last_node = 0;                        // the highest node id given so far
  std::optional<absl::Time> idle_since;     // no service and no job wants a node
  std::optional<absl::Time> surplus_since;  // more nodes than needed
  std::optional<absl::Time> stop_at;        // STOPPING ends then
  std::optional<absl::Time> resumed_on;
  absl::Time settled;  // every event up to here has been played
};

// What is given from outside.
struct Rules {
  double speed = 1;
  Resources node;                                    // capacity of one node of the pool's family
  bool short_of_capacity = false;                    // no node of the family can be had now
  absl::Duration shortage = absl::ZeroDuration();    // each request waits this much longer, by scenario
  absl::Duration job_record = absl::Hours(24 * 14);  // ended jobs are kept this long
};

struct World {
  Pool pool;
  std::vector<Workload> workloads;
  Rules rules;
};

// Views. `now` is not before pool.settled.

struct ContainerView {
  std::string name, status, message, image, image_digest;
  ContainerState state;
};

struct InstanceView {
  std::string status;
  std::optional<absl::Time> start_time;
  std::vector<ContainerView> containers;
};

struct WorkloadView {
  std::string status;
  int current_instances = 0, target_instances = 0;
  bool is_upgrading = false;
};

struct PoolView {
  std::string state;
  int num_services = 0, num_jobs = 0;
  int active_nodes = 0, idle_nodes = 0, target_nodes = 0;
  std::string error_code, status_message;  // "" when all is well
};

PoolView ViewPool(const World& world, absl::Time now);
WorkloadView ViewWorkload(const World& world, const Workload& workload, absl::Time now);
InstanceView ViewInstance(const World& world, const Workload& workload, const Instance& instance, absl::Time now);

// The containers' states of a placed instance, in the order of its plan; empty when it is on no node.
std::vector<ContainerState> ContainerStates(const Workload& workload, const Instance& instance, double speed,
                                            absl::Time now);
bool IsReady(const Workload& workload, const Instance& instance, double speed, absl::Time now);
// Some instance does not run the newest version, or the newest is not READY yet after a change.
bool IsUpgrading(const Workload& workload, double speed, absl::Time now);
// How a container of the instance came to be where it is.
ContainerRun RunOf(const Workload& workload, const Instance& instance, const std::string& container);

// The text of DESCRIBE COMPUTE POOL for error 392507.
inline constexpr char kCapacityErrorCode[] = "392507";

}  // namespace spcs::runtime
