// SPDX-License-Identifier: MPL-2.0
// spcs_ray_serve_model: the verbs. Every create, update and delete is a deployment job (ray_deploy_job.h), an import
// one that only looks; a read looks only at the head: one that has started anew knows no applications.
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "provider/base/status.h"
#include "provider/resources/all.h"
#include "provider/resources/ownership.h"
#include "provider/resources/ray_deploy_job.h"
#include "provider/resources/ray_serve_import.h"
#include "provider/resources/ray_serve_model_model.h"
#include "provider/tf/typed_resource.h"

namespace spcs::resources {
namespace {

using snowflake::ObjectName;

constexpr absl::Duration kDeployTimeout = absl::Hours(1);
constexpr absl::Duration kDeleteTimeout = absl::Minutes(30);
constexpr absl::Duration kStatusTimeout = absl::Minutes(30);
constexpr int kHeadLogLines = 1000;

// Name under which the private state remembers which life of the head the application was put into.
constexpr char kHeadLife[] = "head_life";

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
  }

  absl::Status ModifyPlanModel(tf::PlanContext&, const M&, const std::optional<M>&, M& planned) override {
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
    RETURN_IF_ERROR(Deploy(context, planned, deployed, TimeoutOf(planned, &tf::Timeouts::create)));
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
    RETURN_IF_ERROR(Deploy(context, planned, deployed, TimeoutOf(planned, &tf::Timeouts::update)));
    state = std::move(deployed);
    return absl::OkStatus();
  }

  // A head that is absent or suspended runs no application: nothing is left to delete.
  absl::Status DeleteModel(tf::Context& context, const M& state) override {
    ASSIGN_OR_RETURN(Session * session, account_.Connect());
    RETURN_IF_ERROR(CheckSameAccount(context, *session));
    ASSIGN_OR_RETURN(const ObjectName head, HeadName(state));
    ASSIGN_OR_RETURN(const auto service, DescribeService(*session, head, context.stop));
    if (!service || !absl::StartsWith(service->Text("status"), "RUNNING")) return absl::OkStatus();
    return RunDeployJob(context, *session, state, "delete", nullptr, TimeoutOf(state, &tf::Timeouts::delete_)).status();
  }

  // One read-only job tells what runs: an empty plan follows.
  absl::StatusOr<M> ImportModel(tf::Context& context, const std::string& id) override {
    ASSIGN_OR_RETURN(M state, ParseModelId(id));
    ASSIGN_OR_RETURN(Session * session, account_.Connect());
    RETURN_IF_ERROR(FindDeployer(*session, id, context.stop, state));
    state.head_container = tf::String("head");
    state.transport = tf::String("job");
    ASSIGN_OR_RETURN(const DeployAnswer answer,
                     RunDeployJob(context, *session, state, "status", nullptr, kStatusTimeout));
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
  static absl::Duration TimeoutOf(const M& model, tf::String tf::Timeouts::* verb) {
    return tf::TimeoutOr(model.timeouts, verb, verb == &tf::Timeouts::delete_ ? kDeleteTimeout : kDeployTimeout);
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

  absl::Status Deploy(tf::Context& context, const M& planned, M& deployed, absl::Duration timeout) {
    ASSIGN_OR_RETURN(Session * session, account_.Connect());
    ASSIGN_OR_RETURN(const nlohmann::json application, ServeApplication(planned));
    ASSIGN_OR_RETURN(const DeployAnswer answer,
                     RunDeployJob(context, *session, planned, "deploy", application, timeout));
    if (answer.status != "RUNNING") {
      return absl::AbortedError(absl::StrCat("the application ", planned.name.value(), " is ", answer.status));
    }
    return Remember(context, *session, answer, deployed);
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
