// SPDX-License-Identifier: MPL-2.0
// spcs_suspend_compute_pool and spcs_resume_compute_pool.
#include "absl/strings/str_cat.h"
#include "provider/actions/all.h"
#include "provider/actions/targets.h"
#include "provider/base/status.h"
#include "provider/tf/typed_action.h"

namespace spcs::actions {
namespace {

struct Pool {
  tf::String name{};
};

const tf::Model<Pool>& SuspendModel() {
  static const tf::Model<Pool> model{
      "spcs_suspend_compute_pool",
      "Suspends a compute pool: its services are suspended, jobs run on, and its nodes go. Does nothing when it is "
      "suspended. A pool that has `suspended = false` in a configuration is resumed by the next apply.",
      {{"name", &Pool::name, PoolNameAttribute()}}};
  return model;
}

const tf::Model<Pool>& ResumeModel() {
  static const tf::Model<Pool> model{
      "spcs_resume_compute_pool",
      "Resumes a suspended compute pool. Does not wait for nodes. Does nothing when it runs.",
      {{"name", &Pool::name, PoolNameAttribute()}}};
  return model;
}

bool IsSuspended(const resources::ObjectRow& row) {
  return row.Text("state") == "SUSPENDED" || row.Text("state") == "STOPPING";
}

class PoolAction : public tf::TypedAction<Pool> {
 public:
  PoolAction(resources::Account& account, bool suspend)
      : TypedAction(suspend ? SuspendModel() : ResumeModel()), account_(account), suspend_(suspend) {}
  std::string verb() const override { return suspend_ ? "suspend compute pool" : "resume compute pool"; }

 protected:
  absl::Status InvokeModel(tf::Context& context, const Pool& config, const tf::Progress& progress) override {
    ASSIGN_OR_RETURN(const auto name, PoolName(config.name));
    ASSIGN_OR_RETURN(resources::Session * session, account_.Connect());
    ASSIGN_OR_RETURN(const resources::ObjectRow row, PoolNow(*session, name, context.stop));
    if (IsSuspended(row) == suspend_) {
      progress(absl::StrCat("Compute pool ", name.Sql(), " is ", row.Text("state"), " already."));
      return absl::OkStatus();
    }
    progress(absl::StrCat(suspend_ ? "Suspending" : "Resuming", " compute pool ", name.Sql(), " (", row.Text("state"),
                          ", ", row.Int("num_services"), " services, ", row.Int("num_jobs"), " jobs)."));
    if (suspend_) return AlterPool(context, *session, name, "SUSPEND");
    return AlterPool(context, *session, name, "RESUME");
  }

 private:
  resources::Account& account_;
  const bool suspend_;
};

}  // namespace

std::unique_ptr<tf::Action> MakeSuspendComputePool(resources::Account& account) {
  return std::make_unique<PoolAction>(account, /*suspend=*/true);
}

std::unique_ptr<tf::Action> MakeResumeComputePool(resources::Account& account) {
  return std::make_unique<PoolAction>(account, /*suspend=*/false);
}

}  // namespace spcs::actions
