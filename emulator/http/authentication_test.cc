// SPDX-License-Identifier: MPL-2.0
// Who gets in: every way a token can be wrong, over HTTP.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "emulator/http/keys.h"
#include "emulator/http/testing.h"
#include "provider/base/file.h"

namespace spcs::emulator_http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class AuthenticationTest : public EmulatorTest {
 protected:
  void SetUp() override { Start(); }

  Answer With(const std::string& token, const std::string& type = "KEYPAIR_JWT") {
    return StatementAs(Headers(token, type), "SELECT 1", {.role = ""});
  }
  std::string NewToken(const nlohmann::json& request) {
    const Answer answer = Admin("POST", "tokens", request);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.body.value("token", "");
  }
};

TEST_F(AuthenticationTest, GoodToken) {
  EXPECT_EQ(With(Token()).status, 200);
}

TEST_F(AuthenticationTest, TokenTypeMayBeLeftOut) {
  httplib::Headers headers = Headers(Token());
  headers.erase("X-Snowflake-Authorization-Token-Type");
  EXPECT_EQ(StatementAs(headers, "SELECT 1").status, 200);
}

TEST_F(AuthenticationTest, ErrorBodyHasBothCodes) {
  const Answer answer = With("nonsense");
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.code(), "394306");
  EXPECT_EQ(answer.body["error_code"], "394306");
  EXPECT_EQ(answer.body["request_id"], answer.header("X-Snowflake-Request-ID"));
  EXPECT_FALSE(answer.body["message"].get<std::string>().empty());
}

TEST_F(AuthenticationTest, EachBadJwtHasItsCode) {
  const absl::Time now = absl::Now();
  EXPECT_EQ(With(Token({.issued = now - absl::Minutes(10), .expires = now - absl::Minutes(1)})).code(), kJwtExpired);
  EXPECT_EQ(With(Token({.issued = now + absl::Minutes(5), .expires = now + absl::Minutes(9)})).code(), kJwtNotYetValid);
  EXPECT_EQ(With(Token({.issued = now, .expires = now - absl::Minutes(1)})).code(), kJwtBadExpiry);
  EXPECT_EQ(With(Token({.fingerprint = "SHA256:AAAA"})).code(), kJwtFingerprint);
  EXPECT_EQ(With(Token({.account = "OTHER-ACCOUNT"})).code(), kJwtInvalid);
  EXPECT_EQ(With(Token({.user = "NOBODY"})).code(), kJwtInvalid);
  EXPECT_EQ(With(Token({.user = "spcs_demo_user"})).code(), kJwtInvalid);
  const std::string token = Token();
  EXPECT_EQ(With(token.substr(0, token.size() - 10) + "AAAAAAAAAA").code(), kJwtInvalid);
}

TEST_F(AuthenticationTest, LocatorNamesTheAccountToo) {
  EXPECT_EQ(With(Token({.account = server().engine().account().locator})).status, 200);
}

TEST_F(AuthenticationTest, KeyOfAnotherUserIsRefused) {
  ASSERT_EQ(Statement("CREATE USER OTHER").status, 200);
  EXPECT_EQ(With(Token({.user = "OTHER"})).code(), kJwtFingerprint);
}

TEST_F(AuthenticationTest, SecondKeyLetsKeysRotate) {
  const std::string key = *NewRsaKey();
  ASSERT_EQ(Statement("ALTER USER SPCS_DEMO_USER SET RSA_PUBLIC_KEY_2 = '" + *PublicKeyOf(key) + "'").status, 200);
  const absl::Time now = absl::Now();
  EXPECT_EQ(With(*MakeJwt({.issued = now - absl::Seconds(1), .expires = now + absl::Minutes(1)}, key)).status, 200);
  EXPECT_EQ(With(Token()).status, 200);
}

TEST_F(AuthenticationTest, MissingOrOddAuthorization) {
  httplib::Headers headers = Headers(Token());
  headers.erase("Authorization");
  EXPECT_EQ(StatementAs(headers, "SELECT 1").status, 401);
  headers.emplace("Authorization", "Basic abc");
  EXPECT_EQ(StatementAs(headers, "SELECT 1").status, 401);
  EXPECT_EQ(With(Token(), "NO_SUCH_TYPE").status, 401);
}

TEST_F(AuthenticationTest, ProgrammaticAccessToken) {
  const std::string token = NewToken({{"type", "PROGRAMMATIC_ACCESS_TOKEN"},
                                      {"user", "SPCS_DEMO_USER"},
                                      {"role_restriction", "ACCOUNTADMIN"},
                                      {"expires_in", 600}});
  const httplib::Headers headers = Headers(token, "PROGRAMMATIC_ACCESS_TOKEN");
  EXPECT_EQ(StatementAs(headers, "SELECT CURRENT_ROLE()", {.role = ""}).body["data"][0][0], "ACCOUNTADMIN");
  EXPECT_EQ(StatementAs(headers, "SELECT 1", {.role = "SPCS_DEMO"}).code(), "390189");
  EXPECT_EQ(With(token, "OAUTH").code(), "390303");
  Admin("POST", "clock:advance", {{"seconds", 601}});
  const Answer expired = StatementAs(headers, "SELECT 1");
  EXPECT_EQ(expired.status, 401);
  EXPECT_THAT(expired.body["message"].get<std::string>(), HasSubstr("PAT_INVALID"));
}

