// SPDX-License-Identifier: MPL-2.0
// The statements of the resources that follow the convention, to the letter.
#include <array>

#include "gmock/gmock.h"
#include "provider/resources/resource_fixture_for_test.h"

namespace spcs::resources {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using tf::Value;

using Members = ResourceFixture::Members;

Members Joined(Members members, const Members& more) {
  for (const auto& [name, value] : more) members[name] = value;
  return members;
}

const Members kInSchema{{"database", "d"}, {"schema", "s"}, {"name", "x"}};

TEST(DatabaseTest, CreatesAndAlters) {
  ResourceFixture f(MakeDatabase);
  ASSERT_OK(f.Create({{"name", "my_db"}, {"comment", "it's"}, {"data_retention_time_in_days", 1}}));
  EXPECT_EQ(f.Text("qualified_name"), "MY_DB");
  ASSERT_OK(f.Apply({{"name", "my_db"}, {"data_retention_time_in_days", 3}}));
  EXPECT_THAT(
      f.account.changes(),
      ElementsAre("CREATE DATABASE MY_DB COMMENT = 'it''s' DATA_RETENTION_TIME_IN_DAYS = 1",
                  "ALTER DATABASE MY_DB SET DATA_RETENTION_TIME_IN_DAYS = 3", "ALTER DATABASE MY_DB UNSET COMMENT"));
}

TEST(DatabaseTest, WhatIsTakenAwayIsTheAccountsAgain) {
  ResourceFixture f(MakeDatabase);
  const auto show = [&](const char* days) {
    f.account.On("SHOW DATABASES", {{"name", "owner", "retention_time"}, {{"MY_DB", "ME", days}}});
    f.clock.Advance(absl::Minutes(1));
  };
  show("5");
  ASSERT_OK(f.Create({{"name", "my_db"}, {"data_retention_time_in_days", 5}}));
  const auto planned = f.Plan({{"name", "my_db"}});
  ASSERT_OK(planned);
  EXPECT_TRUE(planned->Get("data_retention_time_in_days").IsUnknown());
  f.account.Reset();
  show("1");
  ASSERT_OK(f.Apply({{"name", "my_db"}}));
  EXPECT_THAT(f.account.changes(), ElementsAre("ALTER DATABASE MY_DB UNSET DATA_RETENTION_TIME_IN_DAYS"));
  EXPECT_TRUE(f.state.Get("data_retention_time_in_days") == Value(1));
  // What was never given is left alone, whatever it is.
  EXPECT_TRUE(f.PlansNothing({{"name", "my_db"}}));
  show("7");
  ASSERT_OK(f.Read());
  EXPECT_TRUE(f.PlansNothing({{"name", "my_db"}}));
}

TEST(TagsTest, AreGivenChangedAndTakenAwayInPlace) {
  ResourceFixture f(MakeStage);
  const auto with = [](Value tags) { return Joined(kInSchema, {{"tags", std::move(tags)}}); };
  ASSERT_OK(f.Create(with(Value::Map{{"d.s.a", "it's"}, {"d.s.\"b\"", "2"}})));
  f.account.On("SHOW STAGES IN SCHEMA D.S",
               {{"name", "database_name", "schema_name", "tags"}, {{"X", "D", "S", "none"}}});
  f.clock.Advance(absl::Minutes(1));
  ASSERT_OK(f.Apply(with(Value::Map{{"d.s.a", "it's"}, {"d.s.\"b\"", "3"}, {"d.s.c", ""}})));
  ASSERT_OK(f.Apply(kInSchema));
  EXPECT_THAT(f.account.changes(),
              ElementsAre("CREATE STAGE D.S.X ENCRYPTION = ( TYPE = 'SNOWFLAKE_SSE' ) DIRECTORY = ( ENABLE = FALSE ) "
                          "WITH TAG ( D.S.\"b\" = '2', D.S.A = 'it''s' )",
                          "ALTER STAGE D.S.X SET TAG D.S.\"b\" = '3', D.S.C = ''",
                          "ALTER STAGE D.S.X UNSET TAG D.S.\"b\", D.S.A, D.S.C"));
  EXPECT_TRUE(f.state.Get("tags").IsNull());
}

TEST(TagsTest, RefusesNamesOfFewerParts) {
  ResourceFixture f(MakeStage);
  EXPECT_TRUE(f.Validate(Joined(kInSchema, {{"tags", Value::Map{{"a", "x"}}}})).HasErrors());
  EXPECT_TRUE(f.Validate(Joined(kInSchema, {{"tags", Value::Map{{"d.s.a", std::string(257, 'x')}}}})).HasErrors());
  EXPECT_FALSE(f.Validate(Joined(kInSchema, {{"tags", Value::Map{{"d.s.a", Value::Unknown()}}}})).HasErrors());
}

TEST(DatabaseTest, CreatesTransientAndQuoted) {
  ResourceFixture f(MakeDatabase);
  ASSERT_OK(f.Create({{"name", "\"my db\""}, {"transient", true}, {"data_retention_time_in_days", 0}}));
  EXPECT_THAT(f.account.changes(), ElementsAre("CREATE TRANSIENT DATABASE \"my db\" DATA_RETENTION_TIME_IN_DAYS = 0"));
}

TEST(SchemaTest, CreatesInItsDatabase) {
  ResourceFixture f(MakeSchema);
  ASSERT_OK(f.Create({{"database", "d"}, {"name", "s"}, {"data_retention_time_in_days", 1}}));
  EXPECT_EQ(f.Text("qualified_name"), "D.S");
  EXPECT_THAT(f.account.changes(), ElementsAre("CREATE SCHEMA D.S DATA_RETENTION_TIME_IN_DAYS = 1"));
}

TEST(SchemaTest, ManagesAccess) {
  ResourceFixture f(MakeSchema);
  Members schema{{"database", "d"}, {"name", "x"}, {"data_retention_time_in_days", 1}, {"managed_access", true}};
  ASSERT_OK(f.Create(schema));
  schema["managed_access"] = false;
  ASSERT_OK(f.Apply(schema));
  EXPECT_THAT(f.account.changes(), ElementsAre("CREATE SCHEMA D.X WITH MANAGED ACCESS DATA_RETENTION_TIME_IN_DAYS = 1",
                                               "ALTER SCHEMA D.X DISABLE MANAGED ACCESS"));
}

TEST(SchemaTest, IsTransientWhereItsDatabaseIs) {
  ResourceFixture f(MakeSchema);
  f.account.On("SHOW SCHEMAS IN DATABASE D", {{"name", "database_name", "owner", "options", "retention_time"},
                                              {{"S", "D", "ME", "TRANSIENT, MANAGED ACCESS", "1"}}});
  const Members schema{{"database", "d"}, {"name", "s"}, {"managed_access", true}};
  ASSERT_OK(f.Create(schema));
  EXPECT_TRUE(f.state.Get("transient") == Value(true));
  EXPECT_TRUE(f.PlansNothing(schema));
  ASSERT_OK(f.Import("D.S"));
  EXPECT_TRUE(f.PlansNothing(schema));
}

TEST(StageTest, WritesGroups) {
  ResourceFixture f(MakeStage);
  ASSERT_OK(f.Create(kInSchema));
  ASSERT_OK(f.Apply(Joined(kInSchema, {{"directory_enabled", true}, {"comment", "c"}})));
  EXPECT_THAT(f.account.changes(),
              ElementsAre("CREATE STAGE D.S.X ENCRYPTION = ( TYPE = 'SNOWFLAKE_SSE' ) DIRECTORY = ( ENABLE = FALSE )",
                          "ALTER STAGE D.S.X SET DIRECTORY = ( ENABLE = TRUE ) COMMENT = 'c'"));
}

// ALTER STAGE and ALTER IMAGE REPOSITORY have no UNSET COMMENT.
TEST(StageTest, ACommentIsRemovedByAnEmptyOne) {
  ResourceFixture f(MakeStage);
  ASSERT_OK(f.Create(Joined(kInSchema, {{"comment", "c"}})));
  ASSERT_OK(f.Apply(kInSchema));
  EXPECT_EQ(f.account.changes().back(), "ALTER STAGE D.S.X SET COMMENT = ''");
}

TEST(StageTest, AnotherEncryptionReplaces) {
  ResourceFixture f(MakeStage);
  ASSERT_OK(f.Create(kInSchema));
  ASSERT_OK(f.Plan(Joined(kInSchema, {{"encryption", "SNOWFLAKE_FULL"}})));
  EXPECT_THAT(f.replaces, ElementsAre("encryption"));
}

TEST(ImageRepositoryTest, ReadsItsUrl) {
  ResourceFixture f(MakeImageRepository);
  f.account.On(
      "SHOW IMAGE REPOSITORIES IN ACCOUNT",
      {{"name", "database_name", "schema_name", "repository_url", "owner"}, {{"X", "D", "S", "reg/d/s/x", "ME"}}});
  ASSERT_OK(f.Create(kInSchema));
  EXPECT_EQ(f.Text("repository_url"), "reg/d/s/x");
  EXPECT_THAT(f.account.changes(), ElementsAre("CREATE IMAGE REPOSITORY D.S.X"));
}

TEST(ImageRepositoryTest, IsAskedForWithoutDescribe) {
  ResourceFixture f(MakeImageRepository);
  ASSERT_OK(f.Create(kInSchema));
  f.account.Reset();
  f.clock.Advance(absl::Minutes(1));
  ASSERT_OK(f.Read());
  EXPECT_TRUE(f.state.IsNull());
  EXPECT_THAT(f.account.statements(), ::testing::Contains("SHOW IMAGE REPOSITORIES LIKE 'X' IN SCHEMA D.S"));
  EXPECT_THAT(f.account.statements(), ::testing::Not(::testing::Contains(HasSubstr("DESCRIBE"))));
}

TEST(NetworkRuleTest, WritesWordsAndLists) {
  ResourceFixture f(MakeNetworkRule);
  const Members rule =
      Joined(kInSchema, {{"type", "HOST_PORT"}, {"mode", "EGRESS"}, {"value_list", Value::List{"b:443", "a:443"}}});
  ASSERT_OK(f.Create(rule));
  ASSERT_OK(f.Apply(Joined(rule, {{"value_list", Value::List{"c:80"}}})));
  EXPECT_THAT(f.account.changes(),
              ElementsAre("CREATE NETWORK RULE D.S.X TYPE = HOST_PORT MODE = EGRESS VALUE_LIST = ('a:443', 'b:443')",
                          "ALTER NETWORK RULE D.S.X SET VALUE_LIST = ('c:80')"));
}

TEST(NetworkRuleTest, ReadsItsValuesFromDescribe) {
  ResourceFixture f(MakeNetworkRule);
  f.account.On("SHOW NETWORK RULES IN SCHEMA D.S",
               {{"name", "database_name", "schema_name", "type", "mode", "comment", "owner"},
                {{"X", "D", "S", "HOST_PORT", "EGRESS", "", "ME"}}});
  f.account.On("DESCRIBE NETWORK RULE D.S.X", {{"name", "value_list"}, {{"X", "a:443,b:80"}}});
  ASSERT_OK(f.Import("d.s.x"));
  EXPECT_TRUE(f.PlansNothing(
      Joined(kInSchema, {{"type", "HOST_PORT"}, {"mode", "EGRESS"}, {"value_list", Value::List{"a:443", "b:80"}}})));
}

TEST(IntegrationTest, WritesNamesAndUsesTheGeneralWordToDrop) {
  ResourceFixture f(MakeExternalAccessIntegration);
  const Members integration{{"name", "eai"}, {"allowed_network_rules", Value::List{"d.s.a", "d.s.b"}}};
  ASSERT_OK(f.Create(integration));
  ASSERT_OK(
      f.Apply(Joined(integration, {{"enabled", false}, {"allowed_authentication_secrets", Value::List{"d.s.t"}}})));
  ASSERT_OK(f.Apply(Joined(integration, {{"enabled", false}})));
  ASSERT_OK(f.Delete());
  EXPECT_THAT(
      f.account.changes(),
      ElementsAre("CREATE EXTERNAL ACCESS INTEGRATION EAI ALLOWED_NETWORK_RULES = (D.S.A, D.S.B) ENABLED = TRUE",
                  "ALTER EXTERNAL ACCESS INTEGRATION EAI SET ALLOWED_AUTHENTICATION_SECRETS = (D.S.T) ENABLED = FALSE",
                  "ALTER EXTERNAL ACCESS INTEGRATION EAI UNSET ALLOWED_AUTHENTICATION_SECRETS",
                  "DROP INTEGRATION EAI"));
}

TEST(IntegrationTest, KeepsTheSpellingOfNames) {
  ResourceFixture f(MakeExternalAccessIntegration);
  f.account.On("SHOW EXTERNAL ACCESS INTEGRATIONS", {{"name", "enabled", "comment"}, {{"EAI", "true", ""}}});
  f.account.On("DESCRIBE INTEGRATION EAI",
               {{"property", "property_value"},
                {{"ALLOWED_NETWORK_RULES", "[D.S.B, D.S.A]"}, {"ALLOWED_AUTHENTICATION_SECRETS", "[]"}}});
  const Members integration{{"name", "eai"}, {"allowed_network_rules", Value::List{"d.s.a", "d.s.b"}}};
  ASSERT_OK(f.Create(integration));
  ASSERT_OK(f.Read());
  EXPECT_TRUE(f.PlansNothing(integration));
}

TEST(SecretTest, SendsItsValueWithItsVersionOnly) {
  ResourceFixture f(MakeSecret);
  const Members secret = Joined(kInSchema, {{"value_wo", "s3cret"}, {"value_wo_version", 1}});
  ASSERT_OK(f.Create(secret));
  EXPECT_TRUE(f.state.Get("value_wo").IsNull());
  ASSERT_OK(f.Apply(Joined(secret, {{"value_wo", "other"}, {"comment", "c"}})));
  ASSERT_OK(f.Apply(Joined(secret, {{"value_wo", "other"}, {"comment", "c"}, {"value_wo_version", 2}})));
  EXPECT_THAT(f.account.changes(),
              ElementsAre("CREATE SECRET D.S.X TYPE = GENERIC_STRING SECRET_STRING = 's3cret'",
                          "ALTER SECRET D.S.X SET COMMENT = 'c'", "ALTER SECRET D.S.X SET SECRET_STRING = 'other'"));
}

TEST(SecretTest, SendsAUserNameWithItsPassword) {
  ResourceFixture f(MakeSecret);
  const Members secret =
      Joined(kInSchema, {{"type", "PASSWORD"}, {"username", "me"}, {"value_wo", "s3cret"}, {"value_wo_version", 1}});
  ASSERT_OK(f.Create(secret));
  ASSERT_OK(f.Apply(Joined(secret, {{"username", "you"}})));
  EXPECT_THAT(f.account.changes(),
              ElementsAre("CREATE SECRET D.S.X TYPE = PASSWORD USERNAME = 'me' PASSWORD = 's3cret'",
                          "ALTER SECRET D.S.X SET USERNAME = 'you' PASSWORD = 's3cret'"));
}

TEST(SecretTest, WantsAUserNameExactlyForAPassword) {
  ResourceFixture f(MakeSecret);
  const Members secret = Joined(kInSchema, {{"value_wo", "v"}, {"value_wo_version", 1}});
  EXPECT_FALSE(f.Validate(secret).HasErrors());
  EXPECT_TRUE(f.Validate(Joined(secret, {{"type", "PASSWORD"}})).HasErrors());
  EXPECT_TRUE(f.Validate(Joined(secret, {{"username", "me"}})).HasErrors());
  EXPECT_FALSE(f.Validate(Joined(secret, {{"username", Value::Unknown()}})).HasErrors());
}

TEST(SecretTest, AFailureShowsNoValue) {
  ResourceFixture f(MakeSecret);
  f.account.OnError("CREATE SECRET D.S.X TYPE = GENERIC_STRING SECRET_STRING = 's3cret'", "001003",
                    "syntax error at 's3cret'");
  const absl::Status status = f.Create(Joined(kInSchema, {{"value_wo", "s3cret"}, {"value_wo_version", 1}}));
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(status.ToString(), ::testing::Not(HasSubstr("s3cret")));
}

TEST(SecretTest, AVersionBehindAnImportSendsNothing) {
  ResourceFixture f(MakeSecret);
  f.account.On("SHOW SECRETS IN SCHEMA D.S", {{"name", "database_name", "schema_name", "secret_type", "owner"},
                                              {{"X", "D", "S", "GENERIC_STRING", "ME"}}});
  ASSERT_OK(f.Import("D.S.X"));
  ASSERT_OK(f.Apply(Joined(kInSchema, {{"value_wo", "v"}, {"value_wo_version", 7}})));
  EXPECT_THAT(f.account.changes(), IsEmpty());
}

TEST(GrantTest, GrantsAndRevokes) {
  ResourceFixture f(MakeGrant);
  ASSERT_OK(f.Create({{"privilege", "usage"}, {"object_type", "compute pool"}, {"object_name", "p"}, {"role", "r"}}));
  ASSERT_OK(f.Delete());
  ASSERT_OK(f.Create({{"privilege", "BIND SERVICE ENDPOINT"}, {"object_type", "ACCOUNT"}, {"role", "\"r r\""}}));
  EXPECT_THAT(f.account.changes(),
              ElementsAre("GRANT USAGE ON COMPUTE POOL P TO ROLE R", "REVOKE USAGE ON COMPUTE POOL P FROM ROLE R",
                          "GRANT BIND SERVICE ENDPOINT ON ACCOUNT TO ROLE \"r r\""));
}

TEST(GrantTest, FindsItselfAmongTheGrantsOnItsObject) {
  ResourceFixture f(MakeGrant);
  const Members grant{{"privilege", "usage"}, {"object_type", "Compute Pool"}, {"object_name", "p"}, {"role", "r"}};
  const auto granted = [&](const char* privilege, const char* to, const char* role) {
    f.account.On("SHOW GRANTS ON COMPUTE POOL P",
                 {{"privilege", "granted_on", "name", "granted_to", "grantee_name"},
                  {{"OWNERSHIP", "COMPUTE_POOL", "P", "ROLE", "ME"}, {privilege, "COMPUTE_POOL", "P", to, role}}});
  };
  granted("USAGE", "ROLE", "R");
  ASSERT_OK(f.Import("USAGE|COMPUTE POOL|P|R"));
  EXPECT_TRUE(f.PlansNothing(grant));
  const tf::Value stored = f.state;
  for (const auto& [privilege, to, role] : std::vector<std::array<const char*, 3>>{
           {"MONITOR", "ROLE", "R"}, {"USAGE", "ROLE", "OTHER"}, {"USAGE", "DATABASE_ROLE", "R"}}) {
    f.state = stored;
    granted(privilege, to, role);
    ASSERT_OK(f.Read());
    EXPECT_TRUE(f.state.IsNull()) << privilege << " " << to << " " << role;
  }
}

TEST(GrantTest, IsGoneWithItsRole) {
  ResourceFixture f(MakeGrant);
  ASSERT_OK(f.Create({{"privilege", "CREATE COMPUTE POOL"}, {"object_type", "ACCOUNT"}, {"role", "r"}}));
  f.account.OnError("SHOW GRANTS TO ROLE R", "002003", "Role 'R' does not exist or not authorized.");
  ASSERT_OK(f.Read());
  EXPECT_TRUE(f.state.IsNull());
}

TEST(GrantTest, WantsANameExactlyForObjects) {
  ResourceFixture f(MakeGrant);
  EXPECT_TRUE(f.Validate({{"privilege", "USAGE"}, {"object_type", "DATABASE"}, {"role", "r"}}).HasErrors());
  EXPECT_TRUE(
      f.Validate({{"privilege", "X"}, {"object_type", "ACCOUNT"}, {"object_name", "a"}, {"role", "r"}}).HasErrors());
  EXPECT_TRUE(f.Validate({{"privilege", "USAGE;"}, {"object_type", "ACCOUNT"}, {"role", "r"}}).HasErrors());
}

TEST(GrantTest, RefusesWhatIsNotOnePrivilege) {
  ResourceFixture f(MakeGrant);
  for (const char* privilege : {"ALL", "all privileges", "ALL  PRIVILEGES", "Ownership"}) {
    const auto problems =
        f.Validate({{"privilege", privilege}, {"object_type", "DATABASE"}, {"object_name", "d"}, {"role", "r"}});
    ASSERT_EQ(problems.list().size(), 1u) << privilege;
    EXPECT_EQ(problems.list()[0].path, tf::Path("privilege"));
  }
  EXPECT_FALSE(
      f.Validate({{"privilege", "MANAGE ALL CALLER GRANTS"}, {"object_type", "ACCOUNT"}, {"role", "r"}}).HasErrors());
}

TEST(GrantTest, IsImportedByIdentity) {
  ResourceFixture f(MakeGrant);
  f.account.On("SHOW GRANTS TO ROLE R", {{"privilege", "granted_on", "name", "granted_to", "grantee_name"},
                                         {{"CREATE COMPUTE POOL", "ACCOUNT", "ACCT", "ROLE", "R"}}});
  ASSERT_OK(f.ImportIdentity({{"privilege", "CREATE COMPUTE POOL"}, {"object_type", "ACCOUNT"}, {"role", "r"}}));
  EXPECT_TRUE(f.PlansNothing({{"privilege", "CREATE COMPUTE POOL"}, {"object_type", "ACCOUNT"}, {"role", "r"}}));
  f.account.On("SHOW GRANTS ON COMPUTE POOL P", {{"privilege", "granted_on", "name", "granted_to", "grantee_name"},
                                                 {{"USAGE", "COMPUTE_POOL", "P", "ROLE", "R"}}});
  const Members on_pool{{"privilege", "USAGE"}, {"object_type", "COMPUTE POOL"}, {"object_name", "P"}, {"role", "R"}};
  ASSERT_OK(f.ImportIdentity(on_pool));
  EXPECT_TRUE(f.PlansNothing(on_pool));
}

TEST(GrantTest, RefusesAnImportIdOfAnotherForm) {
  ResourceFixture f(MakeGrant);
  const absl::Status status = f.Import("USAGE|P|R");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(FactOf(status, kAdvice).value_or(""), HasSubstr("PRIVILEGE|KIND|NAME|ROLE"));
}

TEST(ServiceRoleGrantTest, GrantsReadsAndRevokes) {
  ResourceFixture f(MakeServiceRoleGrant);
  const Members grant{{"service", "d.s.x"}, {"service_role", "all_endpoints_usage"}, {"role", "viewer"}};
  ASSERT_OK(f.Create(grant));
  f.account.On("SHOW GRANTS OF SERVICE ROLE D.S.X!ALL_ENDPOINTS_USAGE", {{"grantee_name"}, {{"OTHER"}, {"VIEWER"}}});
  ASSERT_OK(f.Import("D.S.X!ALL_ENDPOINTS_USAGE|VIEWER"));
  EXPECT_TRUE(f.PlansNothing(grant));
  ASSERT_OK(f.Delete());
  EXPECT_THAT(f.account.changes(), ElementsAre("GRANT SERVICE ROLE D.S.X!ALL_ENDPOINTS_USAGE TO ROLE VIEWER",
                                               "REVOKE SERVICE ROLE D.S.X!ALL_ENDPOINTS_USAGE FROM ROLE VIEWER"));
  EXPECT_FALSE(f.Import("D.S.X|VIEWER").ok());
  ASSERT_OK(f.ImportIdentity(grant));
  EXPECT_TRUE(f.PlansNothing(grant));
}

}  // namespace
}  // namespace spcs::resources
