// SPDX-License-Identifier: MPL-2.0
// spcs_ray_serve_model: the verbs. By the transport "job", every create, update and delete is a deployment job
// (ray_deploy_job.h), an import one that only looks; a read looks only at the head: one that has started anew knows no
// applications. By "endpoint", all is done from here (ray_endpoint.h), and a read shows the application as it is.
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "provider/base/status.h"
#include "provider/resources/all.h"
#include "provider/resources/ownership.h"
#include "provider/resources/ray_deploy_job.h"
#include "provider/resources/ray_endpoint.h"
#include "provider/resources/ray_kept.h"
#include "provider/resources/ray_serve_import.h"
#include "provider/resources/ray_serve_model_model.h"
#include "provider/tf/typed_resource.h"

namespace spcs::resources {
namespace {

using snowflake::ObjectName;
using Timeouts = RayServeModelTimeouts;

constexpr absl::Duration kStatusTimeout = absl::Minutes(30);
constexpr absl::Duration kLookTimeout = absl::Seconds(30);
constexpr int kHeadLogLines = 1000;

// Name under which the private state remembers which life of the head the application was put into.
constexpr char kHeadLife[] = "head_life";

bool ByEndpoint(const RayServeModel& model) {
  return model.transport.value_or("job") == "endpoint";
}

bool Runs(const std::optional<ObjectRow>& service) {
  return service && absl::StartsWith(service->Text("status"), "RUNNING");
}

// Does `action` by the model's transport.
absl::StatusOr<DeployAnswer> Run(tf::Context& context, Session& session, const RayServeModel& model,
                                 const DeployCall& call, bool& written) {
  const auto run = ByEndpoint(model) ? RunAtEndpoint : RunDeployJob;
  return run(context, session, model, call, written);
}

absl::StatusOr<DeployAnswer> Run(tf::Context& context, Session& session, const RayServeModel& model,
                                 const std::string& action, absl::Duration timeout) {
  bool written = false;
  return Run(context, session, model, {.action = action, .application = nullptr, .timeout = timeout}, written);
}

// What each transport needs, and what it has no use for.
void CheckTransport(const RayServeModel& config, tf::Diagnostics& diagnostics) {
  if (config.transport.IsUnknown()) return;
  const bool endpoint = ByEndpoint(config);
  const auto need = [&](const char* name, bool missing) {
    if (!missing) return;
    diagnostics.AddError(tf::Path(name), "Missing attribute",
                         absl::StrCat("The transport \"", endpoint ? "endpoint" : "job", "\" needs `", name, "`."));
  };
  if (endpoint) return need("endpoint_url", config.endpoint_url.IsNull());
  need("compute_pool", config.compute_pool.IsNull());
  need("image", config.image.IsNull());
  if (!config.endpoint_url.IsKnown()) return;  // unknown: it may turn out null
  diagnostics.AddError(tf::Path("endpoint_url"), "Attribute without a use",
                       "The transport \"job\" reaches Ray from inside the account: leave out `endpoint_url`, or set "
                       "`transport` to \"endpoint\".");
}

class RayServeModelResource : public tf::TypedResource<RayServeModel> {
  using M = RayServeModel;

 public:
  explicit RayServeModelResource(Account& account) : tf::TypedResource<M>(RayServeModelModel()), account_(account) {}

  std::string noun() const override { return "Ray Serve model"; }

  absl::StatusOr<tf::Value> ImportIdentity(tf::Context& context, const tf::Value& identity) override {
    // An identity names its account: another one is refused before anything is read.
    RememberAccountOf(context, identity);
    ASSIGN_OR_RETURN(Session * session, account_.Connect());
    RETURN_IF_ERROR(CheckSameAccount(context, *session));
    const auto part = [&](const char* name) {
      return identity.Get(name).IsString() ? identity.Get(name).AsString() : "";
    };
    return Import(context,
                  absl::StrCat(part("database"), ".", part("schema"), ".", part("head_service"), "/", part("name")));
  }

 protected:
  void ValidateModel(const M& config, tf::Diagnostics& diagnostics) const override {
    CheckServeApplication(config, diagnostics);
    CheckTransport(config, diagnostics);
  }

  absl::Status ModifyPlanModel(tf::PlanContext&, const M& config, const std::optional<M>&, M& planned) override {
    RETURN_IF_ERROR(PlanLlm(config, planned));
    planned.url_path = planned.route_prefix;
    if (!ApplicationIsKnown(planned)) {
      planned.config_hash = tf::String::Unknown();
    } else {
      ASSIGN_OR_RETURN(const nlohmann::json application, ServeApplication(planned));
      planned.config_hash = ConfigHash(application);
    }
    planned.status = tf::String("RUNNING");
    return absl::OkStatus();
  }