TEST_F(AuthenticationTest, TokenMadeBySqlSignsInAndIsNeverKept) {
  const Send named = {.query = {{"requestId", "11111111-1111-4111-8111-111111111111"}}};
  const std::string sql =
      "ALTER USER SPCS_DEMO_USER ADD PROGRAMMATIC ACCESS TOKEN ci ROLE_RESTRICTION = 'SPCS_DEMO' DAYS_TO_EXPIRY = 1";
  const Answer added = Statement(sql, named);
  ASSERT_EQ(added.status, 200) << added.body;
  const std::string token = added.body["data"][0][1];
  const httplib::Headers headers = Headers(token, "PROGRAMMATIC_ACCESS_TOKEN");
  EXPECT_EQ(StatementAs(headers, "SELECT CURRENT_ROLE()", {.role = ""}).body["data"][0][0], "SPCS_DEMO");
  EXPECT_EQ(StatementAs(headers, "SELECT 1", {.role = "ACCOUNTADMIN"}).code(), "390189");
  EXPECT_THAT(Admin("GET", "statements").body.dump(), Not(HasSubstr(token)));
  EXPECT_THAT(Admin("GET", "objects").body.dump(), Not(HasSubstr(token)));
  // Asked again under the same request id: the same token while the process lives, none of it on the disk.
  Send repeat = named;
  repeat.query["retry"] = "true";
  EXPECT_EQ(Statement(sql, repeat).body["data"][0][1], token);
  Start();
  EXPECT_EQ(StatementAs(headers, "SELECT 1", {.role = ""}).status, 200);
  EXPECT_EQ(Statement(sql, repeat).code(), "002002");
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder())) {
    if (!file.is_regular_file()) continue;
    EXPECT_THAT(*ReadFile(file.path().string()), Not(HasSubstr(token))) << file.path();
  }
  Admin("POST", "clock:advance", {{"seconds", 86401}});
  EXPECT_THAT(StatementAs(headers, "SELECT 1").body["message"].get<std::string>(), HasSubstr("PAT_INVALID"));
}

TEST_F(AuthenticationTest, RemovedTokenNoLongerSignsIn) {
  const std::string token =
      Statement("ALTER USER SPCS_DEMO_USER ADD PAT x ROLE_RESTRICTION = 'SPCS_DEMO'").body["data"][0][1];
  EXPECT_EQ(With(token, "PROGRAMMATIC_ACCESS_TOKEN").status, 200);
  ASSERT_EQ(Statement("ALTER USER SPCS_DEMO_USER REMOVE PAT x").status, 200);
  EXPECT_EQ(With(token, "PROGRAMMATIC_ACCESS_TOKEN").status, 401);
}

TEST_F(AuthenticationTest, OauthToken) {
  EXPECT_EQ(With("unknown", "OAUTH").code(), "390303");
  const std::string token = NewToken({{"type", "oauth"}, {"user", "spcs_demo_user"}});
  EXPECT_EQ(With(token, "OAUTH").status, 200);
  EXPECT_EQ(With(NewToken({{"type", "OAUTH"}, {"user", "SPCS_DEMO_USER"}, {"expires_in", 0}}), "OAUTH").code(),
            "390318");
}

TEST_F(AuthenticationTest, TokensSurviveARestart) {
  const std::string token = NewToken({{"type", "OAUTH"}, {"user", "SPCS_DEMO_USER"}});
  Start();
  EXPECT_EQ(With(token, "OAUTH").status, 200);
}

TEST_F(AuthenticationTest, BadTokenRequestsSayWhy) {
  EXPECT_EQ(Admin("POST", "tokens", {{"type", "X"}, {"user", "SPCS_DEMO_USER"}}).status, 400);
  EXPECT_EQ(Admin("POST", "tokens", {{"type", "OAUTH"}, {"user", "NOBODY"}}).status, 404);
  EXPECT_EQ(Admin("POST", "tokens", {{"type", "OAUTH"}, {"user", "SPCS_DEMO_USER"}, {"role_restriction", "X"}}).status,
            400);
  EXPECT_EQ(Admin("POST", "tokens", {{"type", "OAUTH"}, {"user", "SPCS_DEMO_USER"}, {"expires_in", "x"}}).status, 400);
}

}  // namespace
}  // namespace spcs::emulator_http
