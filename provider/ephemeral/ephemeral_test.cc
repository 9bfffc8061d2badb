// SPDX-License-Identifier: MPL-2.0
#include "gmock/gmock.h"
#include "provider/base/clock.h"
#include "provider/base/logger.h"
#include "provider/ephemeral/all.h"
#include "provider/resources/resource_fixture_for_test.h"
#include "provider/testing/model_check.h"

namespace spcs::ephemeral {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using tf::Value;

constexpr char kSecret[] = "pat-secret-0123456789";

// Signs in as the test wants.
class PlayedAuthenticator : public snowflake::Authenticator {
 public:
  explicit PlayedAuthenticator(std::string type) : type_(std::move(type)) {}
  absl::StatusOr<snowflake::Authorization> Authorize() override { return snowflake::Authorization{"own-token", type_}; }
  void Invalidate() override {}

 private:
  const std::string type_;
};

// Makes and removes tokens; everything else is answered by the played account.
class TokenTransport : public http::Transport {
 public:
  explicit TokenTransport(resources::PlayedAccount& account) : account_(account) {}
  absl::StatusOr<http::Response> Send(const http::Request& request, std::stop_token stop) override {
    const std::string sql = nlohmann::json::parse(request.body).value("statement", "");
    if (!absl::StrContains(sql, "PROGRAMMATIC ACCESS TOKEN")) return account_.Send(request, stop);
    statements.push_back(sql);
    if (!failure.empty()) return http::Response{422, {}, testing::ErrorBody("003001", failure)};
    if (absl::StrContains(sql, "REMOVE")) return http::Response{200, {}, testing::ResultBody({{"status"}, {{"ok"}}})};
    return http::Response{200, {}, testing::ResultBody({{"token_name", "token_secret"}, {{"SPCS_X", kSecret}}})};
  }

  std::vector<std::string> statements;
  std::string failure;

 private:
  resources::PlayedAccount& account_;
};

class EphemeralTest : public ::testing::Test {
 protected:
  using Maker = std::unique_ptr<tf::EphemeralResource> (*)(resources::Account&);

  void SignIn(const std::string& type, Maker make) {
    connected_ = std::make_unique<resources::Account>(
        clock_, logger_,
        std::make_unique<resources::Session>(snowflake::ClientOptions{.base_url = "https://acct"},
                                             std::make_unique<resources::BorrowedTransport>(tokens_),
                                             std::make_unique<PlayedAuthenticator>(type), clock_, logger_));
    ephemeral_ = make(*connected_);
  }

  absl::StatusOr<Value> Open(const Value::Map& members = {}) {
    Value::Map config;
    for (const tf::Attribute& attribute : ephemeral_->schema().attributes) config[attribute.name] = Value::Null();
    for (const auto& [name, value] : members) config[name] = value;
    tf::Context context = MakeContext();
    const auto opened = ephemeral_->Open(context, Value(config));
    private_ = context.private_state;
    if (!opened.ok()) return opened.status();
    EXPECT_FALSE(opened->renew_at.has_value());
    return opened->result;
  }
  absl::Status Close() {
    tf::Context context = MakeContext();
    return ephemeral_->Close(context);
  }
  tf::Context MakeContext() {
    return {.stop = {}, .clock = clock_, .logger = logger_, .diagnostics = diagnostics_, .private_state = private_};
  }

