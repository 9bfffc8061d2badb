// SPDX-License-Identifier: MPL-2.0
// spcs_instance_families: what nodes the account offers.
#include "provider/data_sources/all.h"
#include "provider/data_sources/show_source.h"
#include "provider/tf/validate.h"

namespace spcs::data_sources {
namespace {

struct Family {
  tf::String name{}, description{};
  tf::Int vcpu{}, memory_gib{};
  tf::Float storage_gib{};
  tf::String gpu{};
  tf::Int gpu_count{}, gpu_memory_gib{}, current_node_usage{};
  tf::String message{};
  static const tf::Table<Family>& Fields() {
    using M = Family;
    using tf::Computed;
    static const tf::Table<M> table{
        {"name", &M::name, Computed{.doc = "Name, as `instance_family` of spcs_compute_pool takes it."}},
        {"description", &M::description, Computed{.doc = "What it is meant for."}},
        {"vcpu", &M::vcpu, Computed{.doc = "CPUs that containers of one node can use."}},
        {"memory_gib", &M::memory_gib, Computed{.doc = "Memory that containers of one node can use, in GiB."}},
        {"storage_gib", &M::storage_gib, Computed{.doc = "Storage of one node, in GiB."}},
        {"gpu", &M::gpu, Computed{.doc = "Model of its GPUs; null without."}},
        {"gpu_count", &M::gpu_count, Computed{.doc = "GPUs of one node."}},
        {"gpu_memory_gib", &M::gpu_memory_gib, Computed{.doc = "Memory of one GPU, in GiB."}},
        {"current_node_usage", &M::current_node_usage, Computed{.doc = "Nodes of it that the account uses now."}},
        {"message", &M::message, Computed{.doc = "What the service has to say, for example on scarcity."}},
    };
    return table;
  }
};

struct InstanceFamilies {
  tf::String like{};
  tf::Map<tf::Object<Family>> instance_families{};
};

const tf::Model<InstanceFamilies>& InstanceFamiliesModel() {
  using M = InstanceFamilies;
  using tf::Computed, tf::Optional;
  static const tf::Model<M> model{
      "spcs_instance_families",
      "The instance families that this account offers in its region: the authority on what `instance_family` of "
      "spcs_compute_pool may be.",
      {
          {"like", &M::like,
           Optional{.validators = {tf::NonEmpty()},
                    .doc = "Pattern of names as in SQL, without regard to case: `%` is any text, `_` any character."}},
          {"instance_families", &M::instance_families, Computed{.doc = "The families, by name."}},
      }};
  return model;
}

absl::StatusOr<Rows> Show(resources::Session& session, const InstanceFamilies& filter, std::stop_token stop) {
  snowflake::Statement statement("SHOW COMPUTE POOL INSTANCE FAMILIES");
  AddLike(filter.like, statement);
  return QueryRows(session, statement, std::move(stop));
}

}  // namespace

std::unique_ptr<tf::DataSource> MakeInstanceFamilies(resources::Account& account) {
  return MakeShowSource<InstanceFamilies, Family>(
      account, InstanceFamiliesModel(),
      {.noun = "instance families",
       .rows = &InstanceFamilies::instance_families,
       .show = Show,
       .key = [](const resources::ObjectRow& row) { return row.Text("name"); }});
}

}  // namespace spcs::data_sources
