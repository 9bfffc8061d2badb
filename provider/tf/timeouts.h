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

// The duration in `text`, or `fallback` when it is null. The validators have refused everything that does not parse.
absl::Duration TimeoutOr(const String& text, absl::Duration fallback);

// The row of a table, ready to use: {"timeouts", &M::timeouts, TimeoutsAttribute()}.
Optional TimeoutsAttribute();

}  // namespace spcs::tf
