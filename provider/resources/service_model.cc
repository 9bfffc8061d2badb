// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/service_model.h"

#include "provider/resources/names.h"
#include "provider/tf/validate.h"

namespace spcs::resources {

const tf::Table<ServiceTimeouts>& ServiceTimeouts::Fields() {
  using M = ServiceTimeouts;
  static const tf::Table<M> table{
      {"create", &M::create, tf::TimeoutAttribute("create", kWait)},
      {"update", &M::update, tf::TimeoutAttribute("update", kWait)},
      {"delete", &M::delete_, tf::TimeoutAttribute("delete", kDrop)},
  };
  return table;
}

const tf::Model<Service>& ServiceModel() {
  using M = Service;
  using tf::Computed, tf::Optional, tf::Required;
  static const tf::Model<M> model{
      "spcs_service",
      "A service: containers that run for long on a compute pool. A change of its specification replaces the instances "
      "one by one, in place.",
      {
          {"database", &M::database, PlainParentAttribute("Database of the service.")},
          {"schema", &M::schema, PlainParentAttribute("Schema of the service.")},
          {"name", &M::name, PlainNameAttribute("service")},
          {"compute_pool", &M::compute_pool, PoolAttribute("Compute pool on which the service runs.")},
          {"compute_pool_created_on", &M::compute_pool_created_on,
           Optional{.client_only = true,
                    .doc =
                        "The pool's `created_on`. With it, a replacement of the pool plans a replacement of the "
                        "service, which goes with its pool; without it, the service is missing until the next plan."}},
          {"instance_family", &M::instance_family,
           Optional{
               .client_only = true,
               .validators = {CheckWord},
               .doc = "The pool's `instance_family`: requests for CPU, memory and GPUs are compared with it at plan."}},
          {"spec", &M::spec,
           Required{.same_meaning = SameSpec,
                    .doc = "The specification. YAML users write `provider::spcs::parse_service_spec(file(\"…\"))`."}},
          {"min_instances", &M::min_instances,
           Optional{.default_value = 1, .validators = {tf::AtLeast(1)}, .doc = "Fewest instances."}},
          {"max_instances", &M::max_instances,
           Optional{
               .computed = true, .validators = {tf::AtLeast(1)}, .doc = "Most instances; `min_instances` by default."}},
          {"min_ready_instances", &M::min_ready_instances,
           Optional{
               .computed = true,
               .validators = {tf::AtLeast(1)},
               .doc = "Instances that must be ready for the service to count as running; `min_instances` by default."}},
          {"auto_resume", &M::auto_resume,
           Optional{.default_value = true, .doc = "Whether a request resumes the suspended service."}},
          {"auto_suspend_secs", &M::auto_suspend_secs,
           Optional{.default_value = 0,
                    .validators = {tf::AtLeast(0)},
                    .doc = "Seconds without requests after which the service is suspended: 0 for never, else at least "
                           "300, and not with public endpoints."}},
          {"query_warehouse", &M::query_warehouse,
           Optional{.same_meaning = SameNameValue,
                    .validators = {CheckName},
                    .doc = "Warehouse for queries that containers send without naming one."}},
          {"external_access_integrations", &M::external_access_integrations, IntegrationsAttribute()},
          {"log_level", &M::log_level,
           Optional{.unreadable = true,
                    .same_meaning = SameWord,
                    .validators = {tf::OneOfWords({"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "OFF"})},
                    .doc = "From which level on the containers' messages reach the event table; unset, as the account "
                           "has it. The service does not show it, so an outside change is not seen."}},
          {"comment", &M::comment, CommentAttribute("service")},
          {"tags", &M::tags, TagsAttribute()},
          {"suspended", &M::suspended,
           Optional{.doc = "Whether the service is suspended; unset: not managed. Enforced when it changes; what "
                           "`auto_resume` and `auto_suspend_secs` do in between is no difference."}},
          {"wait_for", &M::wait_for,
           Optional{.default_value = "ready",
                    .client_only = true,
                    .validators = {tf::OneOf({"ready", "none"})},
                    .doc =
                        "\"ready\": wait until every container of every instance runs the new specification and each "
                        "public endpoint has its URL; \"none\": do not wait."}},
          {"fail_fast_on_capacity", &M::fail_fast_on_capacity,
           Optional{.default_value = false,
                    .client_only = true,
                    .doc = "Give up at once when the pool has no room, instead of waiting for it."}},
          {"force_destroy", &M::force_destroy, ForceDestroyAttribute("drop block volumes with the service.")},
          {"on_exists", &M::on_exists, OnExistsAttribute()},
          {"timeouts", &M::timeouts, tf::TimeoutsAttribute()},
          {"qualified_name", &M::qualified_name, QualifiedNameAttribute()},
          {"spec_digest", &M::spec_digest,
           Computed{.changes_with = {"spec"},
                    .doc = "The service's digest of the specification as it was last applied or seen to differ."}},
          {"dns_name", &M::dns_name,
           Computed{.doc = "Full name under which other services reach this one, from every schema."}},
          {"endpoints", &M::endpoints, Computed{.doc = "URL of each public endpoint, by name."}},
          {"created_on", &M::created_on, Computed{.doc = "When the service was created."}},
          {"ready", &M::ready,
           Computed{.doc = "Whether the last apply that waited saw the service become ready. While it is false, each "
                           "plan has one update, which waits again. Null when no apply has waited."}},
          {"resumed_on", &M::resumed_on, Computed{.doc = "When the service was last resumed; null if never."}},
      }};
  return model;
}

}  // namespace spcs::resources
