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

// "an update", "a delete".
std::string WithArticle(const std::string& verb) {
  return absl::StrCat(verb.find_first_of("aeiou") == 0 ? "an " : "a ", verb);
}

}  // namespace

Optional TimeoutAttribute(const std::string& verb, absl::Duration fallback) {
  return Optional{.validators = {CheckDuration},
                  .doc = absl::StrCat("How long ", WithArticle(verb), " may take, such as `30m` or `1h30m`. Default: `",
                                      absl::FormatDuration(fallback), "`.")};
}

Optional TimeoutsAttribute() {
  return Optional{.client_only = true, .doc = "How long each operation may take before it is given up."};
}

absl::Duration DurationOr(const String& text, absl::Duration fallback) {
  absl::Duration duration;
  if (!text.IsKnown() || !absl::ParseDuration(text.value(), &duration)) return fallback;
  return duration;
}

}  // namespace spcs::tf
