// SPDX-License-Identifier: MPL-2.0
// Lists compute pools.
#include "provider/base/status.h"
#include "provider/lists/all.h"
#include "provider/lists/listed_objects.h"
#include "provider/tf/typed_list_resource.h"

namespace spcs::lists {
namespace {

struct Filter {
  tf::String like{};
};

const tf::Model<Filter>& FilterModel() {
  static const tf::Model<Filter> model{"spcs_compute_pool",
                                       "Finds the compute pools that the provider's role sees, for import.",
                                       {{"like", &Filter::like, LikeAttribute()}}};
  return model;
}

class ComputePoolList : public tf::TypedListResource<Filter> {
 public:
  explicit ComputePoolList(resources::Account& account) : TypedListResource(FilterModel()), account_(account) {}
  std::string noun() const override { return "compute pools"; }

 protected:
  absl::Status ListModel(tf::Context& context, const Filter& filter, const tf::ListSink& sink) override {
    ASSIGN_OR_RETURN(resources::Session * session, account_.Connect());
    std::optional<snowflake::Statement> statement;
    if (filter.like.IsKnown()) AddLike(filter.like, statement.emplace(snowflake::Statement("SHOW COMPUTE POOLS")));
    ASSIGN_OR_RETURN(const Rows rows, ReadRows(*session, snowflake::ShowKind::kComputePool, statement, context.stop));
    return EmitRows(*session, rows, /*in_schema=*/false, sink, context.stop);
  }

 private:
  resources::Account& account_;
};

}  // namespace

std::unique_ptr<tf::ListResource> MakeComputePoolList(resources::Account& account) {
  return std::make_unique<ComputePoolList>(account);
}

}  // namespace spcs::lists
