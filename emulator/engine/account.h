// SPDX-License-Identifier: MPL-2.0
// The account itself: what a new one holds, its facts, its users' keys and the role hierarchy.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/engine/engine.h"
#include "emulator/engine/store.h"

namespace spcs::engine {

inline constexpr absl::string_view kInformationSchema = "INFORMATION_SCHEMA";

// Fills an empty store: the system roles, SPCS_DEMO without grants, the user with both roles, DEMO_WH, the account's
// facts. Does nothing to a store that has an account. Inside a transaction.
void MakeAccount(Store& store, const EngineOptions& options);

AccountInfo ReadAccount(Store& store);

// `role`, PUBLIC, and every role granted to them, directly or not. Empty `role`: PUBLIC only.
std::set<std::string> InheritedRoles(const std::vector<RoleGrant>& grants, absl::string_view role);

// The user by name or login name, without case; NotFound when there is none.
absl::StatusOr<UserRecord> ReadUser(Store& store, absl::string_view name);

// The user's roles: granted to it, inherited by those, and PUBLIC.
std::set<std::string> RolesOfUser(Store& store, absl::string_view user);

// A public key as RSA_PUBLIC_KEY takes it, PEM lines and blanks removed.
std::string StripPublicKey(absl::string_view key);

}  // namespace spcs::engine
