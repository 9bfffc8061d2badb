// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/timeouts.h"

#include "absl/strings/str_cat.h"

namespace spcs::tf {
namespace {

void CheckDuration(const Value& value, const Path& path, Diagnostics& diagnostics) {
  absl::Duration duration;
  if (absl::ParseDuration(value.AsString(), &duration) && duration > absl::ZeroDuration() &&
      duration < absl::InfiniteDuration()) {
    return;
  }
  diagnostics.AddError(
      path, "Invalid duration",
      absl::StrCat("\"", value.AsString(), "\" is not a positive duration such as 90s, 30m or 1h30m."));
}

Optional DurationAttribute(const char* verb) {
  return Optional{.validators = {CheckDuration},
                  .doc = absl::StrCat("How long a ", verb, " may take, such as `30m` or `1h30m`.")};
}

}  // namespace

const Table<Timeouts>& Timeouts::Fields() {
  static const tf::Table<Timeouts> table{{"create", &Timeouts::create, DurationAttribute("create")},
                                         {"update", &Timeouts::update, DurationAttribute("update")},
                                         {"delete", &Timeouts::delete_, DurationAttribute("delete")}};
  return table;
}

absl::Duration TimeoutOr(const Object<Timeouts>& timeouts, String Timeouts::* verb, absl::Duration fallback) {
  const String text = timeouts.IsKnown() ? timeouts.value().*verb : String();
  absl::Duration duration;
  if (!text.IsKnown() || !absl::ParseDuration(text.value(), &duration)) return fallback;
  return duration;
}

Optional TimeoutsAttribute() {
  return Optional{.client_only = true, .doc = "How long each operation may take before it is given up."};
}

}  // namespace spcs::tf
