// SPDX-License-Identifier: MPL-2.0
// The nested attribute `timeouts` of the resources that wait. Each has a struct of its own, with the operations that
// wait and nothing else:
//
//   struct LakeTimeouts {
//     tf::String create{}, delete_{};
//     static const tf::Table<LakeTimeouts>& Fields() {
//       static const tf::Table<LakeTimeouts> table{
//           {"create", &LakeTimeouts::create, tf::TimeoutAttribute("create", kFillTimeout)},
//           {"delete", &LakeTimeouts::delete_, tf::TimeoutAttribute("delete", kDrainTimeout)}};
//       return table;
//     }
//   };
#pragma once

#include <string>

#include "absl/time/time.h"
#include "provider/tf/model.h"

namespace spcs::tf {

// The row of one operation: a duration as text, such as "30m" or "1h30m". Null: `fallback`, which the docs name.
Optional TimeoutAttribute(const std::string& verb, absl::Duration fallback);

// The row of the whole in the resource's table: {"timeouts", &M::timeouts, TimeoutsAttribute()}.
Optional TimeoutsAttribute();

// The duration, or `fallback` when there is none. The validators have refused everything that does not parse.
absl::Duration DurationOr(const String& text, absl::Duration fallback);

// The same for one operation (&LakeTimeouts::create and so on).
template <class T>
absl::Duration TimeoutOr(const Object<T>& timeouts, String T::* verb, absl::Duration fallback) {
  return timeouts.IsKnown() ? DurationOr(timeouts.value().*verb, fallback) : fallback;
}

}  // namespace spcs::tf
