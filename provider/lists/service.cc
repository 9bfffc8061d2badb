// SPDX-License-Identifier: MPL-2.0
// Lists services, without jobs.
#include "provider/base/status.h"
#include "provider/lists/all.h"
#include "provider/lists/listed_objects.h"
#include "provider/resources/names.h"
#include "provider/tf/typed_list_resource.h"

namespace spcs::lists {
namespace {

struct Filter {
  tf::String like{}, database{}, schema{}, compute_pool{};
};

const tf::Model<Filter>& FilterModel() {
  static const tf::Model<Filter> model{
      "spcs_service",
      "Finds the services that the provider's role sees, for import. Jobs are not among them.",
      {{"like", &Filter::like, LikeAttribute()},
       {"database", &Filter::database, DatabaseAttribute()},
       {"schema", &Filter::schema, SchemaAttribute()},
       {"compute_pool", &Filter::compute_pool,
        tf::Optional{.validators = {resources::CheckPlainName},
                     .doc = "Only those in this pool; excludes `database`."}}}};
  return model;
}

class ServiceList : public tf::TypedListResource<Filter> {
 public:
  explicit ServiceList(resources::Account& account) : TypedListResource(FilterModel()), account_(account) {}
  std::string noun() const override { return "services"; }

 protected:
  void ValidateModel(const Filter& filter, tf::Diagnostics& diagnostics) const override {
    CheckPlace({filter.database, filter.schema}, diagnostics);
    if (!filter.compute_pool.IsKnown() || !filter.database.IsKnown()) return;
    diagnostics.AddError(tf::Path("compute_pool"), "Two places",
                         "The service lists what is in a pool or in a database, not both: leave one out.");
  }

  absl::Status ListModel(tf::Context& context, const Filter& filter, const tf::ListSink& sink) override {
    ASSIGN_OR_RETURN(resources::Session * session, account_.Connect());
    ASSIGN_OR_RETURN(const auto statement, StatementOf(filter));
    ASSIGN_OR_RETURN(const Rows rows, ReadRows(*session, snowflake::ShowKind::kService, statement, context.stop));
    return EmitRows(*session, rows, /*in_schema=*/true, sink, context.stop);
  }

 private:
  // nullopt: without filters.
  static absl::StatusOr<std::optional<snowflake::Statement>> StatementOf(const Filter& filter) {
    std::optional<snowflake::Statement> statement;
    if (filter.like.IsNull() && filter.database.IsNull() && filter.compute_pool.IsNull()) return statement;
    AddLike(filter.like, statement.emplace(snowflake::Statement("SHOW SERVICES EXCLUDE JOBS")));
    if (filter.compute_pool.IsKnown()) {
      ASSIGN_OR_RETURN(const auto pool, snowflake::ObjectName::Parse(filter.compute_pool.value(), 1));
      statement->Raw("IN COMPUTE POOL").Name(pool);
      return statement;
    }
    RETURN_IF_ERROR(AddPlace({filter.database, filter.schema}, *statement));
    return statement;
  }

  resources::Account& account_;
};

}  // namespace

std::unique_ptr<tf::ListResource> MakeServiceList(resources::Account& account) {
  return std::make_unique<ServiceList>(account);
}

}  // namespace spcs::lists
