// SPDX-License-Identifier: MPL-2.0
// spcs_ray_cluster: what a Ray cluster runs, asked at its dashboard.
#include "provider/ray/dashboard.h"

#include "provider/base/status.h"
#include "provider/data_sources/all.h"
#include "provider/resources/account.h"
#include "provider/resources/ray_dashboard_login.h"
#include "provider/tf/typed_data_source.h"
#include "provider/tf/validate.h"

namespace spcs::data_sources {
namespace {

struct Node {
  tf::String ip{}, state{}, state_message{};
  tf::Bool is_head{};
  tf::Map<tf::Float> resources{};
  tf::Map<tf::String> labels{};
  static const tf::Table<Node>& Fields() {
    using tf::Computed;
    static const tf::Table<Node> table{
        {"ip", &Node::ip, Computed{.doc = "Address inside the cluster."}},
        {"state", &Node::state, Computed{.doc = "ALIVE or DEAD."}},
        {"state_message", &Node::state_message, Computed{.doc = "Why it is dead."}},
        {"is_head", &Node::is_head, Computed{.doc = "Whether it is the head."}},
        {"resources", &Node::resources,
         Computed{.doc = "Its resources in total: `CPU`, `GPU`, `memory` (bytes) and custom ones."}},
        {"labels", &Node::labels, Computed{.doc = "Its labels."}},
    };
    return table;
  }
};

struct Deployment {
  tf::String status{}, message{};
  tf::Int target_replicas{}, running_replicas{};
  static const tf::Table<Deployment>& Fields() {
    using M = Deployment;
    using tf::Computed;
    static const tf::Table<M> table{
        {"status", &M::status,
         Computed{.doc = "HEALTHY, UPDATING, UNHEALTHY, DEPLOY_FAILED, UPSCALING or DOWNSCALING."}},
        {"message", &M::message, Computed{.doc = "What Serve says about it."}},
        {"target_replicas", &M::target_replicas, Computed{.doc = "Replicas that Serve is bringing it to."}},
        {"running_replicas", &M::running_replicas, Computed{.doc = "Replicas that run."}},
    };
    return table;
  }
};

struct Application {
  tf::String status{}, message{}, route_prefix{}, source{};
  tf::Map<tf::Object<Deployment>> deployments{};
  static const tf::Table<Application>& Fields() {
    using M = Application;
    using tf::Computed;
    static const tf::Table<M> table{
        {"status", &M::status,
         Computed{.doc = "RUNNING, DEPLOYING, DEPLOY_FAILED, UNHEALTHY, DELETING or NOT_STARTED."}},
        {"message", &M::message, Computed{.doc = "What Serve says about it."}},
        {"route_prefix", &M::route_prefix, Computed{.doc = "Route of its requests; null while it has none."}},
        {"source", &M::source, Computed{.doc = "`declarative`, or `imperative` when a program deployed it."}},
        {"deployments", &M::deployments, Computed{.doc = "Its deployments, by name."}},
    };
    return table;
  }
};

struct RayCluster {
  tf::String url{}, token{};
  tf::String ray_version{}, session_name{};
  tf::Map<tf::Object<Node>> nodes{};
  tf::Map<tf::Float> resources{};
  tf::Map<tf::Object<Application>> applications{};
};

const tf::Model<RayCluster>& RayClusterModel() {
  using M = RayCluster;
  using tf::Computed, tf::Optional, tf::Required;
  static const tf::Model<M> model{
      "spcs_ray_cluster",
      "The nodes, resources and Serve applications of a Ray cluster (Ray 2.8 or later), asked at the head's dashboard. "
      "That needs an endpoint which this machine can reach: a public endpoint of the head's service for port 8265, or "
      "a "
      "forwarded port.",
      {
          {"url", &M::url,
           Required{.validators = {resources::CheckDashboardUrl},
                    .doc = "URL of the dashboard, such as `endpoints[\"ray-dashboard\"]` of the head's spcs_service."}},
          {"token", &M::token,
           Optional{.sensitive = true,
                    .validators = {tf::NonEmpty()},
                    .doc =
                        "Token for the endpoint. When left out, a public endpoint of the account gets the token that "
                        "the provider signs in with (for a key pair, one exchanged for it), and any other URL gets "
                        "none. It is stored in the state."}},
          {"ray_version", &M::ray_version, Computed{.doc = "Version of Ray."}},
          {"session_name", &M::session_name, Computed{.doc = "Another one after each restart of the head."}},
          {"nodes", &M::nodes, Computed{.doc = "The nodes, by id; those that died since the head started too."}},
          {"resources", &M::resources, Computed{.doc = "Resources of all nodes that are alive, in total."}},
          {"applications", &M::applications, Computed{.doc = "The Serve applications, by name."}},
      }};
  return model;
}

tf::String NullWhenEmpty(const std::string& text) {
  return text.empty() ? tf::String() : tf::String(text);
}

template <class T>
std::map<std::string, tf::Attr<T>> Attributes(const std::map<std::string, T>& values) {
  return {values.begin(), values.end()};
}

void SetNodes(const std::vector<ray::Node>& nodes, RayCluster& model) {
  std::map<std::string, tf::Object<Node>> all;
  std::map<std::string, double> total;
  for (const ray::Node& node : nodes) {
    all[node.id] = Node{.ip = NullWhenEmpty(node.ip),
                        .state = node.state,
                        .state_message = NullWhenEmpty(node.state_message),
                        .is_head = node.is_head,
                        .resources = Attributes(node.resources),
                        .labels = Attributes(node.labels)};
    if (node.state != "ALIVE") continue;
    for (const auto& [name, amount] : node.resources) total[name] += amount;
  }
  model.nodes = std::move(all);
  model.resources = Attributes(total);
}

void SetApplications(const std::map<std::string, ray::Application>& applications, RayCluster& model) {
  std::map<std::string, tf::Object<Application>> all;
  for (const auto& [name, application] : applications) {
    std::map<std::string, tf::Object<Deployment>> deployments;
    for (const auto& [part, deployment] : application.deployments) {
      deployments[part] = Deployment{.status = deployment.status,
                                     .message = NullWhenEmpty(deployment.message),
                                     .target_replicas = deployment.target_replicas,
                                     .running_replicas = deployment.running_replicas};
    }
    all[name] = Application{.status = application.status,
                            .message = NullWhenEmpty(application.message),
                            .route_prefix = NullWhenEmpty(application.route_prefix),
                            .source = NullWhenEmpty(application.source),
                            .deployments = std::move(deployments)};
  }
  model.applications = std::move(all);
}

class RayClusterSource : public tf::TypedDataSource<RayCluster> {
 public:
  explicit RayClusterSource(resources::Account& account) : TypedDataSource(RayClusterModel()), account_(account) {}
  std::string noun() const override { return "Ray cluster"; }

