// SPDX-License-Identifier: MPL-2.0
// Secrets by type, the security integrations behind them, and who may name what.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "emulator/engine/testing.h"

namespace spcs::engine {
namespace {

using ::testing::HasSubstr;

constexpr char kOauth[] =
    "CREATE SECURITY INTEGRATION google TYPE = API_AUTHENTICATION AUTH_TYPE = OAUTH2 OAUTH_CLIENT_ID = 'id' "
    "OAUTH_CLIENT_SECRET = 'planted' OAUTH_ALLOWED_SCOPES = ('a', 'b') ENABLED = TRUE";
constexpr char kCode[] =
    "CREATE SECURITY INTEGRATION code TYPE = API_AUTHENTICATION AUTH_TYPE = OAUTH2 OAUTH_CLIENT_ID = 'id' "
    "OAUTH_CLIENT_SECRET = 'planted' OAUTH_GRANT = 'AUTHORIZATION_CODE' ENABLED = TRUE";
constexpr char kCloud[] =
    "CREATE SECURITY INTEGRATION aws TYPE = API_AUTHENTICATION AUTH_TYPE = AWS_IAM AWS_ROLE_ARN = 'arn' ENABLED = TRUE";

class SecretTest : public ::testing::Test {
 protected:
  SecretTest() {
    account_.Admin({"CREATE DATABASE d", "CREATE SCHEMA d.s", kOauth, kCode, kCloud});
    account_.session().database = "D";
    account_.session().schema = "S";
  }
  std::string Described(const char* column) { return account_.Cell("DESCRIBE SECRET t", 0, column); }
  TestAccount account_;
};

TEST_F(SecretTest, ClientCredentials) {
  account_.Run("CREATE SECRET t TYPE = OAUTH2 API_AUTHENTICATION = google OAUTH_SCOPES = ('a')");
  EXPECT_EQ(Described("oauth_scopes"), "[a]");
  EXPECT_EQ(Described("integration_name"), "GOOGLE");
  EXPECT_EQ(account_.Cell("SHOW SECRETS", 0, "oauth_scopes"), "[a]");
  account_.Run("ALTER SECRET t SET OAUTH_SCOPES = ('a', 'b') COMMENT = 'c'");
  EXPECT_EQ(Described("oauth_scopes"), "[a, b]");
  account_.Run("ALTER SECRET t SET OAUTH_SCOPES = ()");
  EXPECT_EQ(Described("oauth_scopes"), "[]");
  EXPECT_THAT(account_.Error("ALTER SECRET t SET OAUTH_SCOPES = ('c')"), HasSubstr("invalid value [c]"));
  EXPECT_THAT(account_.Error("ALTER SECRET t SET API_AUTHENTICATION = code"), HasSubstr("invalid property"));
}

TEST_F(SecretTest, AuthorizationCode) {
  account_.Run(
      "CREATE SECRET t TYPE = OAUTH2 API_AUTHENTICATION = code OAUTH_REFRESH_TOKEN = 'planted' "
      "OAUTH_REFRESH_TOKEN_EXPIRY_TIME = '2049-01-06 20:00:00 +0000'");
  EXPECT_EQ(Described("oauth_refresh_token_expiry_time").substr(0, 10), "2493576000");
  account_.Run("ALTER SECRET t SET OAUTH_REFRESH_TOKEN_EXPIRY_TIME = '2050-01-01'");
  EXPECT_EQ(Described("oauth_refresh_token_expiry_time").substr(0, 10), "2524608000");
  EXPECT_FALSE(absl::StrContains(account_.engine().Objects().dump(), "planted"));
}

TEST_F(SecretTest, KeysAndTokensOfClouds) {
  account_.Run("CREATE SECRET k TYPE = SYMMETRIC_KEY ALGORITHM = GENERIC");
  account_.Run("CREATE SECRET t TYPE = CLOUD_PROVIDER_TOKEN API_AUTHENTICATION = 'aws' ENABLED = TRUE");
  account_.Run("ALTER SECRET t SET API_AUTHENTICATION = aws");
  account_.Run("CREATE TAG cost");
  account_.Run("CREATE SECRET g TYPE = GENERIC_STRING SECRET_STRING = 'x' WITH TAG (cost = '1')");
  account_.Run("ALTER SECRET g SET TAG cost = '2'");
  account_.Run("ALTER SECRET g UNSET TAG cost");
}

TEST_F(SecretTest, RefusesWhatTheTypeDoesNotHave) {
  for (const char* sql : {
           "CREATE SECRET x TYPE = JWT_KEY_PAIR",
           "CREATE SECRET x TYPE = OAUTH2",
           "CREATE SECRET x TYPE = OAUTH2 API_AUTHENTICATION = nosuch",
           "CREATE SECRET x TYPE = OAUTH2 API_AUTHENTICATION = aws",
           "CREATE SECRET x TYPE = OAUTH2 API_AUTHENTICATION = google OAUTH_REFRESH_TOKEN = 'planted'",
           "CREATE SECRET x TYPE = OAUTH2 API_AUTHENTICATION = code OAUTH_REFRESH_TOKEN = 'planted'",
           "CREATE SECRET x TYPE = OAUTH2 API_AUTHENTICATION = code OAUTH_SCOPES = ('a')",
           "CREATE SECRET x TYPE = OAUTH2 API_AUTHENTICATION = code OAUTH_REFRESH_TOKEN = 'planted' "
           "OAUTH_REFRESH_TOKEN_EXPIRY_TIME = 'soon'",
           "CREATE SECRET x TYPE = CLOUD_PROVIDER_TOKEN API_AUTHENTICATION = google ENABLED = TRUE",
           "CREATE SECRET x TYPE = CLOUD_PROVIDER_TOKEN API_AUTHENTICATION = aws",
           "CREATE SECRET x TYPE = SYMMETRIC_KEY",
           "CREATE SECRET x TYPE = SYMMETRIC_KEY ALGORITHM = AES",
           "CREATE SECRET x TYPE = SYMMETRIC_KEY ALGORITHM = GENERIC SECRET_STRING = 'planted'",
       }) {
    const std::string error = account_.Error(sql);
    EXPECT_NE(error, "") << sql;
    EXPECT_FALSE(absl::StrContains(error, "planted")) << error;
  }
  EXPECT_EQ(account_.Rows("SHOW SECRETS"), 0u);
}

TEST_F(SecretTest, IntegrationsShareTheirNames) {
  account_.Admin({"CREATE NETWORK RULE d.s.r TYPE = HOST_PORT MODE = EGRESS VALUE_LIST = ('a.b')",
                  "CREATE EXTERNAL ACCESS INTEGRATION e ALLOWED_NETWORK_RULES = (d.s.r) "
                  "ALLOWED_AUTHENTICATION_SECRETS = (ALL) ALLOWED_API_AUTHENTICATION_INTEGRATIONS = (google) "
                  "ENABLED = TRUE"});
  EXPECT_EQ(account_.Cell("DESCRIBE INTEGRATION e", 2, "property_value"), "[GOOGLE]");
  EXPECT_EQ(account_.Cell("DESCRIBE INTEGRATION e", 3, "property_value"), "all");
  EXPECT_EQ(account_.ColumnOf("SHOW EXTERNAL ACCESS INTEGRATIONS", "name"), "E");
  EXPECT_EQ(account_.Rows("SHOW INTEGRATIONS"), 4u);
  EXPECT_EQ(account_.Rows("SHOW SECURITY INTEGRATIONS"), 3u);
  EXPECT_EQ(account_.Cell("DESC INTEGRATION code", 2, "property_value"), "AUTHORIZATION_CODE");
  account_.Run("ALTER INTEGRATION e SET ALLOWED_AUTHENTICATION_SECRETS = (NONE)");
  account_.Run("ALTER INTEGRATION e SET ALLOWED_API_AUTHENTICATION_INTEGRATIONS = (NONE)");
  EXPECT_EQ(account_.Cell("DESCRIBE INTEGRATION e", 2, "property_value"), "[]");
  EXPECT_EQ(account_.Cell("DESCRIBE INTEGRATION e", 3, "property_value"), "[]");
  EXPECT_NE(account_.Error("ALTER INTEGRATION e SET ALLOWED_API_AUTHENTICATION_INTEGRATIONS = (e)"), "");
  EXPECT_NE(account_.Error("ALTER INTEGRATION e SET ALLOWED_API_AUTHENTICATION_INTEGRATIONS = (ALL)"), "");
  EXPECT_NE(account_.Error("ALTER INTEGRATION google SET ENABLED = FALSE"), "");
  EXPECT_NE(account_.Error("DROP SECURITY INTEGRATION e"), "");
  EXPECT_NE(account_.Error(kOauth), "");
  account_.Run("DROP SECURITY INTEGRATION google");
}

TEST_F(SecretTest, APoolOfAnApplicationIsItsAlone) {
  EXPECT_THAT(account_.Error("CREATE COMPUTE POOL p FOR APPLICATION app MIN_NODES = 1 MAX_NODES = 1 "
                             "INSTANCE_FAMILY = CPU_X64_XS"),
              HasSubstr("does not exist"));
  account_.Run("CREATE APPLICATION app FROM APPLICATION PACKAGE pkg");
  account_.Run("CREATE COMPUTE POOL p FOR APPLICATION app MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_XS");
  EXPECT_EQ(account_.Cell("SHOW COMPUTE POOLS", 0, "is_exclusive"), "true");
  EXPECT_EQ(account_.Cell("DESCRIBE COMPUTE POOL p", 0, "application"), "APP");
}

}  // namespace
}  // namespace spcs::engine
