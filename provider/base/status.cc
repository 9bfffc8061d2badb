// SPDX-License-Identifier: MPL-2.0
#include "provider/base/status.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"

namespace spcs {

absl::Status WithFact(absl::Status status, absl::string_view key, absl::string_view value) {
  if (!status.ok()) status.SetPayload(key, absl::Cord(value));
  return status;
}

std::optional<std::string> FactOf(const absl::Status& status, absl::string_view key) {
  const auto payload = status.GetPayload(key);
  if (!payload) return std::nullopt;
  return std::string(*payload);
}

absl::Status Annotate(const absl::Status& status, absl::string_view context) {
  if (status.ok()) return status;
  absl::Status annotated(status.code(), absl::StrCat(context, ": ", status.message()));
  status.ForEachPayload([&](absl::string_view key, const absl::Cord& value) { annotated.SetPayload(key, value); });
  return annotated;
}

}  // namespace spcs