  FakeClock clock_{absl::FromUnixSeconds(1'767'225'600)};
  NullLogger logger_;
  resources::PlayedAccount account_;
  TokenTransport tokens_{account_};
  std::unique_ptr<resources::Account> connected_;
  std::unique_ptr<tf::EphemeralResource> ephemeral_;
  tf::Diagnostics diagnostics_;
  tf::PrivateState private_;
};

TEST_F(EphemeralTest, AKeyPairUserGetsATokenForTheRunOnly) {
  SignIn("KEYPAIR_JWT", MakeAccessToken);
  const auto result = Open({{"role", "deployer"}});
  ASSERT_OK(result);
  EXPECT_EQ(result->Get("token").AsString(), kSecret);
  EXPECT_EQ(result->Get("user").AsString(), "USER");
  EXPECT_THAT(result->Get("name").AsString(), StartsWith("SPCS_"));
  EXPECT_EQ(result->Get("expires_at").AsString(), "2026-01-02T00:00:00Z");
  EXPECT_EQ(private_.Serialize().find(kSecret), std::string::npos) << "the token's text is nowhere but in the result";
  ASSERT_OK(Close());
  ASSERT_EQ(tokens_.statements.size(), 2u);
  EXPECT_THAT(tokens_.statements[0], HasSubstr("ROLE_RESTRICTION = 'DEPLOYER' DAYS_TO_EXPIRY = 1 COMMENT = '"));
  EXPECT_EQ(tokens_.statements[1],
            "ALTER USER USER REMOVE PROGRAMMATIC ACCESS TOKEN " + result->Get("name").AsString());
}

TEST_F(EphemeralTest, EachRunHasATokenOfItsOwn) {
  SignIn("KEYPAIR_JWT", MakeAccessToken);
  const auto one = Open(), other = Open();
  ASSERT_OK(one);
  ASSERT_OK(other);
  EXPECT_NE(one->Get("name").AsString(), other->Get("name").AsString());
  EXPECT_THAT(tokens_.statements[0], HasSubstr("ROLE_RESTRICTION = 'ME'")) << "the connection's role";
}

TEST_F(EphemeralTest, ATokenOfTheConnectionIsHandedOn) {
  for (const char* type : {"PROGRAMMATIC_ACCESS_TOKEN", "OAUTH", ""}) {
    SignIn(type, MakeAccessToken);
    const auto result = Open();
    ASSERT_OK(result);
    EXPECT_EQ(result->Get("token").AsString(), "own-token");
    EXPECT_TRUE(result->Get("name").IsNull());
    EXPECT_TRUE(result->Get("expires_at").IsNull());
    ASSERT_OK(Close());
  }
  EXPECT_THAT(tokens_.statements, ElementsAre());
}

TEST_F(EphemeralTest, ATokenOfTheConnectionCannotBeRestricted) {
  SignIn("PROGRAMMATIC_ACCESS_TOKEN", MakeAccessToken);
  ASSERT_OK(Open({{"role", "me"}}));  // it has that role
  const auto refused = Open({{"role", "other"}});
  EXPECT_EQ(FactOf(refused.status(), kAttributePath), "role");
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("ME"));
}

TEST_F(EphemeralTest, ATokenThatCannotBeRemovedIsAWarningWithTheStatement) {
  SignIn("KEYPAIR_JWT", MakeAccessToken);
  ASSERT_OK(Open());
  tokens_.failure = "Insufficient privileges.";
  ASSERT_OK(Close());
  ASSERT_EQ(diagnostics_.list().size(), 1u);
  EXPECT_FALSE(diagnostics_.HasErrors());
  EXPECT_THAT(diagnostics_.list()[0].detail, HasSubstr("ALTER USER USER REMOVE PROGRAMMATIC ACCESS TOKEN SPCS_"));
}

TEST_F(EphemeralTest, WhatIsStillOpenIsGivenBackOnceAtTheEnd) {
  SignIn("KEYPAIR_JWT", MakeAccessToken);
  ASSERT_OK(Open());
  ASSERT_OK(Close());
  const auto left = Open();
  ASSERT_OK(left);
  tokens_.statements.clear();
  tf::Context context = MakeContext();
  ephemeral_->GiveBack(context);
  ephemeral_->GiveBack(context);
  EXPECT_THAT(tokens_.statements,
              ElementsAre("ALTER USER USER REMOVE PROGRAMMATIC ACCESS TOKEN " + left->Get("name").AsString()));
}

TEST_F(EphemeralTest, AMissingPrivilegeIsExplained) {
  SignIn("KEYPAIR_JWT", MakeAccessToken);
  tokens_.failure = "SQL access control error:\nInsufficient privileges to operate on user 'USER'.";
  const auto refused = Open();
  EXPECT_TRUE(absl::IsPermissionDenied(refused.status()));
  EXPECT_THAT(FactOf(refused.status(), kAdvice).value_or(""), HasSubstr("MODIFY PROGRAMMATIC AUTHENTICATION METHODS"));
  ASSERT_OK(Close());
  EXPECT_EQ(tokens_.statements.size(), 1u) << "nothing was made, nothing is removed";
}

TEST_F(EphemeralTest, TheRegistryIsThatOfTheRepository) {
  SignIn("KEYPAIR_JWT", MakeRegistryCredentials);
  const auto result = Open({{"repository_url", "org-acct.registry.snowflakecomputing.com/d/s/r"}});
  ASSERT_OK(result);
  EXPECT_EQ(result->Get("registry").AsString(), "org-acct.registry.snowflakecomputing.com");
  EXPECT_EQ(result->Get("username").AsString(), "USER");
  EXPECT_EQ(result->Get("password").AsString(), kSecret);
  EXPECT_THAT(account_.statements(), ElementsAre()) << "no listing is needed";
}

TEST_F(EphemeralTest, AnyRepositoryTellsTheRegistry) {
  SignIn("PROGRAMMATIC_ACCESS_TOKEN", MakeRegistryCredentials);
  account_.On("SHOW IMAGE REPOSITORIES IN ACCOUNT",
              {{"name", "database_name", "schema_name", "repository_url"}, {{"R", "D", "S", "127.0.0.1:5000/d/s/r"}}});
  const auto result = Open();
  ASSERT_OK(result);
  EXPECT_EQ(result->Get("registry").AsString(), "127.0.0.1:5000");
  EXPECT_EQ(result->Get("password").AsString(), "own-token");
}

TEST_F(EphemeralTest, WithoutARepositoryNoTokenIsMade) {
  SignIn("KEYPAIR_JWT", MakeRegistryCredentials);
  const auto refused = Open();
  EXPECT_TRUE(absl::IsNotFound(refused.status()));
  EXPECT_THAT(FactOf(refused.status(), kAdvice).value_or(""), HasSubstr("repository_url"));
  EXPECT_THAT(tokens_.statements, ElementsAre());
}

TEST_F(EphemeralTest, BadInputIsRefusedAtPlan) {
  SignIn("KEYPAIR_JWT", MakeRegistryCredentials);
  const auto faults = [&](const char* attribute, const char* text) {
    tf::Diagnostics found;
    for (const tf::Attribute& one : ephemeral_->schema().attributes) {
      if (one.name != attribute) continue;
      for (const tf::Validator& check : one.validators) check(Value(text), tf::Path(attribute), found);
    }
    return found.HasErrors();
  };
  for (const char* url : {"", "/d/s/r", "https://", "Bad Host/d", "host_name/d/s/r"}) {
    EXPECT_TRUE(faults("repository_url", url)) << url;
  }
  for (const char* role : {"", "a b", "a.b.c.d", "\"open"}) EXPECT_TRUE(faults("role", role)) << role;
  EXPECT_FALSE(faults("repository_url", "https://a-b.registry.snowflakecomputing.com/d/s/r"));
}

TEST_F(EphemeralTest, EverySchemaIsSound) {
  SignIn("KEYPAIR_JWT", MakeAccessToken);
  for (const auto& ephemeral : ephemeral::MakeAll(*connected_))
    testing::CheckSchema(ephemeral->type_name(), ephemeral->schema());
}

}  // namespace
}  // namespace spcs::ephemeral
