// SPDX-License-Identifier: MPL-2.0
// spcs_stop_all: empties a compute pool.
#include "absl/strings/str_cat.h"
#include "provider/actions/all.h"
#include "provider/actions/targets.h"
#include "provider/base/status.h"
#include "provider/tf/typed_action.h"

namespace spcs::actions {
namespace {

using snowflake::Identifier;
using snowflake::ObjectName;
using snowflake::Statement;

struct StopAll {
  tf::String compute_pool{};
};

const tf::Model<StopAll>& StopAllModel() {
  static const tf::Model<StopAll> model{
      "spcs_stop_all",
      "Empties a compute pool: the service DROPS every service in it and cancels every job, also those that no "
      "configuration manages and those that the provider's role does not see. What is dropped is told by name first. "
      "To keep the services, suspend the pool instead.",
      {{"compute_pool", &StopAll::compute_pool, PoolNameAttribute()}}};
  return model;
}

std::string FullName(const resources::ObjectRow& row) {
  return ObjectName(Identifier::Stored(row.Text("database_name")), Identifier::Stored(row.Text("schema_name")),
                    Identifier::Stored(row.Text("name")))
      .Sql();
}

class StopAllAction : public tf::TypedAction<StopAll> {
 public:
  explicit StopAllAction(resources::Account& account) : TypedAction(StopAllModel()), account_(account) {}
  std::string verb() const override { return "stop everything in compute pool"; }

 protected:
  absl::Status InvokeModel(tf::Context& context, const StopAll& config, const tf::Progress& progress) override {
    ASSIGN_OR_RETURN(const auto pool, PoolName(config.compute_pool));
    ASSIGN_OR_RETURN(resources::Session * session, account_.Connect());
    RETURN_IF_ERROR(PoolNow(*session, pool, context.stop).status());
    ASSIGN_OR_RETURN(const auto services,
                     session->Query(Statement("SHOW SERVICES IN COMPUTE POOL").Name(pool), context.stop));
    for (const resources::ObjectRow& row : resources::AllRows(services)) {
      progress(absl::StrCat(row.Bool("is_job") ? "Cancelling job " : "Dropping service ", FullName(row), " (",
                            row.Text("status"), ")."));
    }
    RETURN_IF_ERROR(AlterPool(context, *session, pool, "STOP ALL"));
    // Services of any name went.
    session->inventory().Invalidate(snowflake::ShowKind::kService, snowflake::Scope::Account());
    progress(absl::StrCat("Compute pool ", pool.Sql(), " is being emptied."));
    return absl::OkStatus();
  }

 private:
  resources::Account& account_;
};

}  // namespace

std::unique_ptr<tf::Action> MakeStopAll(resources::Account& account) {
  return std::make_unique<StopAllAction>(account);
}

}  // namespace spcs::actions
