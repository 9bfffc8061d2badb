// SPDX-License-Identifier: MPL-2.0
// Secrets of the types that a security integration or the service itself fills, and which attributes go together.
#include "gmock/gmock.h"
#include "provider/resources/resource_fixture_for_test.h"

namespace spcs::resources {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using tf::Value;

using Members = ResourceFixture::Members;

constexpr char kEnd[] = "2049-01-06T20:00:00Z";

Members Secret(const Members& more) {
  Members members{{"database", "d"}, {"schema", "s"}, {"name", "x"}};
  for (const auto& [name, value] : more) members[name] = value;
  return members;
}

Members WithToken(const Members& more = {}) {
  Members members = Secret({{"type", "oauth2"},
                            {"api_authentication", "google"},
                            {"value_wo", "t0ken"},
                            {"value_wo_version", 1},
                            {"oauth_refresh_token_expiry_time", kEnd}});
  for (const auto& [name, value] : more) members[name] = value;
  return members;
}

TEST(SecretTypeTest, ScopesOfTheClientCredentialsFlowChangeInPlace) {
  ResourceFixture f(MakeSecret);
  const Members bare = Secret({{"type", "OAUTH2"}, {"api_authentication", "google"}});
  Members scoped = bare;
  scoped["oauth_scopes"] = Value::List{"b", "a"};
  ASSERT_OK(f.Create(scoped));
  scoped["oauth_scopes"] = Value::List{"c"};
  ASSERT_OK(f.Apply(scoped));
  ASSERT_OK(f.Apply(bare));
  EXPECT_THAT(f.account.changes(),
              ElementsAre("CREATE SECRET D.S.X TYPE = OAUTH2 API_AUTHENTICATION = GOOGLE OAUTH_SCOPES = ('a', 'b')",
                          "ALTER SECRET D.S.X SET OAUTH_SCOPES = ('c')", "ALTER SECRET D.S.X SET OAUTH_SCOPES = ()"));
}

TEST(SecretTypeTest, SendsARefreshTokenWithItsEnd) {
  ResourceFixture f(MakeSecret);
  ASSERT_OK(f.Create(WithToken()));
  EXPECT_TRUE(f.state.Get("value_wo").IsNull());
  // The same moment in another zone changes nothing.
  EXPECT_TRUE(f.PlansNothing(WithToken({{"oauth_refresh_token_expiry_time", "2049-01-06T22:00:00+02:00"}})));
  ASSERT_OK(f.Apply(WithToken({{"oauth_refresh_token_expiry_time", "2050-01-06T21:30:00+01:00"}})));
  ASSERT_OK(f.Apply(WithToken({{"value_wo", "other"}, {"value_wo_version", 2}})));
  EXPECT_THAT(f.account.changes(),
              ElementsAre("CREATE SECRET D.S.X TYPE = OAUTH2 API_AUTHENTICATION = GOOGLE OAUTH_REFRESH_TOKEN = 't0ken' "
                          "OAUTH_REFRESH_TOKEN_EXPIRY_TIME = '2049-01-06 20:00:00 +0000'",
                          "ALTER SECRET D.S.X SET OAUTH_REFRESH_TOKEN_EXPIRY_TIME = '2050-01-06 20:30:00 +0000'",
                          "ALTER SECRET D.S.X SET OAUTH_REFRESH_TOKEN = 'other' "
                          "OAUTH_REFRESH_TOKEN_EXPIRY_TIME = '2049-01-06 20:00:00 +0000'"));
}

TEST(SecretTypeTest, ReadsWhatDescribeTells) {
  ResourceFixture f(MakeSecret);
  f.account.On("SHOW SECRETS IN SCHEMA D.S",
               {{"name", "database_name", "schema_name", "secret_type", "owner"}, {{"X", "D", "S", "OAUTH2", "ME"}}});
  f.account.On("DESCRIBE SECRET D.S.X",
               {{"name", "secret_type", "oauth_refresh_token_expiry_time", "oauth_scopes", "integration_name"},
                {{"X", "OAUTH2", "2493331200.000000000", "[]", "GOOGLE"}}});
  ASSERT_OK(f.Import("D.S.X"));
  EXPECT_EQ(f.Text("api_authentication"), "GOOGLE");
  EXPECT_TRUE(f.state.Get("oauth_scopes").IsNull());
  ASSERT_OK(f.Apply(WithToken({{"oauth_refresh_token_expiry_time", "2049-01-04T00:00:00Z"}})));
  EXPECT_THAT(f.account.changes(), IsEmpty());
}

TEST(SecretTypeTest, ReplacesWhereAlterCannot) {
  ResourceFixture f(MakeSecret);
  ASSERT_OK(f.Create(WithToken()));
  ASSERT_OK(f.Plan(WithToken({{"api_authentication", "other"}})));
  EXPECT_THAT(f.replaces, ElementsAre("api_authentication"));
  ASSERT_OK(f.Plan(Secret({{"type", "OAUTH2"}, {"api_authentication", "google"}})));
  EXPECT_THAT(f.replaces, ElementsAre("value_wo_version"));
  ASSERT_OK(f.Plan(WithToken({{"value_wo_version", 2}})));
  EXPECT_THAT(f.replaces, IsEmpty());
}

TEST(SecretTypeTest, ATokenOfACloudChangesItsIntegrationInPlace) {
  ResourceFixture f(MakeSecret);
  Members secret = Secret({{"type", "CLOUD_PROVIDER_TOKEN"}, {"api_authentication", "aws"}});
  ASSERT_OK(f.Create(secret));
  secret["api_authentication"] = "aws2";
  ASSERT_OK(f.Apply(secret));
  EXPECT_THAT(f.account.changes(),
              ElementsAre("CREATE SECRET D.S.X TYPE = CLOUD_PROVIDER_TOKEN API_AUTHENTICATION = AWS ENABLED = TRUE",
                          "ALTER SECRET D.S.X SET API_AUTHENTICATION = AWS2"));
}

TEST(SecretTypeTest, ASymmetricKeyHasItsAlgorithmAndTags) {
  ResourceFixture f(MakeSecret);
  Members secret = Secret({{"type", "SYMMETRIC_KEY"}, {"tags", Value::Map{{"d.s.t", "1"}}}});
  ASSERT_OK(f.Create(secret));
  secret["tags"] = Value::Map{{"d.s.t", "2"}};
  ASSERT_OK(f.Apply(secret));
  EXPECT_THAT(f.account.changes(),
              ElementsAre("CREATE SECRET D.S.X TYPE = SYMMETRIC_KEY ALGORITHM = GENERIC WITH TAG ( D.S.T = '1' )",
                          "ALTER SECRET D.S.X SET TAG D.S.T = '2'"));
}

// What was tried: each with the attribute at fault.
TEST(SecretTypeTest, RefusesWhatDoesNotGoTogether) {
  struct Tried {
    Members config;
    const char *path, *says;
  };
  const Members oauth = Secret({{"type", "OAUTH2"}, {"api_authentication", "i"}});
  const auto with = [](Members members, const char* name, const Value& value) {
    members[name] = value;
    return members;
  };
  for (const Tried& tried : std::vector<Tried>{
           {Secret({{"type", "JWT"}, {"value_wo", "v"}, {"value_wo_version", 1}}), "type", "SYMMETRIC_KEY"},
           {Secret({}), "value_wo", "needs `value_wo`"},
           {Secret({{"value_wo", "v"}}), "value_wo_version", "needs `value_wo_version`"},
           {Secret({{"value_wo", ""}, {"value_wo_version", 1}}), "value_wo", ""},
           {Secret({{"type", "PASSWORD"}, {"value_wo", "v"}, {"value_wo_version", 1}}), "username", "needs"},
           {Secret({{"value_wo", "v"}, {"value_wo_version", 1}, {"oauth_scopes", Value::List{"a"}}}), "oauth_scopes",
            "type OAUTH2 only"},
           {Secret({{"type", "OAUTH2"}}), "api_authentication", "needs"},
           {Secret({{"type", "SYMMETRIC_KEY"}, {"value_wo", "v"}, {"value_wo_version", 1}}), "value_wo",
            "GENERIC_STRING or PASSWORD or OAUTH2"},
           {Secret({{"type", "CLOUD_PROVIDER_TOKEN"}}), "api_authentication", "needs"},
           {with(oauth, "api_authentication", "a.b"), "api_authentication", ""},
           {with(oauth, "oauth_scopes", Value::List{}), "oauth_scopes", ""},
           {with(oauth, "value_wo_version", 1), "value_wo_version", "goes with a refresh token"},
           {with(oauth, "oauth_refresh_token_expiry_time", kEnd), "oauth_refresh_token_expiry_time",
            "client credentials"},
           {with(WithToken(), "oauth_refresh_token_expiry_time", Value::Null()), "oauth_refresh_token_expiry_time",
            "needs `oauth_refresh_token_expiry_time`"},
           {with(WithToken(), "oauth_refresh_token_expiry_time", "2049-01-06 20:00:00"),
            "oauth_refresh_token_expiry_time", "RFC 3339"},
           {with(WithToken(), "oauth_scopes", Value::List{"a"}), "oauth_scopes", "remove one of the two"},
       }) {
    ResourceFixture f(MakeSecret);
    const tf::Diagnostics found = f.Validate(tried.config);
    ASSERT_TRUE(found.HasErrors()) << tried.path << ": " << tried.says;
    EXPECT_EQ(found.list()[0].path.ToString(), tried.path);
    EXPECT_THAT(found.list()[0].detail, HasSubstr(tried.says));
  }
  ResourceFixture f(MakeSecret);
  EXPECT_FALSE(f.Validate(oauth).HasErrors());
  EXPECT_FALSE(f.Validate(WithToken({{"value_wo", Value::Unknown()}})).HasErrors());
  EXPECT_FALSE(f.Validate(Secret({{"type", Value::Unknown()}})).HasErrors());
}

}  // namespace
}  // namespace spcs::resources
