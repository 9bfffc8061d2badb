// SPDX-License-Identifier: MPL-2.0
// Privileges: what a role without grants can do (nothing), what each grant opens, what SHOW leaves out.
#include <gtest/gtest.h>

#include "emulator/engine/testing.h"

namespace spcs::engine {
namespace {

// A session of the role SPCS_DEMO; Admin() works as ACCOUNTADMIN.
class GrantTest : public ::testing::Test {
 protected:
  GrantTest() {
    account_.Admin({"CREATE DATABASE d", "CREATE SCHEMA d.s", "CREATE STAGE d.s.st"});
    account_.session().role = "SPCS_DEMO";
  }
  std::string Denied(const std::string& what) {
    return "003001/42501 SQL access control error:\nInsufficient privileges to operate on " + what + ".";
  }
  std::string Absent(const std::string& what) {
    return "002003/02000 SQL compilation error:\n" + what + " does not exist or not authorized.";
  }
  TestAccount account_;
};

TEST_F(GrantTest, WithoutGrantsNothingIsThere) {
  EXPECT_EQ(account_.Rows("SHOW DATABASES"), 0u);
  EXPECT_EQ(account_.Rows("SHOW SCHEMAS IN ACCOUNT"), 0u);
  EXPECT_EQ(account_.Rows("SHOW STAGES IN ACCOUNT"), 0u);
  EXPECT_EQ(account_.Rows("SHOW WAREHOUSES"), 0u);
  EXPECT_EQ(account_.Error("CREATE DATABASE x"), Denied("account '" + account_.engine().account().locator + "'"));
  EXPECT_EQ(account_.Error("CREATE SCHEMA d.x"), Absent("Database 'D'"));
  EXPECT_EQ(account_.Error("DESCRIBE STAGE d.s.st"), Absent("Database 'D'"));
  EXPECT_EQ(account_.Error("DROP DATABASE d"), Absent("Database 'D'"));
  EXPECT_EQ(account_.Scalar("DROP DATABASE IF EXISTS d"), "Drop statement executed successfully (D already dropped).");
  account_.session().role = "ACCOUNTADMIN";
  EXPECT_EQ(account_.Rows("SHOW DATABASES"), 1u);
}

TEST_F(GrantTest, EachGrantOpensOneThing) {
  account_.Admin({"GRANT USAGE ON DATABASE d TO ROLE spcs_demo"});
  EXPECT_EQ(account_.Error("CREATE STAGE d.s.x"), Absent("Schema 'D.S'"));
  EXPECT_EQ(account_.Error("CREATE SCHEMA d.x"), Denied("database 'D'"));
  EXPECT_EQ(account_.ColumnOf("SHOW SCHEMAS IN DATABASE d", "name"), "INFORMATION_SCHEMA");
  account_.Admin({"GRANT USAGE ON SCHEMA d.s TO ROLE spcs_demo"});
  EXPECT_EQ(account_.Error("CREATE STAGE d.s.x"), Denied("schema 'S'"));
  EXPECT_EQ(account_.Error("DESCRIBE STAGE d.s.st"), Absent("Stage 'D.S.ST'"));
  account_.Admin({"GRANT CREATE STAGE ON SCHEMA d.s TO ROLE spcs_demo"});
  account_.Run("CREATE STAGE d.s.x");
  EXPECT_EQ(account_.Cell("SHOW STAGES IN SCHEMA d.s", 0, "owner"), "SPCS_DEMO");
  EXPECT_EQ(account_.Error("CREATE IMAGE REPOSITORY d.s.r"), Denied("schema 'S'"));
  account_.Admin({"GRANT READ ON STAGE d.s.st TO ROLE spcs_demo"});
  account_.Run("DESCRIBE STAGE d.s.st");
  EXPECT_EQ(account_.Error("DROP STAGE d.s.st"), Denied("stage 'ST'"));
  EXPECT_EQ(account_.Error("ALTER STAGE d.s.st SET COMMENT = 'x'"), Denied("stage 'ST'"));
  account_.Admin({"REVOKE USAGE ON SCHEMA d.s FROM ROLE spcs_demo"});
  EXPECT_EQ(account_.Error("DROP STAGE d.s.x"), Absent("Schema 'D.S'"));
  EXPECT_EQ(account_.Rows("SHOW STAGES IN ACCOUNT"), 0u);
}

TEST_F(GrantTest, AHiddenObjectStillHoldsItsName) {
  account_.Admin(
      {"GRANT USAGE ON DATABASE d TO ROLE spcs_demo", "GRANT USAGE, CREATE STAGE ON SCHEMA d.s TO ROLE spcs_demo"});
  EXPECT_EQ(account_.Error("CREATE STAGE IF NOT EXISTS d.s.st").substr(0, 12), "003041/42710");
  EXPECT_EQ(account_.Error("CREATE OR REPLACE STAGE d.s.st").substr(0, 12), "003041/42710");
}

TEST_F(GrantTest, AccountPrivileges) {
  account_.Admin({"GRANT CREATE DATABASE, CREATE INTEGRATION ON ACCOUNT TO ROLE spcs_demo"});
  account_.Run("CREATE DATABASE mine");
  account_.Run("CREATE SCHEMA mine.s");
  account_.Run("CREATE NETWORK RULE mine.s.r TYPE = HOST_PORT MODE = EGRESS VALUE_LIST = ('a.b')");
  account_.Run("CREATE EXTERNAL ACCESS INTEGRATION i ALLOWED_NETWORK_RULES = (mine.s.r) ENABLED = TRUE");
  EXPECT_EQ(account_.Error("CREATE ROLE x"), Denied("account '" + account_.engine().account().locator + "'"));
  // ACCOUNTADMIN stands above every role that SYSADMIN has.
  account_.Admin({"DROP INTEGRATION i", "DROP DATABASE mine"});
}

TEST_F(GrantTest, OpenSkipsAllChecks) {
  TestAccount open({.open = true});
  open.session().role = "PUBLIC";
  open.Run("CREATE DATABASE d");
  open.session().role = "SPCS_DEMO";
  open.Run("DROP DATABASE d");
}

TEST_F(GrantTest, OnlyOwnersAndManagersGrant) {
  account_.Admin({"CREATE ROLE r", "GRANT USAGE ON DATABASE d TO ROLE spcs_demo"});
  EXPECT_EQ(account_.Error("GRANT USAGE ON DATABASE d TO ROLE r"),
            "003102/42501 Grant not executed: Insufficient privileges.");
  account_.Admin({"GRANT USAGE ON DATABASE d TO ROLE spcs_demo WITH GRANT OPTION"});
  account_.Run("GRANT USAGE ON DATABASE d TO ROLE r");
  EXPECT_EQ(account_.Error("REVOKE MODIFY ON DATABASE d FROM ROLE r"),
            "003102/42501 Revoke not executed: Insufficient privileges.");
  EXPECT_EQ(account_.Error("GRANT ROLE r TO ROLE spcs_demo"),
            "003102/42501 Grant not executed: Insufficient privileges.");
  account_.session().role = "ACCOUNTADMIN";
  EXPECT_EQ(account_.Error("GRANT USAGE ON TABLE d.s.t TO ROLE r"),
            "002003/42S02 SQL compilation error:\nObject 'D.S.T' does not exist or not authorized.");
  EXPECT_EQ(account_.Error("GRANT SELECT ON STAGE d.s.st TO ROLE r"),
            "003008/42601 SQL compilation error:\nInvalid object type 'STAGE' for privilege 'SELECT'.");
  EXPECT_EQ(account_.Error("GRANT USAGE ON DATABASE d TO ROLE nosuch"), Absent("Role 'NOSUCH'"));
  account_.Run("REVOKE USAGE ON DATABASE d FROM ROLE r");
  account_.Run("REVOKE USAGE ON DATABASE d FROM ROLE r");
}

TEST_F(GrantTest, SecurityadminGrantsWithoutUsage) {
  account_.session().role = "SECURITYADMIN";
  EXPECT_EQ(account_.Error("DESCRIBE STAGE d.s.st"), Absent("Database 'D'"));
  account_.Run("GRANT READ ON STAGE d.s.st TO ROLE spcs_demo");
  EXPECT_EQ(account_.Error("GRANT READ ON STAGE d.s.nosuch TO ROLE spcs_demo"), Absent("Stage 'D.S.NOSUCH'"));
}

TEST_F(GrantTest, ManagedSchemasAreGrantedByTheirOwner) {
  account_.Admin({"CREATE SCHEMA d.m WITH MANAGED ACCESS", "CREATE ROLE r",
                  "GRANT USAGE ON DATABASE d TO ROLE spcs_demo",
                  "GRANT USAGE, CREATE STAGE ON SCHEMA d.m TO ROLE spcs_demo"});
  account_.Run("CREATE STAGE d.m.st");
  EXPECT_EQ(account_.Error("GRANT READ ON STAGE d.m.st TO ROLE r"),
            "003102/42501 Grant not executed: Insufficient privileges.");
  account_.Admin({"ALTER SCHEMA d.m DISABLE MANAGED ACCESS"});
  account_.Run("GRANT READ ON STAGE d.m.st TO ROLE r");
}

TEST_F(GrantTest, OwnershipMoves) {
  account_.Admin({"GRANT USAGE ON DATABASE d TO ROLE spcs_demo"});
  account_.session().role = "ACCOUNTADMIN";
  EXPECT_EQ(account_.Error("GRANT OWNERSHIP ON DATABASE d TO ROLE spcs_demo").substr(0, 12), "003036/42501");
  account_.Run("GRANT OWNERSHIP ON DATABASE d TO ROLE spcs_demo REVOKE CURRENT GRANTS");
  account_.session().role = "SPCS_DEMO";
  EXPECT_EQ(account_.Cell("SHOW DATABASES", 0, "owner"), "SPCS_DEMO");
  EXPECT_EQ(account_.ColumnOf("SHOW GRANTS ON DATABASE d", "privilege"), "OWNERSHIP");
  account_.Run("DROP DATABASE d");
}

TEST_F(GrantTest, RolesInherit) {
  account_.Admin({"CREATE ROLE reader", "GRANT USAGE ON DATABASE d TO ROLE reader"});
  EXPECT_EQ(account_.Rows("SHOW DATABASES"), 0u);
  account_.Admin({"GRANT ROLE reader TO ROLE spcs_demo"});
  EXPECT_EQ(account_.Rows("SHOW DATABASES"), 1u);
  EXPECT_EQ(account_.Scalar("SELECT IS_ROLE_IN_SESSION('READER')"), "true");
  EXPECT_TRUE(account_.engine().UserHasRole("SPCS_DEMO_USER", "READER"));
  account_.session().role = "ACCOUNTADMIN";
  EXPECT_EQ(account_.Error("GRANT ROLE spcs_demo TO ROLE reader").substr(0, 6), "003045");
  EXPECT_EQ(account_.Cell("SHOW GRANTS OF ROLE reader", 0, "grantee_name"), "SPCS_DEMO");
  EXPECT_EQ(account_.ColumnOf("SHOW GRANTS TO ROLE reader", "privilege"), "USAGE");
  account_.Admin({"REVOKE ROLE reader FROM ROLE spcs_demo", "ALTER ROLE reader RENAME TO reader2"});
  EXPECT_EQ(account_.ColumnOf("SHOW GRANTS TO ROLE reader2", "name"), "D");
  account_.Admin({"DROP ROLE reader2"});
  EXPECT_EQ(account_.ColumnOf("SHOW GRANTS ON DATABASE d", "privilege"), "OWNERSHIP");
}

TEST_F(GrantTest, RolesToUsers) {
  account_.Admin({"CREATE ROLE r", "CREATE USER u", "GRANT ROLE r TO USER u"});
  EXPECT_TRUE(account_.engine().UserHasRole("U", "R"));
  EXPECT_EQ(account_.Rows("SHOW GRANTS"), 2u);  // of the session's own user
  account_.session().role = "ACCOUNTADMIN";
  EXPECT_EQ(account_.Cell("SHOW GRANTS TO USER u", 0, "role"), "R");
  EXPECT_EQ(account_.Cell("SHOW ROLES LIKE 'R'", 0, "assigned_to_users"), "1");
  account_.Admin({"REVOKE ROLE r FROM USER u"});
  EXPECT_FALSE(account_.engine().UserHasRole("U", "R"));
  EXPECT_EQ(account_.Error("DROP ROLE sysadmin"), Denied("role 'SYSADMIN'"));
}

TEST_F(GrantTest, SecretsAndIntegrations) {
  account_.Admin({"GRANT USAGE ON DATABASE d TO ROLE spcs_demo",
                  "GRANT USAGE, CREATE NETWORK RULE ON SCHEMA d.s TO ROLE spcs_demo",
                  "GRANT CREATE INTEGRATION ON ACCOUNT TO ROLE spcs_demo",
                  "CREATE SECRET d.s.k TYPE = GENERIC_STRING SECRET_STRING = 'v'"});
  account_.Run("CREATE NETWORK RULE d.s.r TYPE = HOST_PORT MODE = EGRESS VALUE_LIST = ('a.b')");
  const std::string create =
      "CREATE EXTERNAL ACCESS INTEGRATION i ALLOWED_NETWORK_RULES = (d.s.r) ALLOWED_AUTHENTICATION_SECRETS = (d.s.k) "
      "ENABLED = TRUE";
  EXPECT_EQ(account_.Error(create), Absent("Secret 'D.S.K'"));
  account_.Admin({"GRANT READ ON SECRET d.s.k TO ROLE spcs_demo"});
  account_.Run(create);
  account_.session().role = "PUBLIC";
  EXPECT_EQ(account_.Error("DESCRIBE INTEGRATION i"), Absent("Integration 'I'"));
  account_.Admin({"GRANT USAGE ON INTEGRATION i TO ROLE public"});
  account_.Run("DESCRIBE INTEGRATION i");
  EXPECT_EQ(account_.Error("ALTER INTEGRATION i SET ENABLED = FALSE"), Denied("integration 'I'"));
}

TEST_F(GrantTest, TablesNeedSelectAndInsert) {
  account_.Admin({"CREATE TABLE d.s.t (a INT)", "GRANT USAGE ON DATABASE d TO ROLE spcs_demo",
                  "GRANT USAGE ON SCHEMA d.s TO ROLE spcs_demo", "GRANT INSERT ON TABLE d.s.t TO ROLE spcs_demo"});
  account_.Run("INSERT INTO d.s.t VALUES (1)");
  EXPECT_EQ(account_.Error("SELECT * FROM d.s.t"), Denied("table 'T'"));
  account_.Admin({"GRANT SELECT ON TABLE d.s.t TO ROLE spcs_demo"});
  EXPECT_EQ(account_.Scalar("SELECT a FROM d.s.t"), "1");
}

}  // namespace
}  // namespace spcs::engine
