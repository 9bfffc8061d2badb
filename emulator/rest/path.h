// SPDX-License-Identifier: MPL-2.0
// Where a path of the object API points: /api/v2/databases/D/schemas/S/services/X/logs, …/services/X:suspend.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/rest/kinds.h"

namespace spcs::rest {

// Names are SQL; "" where the path has none.
struct Target {
  const Kind* kind = nullptr;
  std::string database, schema;
  std::string name;               // "": the collection
  std::vector<std::string> rest;  // the segments below the object, decoded
  std::string action;             // behind the last colon; "": none

  // The name with what holds it; the name that holds the collection when there is none of its own.
  std::string FullName() const;
  // `name` in the place of this collection.
  std::string Named(absl::string_view name) const;
};

// `path` is decoded, and begins with /api/v2/; one slash at its end means nothing. 404 for what is no path of this API,
// 400 for a name that is none.
absl::StatusOr<Target> ParsePath(absl::string_view path);

}  // namespace spcs::rest