  absl::Status CreateModel(tf::Context& context, const M&, const M& planned, std::optional<M>& state) override {
    M deployed = planned;
    bool written = false;
    const absl::Status status =
        Deploy(context, deployed, {.timeout = TimeoutOf(planned, &Timeouts::create), .is_new = true}, written);
    if (!status.ok() && written) {
      // It may be there: the state keeps it, so that a destroy takes it away.
      ASSIGN_OR_RETURN(state, model().Decode(tf::UnknownsAsNull(model().Encode(deployed))));
    }
    RETURN_IF_ERROR(status);
    state = std::move(deployed);
    return absl::OkStatus();
  }

  absl::StatusOr<std::optional<M>> ReadModel(tf::Context& context, const M& stored) override {
    ASSIGN_OR_RETURN(Session * session, account_.Connect());
    RETURN_IF_ERROR(CheckSameAccount(context, *session));
    ASSIGN_OR_RETURN(const ObjectName head, HeadName(stored));
    ASSIGN_OR_RETURN(const auto service, DescribeService(*session, head, context.stop));
    if (!service) {
      RETURN_IF_ERROR(RequireGone(context, *session, snowflake::Statement("DESCRIBE SERVICE").Name(head),
                                  "the head's service", head));
      return std::optional<M>();
    }
    RETURN_IF_ERROR(RememberAccount(context, *session));
    if (ByEndpoint(stored)) return ReadLive(context, *session, stored, service);
    ASSIGN_OR_RETURN(const auto container, HeadContainer(context, *session, stored));
    if (!container) return std::optional<M>(stored);  // suspended: nothing can be told
    const std::string life = Life(*container);
    const std::string known = context.private_state.Get(kHeadLife);
    if (known.empty() || known == life) return std::optional<M>(stored);
    const std::string log = LogTail(*session, head, *container, kHeadLogLines, context.stop);
    if (!absl::StrContains(log, absl::StrCat("restored ", stored.config_hash.value_or("?")))) return std::optional<M>();
    context.private_state.Set(kHeadLife, life);
    return std::optional<M>(stored);
  }

  absl::Status UpdateModel(tf::Context& context, const M&, const M& prior, const M& planned, M& state) override {
    M deployed = planned;
    ASSIGN_OR_RETURN(Session * session, account_.Connect());
    RETURN_IF_ERROR(CheckSameAccount(context, *session));
    if (OnlyNamesDiffer(prior, planned)) {
      deployed.session_name = prior.session_name;
      state = std::move(deployed);
      return absl::OkStatus();
    }
    bool written = false;
    RETURN_IF_ERROR(Deploy(context, deployed, {.timeout = TimeoutOf(planned, &Timeouts::update)}, written));
    state = std::move(deployed);
    return absl::OkStatus();
  }

  // A head that is absent or suspended runs no application: what it keeps of this one is left to delete.
  absl::Status DeleteModel(tf::Context& context, const M& state) override {
    ASSIGN_OR_RETURN(Session * session, account_.Connect());
    RETURN_IF_ERROR(CheckSameAccount(context, *session));
    ASSIGN_OR_RETURN(const ObjectName head, HeadName(state));
    ASSIGN_OR_RETURN(const auto service, DescribeService(*session, head, context.stop));
    if (!Runs(service)) return ForgetKept(context, *session, state, service.has_value());
    return Run(context, *session, state, "delete", TimeoutOf(state, &Timeouts::delete_)).status();
  }

  // One look tells what runs: an empty plan follows.
  absl::StatusOr<M> ImportModel(tf::Context& context, const std::string& id) override {
    ASSIGN_OR_RETURN(M state, ParseModelId(id));
    ASSIGN_OR_RETURN(Session * session, account_.Connect());
    state.head_container = tf::String("head");
    RETURN_IF_ERROR(FindDeployer(*session, id, context.stop, state));
    ASSIGN_OR_RETURN(const DeployAnswer answer,
                     Run(context, *session, state, "status", ByEndpoint(state) ? kLookTimeout : kStatusTimeout));
    if (answer.application.empty()) {
      return absl::NotFoundError(absl::StrCat("Ray Serve on ", HeadName(state)->Sql(), " has no application \"",
                                              state.name.value(), "\" (its status is ", answer.status, ")"));
    }
    RETURN_IF_ERROR(FromServeApplication(answer.application, state));
    state.url_path = state.route_prefix;
    RETURN_IF_ERROR(Remember(context, *session, answer, state));
    return state;
  }

 private:
  static absl::Duration TimeoutOf(const M& model, tf::String Timeouts::* verb) {
    return tf::TimeoutOr(model.timeouts, verb, verb == &Timeouts::delete_ ? Timeouts::kDelete : Timeouts::kDeploy);
  }