 protected:
  absl::Status ReadModel(tf::Context& context, RayCluster& model) override {
    ASSIGN_OR_RETURN(resources::Session * session, account_.Connect());
    // A token that is given goes over the account's own, which goes to the account's own endpoints only.
    resources::EndpointTransport signing(*session, context.clock, model.url.value());
    const bool own = !model.token.IsKnown();
    ray::Dashboard dashboard(
        own ? signing : session->transport(),
        {.url = model.url.value(), .authorization = own ? "" : resources::EndpointAuthorization(model.token.value())});
    ASSIGN_OR_RETURN(const ray::Version version, dashboard.GetVersion(context.stop));
    ASSIGN_OR_RETURN(const auto nodes, dashboard.Nodes(context.stop));
    ASSIGN_OR_RETURN(const auto applications, dashboard.Applications(context.stop));
    model.ray_version = NullWhenEmpty(version.ray);
    model.session_name = NullWhenEmpty(version.session);
    SetNodes(nodes, model);
    SetApplications(applications, model);
    return absl::OkStatus();
  }

 private:
  resources::Account& account_;
};

}  // namespace

std::unique_ptr<tf::DataSource> MakeRayCluster(resources::Account& account) {
  return std::make_unique<RayClusterSource>(account);
}

}  // namespace spcs::data_sources
