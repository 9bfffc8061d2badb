// SPDX-License-Identifier: MPL-2.0
// Stages, repositories, secrets, network rules, integrations, users, warehouses: life and refusals of each.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "emulator/engine/kinds/network_rule.h"
#include "emulator/engine/testing.h"

namespace spcs::engine {
namespace {

class PlainKindsTest : public ::testing::Test {
 protected:
  PlainKindsTest() {
    account_.Admin({"CREATE DATABASE d", "CREATE SCHEMA d.s"});
    account_.session().database = "D";
    account_.session().schema = "S";
  }
  TestAccount account_;
};

TEST_F(PlainKindsTest, Stage) {
  account_.Run("CREATE STAGE logs ENCRYPTION = (TYPE = 'SNOWFLAKE_SSE') DIRECTORY = (ENABLE = TRUE) COMMENT = 'c'");
  EXPECT_EQ(account_.Cell("SHOW STAGES", 0, "type"), "INTERNAL NO CSE");
  EXPECT_EQ(account_.Cell("SHOW STAGES", 0, "directory_enabled"), "Y");
  account_.Run("ALTER STAGE logs SET DIRECTORY = (ENABLE = FALSE) COMMENT = 'd'");
  EXPECT_EQ(account_.Cell("SHOW STAGES", 0, "directory_enabled"), "N");
  account_.Run("ALTER STAGE logs RENAME TO other");
  EXPECT_EQ(account_.ColumnOf("SHOW STAGES", "name"), "OTHER");
  EXPECT_EQ(account_.Error("CREATE STAGE x ENCRYPTION = (TYPE = 'AWS_CSE')"),
            "001008/22023 SQL compilation error:\ninvalid value [AWS_CSE] for parameter 'ENCRYPTION'");
  EXPECT_EQ(account_.Error("CREATE STAGE x DIRECTORY = (ENABLED = TRUE)"),
            "001420/22023 SQL compilation error:\ninvalid property 'ENABLED' for 'DIRECTORY'");
  EXPECT_EQ(account_.Error("CREATE STAGE x URL = 's3://b'").substr(0, 12), "001420/22023");
  account_.Run("CREATE STAGE full");
  EXPECT_EQ(account_.Cell("SHOW STAGES LIKE 'FULL'", 0, "type"), "INTERNAL");
  account_.Run("DROP STAGE other");
  EXPECT_EQ(account_.Error("DROP STAGE other"),
            "002003/02000 SQL compilation error:\nStage 'D.S.OTHER' does not exist or not authorized.");
}

TEST_F(PlainKindsTest, ImageRepository) {
  account_.Run("CREATE IMAGE REPOSITORY llm_repo COMMENT = 'c'");
  EXPECT_THAT(account_.Cell("SHOW IMAGE REPOSITORIES IN SCHEMA snowflake.images", 0, "repository_url"),
              ::testing::EndsWith("/snowflake/images/snowflake_images"));
  EXPECT_EQ(account_.Cell("SHOW IMAGE REPOSITORIES", 0, "repository_url"),
            "spcs-emulator.registry.snowflakecomputing.com/d/s/llm_repo");
  EXPECT_EQ(account_.Cell("SHOW IMAGE REPOSITORIES", 0, "encryption"), "SNOWFLAKE_SSE");
  account_.Run("ALTER IMAGE REPOSITORY llm_repo SET COMMENT = ''");
  EXPECT_EQ(account_.Cell("SHOW IMAGE REPOSITORIES", 0, "comment"), "");
  EXPECT_NE(account_.Error("CREATE IMAGE REPOSITORY \"my-repo\""), "");
  account_.Admin({"CREATE SCHEMA d.\"odd name\""});
  EXPECT_NE(account_.Error("CREATE IMAGE REPOSITORY d.\"odd name\".r"), "");
  account_.Run("DROP IMAGE REPOSITORY llm_repo");
  EXPECT_EQ(account_.Rows("SHOW IMAGE REPOSITORIES IN ACCOUNT"), 0u);
}

TEST_F(PlainKindsTest, SecretKeepsNoValue) {
  account_.Run("CREATE SECRET hf TYPE = GENERIC_STRING SECRET_STRING = 'planted' COMMENT = 'c'");
  const auto hash = [&] { return account_.engine().Objects()["SECRET"][0]["sha256"].get<std::string>(); };
  const std::string before = hash();
  account_.Run("ALTER SECRET hf SET SECRET_STRING = 'planted-2'");
  EXPECT_NE(hash(), before);
  EXPECT_EQ(account_.Cell("DESCRIBE SECRET hf", 0, "secret_type"), "GENERIC_STRING");
  EXPECT_EQ(account_.Cell("SHOW SECRETS", 0, "secret_type"), "GENERIC_STRING");
  account_.Run("CREATE SECRET pw TYPE = PASSWORD USERNAME = 'u' PASSWORD = 'planted'");
  EXPECT_EQ(account_.Cell("DESCRIBE SECRET pw", 0, "username"), "u");
  account_.Run("ALTER SECRET pw UNSET COMMENT");
}

TEST_F(PlainKindsTest, SecretErrorsNeverQuoteTheValue) {
  for (const char* sql : {
           "CREATE SECRET a SECRET_STRING = 'planted'",
           "CREATE SECRET a TYPE = GENERIC_STRING PASSWORD = 'planted'",
           "CREATE SECRET a TYPE = PASSWORD USERNAME = 'u'",
           "CREATE SECRET a TYPE = PASSWORD SECRET_STRING = 'planted'",
           "CREATE SECRET a TYPE = GENERIC_STRING SECRET_STRING = 'planted' 'planted'",
           "CREATE SECRET a TYPE = GENERIC_STRING SECRET_STRING == 'planted'",
           "CREATE SECRET a TYPE = SYMMETRIC_KEY ALGORITHM = 'planted'",
           "CREATE SECRET a TYPE = GENERIC_STRING SECRET_STRING = 'planted' SECRET_STRING = 'planted'",
       }) {
    const std::string error = account_.Error(sql);
    EXPECT_NE(error, "") << sql;
    EXPECT_FALSE(absl::StrContains(error, "planted")) << error;
  }
}

TEST_F(PlainKindsTest, NetworkRule) {
  account_.Run("CREATE NETWORK RULE r TYPE = HOST_PORT MODE = EGRESS VALUE_LIST = ('huggingface.co', 'a.b:8080')");
  EXPECT_EQ(account_.Cell("SHOW NETWORK RULES", 0, "entries_in_valuelist"), "2");
  EXPECT_EQ(account_.Cell("DESCRIBE NETWORK RULE r", 0, "value_list"), "huggingface.co,a.b:8080");
  account_.Run("ALTER NETWORK RULE r SET VALUE_LIST = ('x.y:443') COMMENT = 'c'");
  EXPECT_EQ(account_.Cell("DESC NETWORK RULE r", 0, "value_list"), "x.y:443");
  EXPECT_NE(account_.Error("CREATE NETWORK RULE x TYPE = HOST_PORT VALUE_LIST = ('a.b')"), "");
  EXPECT_NE(account_.Error("CREATE NETWORK RULE x TYPE = IPV4 MODE = EGRESS VALUE_LIST = ('1.2.3.4')"), "");
  EXPECT_NE(account_.Error("CREATE NETWORK RULE x MODE = EGRESS VALUE_LIST = ()"), "");
  EXPECT_NE(account_.Error("ALTER NETWORK RULE r SET VALUE_LIST = ('*.y')"), "");
  EXPECT_EQ(account_.Cell("DESC NETWORK RULE r", 0, "value_list"), "x.y:443");
}

TEST(NetworkRuleTest, HostsAndPorts) {
  for (const char* good : {"a.b", "a.b:443", "a.b:22", "a.b:80", "a.b:1024", "a.b:65535", "0.0.0.0:443", "0.0.0.0:80",
                           "1.2.3.4:443", "my-host.x_y.com"}) {
    EXPECT_TRUE(CheckRuleValue("HOST_PORT", good).ok()) << good;
  }
  for (const char* bad : {"", "a.b:81", "a.b:1023", "a.b:65536", "a.b:x", "a.b:1:2", "*.b", "0.0.0.0:8080", "a..b",
                          "-a.b", "https://a.b", "a b"}) {
    EXPECT_FALSE(CheckRuleValue("HOST_PORT", bad).ok()) << bad;
  }
  EXPECT_TRUE(CheckRuleValue("IPV4", "10.0.0.0/8").ok());
  EXPECT_FALSE(CheckRuleValue("IPV4", "10.0.0.0/33").ok());
  EXPECT_FALSE(CheckRuleValue("IPV4", "example.com").ok());
}

TEST_F(PlainKindsTest, Integration) {
  account_.Admin({"CREATE NETWORK RULE d.s.r TYPE = HOST_PORT MODE = EGRESS VALUE_LIST = ('a.b')",
                  "CREATE NETWORK RULE d.s.i TYPE = IPV4 VALUE_LIST = ('10.0.0.1')",
                  "CREATE SECRET d.s.k TYPE = GENERIC_STRING SECRET_STRING = 'v'"});
  EXPECT_EQ(account_.Error("CREATE EXTERNAL ACCESS INTEGRATION e ALLOWED_NETWORK_RULES = (nosuch) ENABLED = TRUE"),
            "002003/02000 SQL compilation error:\nNetwork Rule 'D.S.NOSUCH' does not exist or not authorized.");
  EXPECT_NE(account_.Error("CREATE EXTERNAL ACCESS INTEGRATION e ALLOWED_NETWORK_RULES = (i) ENABLED = TRUE"), "");
  EXPECT_NE(account_.Error("CREATE EXTERNAL ACCESS INTEGRATION e ENABLED = TRUE"), "");
  EXPECT_NE(account_.Error("CREATE EXTERNAL ACCESS INTEGRATION e ALLOWED_NETWORK_RULES = (r)"), "");
  account_.Run(
      "CREATE EXTERNAL ACCESS INTEGRATION e ALLOWED_NETWORK_RULES = (r) "
      "ALLOWED_AUTHENTICATION_SECRETS = (k) ENABLED = TRUE COMMENT = 'c'");
  EXPECT_EQ(account_.Cell("SHOW INTEGRATIONS", 0, "type"), "EXTERNAL_ACCESS");
  EXPECT_EQ(account_.Cell("SHOW EXTERNAL ACCESS INTEGRATIONS LIKE 'e'", 0, "enabled"), "true");
  EXPECT_EQ(account_.Cell("DESCRIBE INTEGRATION e", 1, "property_value"), "[D.S.R]");
  EXPECT_EQ(account_.Cell("DESC EXTERNAL ACCESS INTEGRATION e", 3, "property_value"), "[D.S.K]");
  EXPECT_EQ(account_.Error("DROP NETWORK RULE r"),
            "001493/23001 Cannot drop Network rule R as it is associated with integration E.");
  EXPECT_EQ(account_.Error("DROP SECRET k"),
            "001493/23001 Cannot drop Secret K as it is associated with integration E.");
  account_.Run("ALTER INTEGRATION e SET ENABLED = FALSE ALLOWED_AUTHENTICATION_SECRETS = ALL");
  EXPECT_EQ(account_.Cell("DESCRIBE INTEGRATION e", 3, "property_value"), "all");
  account_.Admin({"DROP SECRET d.s.k", "ALTER EXTERNAL ACCESS INTEGRATION e UNSET COMMENT"});
  account_.Admin({"DROP EXTERNAL ACCESS INTEGRATION e", "DROP NETWORK RULE d.s.r"});
}

TEST_F(PlainKindsTest, User) {
  account_.Run(
      "CREATE USER ana LOGIN_NAME = 'ana@x' PASSWORD = 'planted' DEFAULT_ROLE = public DEFAULT_NAMESPACE = d.s");
  EXPECT_EQ(account_.Cell("SHOW USERS LIKE 'ana'", 0, "login_name"), "ANA@X");
  EXPECT_EQ(account_.Cell("SHOW USERS LIKE 'ana'", 0, "has_password"), "true");
  EXPECT_EQ(account_.engine().FindUser("ana@x")->default_namespace, "D.S");
  EXPECT_EQ(account_.Error("CREATE USER eve LOGIN_NAME = 'ANA@X'").substr(0, 12), "002002/42710");
  EXPECT_EQ(account_.Error("ALTER USER ana SET RSA_PUBLIC_KEY = 'no key'").substr(0, 12), "394411/22023");
  account_.Run("ALTER USER ana SET DISABLED = TRUE");
  EXPECT_TRUE(account_.engine().FindUser("ana@x")->disabled);
  account_.Run("DROP USER ana");
  EXPECT_FALSE(account_.engine().FindUser("ana@x").ok());
}

TEST_F(PlainKindsTest, Warehouse) {
  account_.Run("CREATE WAREHOUSE w WITH WAREHOUSE_SIZE = 'XSMALL' AUTO_SUSPEND = 60 INITIALLY_SUSPENDED = TRUE");
  EXPECT_EQ(account_.Cell("SHOW WAREHOUSES LIKE 'W'", 0, "state"), "SUSPENDED");
  account_.Run("ALTER WAREHOUSE w RESUME");
  EXPECT_EQ(account_.Error("ALTER WAREHOUSE w RESUME"), "090064/22000 Invalid state. Warehouse 'W' cannot be resumed.");
  account_.Run("ALTER WAREHOUSE w RESUME IF SUSPENDED");
  account_.Run("ALTER WAREHOUSE w SET WAREHOUSE_SIZE = LARGE COMMENT = 'c'");
  EXPECT_EQ(account_.Cell("SHOW WAREHOUSES LIKE 'W'", 0, "size"), "Large");
  account_.Run("ALTER WAREHOUSE w UNSET COMMENT, WAREHOUSE_SIZE");
  EXPECT_EQ(account_.Cell("SHOW WAREHOUSES LIKE 'W'", 0, "size"), "X-Small");
  EXPECT_EQ(account_.Error("ALTER WAREHOUSE w SET WAREHOUSE_SIZE = HUGE"),
            "001008/22023 SQL compilation error:\ninvalid value [HUGE] for parameter 'WAREHOUSE_SIZE'");
  account_.Run("DROP WAREHOUSE w");
}

TEST_F(PlainKindsTest, WhatASchemaHoldsCanBeAsked) {
  account_.Run("CREATE TABLE t (a INT)");
  EXPECT_EQ(account_.ColumnOf("SHOW OBJECTS IN SCHEMA d.s", "name"), "T");
  EXPECT_EQ(account_.Cell("SHOW OBJECTS IN DATABASE d", 0, "schema_name"), "S");
  for (const char* plural : {"USER FUNCTIONS", "PROCEDURES", "STREAMS", "MASKING POLICIES"}) {
    EXPECT_EQ(account_.ColumnOf(absl::StrCat("SHOW ", plural, " IN SCHEMA d.s"), "name"), "") << plural;
    EXPECT_EQ(account_.Error(absl::StrCat("SHOW ", plural, " IN SCHEMA d.nowhere")).substr(0, 12), "002043/02000");
  }
}

TEST_F(PlainKindsTest, Tags) {
  const auto tags = [&](const char* kind, const char* name) -> std::string {
    const nlohmann::json objects = account_.engine().Objects();  // the loop must not outlive it
    for (const nlohmann::json& row : objects[kind]) {
      if (row["name"] == name) return row.value("tags", nlohmann::json::object()).dump();
    }
    return "no such object";
  };
  account_.Run("CREATE TAG cost COMMENT = 'c'");
  account_.Run("CREATE TAG team");
  EXPECT_EQ(account_.ColumnOf("SHOW TAGS", "name"), "COST,TEAM");
  account_.Run("CREATE STAGE tagged WITH TAG (cost = 'a''b', team = '1') COMMENT = 'x'");
  EXPECT_EQ(tags("STAGE", "TAGGED"), R"({"D.S.COST":"a'b","D.S.TEAM":"1"})");
  account_.Run("ALTER STAGE tagged SET TAG team = '2'");
  account_.Run("ALTER STAGE tagged UNSET TAG cost");
  EXPECT_EQ(tags("STAGE", "TAGGED"), R"({"D.S.TEAM":"2"})");
  account_.Run("ALTER STAGE tagged SET COMMENT = 'y'");
  EXPECT_EQ(tags("STAGE", "TAGGED"), R"({"D.S.TEAM":"2"})");
  account_.Run("CREATE TABLE tagged (a INT) TAG (cost = '1')");
  EXPECT_EQ(tags("TABLE", "TAGGED"), R"({"D.S.COST":"1"})");
  // A tag that is not there, or a value too long, refuses the whole statement.
  EXPECT_THAT(account_.Error("CREATE STAGE other WITH TAG (nothing = '1')"), ::testing::HasSubstr("does not exist"));
  EXPECT_EQ(account_.Rows("SHOW STAGES LIKE 'OTHER'"), 0u);
  EXPECT_FALSE(account_.Error(absl::StrCat("ALTER STAGE tagged SET TAG team = '", std::string(257, 'x'), "'")).empty());
  account_.Run("DROP TAG team");
}

TEST_F(PlainKindsTest, Parameters) {
  EXPECT_EQ(account_.Cell("SHOW PARAMETERS LIKE 'AUTOCOMMIT' IN SESSION", 0, "value"), "true");
  EXPECT_EQ(account_.Columns("SHOW PARAMETERS"), "key,value,default,level,description,type");
}

}  // namespace
}  // namespace spcs::engine
