// SPDX-License-Identifier: MPL-2.0
// spcs_suspend_service, spcs_resume_service and spcs_restart_service.
#include "absl/strings/str_cat.h"
#include "provider/actions/all.h"
#include "provider/actions/targets.h"
#include "provider/base/status.h"
#include "provider/resources/service_wait.h"
#include "provider/tf/typed_action.h"
#include "provider/tf/validate.h"

namespace spcs::actions {
namespace {

using snowflake::ObjectName;

struct SuspendService {
  tf::String database{}, schema{}, name{};
};

struct ResumeService {
  tf::String database{}, schema{}, name{}, wait_for{}, timeout{};
};

const tf::Model<SuspendService>& SuspendModel() {
  using M = SuspendService;
  static const tf::Model<M> model{
      "spcs_suspend_service",
      "Suspends a service: its containers end, its specification and URLs stay. Does nothing when it is suspended. A "
      "service that has `suspended = false` in a configuration is resumed by the next apply.",
      {{"database", &M::database, ServiceDatabaseAttribute()},
       {"schema", &M::schema, ServiceSchemaAttribute()},
       {"name", &M::name, ServiceNameAttribute()}}};
  return model;
}

tf::Optional WaitForAttribute() {
  return {.validators = {tf::OneOf({"ready", "none"})}, .doc = "What to wait for: `ready` (default), or `none`."};
}

const tf::Model<ResumeService>& ResumeModel() {
  using M = ResumeService;
  static const tf::Model<M> model{"spcs_resume_service",
                                  "Resumes a suspended service and waits until it is ready. Does nothing when it runs.",
                                  {{"database", &M::database, ServiceDatabaseAttribute()},
                                   {"schema", &M::schema, ServiceSchemaAttribute()},
                                   {"name", &M::name, ServiceNameAttribute()},
                                   {"wait_for", &M::wait_for, WaitForAttribute()},
                                   {"timeout", &M::timeout, TimeoutAttribute()}}};
  return model;
}

const tf::Model<ResumeService>& RestartModel() {
  using M = ResumeService;
  static const tf::Model<M> model{
      "spcs_restart_service",
      "Restarts a service: suspends it, waits until its containers have ended, resumes it and waits until it is ready. "
      "Requests fail meanwhile. A restart keeps the image that the service was created or last changed with, also when "
      "its tag has moved; to take up the new one, change the specification.",
      {{"database", &M::database, ServiceDatabaseAttribute()},
       {"schema", &M::schema, ServiceSchemaAttribute()},
       {"name", &M::name, ServiceNameAttribute()},
       {"wait_for", &M::wait_for, WaitForAttribute()},
       {"timeout", &M::timeout, TimeoutAttribute()}}};
  return model;
}

bool IsAsleep(const resources::ObjectRow& row) {
  return row.Text("status") == "SUSPENDED" || row.Text("status") == "SUSPENDING";
}

absl::Status AwaitReady(tf::Context& context, resources::Session& session, const ObjectName& name,
                        const ResumeService& config, absl::Time deadline, const tf::Progress& progress) {
  if (config.wait_for.value_or("ready") == "none") return absl::OkStatus();
  progress(absl::StrCat("Waiting until ", name.Sql(), " is ready."));
  RETURN_IF_ERROR(resources::WaitUntilReady(context, session, name, {.deadline = deadline}).status());
  progress(absl::StrCat(name.Sql(), " is ready."));
  return absl::OkStatus();
}

// One invocation: what all three have at hand.
template <class Config>
struct Call {
  tf::Context& context;
  resources::Session& session;
  const ObjectName& name;
  const resources::ObjectRow& row;  // of the service, as it was at the start
  const Config& config;
  absl::Time deadline;
  const tf::Progress& progress;
};

// Finds the service; what is then done with it is `act`.
template <class Config>
class ServiceAction : public tf::TypedAction<Config> {
 public:
  using Act = absl::Status (*)(const Call<Config>&);
  ServiceAction(resources::Account& account, const tf::Model<Config>& model, std::string verb, Act act)
      : tf::TypedAction<Config>(model), account_(account), verb_(std::move(verb)), act_(act) {}
  std::string verb() const override { return verb_; }

 protected:
  absl::Status InvokeModel(tf::Context& context, const Config& config, const tf::Progress& progress) override {
    tf::String timeout;
    if constexpr (requires { config.timeout; }) timeout = config.timeout;
    const absl::Time deadline = context.clock.Now() + TimeoutOf(timeout);
    ASSIGN_OR_RETURN(const auto name, ServiceName(config.database, config.schema, config.name));
    ASSIGN_OR_RETURN(resources::Session * session, account_.Connect());
    ASSIGN_OR_RETURN(const resources::ObjectRow row, ServiceNow(*session, name, context.stop));
    return act_({context, *session, name, row, config, deadline, progress});
  }

 private:
  resources::Account& account_;
  const std::string verb_;
  const Act act_;
};

template <class Config>
absl::Status NothingToDo(const Call<Config>& call) {
  call.progress(absl::StrCat(call.name.Sql(), " is ", call.row.Text("status"), " already."));
  return absl::OkStatus();
}

absl::Status Suspend(const Call<SuspendService>& call) {
  if (IsAsleep(call.row)) return NothingToDo(call);
  call.progress(absl::StrCat("Suspending ", call.name.Sql(), " (", call.row.Text("status"), ")."));
  return AlterService(call.context, call.session, call.name, "SUSPEND");
}

absl::Status ResumeAndWait(const Call<ResumeService>& call) {
  call.progress(absl::StrCat("Resuming ", call.name.Sql(), "."));
  RETURN_IF_ERROR(AlterService(call.context, call.session, call.name, "RESUME"));
  return AwaitReady(call.context, call.session, call.name, call.config, call.deadline, call.progress);
}

absl::Status Resume(const Call<ResumeService>& call) {
  return IsAsleep(call.row) ? ResumeAndWait(call) : NothingToDo(call);
}

absl::Status Restart(const Call<ResumeService>& call) {
  if (!IsAsleep(call.row)) {
    call.progress(absl::StrCat("Suspending ", call.name.Sql(), " (", call.row.Text("status"), ")."));
    RETURN_IF_ERROR(AlterService(call.context, call.session, call.name, "SUSPEND"));
  }
  const absl::Status suspended = AwaitSuspended(call.context, call.session, call.name, call.deadline);
  if (suspended.ok()) return ResumeAndWait(call);
  // A restart that stops midway leaves the service suspended: says so.
  return WithFact(suspended, kAdvice,
                  absl::StrCat("The service was suspended and not resumed. Run the action again, or: ALTER SERVICE ",
                               call.name.Sql(), " RESUME"));
}

}  // namespace

std::unique_ptr<tf::Action> MakeSuspendService(resources::Account& account) {
  return std::make_unique<ServiceAction<SuspendService>>(account, SuspendModel(), "suspend service", &Suspend);
}

std::unique_ptr<tf::Action> MakeResumeService(resources::Account& account) {
  return std::make_unique<ServiceAction<ResumeService>>(account, ResumeModel(), "resume service", &Resume);
}

std::unique_ptr<tf::Action> MakeRestartService(resources::Account& account) {
  return std::make_unique<ServiceAction<ResumeService>>(account, RestartModel(), "restart service", &Restart);
}

}  // namespace spcs::actions
