// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/access_token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nlohmann/json.hpp"
#include "provider/base/status.h"
#include "provider/testing/fake_account.h"
#include "provider/testing/fake_transport.h"

namespace spcs::snowflake {
namespace {

using namespace ::spcs::testing;  // NOLINT: the fakes
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

class AccessTokenTest : public ::testing::Test {
 protected:
  AccessTokenTest() : sql_(transport_, {.base_url = "https://acct"}) {
    transport_.Push(
        200,
        ResultBody({{"ACCOUNT_LOCATOR", "ORGANIZATION", "ACCOUNT_NAME", "ROLE_NAME", "USER_NAME", "AVAILABLE_ROLES"},
                    {{"AB1", "ORG", "ACCT", "dev", "ME", "[\"dev\"]"}}}));
  }
  // The statements behind the one that asks who we are.
  std::vector<std::string> Statements() {
    std::vector<std::string> texts;
    for (const http::Request& request : transport_.requests()) {
      texts.push_back(nlohmann::json::parse(request.body).value("statement", ""));
    }
    texts.erase(texts.begin());
    return texts;
  }
  absl::StatusOr<AccessToken> Add() { return AddAccessToken(sql_.client, {}, {}); }

  FakeTransport transport_;
  SqlFixture sql_;
};

const FakeRows kToken{{"token_name", "token_secret"}, {{"SPCS_X", "very-secret"}}};

TEST_F(AccessTokenTest, IsRestrictedToTheRoleAndExpires) {
  transport_.Push(200, ResultBody(kToken));
  const auto token = Add();
  ASSERT_TRUE(token.ok()) << token.status();
  EXPECT_EQ(token->secret, "very-secret");
  EXPECT_EQ(token->user, "ME");
  EXPECT_THAT(Statements(), ElementsAre(MatchesRegex("ALTER USER ME ADD PROGRAMMATIC ACCESS TOKEN SPCS_[A-Z0-9]+ "
                                                     "ROLE_RESTRICTION = 'dev' DAYS_TO_EXPIRY = 1 COMMENT = '.*'")));
}

TEST_F(AccessTokenTest, AfterALostAnswerTheTokenIsRemovedAndAnotherMade) {
  transport_.PushLostAnswer();
  transport_.Push(422, ErrorBody("002002", "already exists"));
  transport_.Push(200, ResultBody({{"status"}, {{"removed"}}}));
  transport_.Push(200, ResultBody(kToken));
  const auto token = Add();
  ASSERT_TRUE(token.ok()) << token.status();
  const std::vector<std::string> sent = Statements();
  ASSERT_EQ(sent.size(), 4u);
  EXPECT_EQ(sent[0], sent[1]) << "repeated as it was";
  EXPECT_THAT(sent[2], HasSubstr("REMOVE PROGRAMMATIC ACCESS TOKEN"));
  EXPECT_NE(sent[3], sent[0]) << "another name";
}

TEST_F(AccessTokenTest, MissingPrivilegeIsNamed) {
  transport_.Push(422, ErrorBody("003001", "Insufficient privileges to operate on user 'ME'."));
  const absl::Status status = Add().status();
  EXPECT_TRUE(absl::IsPermissionDenied(status)) << status;
  EXPECT_THAT(FactOf(status, kAdvice).value_or(""), HasSubstr("MODIFY PROGRAMMATIC AUTHENTICATION METHODS ON USER ME"));
}

TEST_F(AccessTokenTest, RemovingWhatIsGoneIsFine) {
  transport_.Push(200, ResultBody(kToken));
  const auto token = Add();
  transport_.Push(422, ErrorBody("002003", "does not exist"));
  EXPECT_TRUE(RemoveAccessToken(sql_.client, *token, {}).ok());
  transport_.Push(422, ErrorBody("003001", "no"));
  EXPECT_FALSE(RemoveAccessToken(sql_.client, *token, {}).ok());
}

}  // namespace
}  // namespace spcs::snowflake
