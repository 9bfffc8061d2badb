// SPDX-License-Identifier: MPL-2.0
// The engine from outside: databases end to end.
#include "emulator/engine/engine.h"

#include <gtest/gtest.h>

#include "emulator/engine/testing.h"

namespace spcs::engine {
namespace {

TEST(EngineTest, NewAccountKnowsItself) {
  TestAccount account;
  EXPECT_EQ(account.Scalar("SELECT CURRENT_ROLE()"), "ACCOUNTADMIN");
  EXPECT_EQ(account.Scalar("SELECT CURRENT_ORGANIZATION_NAME()"), "SPCS");
  EXPECT_EQ(account.Scalar("SELECT 1"), "1");
}

TEST(EngineTest, DatabaseLife) {
  TestAccount account;
  EXPECT_EQ(account.Scalar("CREATE DATABASE mydb COMMENT = 'it''s mine'"), "Database MYDB successfully created.");
  EXPECT_EQ(account.Cell("SHOW DATABASES LIKE 'my%'", 0, "comment"), "it's mine");
  EXPECT_EQ(account.Rows("SHOW SCHEMAS IN DATABASE mydb"), 2u);
  EXPECT_EQ(account.Error("CREATE DATABASE MyDb"),
            "002002/42710 SQL compilation error:\nObject 'MYDB' already exists.");
  account.Run("ALTER DATABASE mydb SET COMMENT = 'other' DATA_RETENTION_TIME_IN_DAYS = 3");
  EXPECT_EQ(account.Cell("SHOW DATABASES LIKE 'MYDB'", 0, "retention_time"), "3");
  account.Run("DROP DATABASE mydb");
  EXPECT_EQ(account.Error("DROP DATABASE mydb"),
            "002003/02000 SQL compilation error:\nDatabase 'MYDB' does not exist or not authorized.");
  EXPECT_EQ(account.Scalar("DROP DATABASE IF EXISTS mydb"),
            "Drop statement executed successfully (MYDB already dropped).");
}

}  // namespace
}  // namespace spcs::engine
