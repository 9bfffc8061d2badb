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

class SuspendServiceAction : public tf::TypedAction<SuspendService> {
 public:
  explicit SuspendServiceAction(resources::Account& account) : TypedAction(SuspendModel()), account_(account) {}
  std::string verb() const override { return "suspend service"; }

 protected:
  absl::Status InvokeModel(tf::Context& context, const SuspendService& config, const tf::Progress& progress) override {
    ASSIGN_OR_RETURN(const auto name, ServiceName(config.database, config.schema, config.name));
    ASSIGN_OR_RETURN(resources::Session * session, account_.Connect());
    ASSIGN_OR_RETURN(const resources::ObjectRow row, ServiceNow(*session, name, context.stop));
    if (IsAsleep(row)) {
      progress(absl::StrCat(name.Sql(), " is ", row.Text("status"), " already."));
      return absl::OkStatus();
    }
    progress(absl::StrCat("Suspending ", name.Sql(), " (", row.Text("status"), ")."));
    return AlterService(context, *session, name, "SUSPEND");
  }

 private:
  resources::Account& account_;
};

class ResumeServiceAction : public tf::TypedAction<ResumeService> {
 public:
  explicit ResumeServiceAction(resources::Account& account) : TypedAction(ResumeModel()), account_(account) {}
  std::string verb() const override { return "resume service"; }

 protected:
  absl::Status InvokeModel(tf::Context& context, const ResumeService& config, const tf::Progress& progress) override {
    const absl::Time deadline = context.clock.Now() + TimeoutOf(config.timeout);
    ASSIGN_OR_RETURN(const auto name, ServiceName(config.database, config.schema, config.name));
    ASSIGN_OR_RETURN(resources::Session * session, account_.Connect());
    ASSIGN_OR_RETURN(const resources::ObjectRow row, ServiceNow(*session, name, context.stop));
    if (!IsAsleep(row)) {
      progress(absl::StrCat(name.Sql(), " is ", row.Text("status"), " already."));
      return absl::OkStatus();
    }
    progress(absl::StrCat("Resuming ", name.Sql(), "."));
    RETURN_IF_ERROR(AlterService(context, *session, name, "RESUME"));
    return AwaitReady(context, *session, name, config, deadline, progress);
  }

 private:
  resources::Account& account_;
};

class RestartServiceAction : public tf::TypedAction<ResumeService> {
 public:
  explicit RestartServiceAction(resources::Account& account) : TypedAction(RestartModel()), account_(account) {}
  std::string verb() const override { return "restart service"; }

 protected:
  absl::Status InvokeModel(tf::Context& context, const ResumeService& config, const tf::Progress& progress) override {
    const absl::Time deadline = context.clock.Now() + TimeoutOf(config.timeout);
    ASSIGN_OR_RETURN(const auto name, ServiceName(config.database, config.schema, config.name));
    ASSIGN_OR_RETURN(resources::Session * session, account_.Connect());
    ASSIGN_OR_RETURN(const resources::ObjectRow row, ServiceNow(*session, name, context.stop));
    if (!IsAsleep(row)) {
      progress(absl::StrCat("Suspending ", name.Sql(), " (", row.Text("status"), ")."));
      RETURN_IF_ERROR(AlterService(context, *session, name, "SUSPEND"));
    }
    RETURN_IF_ERROR(Suspended(context, *session, name, deadline));
    progress(absl::StrCat("Resuming ", name.Sql(), "."));
    RETURN_IF_ERROR(AlterService(context, *session, name, "RESUME"));
    return AwaitReady(context, *session, name, config, deadline, progress);
  }

 private:
  // A restart that stops midway leaves the service suspended: says so.
  static absl::Status Suspended(tf::Context& context, resources::Session& session, const ObjectName& name,
                                absl::Time deadline) {
    const absl::Status status = AwaitSuspended(context, session, name, deadline);
    if (status.ok()) return status;
    return WithFact(status, kAdvice,
                    absl::StrCat("The service was suspended and not resumed. Run the action again, or: ALTER SERVICE ",
                                 name.Sql(), " RESUME"));
  }

  resources::Account& account_;
};

}  // namespace

std::unique_ptr<tf::Action> MakeSuspendService(resources::Account& account) {
  return std::make_unique<SuspendServiceAction>(account);
}

std::unique_ptr<tf::Action> MakeResumeService(resources::Account& account) {
  return std::make_unique<ResumeServiceAction>(account);
}

std::unique_ptr<tf::Action> MakeRestartService(resources::Account& account) {
  return std::make_unique<RestartServiceAction>(account);
}

}  // namespace spcs::actions
