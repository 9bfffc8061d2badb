// SPDX-License-Identifier: MPL-2.0
// Objects that exist already, that are gone or not visible, that belong elsewhere, and that hold something.
#include "provider/resources/sql_object.h"
#include "gmock/gmock.h"
#include "provider/resources/ownership.h"
#include "provider/resources/resource_fixture_for_test.h"

namespace spcs::resources {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using tf::Value;

using Members = ResourceFixture::Members;

const Members kStage{{"database", "d"}, {"schema", "s"}, {"name", "x"}, {"comment", "mine"}};
constexpr char kCreateStage[] =
    "CREATE STAGE D.S.X ENCRYPTION = ( TYPE = 'SNOWFLAKE_SSE' ) COMMENT = 'mine' DIRECTORY = ( ENABLE = FALSE )";
constexpr char kShowStages[] = "SHOW STAGES IN SCHEMA D.S";

testing::FakeRows StageRow(const std::string& comment, const std::string& created_on = "1799999000.0") {
  return {{"name", "database_name", "schema_name", "comment", "directory_enabled", "created_on", "owner"},
          {{"X", "D", "S", comment, "N", created_on, "ME"}}};
}

std::string Advice(const absl::Status& status) {
  return FactOf(status, kAdvice).value_or("");
}

Members Adopting(Members members) {
  members["on_exists"] = "adopt";
  return members;
}

TEST(ExistingTest, PrintsTheImportBlock) {
  ResourceFixture f(MakeStage);
  f.account.OnError(kCreateStage, "002002", "Object 'X' already exists.");
  const absl::Status status = f.Create(kStage);
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(Advice(status), HasSubstr("import {\n  to = spcs_stage.this"));
  EXPECT_THAT(Advice(status), HasSubstr("id = \"D.S.X\"\n}"));
  EXPECT_TRUE(f.state.IsNull());
}

TEST(ExistingTest, EscapesQuotedNamesInTheImportBlock) {
  ResourceFixture f(MakeDatabase);
  f.account.OnError("CREATE DATABASE \"my db\" DATA_RETENTION_TIME_IN_DAYS = 1", "002002", "already exists.");
  const absl::Status status = f.Create({{"name", "\"my db\""}, {"data_retention_time_in_days", 1}});
  EXPECT_THAT(Advice(status), HasSubstr("id = \"\\\"my db\\\"\""));
}

TEST(ExistingTest, AdoptsWhatEqualsThePlan) {
  ResourceFixture f(MakeStage);
  f.account.OnError(kCreateStage, "002002", "Object 'X' already exists.");
  f.account.On(kShowStages, StageRow("mine"));
  ASSERT_OK(f.Create(Adopting(kStage)));
  EXPECT_EQ(f.Text("comment"), "mine");
  EXPECT_THAT(f.account.changes(), ElementsAre(kCreateStage));
}

TEST(ExistingTest, SendsWhatCannotBeComparedToWhatItAdopts) {
  Members tagged = kStage;
  tagged["tags"] = Value::Map{{"d.s.t", "1"}};
  ResourceFixture first(MakeStage);
  ASSERT_OK(first.Create(tagged));
  ResourceFixture f(MakeStage);
  f.account.OnError(first.account.changes()[0], "002002", "Object 'X' already exists.");
  f.account.On(kShowStages, StageRow("mine"));
  ASSERT_OK(f.Create(Adopting(tagged)));
  EXPECT_THAT(f.account.changes(), ElementsAre(first.account.changes()[0], "ALTER STAGE D.S.X SET TAG D.S.T = '1'"));
}

TEST(ExistingTest, RefusesToAdoptWhatDiffers) {
  ResourceFixture f(MakeStage);
  f.account.OnError(kCreateStage, "002002", "Object 'X' already exists.");
  f.account.On(kShowStages, StageRow("theirs"));
  const absl::Status status = f.Create(Adopting(kStage));
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(status.message(), HasSubstr("differs from the plan in comment"));
  EXPECT_TRUE(f.state.IsNull());
}

TEST(ExistingTest, KnowsItsOwnBehindALostAnswer) {
  ResourceFixture f(MakeStage);
  f.account.LoseNext(kCreateStage);
  f.account.ErrorNext(kCreateStage, "002002", "Object 'X' already exists.");
  f.account.On(kShowStages, StageRow("mine", "1800000001.0"));
  ASSERT_OK(f.Create(kStage));
  EXPECT_EQ(f.Text("qualified_name"), "D.S.X");
}

TEST(ExistingTest, TakesNothingOlderBehindALostAnswer) {
  ResourceFixture f(MakeStage);
  f.account.LoseNext(kCreateStage);
  f.account.ErrorNext(kCreateStage, "002002", "Object 'X' already exists.");
  f.account.On(kShowStages, StageRow("mine", "1799990000.0"));
  const absl::Status status = f.Create(kStage);
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(status.message(), HasSubstr("older than this apply"));
}

TEST(ExistingTest, TakesNothingDifferentBehindALostAnswer) {
  ResourceFixture f(MakeStage);
  f.account.LoseNext(kCreateStage);
  f.account.ErrorNext(kCreateStage, "002002", "Object 'X' already exists.");
  f.account.On(kShowStages, StageRow("theirs", "1800000001.0"));
  EXPECT_EQ(f.Create(kStage).code(), absl::StatusCode::kAlreadyExists);
}

TEST(ExistingTest, DatabasesCannotBeAdopted) {
  for (auto make : {MakeDatabase, MakeSchema, MakeTable, MakeSecret, MakeJob}) {
    ResourceFixture f(make);
    EXPECT_EQ(f.resource->schema().Find("on_exists"), nullptr) << f.resource->type_name();
  }
}

TEST(DeniedTest, NamesThePrivilege) {
  ResourceFixture f(MakeStage);
  f.account.OnError(kCreateStage, "003001", "Insufficient privileges to operate on schema 'S'");
  EXPECT_THAT(Advice(f.Create(kStage)), HasSubstr("CREATE STAGE on the schema"));
}

// --- gone, or not visible ---

// A stage that was read once by role ME, who owned it, and is not there any more.
struct Vanished : ResourceFixture {
  Vanished() : ResourceFixture(MakeStage) {
    account.On(kShowStages, StageRow("mine"));
    EXPECT_TRUE(Create(kStage).ok());
    account.Forget(kShowStages);
    account.Forget("SHOW DATABASES");
    account.Forget("SHOW SCHEMAS IN DATABASE D");
    clock.Advance(absl::Minutes(5));
  }
  void ShowSchema() { account.On("SHOW SCHEMAS IN DATABASE D", {{"name", "database_name"}, {{"S", "D"}}}); }
  void ShowDatabase() { account.On("SHOW DATABASES", {{"name"}, {{"D"}}}); }
};

TEST(GoneTest, IsGoneWhereItsSchemaIsVisible) {
  Vanished f;
  f.ShowSchema();
  ASSERT_OK(f.Read());
  EXPECT_TRUE(f.state.IsNull());
}

TEST(GoneTest, IsGoneWithItsSchemaWhereTheDatabaseIsVisible) {
  Vanished f;
  f.ShowDatabase();
  ASSERT_OK(f.Read());
  EXPECT_TRUE(f.state.IsNull());
}

TEST(GoneTest, MayBeInvisibleWhereNothingAroundItIsVisible) {
  Vanished f;
  const absl::Status status = f.Read();
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(status.message(), HasSubstr("D.S.X does not exist, or role ME may not see it"));
  EXPECT_FALSE(f.state.IsNull());
}

TEST(GoneTest, IsGoneWithADatabaseThatIsGoneForCertain) {
  ResourceFixture f(MakeStage);
  f.account.On(kShowStages, StageRow("mine"));
  ASSERT_OK(f.Create(kStage));
  f.account.Forget(kShowStages);
  f.account.Forget("SHOW DATABASES");
  f.account.Forget("SHOW SCHEMAS IN DATABASE D");
  f.clock.Advance(absl::Minutes(5));
  // What the database's own resource finds out in the same run.
  const auto session = f.connected.Connect();
  ASSERT_OK(session);
  (*session)->NoteGoneDatabase(snowflake::ObjectName(snowflake::Identifier::Stored("D")));
  ASSERT_OK(f.Read());
  EXPECT_TRUE(f.state.IsNull());
}

TEST(GoneTest, APoolOfTheDatabasesNameTellsNothingOfTheDatabase) {
  Vanished f;
  const auto pool = MakeComputePool(f.connected);
  Value::Map state;
  for (const tf::Attribute& attribute : pool->schema().attributes) state[attribute.name] = Value::Null();
  state["name"] = "D";
  tf::Context context{
      .stop = {}, .clock = f.clock, .logger = f.logger, .diagnostics = f.diagnostics, .private_state = {}};
  context.private_state.Set(kPrivateRole, "ME");
  context.private_state.Set(kPrivateOwner, "ME");
  const auto gone = pool->Read(context, Value(state));
  ASSERT_OK(gone);
  EXPECT_TRUE(gone->IsNull());
  EXPECT_EQ(f.Read().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_FALSE(f.state.IsNull());
}

TEST(GoneTest, IsStillThereWhenOnlyTheListingLacksIt) {
  Vanished f;
  f.account.On("DESCRIBE STAGE D.S.X", {{"name", "comment"}, {{"X", "changed"}}});
  ASSERT_OK(f.Read());
  EXPECT_EQ(f.Text("comment"), "changed");
}

TEST(GoneTest, AnotherRoleAsksAsTheOneThatReadIt) {
  Vanished f;
  f.private_state.Set(kPrivateRole, "OTHER");
  // OTHER still sees it.
  f.account.On("DESCRIBE STAGE D.S.X", {{"name"}, {{"X"}}}, "OTHER");
  const absl::Status status = f.Read();
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(status.message(), HasSubstr("role ME may not see it; it was last read with role OTHER"));
}

TEST(GoneTest, AnotherRoleFindsItGone) {
  Vanished f;
  f.private_state.Set(kPrivateRole, "OTHER");
  f.account.On("DESCRIBE SCHEMA D.S", {{"name"}, {{"S"}}}, "OTHER");
  ASSERT_OK(f.Read());
  EXPECT_TRUE(f.state.IsNull());
}

TEST(GoneTest, ARoleThatIsNotOursAnyMoreDecidesNothing) {
  Vanished f;
  f.ShowSchema();
  f.private_state.Set(kPrivateRole, "TAKEN_AWAY");
  const absl::Status status = f.Read();
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(status.message(), HasSubstr("TAKEN_AWAY"));
}

TEST(GoneTest, AnObjectOfTheAccountIsGoneForItsOwner) {
  ResourceFixture f(MakeExternalAccessIntegration);
  // The listing of integrations shows no owner: who created it is remembered.
  f.account.On("SHOW EXTERNAL ACCESS INTEGRATIONS", {{"name"}, {{"EAI"}}});
  ASSERT_OK(f.Create({{"name", "eai"}, {"allowed_network_rules", Value::List{"d.s.r"}}}));
  f.account.Forget("SHOW EXTERNAL ACCESS INTEGRATIONS");
  f.clock.Advance(absl::Minutes(5));
  ASSERT_OK(f.Read());
  EXPECT_TRUE(f.state.IsNull());
}

TEST(GoneTest, AnObjectOfTheAccountMayBeInvisibleForOthers) {
  ResourceFixture f(MakeDatabase);
  f.account.On("SHOW DATABASES", {{"name", "owner", "retention_time"}, {{"DB", "BOSS", "1"}}});
  ASSERT_OK(f.Import("DB"));
  f.account.Forget("SHOW DATABASES");
  f.clock.Advance(absl::Minutes(5));
  EXPECT_EQ(f.Read().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_FALSE(f.state.IsNull());
}

TEST(GoneTest, ADropThatFindsNothingIsSuccessOnlyWhereItIsGoneForCertain) {
  Vanished f;
  f.account.OnError("DROP STAGE D.S.X", "002003", kUnknownObject);
  const absl::Status status = f.Delete();
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(status.message(), HasSubstr("role ME may not see it"));
  f.ShowSchema();
  f.clock.Advance(absl::Minutes(5));
  ASSERT_OK(f.Delete());
}

TEST(GoneTest, WhatWasInADatabaseThatThisRunHasDroppedIsGone) {
  Vanished f;
  const auto session = f.connected.Connect();
  ASSERT_OK(session);
  f.account.OnError("DROP STAGE D.S.X", "002003", kUnknownObject);
  ResourceFixture database(MakeDatabase);
  SqlObject object(f.connected,
                   {.keyword = "DATABASE", .list = snowflake::ShowKind::kDatabase, .scope = Scope::kAccount},
                   database.resource->schema(), "spcs_database");
  tf::Context context{
      .stop = {}, .clock = f.clock, .logger = f.logger, .diagnostics = f.diagnostics, .private_state = f.private_state};
  const snowflake::ObjectName name(snowflake::Identifier::Stored("D"));
  ASSERT_OK(object.Drop(context, name, snowflake::Statement("DROP DATABASE").Name(name)));
  ASSERT_OK(f.Delete());
}

TEST(GoneTest, AnImportOfNothingFindsNothing) {
  ResourceFixture f(MakeDatabase);
  ASSERT_OK(f.Import("NONE"));
  EXPECT_TRUE(f.state.IsNull());
}

// --- other accounts ---

TEST(OtherAccountTest, IsNeitherReadNorChangedNorDropped) {
  ResourceFixture f(MakeStage);
  f.account.On(kShowStages, StageRow("mine"));
  ASSERT_OK(f.Create(kStage));
  f.private_state.Set(kPrivateAccount, "ELSEWHERE");
  f.account.Reset();
  Members changed = kStage;
  changed["comment"] = "new";
  for (const absl::Status& status : {f.Read(), f.Apply(changed), f.Delete()}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(status.message(), HasSubstr("the state belongs to account ELSEWHERE"));
  }
  EXPECT_THAT(f.account.changes(), IsEmpty());
}

TEST(OtherAccountTest, NoResourceDropsThere) {
  for (auto make : {MakeDatabase, MakeSchema, MakeStage, MakeImageRepository, MakeComputePool, MakeService, MakeJob,
                    MakeTable, MakeSecret, MakeNetworkRule, MakeExternalAccessIntegration}) {
    ResourceFixture f(make);
    f.private_state.Set(kPrivateAccount, "ELSEWHERE");
    Members state{{"name", "x"}};
    if (f.resource->schema().Find("database") != nullptr) state["database"] = "d";
    if (f.resource->schema().Find("schema") != nullptr) state["schema"] = "s";
    if (f.resource->schema().Find("force_destroy") != nullptr) state["force_destroy"] = true;
    f.state = f.Object(state);
    EXPECT_EQ(f.Delete().code(), absl::StatusCode::kFailedPrecondition) << f.resource->type_name();
    EXPECT_THAT(f.account.changes(), IsEmpty()) << f.resource->type_name();
  }
}

TEST(OtherAccountTest, AnIdentityNamesItsAccount) {
  ResourceFixture f(MakeDatabase);
  tf::Context context{
      .stop = {}, .clock = f.clock, .logger = f.logger, .diagnostics = f.diagnostics, .private_state = {}};
  const auto state = f.resource->ImportIdentity(context, Value(Value::Map{{"name", "DB"}, {"account", "ELSEWHERE"}}));
  ASSERT_OK(state);
  f.state = *state;
  f.private_state = context.private_state;
  EXPECT_EQ(f.Read().code(), absl::StatusCode::kFailedPrecondition);
}

// --- deletes ---

TEST(DropTest, WhatIsGoneIsDropped) {
  ResourceFixture f(MakeStage);
  ASSERT_OK(f.Create(kStage));
  f.account.OnError("DROP STAGE D.S.X", "002003", kUnknownObject);
  ASSERT_OK(f.Delete());
}

TEST(DropTest, ADatabaseThatHoldsObjectsStays) {
  ResourceFixture f(MakeDatabase);
  ASSERT_OK(f.Create({{"name", "db"}, {"data_retention_time_in_days", 1}}));
  f.account.On("SHOW SCHEMAS IN DATABASE DB", {{"name"}, {{"PUBLIC"}, {"INFORMATION_SCHEMA"}, {"APP"}}});
  f.account.On("SHOW OBJECTS IN DATABASE DB", {{"name", "schema_name"}, {{"T", "APP"}}});
  f.account.Reset();
  const absl::Status status = f.Delete();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(status.message(), HasSubstr("APP.T"));
  EXPECT_THAT(status.message(), HasSubstr("schema APP"));
  EXPECT_THAT(status.message(), Not(HasSubstr("PUBLIC")));
  EXPECT_THAT(Advice(status), HasSubstr("force_destroy = true"));
  EXPECT_THAT(f.account.changes(), IsEmpty());
}

TEST(DropTest, AnEmptyDatabaseGoes) {
  ResourceFixture f(MakeDatabase);
  ASSERT_OK(f.Create({{"name", "db"}, {"data_retention_time_in_days", 1}}));
  f.account.On("SHOW SCHEMAS IN DATABASE DB", {{"name"}, {{"PUBLIC"}, {"INFORMATION_SCHEMA"}}});
  ASSERT_OK(f.Delete());
  EXPECT_EQ(f.account.changes().back(), "DROP DATABASE DB");
}

TEST(DropTest, AFullDatabaseGoesByForce) {
  ResourceFixture f(MakeDatabase);
  ASSERT_OK(f.Create({{"name", "db"}, {"data_retention_time_in_days", 1}, {"force_destroy", true}}));
  f.account.On("SHOW OBJECTS IN DATABASE DB", {{"name", "schema_name"}, {{"T", "APP"}}});
  ASSERT_OK(f.Delete());
  EXPECT_EQ(f.account.changes().back(), "DROP DATABASE DB");
}

TEST(DropTest, ASchemaThatHoldsObjectsStays) {
  ResourceFixture f(MakeSchema);
  ASSERT_OK(f.Create({{"database", "d"}, {"name", "s"}, {"data_retention_time_in_days", 1}}));
  f.account.On("SHOW SECRETS IN SCHEMA D.S", {{"name", "schema_name"}, {{"TOKEN", "S"}}});
  const absl::Status status = f.Delete();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(status.message(), HasSubstr("S.TOKEN"));
  EXPECT_THAT(f.account.changes(), Not(Contains(HasSubstr("DROP"))));
}

TEST(DropTest, WhateverASchemaHoldsKeepsIt) {
  for (const char* plural :
       {"OBJECTS", "USER FUNCTIONS", "PROCEDURES", "TASKS", "STREAMS", "SEQUENCES", "PIPES", "FILE FORMATS", "TAGS",
        "STREAMLITS", "NOTEBOOKS", "ALERTS", "MODELS", "GIT REPOSITORIES", "EVENT TABLES", "MASKING POLICIES"}) {
    ResourceFixture f(MakeSchema);
    ASSERT_OK(f.Create({{"database", "d"}, {"name", "s"}, {"data_retention_time_in_days", 1}}));
    f.account.On(absl::StrCat("SHOW ", plural, " IN SCHEMA D.S"), {{"name", "schema_name"}, {{"ONE", "S"}}});
    EXPECT_THAT(f.Delete().message(), HasSubstr("S.ONE")) << plural;
    EXPECT_THAT(f.account.changes(), Not(Contains(HasSubstr("DROP")))) << plural;
  }
}

TEST(DropTest, WhatTheServicePutsThereAndKindsItDoesNotKnowHoldNothing) {
  ResourceFixture f(MakeDatabase);
  ASSERT_OK(f.Create({{"name", "db"}, {"data_retention_time_in_days", 1}}));
  f.account.On("SHOW OBJECTS IN DATABASE DB", {{"name", "schema_name"}, {{"COLUMNS", "INFORMATION_SCHEMA"}}});
  f.account.On("SHOW PROCEDURES IN DATABASE DB", {{"name", "schema_name", "is_builtin"}, {{"ASSOCIATE", "", "Y"}}});
  f.account.OnError("SHOW NOTEBOOKS IN DATABASE DB", "001003", "SQL compilation error:\nsyntax error");
  f.account.OnError("SHOW MASKING POLICIES IN DATABASE DB", "000002", "Unsupported feature 'MASKING POLICY'.");
  ASSERT_OK(f.Delete());
  EXPECT_EQ(f.account.changes().back(), "DROP DATABASE DB");
}

TEST(DropTest, WhatCannotBeListedIsNotTakenForNothing) {
  ResourceFixture f(MakeSchema);
  ASSERT_OK(f.Create({{"database", "d"}, {"name", "s"}, {"data_retention_time_in_days", 1}}));
  f.account.OnError("SHOW TASKS IN SCHEMA D.S", "003001", "SQL access control error:\nInsufficient privileges.");
  EXPECT_EQ(f.Delete().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(f.account.changes(), Not(Contains(HasSubstr("DROP"))));
}

TEST(DropTest, ALongListIsCut) {
  ResourceFixture f(MakeSchema);
  ASSERT_OK(f.Create({{"database", "d"}, {"name", "s"}, {"data_retention_time_in_days", 1}}));
  testing::FakeRows tables{{"name", "schema_name"}, {}};
  for (int i = 100; i < 125; ++i) tables.rows.push_back({absl::StrCat("T", i), "S"});
  f.account.On("SHOW OBJECTS IN SCHEMA D.S", tables);
  EXPECT_THAT(f.Delete().message(), AllOf(HasSubstr("S.T119 and 5 more"), Not(HasSubstr("T120"))));
}

TEST(ImportTest, WantsAsManyPartsAsTheKindHas) {
  ResourceFixture stage(MakeStage), schema(MakeSchema), pool(MakeComputePool);
  for (const char* id : {"X", "S.X", "A.D.S.X", "", "D..X"}) EXPECT_FALSE(stage.Import(id).ok()) << id;
  EXPECT_FALSE(schema.Import("S").ok());
  EXPECT_FALSE(pool.Import("D.P").ok());
  EXPECT_THAT(Advice(stage.Import("X")), HasSubstr("DATABASE.SCHEMA.NAME"));
}

TEST(ImportTest, PlansNothingBehindIt) {
  ResourceFixture f(MakeStage);
  f.account.On(kShowStages, StageRow("mine"));
  ASSERT_OK(f.Import("d.s.x"));
  EXPECT_TRUE(f.PlansNothing(kStage));
}

}  // namespace
}  // namespace spcs::resources
