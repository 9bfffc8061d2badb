// SPDX-License-Identifier: MPL-2.0
// POST /oauth/token: a key-pair JWT becomes a token for one public endpoint.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/http/testing.h"

namespace spcs::emulator_http {
namespace {

using ::testing::HasSubstr;

class TokenExchangeTest : public EmulatorTest {
 protected:
  httplib::Result Exchange(const std::string& scope, const std::string& assertion,
                           const std::string& grant = "urn:ietf:params:oauth:grant-type:jwt-bearer") {
    return Client().Post("/oauth/token",
                         httplib::Params{{"grant_type", grant}, {"scope", scope}, {"assertion", assertion}});
  }
};

constexpr char kHost[] = "i1234567-spcs-emulator.localhost";

TEST_F(TokenExchangeTest, TheAnswerIsTheBareToken) {
  Start();
  const auto answer = Exchange(absl::StrCat("session:role:SPCS_DEMO ", kHost, ":4711"), Token());
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->status, 200) << answer->body;
  EXPECT_THAT(answer->get_header_value("Content-Type"), HasSubstr("text/plain"));
  EXPECT_EQ(answer->get_header_value("Cache-Control"), "no-store");
  // It is good at its endpoint, which does not exist here, and nowhere else.
  EXPECT_EQ(StatementAs(Headers(answer->body, "OAUTH"), "SELECT 1").status, 401);
  const auto there =
      Client().Get("/", {{"Host", kHost}, {"Authorization", absl::StrCat("Snowflake Token=\"", answer->body, "\"")}});
  EXPECT_EQ(there->status, 404);
}

TEST_F(TokenExchangeTest, RefusalsSayWhatIsWrong) {
  Start();
  EXPECT_THAT(Exchange(kHost, Token(), "password")->body, HasSubstr("unsupported_grant_type"));
  EXPECT_THAT(Exchange("session:role:SPCS_DEMO", Token())->body, HasSubstr("invalid_scope"));
  EXPECT_THAT(Exchange(absl::StrCat("session:role:spcs_demo ", kHost), Token())->body, HasSubstr("no role spcs_demo"));
  EXPECT_THAT(Exchange(kHost, "x.y.z")->body, HasSubstr("invalid_grant"));
  EXPECT_THAT(Exchange(kHost, "")->body, HasSubstr("invalid_grant"));
  EXPECT_EQ(Client().Get("/oauth/token")->status, 400);
}

}  // namespace
}  // namespace spcs::emulator_http
