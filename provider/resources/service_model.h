// SPDX-License-Identifier: MPL-2.0
// spcs_service as a struct, and its table.
#pragma once

#include "provider/resources/spec_value.h"
#include "provider/tf/model.h"
#include "provider/tf/timeouts.h"

namespace spcs::resources {

struct ServiceTimeouts {
  static constexpr absl::Duration kWait = absl::Minutes(60);
  static constexpr absl::Duration kDrop = absl::Minutes(10);
  tf::String create{}, update{}, delete_{};
  static const tf::Table<ServiceTimeouts>& Fields();
};

struct Service {
  tf::String database{}, schema{}, name{}, compute_pool{}, compute_pool_created_on{}, instance_family{};
  tf::Attr<SpecValue> spec{};
  tf::Int min_instances{}, max_instances{}, min_ready_instances{};
  tf::Bool auto_resume{};
  tf::Int auto_suspend_secs{};
  tf::String query_warehouse{};
  tf::Set<tf::String> external_access_integrations{};
  tf::String log_level{}, comment{};
  tf::Map<tf::String> tags{};
  tf::Bool suspended{};
  tf::String wait_for{};
  tf::Bool fail_fast_on_capacity{}, force_destroy{};
  tf::String on_exists{};
  tf::Object<ServiceTimeouts> timeouts{};
  tf::String qualified_name{}, spec_digest{}, dns_name{};
  tf::Map<tf::String> endpoints{};
  tf::String created_on{}, resumed_on{};
  tf::Bool ready{};
};

const tf::Model<Service>& ServiceModel();

}  // namespace spcs::resources
