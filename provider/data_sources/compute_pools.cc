// SPDX-License-Identifier: MPL-2.0
// spcs_compute_pools: the compute pools that the role sees.
#include "provider/data_sources/all.h"
#include "provider/data_sources/show_source.h"
#include "provider/tf/validate.h"

namespace spcs::data_sources {
namespace {

struct ComputePool {
  tf::String name{}, state{}, instance_family{};
  tf::Int min_nodes{}, max_nodes{}, active_nodes{}, idle_nodes{}, target_nodes{}, num_services{}, num_jobs{};
  tf::Int auto_suspend_secs{};
  tf::Bool auto_resume{}, is_exclusive{};
  tf::String owner{}, comment{}, application{}, placement_group{}, created_on{}, resumed_on{}, updated_on{};
  static const tf::Table<ComputePool>& Fields() {
    using M = ComputePool;
    using tf::Computed;
    static const tf::Table<M> table{
        {"name", &M::name, Computed{.doc = "Name as the service stores it."}},
        {"state", &M::state, Computed{.doc = "STARTING, IDLE, ACTIVE, RESIZING, STOPPING or SUSPENDED."}},
        {"instance_family", &M::instance_family, Computed{.doc = "Type of its nodes."}},
        {"min_nodes", &M::min_nodes, Computed{.doc = "Nodes it has at least while it runs."}},
        {"max_nodes", &M::max_nodes, Computed{.doc = "Nodes it may grow to."}},
        {"active_nodes", &M::active_nodes, Computed{.doc = "Nodes that run something."}},
        {"idle_nodes", &M::idle_nodes, Computed{.doc = "Nodes that run nothing."}},
        {"target_nodes", &M::target_nodes, Computed{.doc = "Nodes the service is bringing it to."}},
        {"num_services", &M::num_services, Computed{.doc = "Services in it."}},
        {"num_jobs", &M::num_jobs, Computed{.doc = "Jobs in it."}},
        {"auto_suspend_secs", &M::auto_suspend_secs, Computed{.doc = "Idle seconds until it suspends itself."}},
        {"auto_resume", &M::auto_resume, Computed{.doc = "Whether a new service or job wakes it up."}},
        {"is_exclusive", &M::is_exclusive, Computed{.doc = "Whether one application owns it."}},
        {"owner", &M::owner, Computed{.doc = "Role that owns it."}},
        {"comment", &M::comment, Computed{.doc = "Comment."}},
        {"application", &M::application, Computed{.doc = "Application that it belongs to."}},
        {"placement_group", &M::placement_group, Computed{.doc = "Placement group of its nodes."}},
        {"created_on", &M::created_on, Computed{.doc = "When it was created."}},
        {"resumed_on", &M::resumed_on, Computed{.doc = "When it was last resumed."}},
        {"updated_on", &M::updated_on, Computed{.doc = "When it was last changed."}},
    };
    return table;
  }
};

struct ComputePools {
  tf::String like{}, starts_with{};
  tf::Map<tf::Object<ComputePool>> compute_pools{};
};

const tf::Model<ComputePools>& ComputePoolsModel() {
  using M = ComputePools;
  using tf::Computed, tf::Optional;
  static const tf::Model<M> model{
      "spcs_compute_pools",
      "The compute pools that the provider's role sees, with their state and node counts.",
      {
          {"like", &M::like,
           Optional{.validators = {tf::NonEmpty()},
                    .doc = "Pattern of names as in SQL, without regard to case: `%` is any text, `_` any character."}},
          {"starts_with", &M::starts_with,
           Optional{.validators = {tf::NonEmpty()}, .doc = "First characters of the names, with regard to case."}},
          {"compute_pools", &M::compute_pools, Computed{.doc = "The pools, by name."}},
      }};
  return model;
}

absl::StatusOr<Rows> Show(resources::Session& session, const ComputePools& filter, std::stop_token stop) {
  if (filter.like.IsNull() && filter.starts_with.IsNull()) {
    return SharedRows(session, snowflake::ShowKind::kComputePool, std::move(stop));
  }
  snowflake::Statement statement("SHOW COMPUTE POOLS");
  AddLike(filter.like, statement);
  AddStartsWith(filter.starts_with, statement);
  return QueryRows(session, statement, std::move(stop));
}

}  // namespace

std::unique_ptr<tf::DataSource> MakeComputePools(resources::Account& account) {
  return MakeShowSource<ComputePools, ComputePool>(
      account, ComputePoolsModel(), {.noun = "compute pools", .rows = &ComputePools::compute_pools, .show = Show});
}

}  // namespace spcs::data_sources
