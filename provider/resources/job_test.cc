// SPDX-License-Identifier: MPL-2.0
// Jobs: spcs_job, and what job_runner.h says of any job.
#include "gmock/gmock.h"
#include "provider/resources/job_runner.h"
#include "provider/resources/resource_fixture_for_test.h"
#include "provider/resources/spec_value.h"

namespace spcs::resources {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using tf::Value;

using Members = ResourceFixture::Members;

constexpr char kDescribe[] = "DESCRIBE SERVICE D.S.X";
constexpr char kContainers[] = "SHOW SERVICE CONTAINERS IN SERVICE D.S.X";
constexpr char kLog[] = "SELECT SYSTEM$GET_SERVICE_LOGS('D.S.X', 0, 'main', 100)";

snowflake::ServiceSpec Spec() {
  snowflake::ServiceSpec spec;
  spec.containers["main"] = {.image = "/d/s/r/job:1"};
  return spec;
}

Members Config() {
  return {{"database", "d"}, {"schema", "s"}, {"name", "x"}, {"compute_pool", "p"}, {"spec", FromServiceSpec(Spec())}};
}
Members With(const char* name, Value value, Members members = Config()) {
  members[name] = std::move(value);
  return members;
}

testing::FakeRows JobRow(const std::string& status, const std::string& created_on = "1800000000.0") {
  return {{"name", "status", "compute_pool", "spec", "created_on", "owner", "target_instances"},
          {{"X", status, "P", "spec:\n  containers:\n  - name: main\n    image: reg.host/d/s/r/job:1\n", created_on,
            "ME", "1"}}};
}

struct JobFixture : ResourceFixture {
  JobFixture() : ResourceFixture(MakeJob) { End("DONE", "0"); }
  void End(const std::string& status, const std::string& code) {
    account.On(kDescribe, JobRow(status));
    account.On(kContainers, {{"instance_id", "container_name", "status", "message", "restart_count", "last_exit_code"},
                             {{"0", "main", status, "", "0", code}}});
    account.On(kLog, {{"log"}, {{"one\ntwo"}}});
  }
};

TEST(ExecuteJobStatementTest, PutsTheSpecificationRightBehindThePool) {
  const auto name = snowflake::ObjectName::Parse("d.s.x"), pool = snowflake::ObjectName::Parse("p"),
             warehouse = snowflake::ObjectName::Parse("wh"), integration = snowflake::ObjectName::Parse("eai");
  JobRequest request{.name = *name,
                     .compute_pool = *pool,
                     .spec = Spec(),
                     .replicas = 1,
                     .query_warehouse = std::nullopt,
                     .external_access_integrations = {},
                     .comment = ""};
  auto statement = ExecuteJobStatement(request);
  ASSERT_OK(statement);
  EXPECT_EQ(statement->sql(),
            "EXECUTE JOB SERVICE IN COMPUTE POOL P FROM SPECIFICATION $$spec:\n  containers:\n    - name: \"main\"\n"
            "      image: \"/d/s/r/job:1\"\n$$ NAME = D.S.X ASYNC = TRUE");
  request.replicas = 2;
  request.query_warehouse = *warehouse;
  request.external_access_integrations = {*integration};
  request.comment = "c";
  statement = ExecuteJobStatement(request);
  ASSERT_OK(statement);
  EXPECT_THAT(statement->sql(), HasSubstr("$$ NAME = D.S.X ASYNC = TRUE REPLICAS = 2 EXTERNAL_ACCESS_INTEGRATIONS = "
                                          "(EAI) QUERY_WAREHOUSE = WH COMMENT = 'c'"));
}

TEST(JudgeJobTest, ShowsExitCodesAndLogs) {
  const snowflake::ObjectName name(snowflake::Identifier::Stored("X"));
  EXPECT_TRUE(JudgeJob(name, {.status = "DONE", .created_on = "", .containers = {}}).ok());
  const absl::Status failed = JudgeJob(
      name, {.status = "FAILED",
             .created_on = "",
             .containers = {{"a", {.exit_code = 3, .log = "boom"}}, {"b", {.exit_code = std::nullopt, .log = ""}}}});
  EXPECT_THAT(failed.message(), HasSubstr("job X ended as FAILED"));
  EXPECT_THAT(failed.message(), HasSubstr("Container a, exit code 3, last lines of its log:\nboom"));
  EXPECT_THAT(failed.message(), HasSubstr("Container b, no exit code"));
}

TEST(JobTest, RunsToItsEndAndKeepsTheResult) {
  JobFixture f;
  // Behind the create, and at two polls.
  for (int i = 0; i < 3; ++i) f.account.Next(kDescribe, JobRow(i == 0 ? "PENDING" : "RUNNING"));
  ASSERT_OK(f.Create(Config()));
  EXPECT_EQ(f.Text("status"), "DONE");
  EXPECT_EQ(f.Text("created_on"), "2027-01-15T08:00:00.000Z");
  EXPECT_TRUE(f.state.Get("result") ==
              Value(Value::Map{{"main", Value(Value::Map{{"exit_code", 0}, {"log", "one\ntwo"}})}}));
  ASSERT_EQ(f.account.changes().size(), 1u);
  EXPECT_THAT(f.account.changes()[0], StartsWith("EXECUTE JOB SERVICE IN COMPUTE POOL P FROM SPECIFICATION"));
}

TEST(JobTest, AFailedJobIsAnErrorWithItsLog) {
  JobFixture f;
  f.End("FAILED", "7");
  const absl::Status status = f.Create(Config());
  EXPECT_THAT(status.message(), HasSubstr("exit code 7"));
  EXPECT_THAT(status.message(), HasSubstr("one\ntwo"));
  EXPECT_FALSE(f.state.IsNull());
  EXPECT_EQ(f.Text("status"), "FAILED");
}

TEST(JobTest, AMissingImageEndsTheWait) {
  JobFixture f;
  f.account.On(kDescribe, JobRow("PENDING"));
  f.account.On(kContainers, {{"instance_id", "container_name", "status", "message"},
                             {{"0", "main", "PENDING", "Failed to retrieve image: manifest unknown"}}});
  const absl::Status status = f.Create(Config());
  EXPECT_THAT(status.message(), HasSubstr("Failed to retrieve image"));
  EXPECT_LT(f.clock.slept(), absl::Minutes(1));
}

TEST(JobTest, AnExpiredJobIsNotRunAgain) {
  JobFixture f;
  ASSERT_OK(f.Create(Config()));
  f.account.OnError(kDescribe, "002003", kUnknownObject);
  f.account.Reset();
  ASSERT_OK(f.Read());
  EXPECT_THAT(f.account.statements(), IsEmpty());
  EXPECT_TRUE(f.PlansNothing(Config()));
}

TEST(JobTest, ATriggerRunsItAgain) {
  JobFixture f;
  ASSERT_OK(f.Create(With("triggers", Value::Map{{"v", "1"}})));
  ASSERT_OK(f.Plan(With("triggers", Value::Map{{"v", "2"}})));
  EXPECT_THAT(f.replaces, ElementsAre("triggers"));
}

TEST(JobTest, ImportRunsNothing) {
  JobFixture f;
  ASSERT_OK(f.Import("d.s.x"));
  EXPECT_TRUE(f.PlansNothing(Config()));
  // Triggers are kept by the client alone, and given for the first time they run nothing.
  const Members config = With("triggers", Value::Map{{"v", "1"}});
  const auto planned = f.Plan(config);
  ASSERT_OK(planned);
  EXPECT_THAT(f.replaces, IsEmpty());
  EXPECT_TRUE(tf::OnlyClientSideChanges(f.resource->schema(), f.state, *planned));
}

TEST(JobTest, ImportedReplicasRunNothing) {
  JobFixture f;
  // An account that shows them.
  testing::FakeRows shown = JobRow("DONE");
  shown.columns.push_back("min_instances");
  shown.rows[0].push_back("3");
  f.account.On(kDescribe, shown);
  ASSERT_OK(f.Import("d.s.x"));
  EXPECT_TRUE(f.PlansNothing(With("replicas", 3)));
  ASSERT_OK(f.Plan(With("replicas", 2)));
  EXPECT_THAT(f.replaces, ElementsAre("replicas"));
  // One that does not: what is given is taken for what it is.
  f.account.On(kDescribe, JobRow("DONE"));
  ASSERT_OK(f.Import("d.s.x"));
  EXPECT_TRUE(f.PlansNothing(Config()));
  f.account.Reset();
  ASSERT_OK(f.Apply(With("replicas", 3)));
  EXPECT_THAT(f.replaces, IsEmpty());
  EXPECT_THAT(f.account.changes(), IsEmpty());
  EXPECT_TRUE(f.PlansNothing(With("replicas", 3)));
  ASSERT_OK(f.Plan(With("replicas", 2)));
  EXPECT_THAT(f.replaces, ElementsAre("replicas"));
}

TEST(JobTest, AnotherImageRunsItAgain) {
  JobFixture f;
  ASSERT_OK(f.Create(Config()));
  snowflake::ServiceSpec other = Spec();
  other.containers["main"].image = "/d/s/r/job:2";
  ASSERT_OK(f.Plan(With("spec", FromServiceSpec(other))));
  EXPECT_THAT(f.replaces, ElementsAre("spec"));
}

TEST(JobTest, KnowsItsOwnBehindALostAnswer) {
  for (const bool ours : {true, false}) {
    JobFixture f;
    ASSERT_OK(f.Create(Config()));
    const std::string execute = f.account.changes()[0];
    f.account.On(kDescribe, JobRow("DONE", ours ? "1900000000.0" : "1700000000.0"));
    f.account.LoseNext(execute);
    f.account.ErrorNext(execute, "002002", "Object 'X' already exists.");
    EXPECT_EQ(f.Create(Config()).ok(), ours);
  }
}

TEST(JobTest, DropsAndWaits) {
  JobFixture f;
  ASSERT_OK(f.Create(Config()));
  f.account.Forget(kDescribe);
  ASSERT_OK(f.Delete());
  EXPECT_EQ(f.account.changes().back(), "DROP SERVICE D.S.X");
}

}  // namespace
}  // namespace spcs::resources
