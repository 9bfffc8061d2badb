// SPDX-License-Identifier: MPL-2.0
// What the vendor's CLI sent to the emulator, recorded by acceptance-tests/cases/cli.py, stays accepted.
#include <gtest/gtest.h>

#include <set>

#include "emulator/sql/parser.h"
#include "nlohmann/json.hpp"
#include "provider/base/file.h"
#include "provider/base/json.h"

namespace spcs::sql {
namespace {

TEST(RecordedTest, EveryStatementOfTheCliParses) {
  const absl::StatusOr<std::string> text = ReadFile(SPCS_SQL_TESTDATA "/snow_cli.json");
  ASSERT_TRUE(text.ok()) << text.status();
  const absl::StatusOr<nlohmann::json> recorded = ParseJson(*text);
  ASSERT_TRUE(recorded.ok() && recorded->is_array()) << recorded.status();
  std::set<std::string> commands;
  for (const nlohmann::json& sql : *recorded) {
    const absl::StatusOr<Statement> statement = Parse(sql.get<std::string>());
    EXPECT_TRUE(statement.ok()) << sql << "\n" << statement.status();
    if (statement.ok()) commands.insert(statement->command);
  }
  for (const char* command : {"CREATE COMPUTE POOL",
                              "ALTER COMPUTE POOL",
                              "DROP COMPUTE POOL",
                              "SHOW COMPUTE POOLS",
                              "DESCRIBE COMPUTE POOL",
                              "CREATE IMAGE REPOSITORY",
                              "SHOW IMAGE REPOSITORIES",
                              "SHOW IMAGES",
                              "DROP IMAGE REPOSITORY",
                              "CREATE SERVICE",
                              "ALTER SERVICE",
                              "DROP SERVICE",
                              "SHOW SERVICES",
                              "DESCRIBE SERVICE",
                              "SHOW ENDPOINTS",
                              "SHOW SERVICE INSTANCES",
                              "SHOW SERVICE CONTAINERS",
                              "SHOW ROLES IN SERVICE",
                              "EXECUTE JOB SERVICE",
                              "CALL",
                              "USE ROLE",
                              "USE WAREHOUSE"}) {
    EXPECT_EQ(commands.count(command), 1u) << command << " is not among the recorded statements";
  }
}

}  // namespace
}  // namespace spcs::sql
