// SPDX-License-Identifier: MPL-2.0
// Which privileges can be granted on which kind. Read by GRANT, REVOKE and SHOW GRANTS.
#pragma once

#include <vector>

#include "absl/strings/string_view.h"
#include "emulator/sql/kind.h"

namespace spcs::engine {

// Every privilege that ALL means on the kind, without OWNERSHIP.
const std::vector<absl::string_view>& PrivilegesOn(sql::Kind kind);

bool CanBeGranted(absl::string_view privilege, sql::Kind kind);

}  // namespace spcs::engine
