// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/statement.h"

#include "absl/algorithm/container.h"

namespace spcs::sql {

bool Statement::HasFlag(absl::string_view flag) const {
  return absl::c_linear_search(flags, flag);
}

const Value* Statement::Find(absl::string_view property) const {
  for (const Property& candidate : properties) {
    if (candidate.name == property) return &candidate.value;
  }
  return nullptr;
}

}  // namespace spcs::sql
