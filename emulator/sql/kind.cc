// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/kind.h"

#include <array>

namespace spcs::sql {
namespace {

constexpr std::array<KindInfo, 18> kKinds = {{
    {Kind::kAccount, "ACCOUNT", "ACCOUNTS", "Account", Scope::kAccount},
    {Kind::kDatabase, "DATABASE", "DATABASES", "Database", Scope::kAccount},
    {Kind::kSchema, "SCHEMA", "SCHEMAS", "Schema", Scope::kDatabase},
    {Kind::kTable, "TABLE", "TABLES", "Table", Scope::kSchema},
    {Kind::kStage, "STAGE", "STAGES", "Stage", Scope::kSchema},
    {Kind::kImageRepository, "IMAGE REPOSITORY", "IMAGE REPOSITORIES", "Image Repository", Scope::kSchema},
    {Kind::kImage, "IMAGE", "IMAGES", "Image", Scope::kSchema},
    {Kind::kSecret, "SECRET", "SECRETS", "Secret", Scope::kSchema},
    {Kind::kNetworkRule, "NETWORK RULE", "NETWORK RULES", "Network Rule", Scope::kSchema},
    {Kind::kIntegration, "INTEGRATION", "INTEGRATIONS", "Integration", Scope::kAccount},
    {Kind::kUser, "USER", "USERS", "User", Scope::kAccount},
    {Kind::kRole, "ROLE", "ROLES", "Role", Scope::kAccount},
    {Kind::kWarehouse, "WAREHOUSE", "WAREHOUSES", "Warehouse", Scope::kAccount},
    {Kind::kComputePool, "COMPUTE POOL", "COMPUTE POOLS", "Compute Pool", Scope::kAccount},
    {Kind::kService, "SERVICE", "SERVICES", "Service", Scope::kSchema},
    {Kind::kTag, "TAG", "TAGS", "Tag", Scope::kSchema},
    {Kind::kFileFormat, "FILE FORMAT", "FILE FORMATS", "File format", Scope::kSchema},
    {Kind::kApplication, "APPLICATION", "APPLICATIONS", "Application", Scope::kAccount},
}};

}  // namespace

absl::Span<const KindInfo> AllKinds() {
  return kKinds;
}

const KindInfo& InfoOf(Kind kind) {
  return kKinds[static_cast<size_t>(kind)];
}

std::optional<Kind> KindOfKeyword(absl::string_view keyword) {
  for (const KindInfo& info : kKinds) {
    if (info.keyword == keyword) return info.kind;
  }
  return std::nullopt;
}

}  // namespace spcs::sql
