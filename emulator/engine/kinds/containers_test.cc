// SPDX-License-Identifier: MPL-2.0
// Databases and schemas: life, contents, names, errors.
#include <gtest/gtest.h>

#include "emulator/engine/testing.h"

namespace spcs::engine {
namespace {

TEST(DatabaseTest, Life) {
  TestAccount account;
  EXPECT_EQ(account.Scalar("CREATE DATABASE mydb COMMENT = 'it''s mine'"), "Database MYDB successfully created.");
  EXPECT_EQ(account.Cell("SHOW DATABASES LIKE 'my%'", 0, "comment"), "it's mine");
  EXPECT_EQ(account.ColumnOf("SHOW SCHEMAS IN DATABASE mydb", "name"), "INFORMATION_SCHEMA,PUBLIC");
  EXPECT_EQ(account.Error("CREATE DATABASE MyDb"),
            "002002/42710 SQL compilation error:\nObject 'MYDB' already exists.");
  EXPECT_EQ(account.Scalar("CREATE DATABASE IF NOT EXISTS mydb"), "MYDB already exists, statement succeeded.");
  account.Run("ALTER DATABASE mydb SET COMMENT = 'other' DATA_RETENTION_TIME_IN_DAYS = 3");
  EXPECT_EQ(account.Cell("SHOW DATABASES LIKE 'MYDB'", 0, "retention_time"), "3");
  account.Run("ALTER DATABASE mydb UNSET COMMENT, DATA_RETENTION_TIME_IN_DAYS");
  EXPECT_EQ(account.Cell("SHOW DATABASES LIKE 'MYDB'", 0, "retention_time"), "1");
  EXPECT_EQ(account.Cell("SHOW DATABASES LIKE 'MYDB'", 0, "comment"), "");
  EXPECT_EQ(account.Scalar("DROP DATABASE mydb"), "MYDB successfully dropped.");
  EXPECT_EQ(account.Error("DROP DATABASE mydb"),
            "002003/02000 SQL compilation error:\nDatabase 'MYDB' does not exist or not authorized.");
  EXPECT_EQ(account.Scalar("DROP DATABASE IF EXISTS mydb"),
            "Drop statement executed successfully (MYDB already dropped).");
}

TEST(DatabaseTest, TransientAllowsOneDayOnly) {
  TestAccount account;
  account.Run("CREATE TRANSIENT DATABASE d");
  EXPECT_EQ(account.Cell("SHOW DATABASES", 0, "options"), "TRANSIENT");
  EXPECT_EQ(account.Cell("SHOW SCHEMAS IN d", 1, "options"), "TRANSIENT");
  EXPECT_EQ(account.Error("ALTER DATABASE d SET DATA_RETENTION_TIME_IN_DAYS = 2"),
            "001008/22023 SQL compilation error:\ninvalid value [2] for parameter 'DATA_RETENTION_TIME_IN_DAYS'");
  EXPECT_EQ(account.Error("CREATE DATABASE e DATA_RETENTION_TIME_IN_DAYS = 91"),
            "001008/22023 SQL compilation error:\ninvalid value [91] for parameter 'DATA_RETENTION_TIME_IN_DAYS'");
}

TEST(DatabaseTest, RenameTakesTheContentsAlong) {
  TestAccount account;
  account.Admin(
      {"CREATE DATABASE d", "CREATE SCHEMA d.s", "CREATE STAGE d.s.st", "ALTER DATABASE d RENAME TO \"e-2\""});
  EXPECT_EQ(account.Cell("SHOW STAGES IN ACCOUNT", 0, "database_name"), "e-2");
  account.Run("DESCRIBE STAGE \"e-2\".s.st");
  EXPECT_EQ(account.Error("DESCRIBE STAGE d.s.st"),
            "002003/02000 SQL compilation error:\nDatabase 'D' does not exist or not authorized.");
  account.Run("CREATE DATABASE f");
  EXPECT_EQ(account.Error("ALTER DATABASE f RENAME TO \"e-2\""),
            "002002/42710 SQL compilation error:\nObject '\"e-2\"' already exists.");
}

TEST(DatabaseTest, DropTakesTheContentsAlong) {
  TestAccount account;
  account.Admin({"CREATE DATABASE d", "CREATE STAGE d.public.st", "CREATE TABLE d.public.t (a INT)",
                 "CREATE OR REPLACE DATABASE d"});
  EXPECT_EQ(account.Rows("SHOW STAGES IN ACCOUNT"), 0u);
  EXPECT_EQ(account.Rows("SHOW TABLES IN ACCOUNT"), 0u);
  EXPECT_EQ(account.Rows("SHOW SCHEMAS IN DATABASE d"), 2u);
  account.Run("DROP DATABASE d CASCADE");
  EXPECT_EQ(account.Rows("SHOW SCHEMAS IN ACCOUNT"), 0u);
}

TEST(DatabaseTest, RulesInUseKeepTheirContainers) {
  TestAccount account;
  account.Admin({"CREATE DATABASE d",
                 "CREATE NETWORK RULE d.public.r TYPE = HOST_PORT MODE = EGRESS VALUE_LIST = ('a.b')",
                 "CREATE EXTERNAL ACCESS INTEGRATION i ALLOWED_NETWORK_RULES = (d.public.r) ENABLED = TRUE"});
  EXPECT_EQ(account.Error("DROP DATABASE d"),
            "001493/23001 Cannot drop Database D as it includes Network Rule R that is associated with integration I.");
  EXPECT_NE(account.Error("DROP SCHEMA d.public"), "");
  account.Admin({"DROP INTEGRATION i", "DROP DATABASE d"});
}

TEST(DatabaseTest, HasTheColumnsOfTheService) {
  TestAccount account;
  EXPECT_EQ(account.Columns("SHOW DATABASES"),
            "created_on,name,is_default,is_current,origin,owner,comment,options,retention_time,kind,budget,"
            "owner_role_type,object_visibility");
}

TEST(SchemaTest, Life) {
  TestAccount account;
  account.Run("CREATE DATABASE d");
  EXPECT_EQ(account.Scalar("CREATE SCHEMA d.\"My Schema\" WITH MANAGED ACCESS COMMENT = 'x'"),
            "Schema My Schema successfully created.");
  EXPECT_EQ(account.Cell("SHOW SCHEMAS LIKE 'my%' IN DATABASE d", 0, "options"), "MANAGED ACCESS");
  account.Run("ALTER SCHEMA d.\"My Schema\" DISABLE MANAGED ACCESS");
  EXPECT_EQ(account.Cell("SHOW SCHEMAS LIKE 'my%' IN DATABASE d", 0, "options"), "");
  account.Run("ALTER SCHEMA d.\"My Schema\" RENAME TO d.s");
  EXPECT_EQ(account.Error("DROP SCHEMA d.\"My Schema\""),
            "002003/02000 SQL compilation error:\nSchema 'D.\"My Schema\"' does not exist or not authorized.");
  EXPECT_EQ(account.Error("CREATE SCHEMA d.s"), "002002/42710 SQL compilation error:\nObject 'D.S' already exists.");
  account.Run("DROP SCHEMA d.s");
}

TEST(SchemaTest, InformationSchemaStays) {
  TestAccount account;
  account.Run("CREATE DATABASE d");
  for (const char* sql : {"DROP SCHEMA d.INFORMATION_SCHEMA", "CREATE OR REPLACE SCHEMA d.INFORMATION_SCHEMA",
                          "ALTER SCHEMA d.INFORMATION_SCHEMA RENAME TO d.x"}) {
    EXPECT_EQ(account.Error(sql),
              "003001/42501 SQL access control error:\nInsufficient privileges to operate on schema "
              "'INFORMATION_SCHEMA'.")
        << sql;
  }
}

TEST(SchemaTest, NamesAreCompletedFromTheSession) {
  TestAccount account;
  account.Run("CREATE DATABASE d");
  EXPECT_EQ(
      account.Error("CREATE SCHEMA s"),
      "090105/22000 Cannot perform operation. This session does not have a current database. Call 'USE DATABASE', "
      "or use a qualified name.");
  EXPECT_EQ(account.Error("CREATE STAGE st").substr(0, 12), "090105/22000");
  account.session().database = "D";
  account.Run("CREATE SCHEMA s");
  EXPECT_EQ(account.Error("CREATE STAGE st").substr(0, 12), "090106/22000");
  account.session().schema = "S";
  account.Run("CREATE STAGE st");
  EXPECT_EQ(account.Cell("SHOW STAGES", 0, "schema_name"), "S");
  EXPECT_EQ(account.Rows("SHOW STAGES IN SCHEMA d.public"), 0u);
  EXPECT_EQ(account.Cell("SHOW SCHEMAS LIKE 'S'", 0, "is_current"), "Y");
}

TEST(SchemaTest, ShowInWhatIsNotThere) {
  TestAccount account;
  const std::string gone =
      "002043/02000 SQL compilation error:\nObject does not exist, or operation cannot be performed.";
  EXPECT_EQ(account.Error("SHOW SCHEMAS IN DATABASE nosuch"), gone);
  EXPECT_EQ(account.Error("SHOW STAGES IN SCHEMA nosuch.x"), gone);
  EXPECT_EQ(account.Error("CREATE STAGE nosuch.x.y"),
            "002003/02000 SQL compilation error:\nDatabase 'NOSUCH' does not exist or not authorized.");
  account.Run("CREATE DATABASE d");
  EXPECT_EQ(account.Error("CREATE STAGE d.x.y"),
            "002003/02000 SQL compilation error:\nSchema 'D.X' does not exist or not authorized.");
  EXPECT_EQ(account.Error("DROP STAGE IF EXISTS d.x.y"),
            "002003/02000 SQL compilation error:\nSchema 'D.X' does not exist or not authorized.");
}

}  // namespace
}  // namespace spcs::engine
