// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/privileges.h"

#include <map>

#include "absl/algorithm/container.h"

namespace spcs::engine {

using sql::Kind;

const std::vector<absl::string_view>& PrivilegesOn(Kind kind) {
  static const auto* table = new std::map<Kind, std::vector<absl::string_view>>{
      {Kind::kAccount,
       {"CREATE DATABASE", "CREATE ROLE", "CREATE USER", "CREATE WAREHOUSE", "CREATE INTEGRATION",
        "CREATE COMPUTE POOL", "CREATE APPLICATION", "BIND SERVICE ENDPOINT", "MANAGE GRANTS", "MANAGE WAREHOUSES",
        "MONITOR USAGE", "EXECUTE TASK"}},
      {Kind::kDatabase, {"CREATE SCHEMA", "MODIFY", "MONITOR", "USAGE"}},
      {Kind::kSchema,
       {"CREATE TABLE", "CREATE STAGE", "CREATE FILE FORMAT", "CREATE IMAGE REPOSITORY", "CREATE SECRET",
        "CREATE NETWORK RULE", "CREATE SERVICE", "CREATE TAG", "CREATE FUNCTION", "CREATE PROCEDURE", "CREATE VIEW",
        "MODIFY", "MONITOR", "USAGE"}},
      {Kind::kTable, {"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES"}},
      {Kind::kStage, {"READ", "WRITE"}},
      {Kind::kImageRepository, {"READ", "WRITE", "SERVICE READ", "SERVICE WRITE"}},
      {Kind::kSecret, {"READ", "USAGE"}},
      {Kind::kNetworkRule, {"USAGE"}},
      {Kind::kIntegration, {"USAGE", "USE_ANY_ROLE"}},
      {Kind::kUser, {"MONITOR", "MODIFY PROGRAMMATIC AUTHENTICATION METHODS"}},
      {Kind::kRole, {}},
      {Kind::kWarehouse, {"MODIFY", "MONITOR", "OPERATE", "USAGE"}},
      {Kind::kComputePool, {"MODIFY", "MONITOR", "OPERATE", "USAGE"}},
      {Kind::kService, {"MONITOR", "OPERATE", "USAGE"}},
      {Kind::kImage, {}},
      {Kind::kTag, {"APPLY", "READ"}},
      {Kind::kFileFormat, {"USAGE"}},
      {Kind::kApplication, {}},
  };
  return table->at(kind);
}

bool CanBeGranted(absl::string_view privilege, Kind kind) {
  return absl::c_linear_search(PrivilegesOn(kind), privilege);
}

}  // namespace spcs::engine