  // The application as it is. A head that does not run cannot be asked, and a request might resume it.
  absl::StatusOr<std::optional<M>> ReadLive(tf::Context& context, Session& session, const M& stored,
                                            const std::optional<ObjectRow>& service) {
    if (!Runs(service)) return std::optional<M>(stored);
    const auto answer = Run(context, session, stored, "status", kLookTimeout);
    if (CannotBeAsked(answer.status())) {
      Warn(context, stored, "was not looked at",
           absl::StrCat(std::string(answer.status().message()),
                        ". The state is left as it was; a URL that has changed is taken over by the next apply"));
      return std::optional<M>(stored);
    }
    RETURN_IF_ERROR(answer.status());
    if (answer->application.empty()) {
      if (answer->status != "NOT_FOUND") Warn(context, stored, "is not this resource's any more", answer->standing);
      return std::optional<M>();
    }
    M now = stored;
    RETURN_IF_ERROR(FollowServeApplication(answer->application, now).status());
    now.url_path = now.route_prefix;
    now.status = answer->status;
    now.session_name = answer->session_name;
    if (answer->status != "RUNNING") Warn(context, stored, absl::StrCat("is ", answer->status), answer->standing);
    return std::optional<M>(std::move(now));
  }

  // Nobody there, or nobody who knows us: a stale URL or this machine's network, not the application, may be at fault.
  static bool CannotBeAsked(const absl::Status& status) {
    return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) || absl::IsNotFound(status) ||
           absl::IsUnauthenticated(status);
  }

  static void Warn(tf::Context& context, const M& model, const std::string& what, const std::string& detail) {
    context.diagnostics.AddWarning(tf::Path("status"), absl::StrCat("Ray Serve model ", model.name.value(), " ", what),
                                   absl::StrCat(detail, "."));
  }

  // A head that does not run now puts back what it has kept, so that has to go.
  static absl::Status ForgetKept(tf::Context& context, Session& session, const M& model, bool head_exists) {
    if (model.restore_path.IsKnown()) {
      const absl::Status removed = RemoveKept(session, model.restore_path.value(), model.name.value(), context.stop);
      if (!absl::IsNotFound(removed)) return removed;
    } else if (!head_exists) {
      return absl::OkStatus();
    }
    context.diagnostics.AddWarning(
        tf::Path("restore_path"), absl::StrCat("Ray Serve model ", model.name.value(), " may come back"),
        "Its head does not run, so the application was not taken away there. A head that restores what it has kept "
        "would start it again: see `restore_path`.");
    return absl::OkStatus();
  }

  // The container of the head; nullopt while the service has none.
  absl::StatusOr<std::optional<ContainerHealth>> HeadContainer(tf::Context& context, Session& session, const M& model) {
    ASSIGN_OR_RETURN(const ObjectName head, HeadName(model));
    ASSIGN_OR_RETURN(const auto containers, ListContainers(session, head, context.stop));
    const auto container = std::find_if(containers.begin(), containers.end(), [&](const ContainerHealth& c) {
      return c.name == model.head_container.value_or("head");
    });
    if (container == containers.end() || container->start_time.empty()) return std::optional<ContainerHealth>();
    return std::optional<ContainerHealth>(*container);
  }

  static std::string Life(const ContainerHealth& container) {
    return absl::StrCat(container.start_time, "#", container.restart_count);
  }

  // Where the deployment job runs is no part of the application; a revision or trigger that is given for the first time
  // tells of no change.
  static bool OnlyNamesDiffer(const M& prior, const M& planned) {
    const bool same_revision = prior.cluster_revision.IsNull() || prior.cluster_revision == planned.cluster_revision;
    const bool same_triggers = prior.triggers.IsNull() || prior.triggers == planned.triggers;
    return prior.config_hash == planned.config_hash && prior.status == planned.status && same_revision &&
           same_triggers && !prior.config_hash.IsNull();
  }

  // Deploys `model`, and completes it by what came of it.
  absl::Status Deploy(tf::Context& context, M& model, DeployCall call, bool& written) {
    ASSIGN_OR_RETURN(Session * session, account_.Connect());
    call.action = "deploy";
    ASSIGN_OR_RETURN(call.application, ServeApplication(model));
    ASSIGN_OR_RETURN(const DeployAnswer answer, Run(context, *session, model, call, written));
    if (answer.status != "RUNNING") {
      return absl::AbortedError(absl::StrCat("the application ", model.name.value(), " is ", answer.status));
    }
    return Remember(context, *session, answer, model);
  }

  // What the deployer has told, and the life of the head that it spoke with.
  absl::Status Remember(tf::Context& context, Session& session, const DeployAnswer& answer, M& state) {
    ASSIGN_OR_RETURN(const nlohmann::json application, ServeApplication(state));
    state.config_hash = ConfigHash(application);
    state.status = answer.status;
    state.session_name = answer.session_name;
    ASSIGN_OR_RETURN(const auto container, HeadContainer(context, session, state));
    context.private_state.Set(kHeadLife, container ? Life(*container) : "");
    return RememberAccount(context, session);
  }

  Account& account_;
};

}  // namespace

std::unique_ptr<tf::Resource> MakeRayServeModel(Account& account) {
  return std::make_unique<RayServeModelResource>(account);
}

}  // namespace spcs::resources
