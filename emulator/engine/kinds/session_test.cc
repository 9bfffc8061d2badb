// SPDX-License-Identifier: MPL-2.0
// USE and ALTER SESSION: what they answer, refuse, and do to the session.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/engine/testing.h"

namespace spcs::engine {
namespace {

using ::testing::HasSubstr;

class SessionTest : public ::testing::Test {
 protected:
  SessionTest() { account_.session().id = "1"; }

  SessionChange Change(absl::string_view sql) {
    const ResultSet result = account_.Run(sql);
    EXPECT_TRUE(result.session_change.has_value()) << sql;
    return result.session_change.value_or(SessionChange{});
  }

  TestAccount account_;
};

TEST_F(SessionTest, TheSqlApiHasNoSession) {
  account_.session().id = "";
  EXPECT_EQ(account_.Error("USE ROLE SPCS_DEMO"), "391911/0A000 Unsupported statement type 'USE'.");
  EXPECT_EQ(account_.Error("ALTER SESSION SET QUERY_TAG = 'x'"),
            "391911/0A000 Unsupported statement type 'ALTER SESSION'.");
  EXPECT_FALSE(account_.Run("CREATE DATABASE d").session_change.has_value());
}

TEST_F(SessionTest, UseRole) {
  EXPECT_EQ(Change("use role \"SPCS_DEMO\"").role, "SPCS_DEMO");
  EXPECT_EQ(Change("USE ROLE sysadmin").role, "SYSADMIN");
  EXPECT_THAT(account_.Error("USE ROLE nope"), HasSubstr("002043/02000"));
  account_.Admin({"CREATE ROLE other", "CREATE USER u", "GRANT ROLE SPCS_DEMO TO USER u"});
  account_.session().user = "U";
  EXPECT_THAT(account_.Error("USE ROLE other"),
              HasSubstr("003013/42501 SQL access control error:\nRequested role 'OTHER' is not assigned"));
  EXPECT_EQ(Change("USE ROLE public").role, "PUBLIC");
  account_.session().role_restriction = "SPCS_DEMO";
  EXPECT_THAT(account_.Error("USE ROLE public"), HasSubstr("003013/42501"));
}

TEST_F(SessionTest, UseContainersAndWarehouse) {
  account_.Admin({"CREATE DATABASE d", "CREATE SCHEMA d.s", "CREATE DATABASE bare", "DROP SCHEMA bare.PUBLIC"});
  const SessionChange database = Change("USE DATABASE d");
  EXPECT_EQ(database.database, "D");
  EXPECT_EQ(database.schema, "PUBLIC");
  EXPECT_EQ(Change("USE bare").schema, "");
  EXPECT_EQ(Change("USE d.s").schema, "S");
  EXPECT_THAT(account_.Error("USE SCHEMA s"), HasSubstr("090105"));
  account_.session().database = "D";
  EXPECT_EQ(Change("USE SCHEMA s").database, "D");
  EXPECT_EQ(Change("USE WAREHOUSE demo_wh").warehouse, "DEMO_WH");
  for (const std::string sql : {"USE DATABASE x", "USE SCHEMA d.x", "USE WAREHOUSE x"}) {
    EXPECT_THAT(account_.Error(sql), HasSubstr("002043/02000")) << sql;
  }
  account_.session().role = "SPCS_DEMO";
  EXPECT_THAT(account_.Error("USE DATABASE d"), HasSubstr("002043/02000"));
}

TEST_F(SessionTest, SecondaryRolesAndTransactions) {
  EXPECT_EQ(account_.Error("USE SECONDARY ROLES NONE"), "");
  EXPECT_THAT(account_.Error("USE SECONDARY ROLES ALL"), HasSubstr("Unsupported feature"));
  EXPECT_EQ(account_.Error("COMMIT"), "");
  EXPECT_EQ(account_.Error("ROLLBACK"), "");
  EXPECT_THAT(account_.Error("BEGIN"), HasSubstr("391911"));
}

TEST_F(SessionTest, Parameters) {
  const SessionChange change = Change("ALTER SESSION SET QUERY_TAG = 'x', JSON_INDENT = 2, AUTOCOMMIT = TRUE");
  EXPECT_EQ(change.parameters.at("QUERY_TAG"), "x");
  EXPECT_EQ(change.parameters.at("JSON_INDENT"), "2");
  EXPECT_EQ(Change("ALTER SESSION UNSET QUERY_TAG").parameters.at("QUERY_TAG"), std::nullopt);
  EXPECT_THAT(account_.Error("ALTER SESSION SET NO_SUCH = 1"), HasSubstr("invalid property 'NO_SUCH' for 'SESSION'"));
  EXPECT_THAT(account_.Error("ALTER SESSION SET AUTOCOMMIT = FALSE"), HasSubstr("Unsupported feature"));
}

TEST_F(SessionTest, NewContainersBecomeCurrentAndDroppedOnesAreForgotten) {
  EXPECT_EQ(Change("CREATE DATABASE d").database, "D");
  account_.session().database = "D";
  const SessionChange schema = Change("CREATE SCHEMA s");
  EXPECT_EQ(schema.database, "D");
  EXPECT_EQ(schema.schema, "S");
  account_.session().schema = "S";
  EXPECT_FALSE(account_.Run("DROP SCHEMA PUBLIC").session_change.has_value());
  EXPECT_EQ(Change("DROP SCHEMA s").schema, "");
  EXPECT_EQ(Change("DROP DATABASE d").database, "");
}

TEST_F(SessionTest, RecordIsWrittenWithTheStatementOrNotAtAll) {
  const auto value = [](const ResultSet& result) { return result.rows[0][0].value_or(""); };
  const RecordedAnswer record{.space = "answer", .key = "k", .value = value};
  Engine& engine = account_.engine();
  ASSERT_TRUE(engine.Execute(account_.session(), "CREATE DATABASE d", {}, "q", record).ok());
  EXPECT_EQ(engine.GetRecord("answer", "k"), "Database D successfully created.");
  const RecordedAnswer other{.space = "answer", .key = "other", .value = value};
  EXPECT_FALSE(engine.Execute(account_.session(), "CREATE DATABASE d", {}, "q", other).ok());
  EXPECT_FALSE(engine.GetRecord("answer", "other").has_value());
  ASSERT_TRUE(engine
                  .Execute(account_.session(), "ALTER USER SPCS_DEMO_USER ADD PAT x ROLE_RESTRICTION = 'PUBLIC'", {},
                           "q", other)
                  .ok());
  EXPECT_FALSE(engine.GetRecord("answer", "other").has_value());
}

}  // namespace
}  // namespace spcs::engine
