// SPDX-License-Identifier: MPL-2.0
// spcs_compute_pool: nodes of one instance family, on which services run.
#include "provider/resources/compute_pool_model.h"

#include "absl/strings/str_cat.h"
#include "provider/resources/names.h"
#include "provider/snowflake/instance_family.h"
#include "provider/tf/validate.h"

namespace spcs::resources {
namespace {

void WarnOfLegacyFamily(const tf::Value& value, const tf::Path& path, tf::Diagnostics& diagnostics) {
  const auto legacy = snowflake::FindLegacyFamily(value.AsString());
  if (!legacy) return;
  diagnostics.AddWarning(
      path, "Legacy instance family",
      absl::StrCat(value.AsString(), " is a name of the private preview; accounts of today may refuse it. ",
                   legacy->successor, " comes closest (confidence: ", ConfidenceName(legacy->confidence),
                   "). provider::spcs::instance_family(\"", value.AsString(), "\") gives that name."));
}

}  // namespace

const tf::Table<ComputePoolTimeouts>& ComputePoolTimeouts::Fields() {
  using M = ComputePoolTimeouts;
  static const tf::Table<M> table{
      {"update", &M::update, tf::TimeoutAttribute("update", kSuspend)},
      {"delete", &M::delete_, tf::TimeoutAttribute("delete", kDrops)},
  };
  return table;
}

const tf::Model<ComputePool>& ComputePoolModel() {
  using M = ComputePool;
  using tf::Computed, tf::Optional, tf::Required;
  static const tf::Model<M> model{
      "spcs_compute_pool",
      "A compute pool: nodes of one instance family, on which services and jobs run.",
      {
          {"name", &M::name, PlainNameAttribute("compute pool")},
          {"instance_family", &M::instance_family,
           Required{.same_meaning = SameWord,
                    .validators = {CheckWord, WarnOfLegacyFamily},
                    .doc = "Type of the nodes, such as CPU_X64_S or GPU_NV_M. A change replaces the pool, unless "
                           "`instance_family_change` says otherwise."}},
          {"min_nodes", &M::min_nodes, Required{.validators = {tf::AtLeast(1)}, .doc = "Fewest nodes."}},
          {"max_nodes", &M::max_nodes,
           Required{.validators = {tf::AtLeast(1)}, .doc = "Most nodes, at least `min_nodes`."}},
          {"auto_resume", &M::auto_resume,
           Optional{.default_value = true, .doc = "Whether a service that starts resumes the suspended pool."}},
          {"auto_suspend_secs", &M::auto_suspend_secs,
           Optional{.default_value = 3600,
                    .validators = {tf::AtLeast(0)},
                    .doc = "Seconds without services after which the pool is suspended; 0 for never."}},
          {"initially_suspended", &M::initially_suspended,
           Optional{.default_value = false,
                    .client_only = true,
                    .doc = "Create the pool suspended. Counts when it is created only: a later change does nothing."}},
          {"backup_instance_families", &M::backup_instance_families,
           Optional{.same_meaning = SameNameList,
                    .validators = {tf::NonEmpty(), tf::Each(CheckWord)},
                    .doc = "Families to take nodes of, in this order, where `instance_family` has no capacity."}},
          {"placement_group", &M::placement_group,
           Optional{.replace = true,
                    .validators = {CheckName},
                    .doc = "Placement group of the nodes. The service cannot change it."}},
          {"for_application", &M::for_application,
           Optional{.replace = true,
                    .same_meaning = SameNameValue,
                    .validators = {CheckName},
                    .doc = "Native application that alone may use the pool; unset, the account may. The service cannot "
                           "change it."}},
          {"comment", &M::comment, CommentAttribute("pool")},
          {"tags", &M::tags, TagsAttribute()},
          {"suspended", &M::suspended,
           Optional{.doc = "Whether the pool is suspended; unset: not managed. Enforced when it changes; what "
                           "`auto_resume` and `auto_suspend_secs` do in between is no difference."}},
          {"instance_family_change", &M::instance_family_change,
           Optional{.default_value = "replace",
                    .client_only = true,
                    .validators = {tf::OneOf({"replace", "in_place"})},
                    .doc = "What a change of `instance_family` does: \"replace\" the pool with its services, or "
                           "\"in_place\": suspend it, change it, resume it. Refused while it has services, unless "
                           "`force_destroy` is set: then they are suspended with the pool."}},
          {"force_destroy", &M::force_destroy,
           ForceDestroyAttribute(
               "drop the services and jobs that run on the pool too, also those not managed here. With "
               "`instance_family_change = \"in_place\"` it also allows a change of family while "
               "services run: they are suspended with the pool instead of refusing the change.")},
          {"on_exists", &M::on_exists, OnExistsAttribute()},
          {"timeouts", &M::timeouts, tf::TimeoutsAttribute()},
          {"qualified_name", &M::qualified_name, QualifiedNameAttribute()},
          {"created_on", &M::created_on,
           Computed{.doc = "When the pool was created. Pass it to services as `compute_pool_created_on`."}},
      }};
  return model;
}

}  // namespace spcs::resources
