// SPDX-License-Identifier: MPL-2.0
// spcs_compute_pool as a struct, and its table.
#pragma once

#include "provider/tf/model.h"
#include "provider/tf/timeouts.h"

namespace spcs::resources {

struct ComputePoolTimeouts {
  static constexpr absl::Duration kSuspend = absl::Minutes(30);  // until it is, to change its family in place
  static constexpr absl::Duration kDrops = absl::Minutes(2);     // of its services, in progress
  tf::String update{}, delete_{};
  static const tf::Table<ComputePoolTimeouts>& Fields();
};

struct ComputePool {
  tf::String name{}, instance_family{};
  tf::Int min_nodes{}, max_nodes{};
  tf::Bool auto_resume{};
  tf::Int auto_suspend_secs{};
  tf::Bool initially_suspended{};
  tf::List<tf::String> backup_instance_families{};
  tf::String placement_group{}, for_application{};
  tf::Map<tf::String> tags{};
  tf::String comment{};
  tf::Bool suspended{};
  tf::String instance_family_change{};
  tf::Bool force_destroy{};
  tf::String on_exists{};
  tf::Object<ComputePoolTimeouts> timeouts{};
  tf::String qualified_name{}, created_on{};
};

const tf::Model<ComputePool>& ComputePoolModel();

}  // namespace spcs::resources
