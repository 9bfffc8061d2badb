// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/ray_serve_model_model.h"

#include "absl/strings/str_cat.h"
#include "provider/resources/names.h"
#include "provider/resources/ray_dashboard_login.h"
#include "provider/resources/ray_kept.h"
#include "provider/tf/validate.h"

namespace spcs::resources {

using tf::Computed;
using tf::Optional;
using tf::Required;

namespace {

// Ray refuses its own resources here, when the actor starts.
void CheckCustomResources(const tf::Value& value, const tf::Path& path, tf::Diagnostics& diagnostics) {
  for (const char* own : {"CPU", "GPU", "memory"}) {
    if (value.AsMap().count(own) == 0) continue;
    diagnostics.AddError(path.Key(own), "No custom resource",
                         absl::StrCat(own, " is Ray's own: write num_cpus, num_gpus or memory beside `resources`."));
  }
}

}  // namespace

const tf::Table<RayActorOptions>& RayActorOptions::Fields() {
  using M = RayActorOptions;
  static const tf::Table<M> table{
      {"num_cpus", &M::num_cpus,
       Optional{.validators = {tf::NotNegative()},
                .doc = "CPUs of each replica's own actor; absent: 1, Serve's default."}},
      {"num_gpus", &M::num_gpus,
       Optional{.validators = {tf::NotNegative()}, .doc = "GPUs of each replica's own actor; absent: none."}},
      {"memory", &M::memory,
       Optional{.validators = {tf::NotNegative()}, .doc = "Bytes of memory to reserve; absent: none."}},
      {"resources", &M::resources,
       Optional{.validators = {tf::Each(tf::NotNegative()), CheckCustomResources},
                .doc = "Custom resources, such as a worker's label."}},
  };
  return table;
}

const tf::Table<RayDeployment>& RayDeployment::Fields() {
  using M = RayDeployment;
  static const tf::Table<M> table{
      {"num_replicas", &M::num_replicas,
       Optional{.default_value = 1, .validators = {tf::AtLeast(1)}, .doc = "Replicas. A change restarts none."}},
      {"max_ongoing_requests", &M::max_ongoing_requests,
       Required{.validators = {tf::AtLeast(1)},
                .doc = "Requests that one replica takes at once. Ray's own default is 5, so it is always asked for."}},
      {"max_queued_requests", &M::max_queued_requests,
       Optional{.validators = {tf::AtLeast(-1)},
                .doc = "Requests that may wait; more get status 503. -1, and absent: any number."}},
      {"user_config", &M::user_config,
       Optional{.same_meaning = SameJson, .doc = "JSON object passed to the deployment's `reconfigure`."}},
      {"ray_actor_options", &M::ray_actor_options, Optional{.doc = "Resources of each replica's own actor."}},
      {"placement_group_bundles", &M::placement_group_bundles,
       Optional{.validators = {tf::NonEmpty(), tf::Each(tf::Each(tf::NotNegative()))},
                .doc =
                    "Resources that are placed together, a map for each bundle; the replica runs in the first. Absent: "
                    "no placement group, the replica takes what `ray_actor_options` says."}},
      {"placement_group_strategy", &M::placement_group_strategy,
       Optional{
           .validators = {PlacementStrategies()},
           .doc =
               "How the bundles are placed: PACK (Ray's default when absent), SPREAD, STRICT_PACK or STRICT_SPREAD."}},
  };
  return table;
}

const tf::Table<RayServeModelTimeouts>& RayServeModelTimeouts::Fields() {
  using M = RayServeModelTimeouts;
  static const tf::Table<M> table{
      {"create", &M::create, tf::TimeoutAttribute("create", kDeploy)},
      {"update", &M::update, tf::TimeoutAttribute("update", kDeploy)},
      {"delete", &M::delete_, tf::TimeoutAttribute("delete", kDelete)},
  };
  return table;
}

absl::StatusOr<snowflake::ObjectName> HeadName(const RayServeModel& model) {
  return snowflake::ObjectName::Parse(
      absl::StrCat(model.database.value(), ".", model.schema.value(), ".", model.head_service.value()), 3);
}

const tf::Model<RayServeModel>& RayServeModelModel() {
  using M = RayServeModel;
  static const tf::Model<M> model{
      "spcs_ray_serve_model",
      "An application of Ray Serve on a Ray cluster that runs as services. A job in the account puts it there, so "
      "nothing has to be public; or the provider itself does, through a public endpoint of the dashboard "
      "(`transport = \"endpoint\"`), and then a refresh shows the application as it is. Other applications of the "
      "cluster stay as they are. An import runs one job that only looks, with the newest `spcs-ray-deploy` in the "
      "repository of the head's image; another deployer, or the dashboard's URL, stands behind the id: "
      "`DB.SCHEMA.HEAD_SERVICE/APPLICATION@/db/schema/repository/image:tag`.",
      {
          {"database", &M::database, PlainParentAttribute("Database of the head's service.")},
          {"schema", &M::schema, PlainParentAttribute("Schema of the head's service.")},
          {"head_service", &M::head_service, PlainParentAttribute("Name of the service that runs Ray's head.")},
          {"name", &M::name,
           Required{
               .replace = true, .identity = true, .validators = {tf::NonEmpty()}, .doc = "Name of the application."}},
          {"head_container", &M::head_container,
           Optional{.default_value = "head",
                    .validators = {CheckContainerName},
                    .doc = "Container of the head's service in which Ray runs."}},
          {"compute_pool", &M::compute_pool,
           Optional{.same_meaning = SameNameValue,
                    .validators = {CheckPlainName},
                    .doc = "Pool on which the deployment job runs; the head's has room for it. The transport \"job\" "
                           "needs it."}},
          {"image", &M::image,
           Optional{.validators = {tf::NonEmpty()}, .doc = "Image of the deployer. The transport \"job\" needs it."}},
          {"worker_services", &M::worker_services,
           Optional{.same_meaning = SameNameSet,
                    .validators = {tf::Each(CheckQualifiedName)},
                    .doc = "Services whose workers the application needs. The reference makes it wait for them."}},
          {"cluster_revision", &M::cluster_revision,
           Optional{.doc =
                        "Anything that changes with the head: its `spec_digest` joined to its `resumed_on`, as in the "
                        "example. A new head knows no applications, and neither does one that was suspended, so a "
                        "change deploys again."}},
          {"transport", &M::transport,
           Optional{.default_value = "job",
                    .validators = {tf::OneOf({"job", "endpoint"})},
                    .doc = "How Ray is reached: \"job\", by a job in the account, or \"endpoint\", by this provider "
                           "through `endpoint_url`."}},
          {"endpoint_url", &M::endpoint_url,
           Optional{.validators = {CheckDashboardUrl},
                    .doc = "URL of the head's dashboard, such as `endpoints[\"ray-dashboard\"]` of its spcs_service. "
                           "A public endpoint of the account gets the token with which the provider signs in (for a "
                           "key pair, one exchanged for it), any other URL gets none."}},
          {"restore_path", &M::restore_path,
           Optional{.validators = {CheckStagePath},
                    .doc = "Where the head keeps Serve's configuration to put it back after a restart, such as "
                           "`@db.schema.home/.spcs`. A model that is deleted while its head does not run is taken out "
                           "there; without it, such a model comes back when the head does."}},
          {"route_prefix", &M::route_prefix,
           Required{.doc = "Path under which the application answers, such as /chat."}},
          {"llm", &M::llm,
           Optional{.doc = "A language model served by this project's images, in a few words: from it come "
                           "`import_path`, `args` and `deployments`, which the plan shows."}},
          {"import_path", &M::import_path,
           Optional{.computed = true,
                    .doc =
                        "Where the application is built: module:attribute. Needed unless `llm` is given; not together "
                        "with it."}},
          {"runtime_env", &M::runtime_env,
           Optional{.same_meaning = SameJson,
                    .doc = "Ray's runtime environment, a JSON object; absent: what the images have, nothing more."}},
          {"args", &M::args,
           Optional{.computed = true,
                    .same_meaning = SameJson,
                    .doc = "Arguments of the application's builder, a JSON object; not together with `llm`."}},
          {"deployments", &M::deployments,
           Optional{.computed = true,
                    .validators = {tf::NonEmpty()},
                    .doc =
                        "Options of the application's deployments, by name. Needed unless `llm` is given; not together "
                        "with it."}},
          {"external_access_integrations", &M::external_access_integrations, IntegrationsAttribute()},
          {"query_warehouse", &M::query_warehouse,
           Optional{
               .same_meaning = SameNameValue, .validators = {CheckName}, .doc = "Warehouse for the deployment job."}},
          {"triggers", &M::triggers, Optional{.doc = "Any values; a change of one deploys again."}},
          {"timeouts", &M::timeouts, tf::TimeoutsAttribute()},
          {"config_hash", &M::config_hash, Computed{.doc = "Hash of the application's configuration."}},
          {"status", &M::status,
           Computed{.doc = "Status of the application: after the last deployment, or, by the transport \"endpoint\", "
                           "as it is."}},
          {"session_name", &M::session_name,
           Computed{.changes_with = {"config_hash", "cluster_revision", "triggers", "status"},
                    .doc = "Ray's name for this life of the cluster."}},
          {"url_path", &M::url_path, Computed{.doc = "Path of the application behind the head's Serve endpoint."}},
      }};
  return model;
}

}  // namespace spcs::resources
