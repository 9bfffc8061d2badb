// SPDX-License-Identifier: MPL-2.0
// The nested attribute `timeouts` that resources which wait have.
#pragma once

#include "absl/time/time.h"
#include "provider/tf/model.h"

namespace spcs::tf {

// Durations as text: "30m", "1h30m". Null: the resource's own default.
struct Timeouts {
  String create{}, update{}, delete_{};
  static const Table<Timeouts>& Fields();
};

// The duration given for a verb (&Timeouts::create and so on), or `fallback` when there is none. The validators have
// refused everything that does not parse.
absl::Duration TimeoutOr(const Object<Timeouts>& timeouts, String Timeouts::* verb, absl::Duration fallback);

// The row of a table, ready to use: {"timeouts", &M::timeouts, TimeoutsAttribute()}.
Optional TimeoutsAttribute();

}  // namespace spcs::tf
