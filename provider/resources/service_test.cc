// SPDX-License-Identifier: MPL-2.0
#include "gmock/gmock.h"
#include "provider/resources/resource_fixture_for_test.h"
#include "provider/resources/service_model.h"
#include "provider/testing/model_check.h"

namespace spcs::resources {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using tf::Value;

using Members = ResourceFixture::Members;

constexpr char kShow[] = "SHOW SERVICES EXCLUDE JOBS IN ACCOUNT";
constexpr char kInstances[] = "SHOW SERVICE INSTANCES IN SERVICE D.S.X";
constexpr char kContainers[] = "SHOW SERVICE CONTAINERS IN SERVICE D.S.X";
constexpr char kEndpoints[] = "SHOW ENDPOINTS IN SERVICE D.S.X";
constexpr char kSuspend[] = "ALTER SERVICE D.S.X SUSPEND";
constexpr char kResume[] = "ALTER SERVICE D.S.X RESUME";

// A specification of one container with a public endpoint, as the attribute `spec` holds it.
Value Spec(const std::string& tag, std::optional<int64_t> gpus = std::nullopt) {
  snowflake::ServiceSpec spec;
  spec.containers["head"] = {.image = "/d/s/r/head:" + tag};
  if (gpus) spec.containers["head"].resources = snowflake::Resources{{{.gpu = gpus}}, {{.gpu = gpus}}};
  spec.endpoints.emplace();
  (*spec.endpoints)["ui"] = {.port = 8000, .is_public = true};
  return FromServiceSpec(spec);
}

std::string ServerText(const std::string& tag) {
  return "spec:\n  containers:\n  - name: head\n    image: host.registry/d/s/r/head:" + tag +
         "\n    sha256: \"@sha256:12\"\n  endpoints:\n  - name: ui\n    port: 8000\n    public: true\n";
}

Members Config(const std::string& tag = "1") {
  return {{"database", "d"}, {"schema", "s"}, {"name", "x"}, {"compute_pool", "p"}, {"spec", Spec(tag)}};
}

Members With(const char* name, Value value, Members members = Config()) {
  members[name] = std::move(value);
  return members;
}

struct ServiceFixture : ResourceFixture {
  ServiceFixture() : ResourceFixture(MakeService) { Show(); }

  // What the account shows of the service from now on.
  std::string status = "RUNNING", digest = "d1", tag = "1", resumed_on, auto_suspend = "0", auto_resume = "true";
  std::string container_status = "READY", message = "Running", url = "h-org-acct.app";
  void Show() {
    account.On(kShow, {{"name", "database_name", "schema_name", "owner", "status", "compute_pool", "dns_name",
                        "target_instances", "min_ready_instances", "min_instances", "max_instances", "auto_resume",
                        "auto_suspend_secs", "created_on", "resumed_on", "spec_digest", "is_upgrading"},
                       {{"X", "D", "S", "ME", status, "P", "x.h.svc", "1", "1", "1", "1", auto_resume, auto_suspend,
                         "1800000000.0", resumed_on, digest, "false"}}});
    account.On("DESCRIBE SERVICE D.S.X", {{"name", "status", "spec"}, {{"X", status, ServerText(tag)}}});
    account.On(kInstances, {{"instance_id", "status", "spec_digest"}, {{"0", container_status, digest}}});
    account.On(kContainers, {{"instance_id", "container_name", "status", "message", "restart_count"},
                             {{"0", "head", container_status, message, "0"}}});
    account.On(kEndpoints, {{"name", "port", "is_public", "ingress_url"}, {{"ui", "8000", "true", url}}});
    clock.Advance(absl::Minutes(1));
  }
  bool Waited() const { return std::count(account.statements().begin(), account.statements().end(), kContainers) > 0; }
};

TEST(ServiceTest, Model) {
  testing::CheckModel(ServiceModel());
}

TEST(ServiceTest, CreatesAndWaits) {
  ServiceFixture f;
  ASSERT_OK(f.Create(With("external_access_integrations", Value::List{"eai"}, With("query_warehouse", "wh"))));
  ASSERT_EQ(f.account.changes().size(), 1u);
  EXPECT_THAT(f.account.changes()[0],
              HasSubstr("CREATE SERVICE D.S.X IN COMPUTE POOL P FROM SPECIFICATION $$spec:\n  containers:"));
  EXPECT_THAT(f.account.changes()[0],
              HasSubstr("$$ MIN_INSTANCES = 1 MAX_INSTANCES = 1 MIN_READY_INSTANCES = 1 AUTO_RESUME = TRUE "
                        "AUTO_SUSPEND_SECS = 0 QUERY_WAREHOUSE = WH EXTERNAL_ACCESS_INTEGRATIONS = (EAI)"));
  EXPECT_TRUE(f.state.Get("endpoints") == Value(Value::Map{{"ui", "https://h-org-acct.app"}}));
  EXPECT_EQ(f.Text("spec_digest"), "d1");
  EXPECT_EQ(f.Text("dns_name"), "x.h.svc");
  EXPECT_TRUE(f.Waited());
}

TEST(ServiceTest, AnImageChangesTheSpecificationAlone) {
  ServiceFixture f;
  ASSERT_OK(f.Create(Config()));
  const auto planned = f.Plan(Config("2"));
  ASSERT_OK(planned);
  for (const auto& [name, value] : planned->AsMap()) {
    const bool differs = !(value == f.state.Get(name));
    EXPECT_EQ(differs, name == "spec" || name == "spec_digest") << name;
  }
  EXPECT_THAT(f.replaces, IsEmpty());
  f.digest = "d2";
  f.tag = "2";
  f.Show();
  f.account.Reset();
  ASSERT_OK(f.Apply(Config("2")));
  ASSERT_EQ(f.account.changes().size(), 1u);
  EXPECT_THAT(f.account.changes()[0], HasSubstr("ALTER SERVICE D.S.X FROM SPECIFICATION $$"));
  EXPECT_EQ(f.Text("spec_digest"), "d2");
}

TEST(ServiceTest, ARefreshAsksForNothingButTheListing) {
  ServiceFixture f;
  ASSERT_OK(f.Create(Config()));
  f.clock.Advance(absl::Minutes(1));
  f.account.Reset();
  ASSERT_OK(f.Read());
  EXPECT_THAT(f.account.statements(), ElementsAre(kShow));
  EXPECT_TRUE(f.PlansNothing(Config()));
}

// What builds on spec_digest, such as a model's cluster_revision, must not move with it.
TEST(ServiceTest, AnotherDigestOfTheSameMeaningIsRememberedSilently) {
  ServiceFixture f;
  ASSERT_OK(f.Create(Config()));
  const std::string before = f.Text("spec_digest");
  f.digest = "d9";
  f.Show();
  ASSERT_OK(f.Read());
  EXPECT_EQ(f.Text("spec_digest"), before);
  EXPECT_TRUE(f.diagnostics.empty());
  EXPECT_TRUE(f.PlansNothing(Config()));
}

TEST(ServiceTest, AnUpdateKeepsTheDigestOfASpecificationThatWasOnlyWrittenAnew) {
  ServiceFixture f;
  ASSERT_OK(f.Create(Config()));
  f.digest = "d9";
  f.Show();
  ASSERT_OK(f.Read());
  ASSERT_OK(f.Apply(With("fail_fast_on_capacity", true)));
  EXPECT_EQ(f.Text("spec_digest"), "d1");
  EXPECT_TRUE(f.PlansNothing(With("fail_fast_on_capacity", true)));
}

TEST(ServiceTest, ADigestSeenBeforeAnUpdateIsLookedAtAgain) {
  ServiceFixture f;
  ASSERT_OK(f.Create(Config()));
  f.digest = "d9";
  f.Show();
  ASSERT_OK(f.Read());
  f.digest = "d2";
  f.tag = "2";
  f.Show();
  ASSERT_OK(f.Apply(Config("2")));
  // Somebody puts the old one back.
  f.digest = "d9";
  f.tag = "1";
  f.Show();
  ASSERT_OK(f.Read());
  EXPECT_FALSE(f.PlansNothing(Config("2")));
}

TEST(ServiceTest, AnOutsideChangeIsSeen) {
  ServiceFixture f;
  ASSERT_OK(f.Create(Config()));
  f.digest = "d9";
  f.tag = "9";
  f.Show();
  ASSERT_OK(f.Read());
  EXPECT_FALSE(f.PlansNothing(Config()));
  EXPECT_TRUE(f.PlansNothing(Config("9")));
}

TEST(ServiceTest, ASpecificationThatIsNotVisibleIsOneWarning) {
  ServiceFixture f;
  ASSERT_OK(f.Create(Config()));
  f.digest = "d9";
  f.Show();
  f.account.On("DESCRIBE SERVICE D.S.X", {{"name", "status", "spec"}, {{"X", "RUNNING", std::nullopt}}});
  ASSERT_OK(f.Read());
  EXPECT_EQ(f.diagnostics.list().size(), 1u);
  EXPECT_FALSE(f.diagnostics.HasErrors());
  EXPECT_TRUE(f.PlansNothing(Config()));
}

TEST(ServiceTest, ImportPlansNothing) {
  ServiceFixture f;
  ASSERT_OK(f.Import("d.s.x"));
  EXPECT_TRUE(f.PlansNothing(Config()));
}

TEST(ServiceTest, AdoptsOnlyTheSameSpecification) {
  for (const bool same : {true, false}) {
    ServiceFixture f;
    f.tag = same ? "1" : "7";
    f.Show();
    const Members config = With("on_exists", "adopt");
    ASSERT_OK(f.Create(config));
    const std::string create = f.account.changes()[0];
    f.account.OnError(create, "002002", "Object 'X' already exists.");
    const absl::Status status = f.Create(config);
    EXPECT_EQ(status.ok(), same) << status;
    if (!same) {
      EXPECT_THAT(status.message(), HasSubstr("spec.containers[\"head\"].image"));
    }
  }
}

TEST(ServiceTest, AdoptsOnlyOnTheSamePool) {
  ServiceFixture f;
  const Members config = With("on_exists", "adopt");
  ASSERT_OK(f.Create(config));
  const std::string create = f.account.changes()[0];
  f.account.OnError(create, "002002", "Object 'X' already exists.");
  f.account.On(kShow, {{"name", "database_name", "schema_name", "compute_pool"}, {{"X", "D", "S", "ELSEWHERE"}}});
  const absl::Status status = f.Create(config);
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(status.message(), HasSubstr("differs from the plan in compute_pool"));
}

TEST(ServiceTest, AFamilyTooSmallIsFoundBeforeAnythingIsSent) {
  ServiceFixture f;
  f.account.On("SHOW COMPUTE POOLS", {{"name", "instance_family"}, {{"P", "GPU_NV_M"}}});
  const absl::Status status = f.Create(With("spec", Spec("1", 8)));
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(FactOf(status, kAttributePath).value_or(""), HasSubstr("spec.containers[\"head\"].resources"));
  EXPECT_THAT(f.account.changes(), IsEmpty());
  EXPECT_TRUE(f.Validate(With("instance_family", "GPU_NV_M", With("spec", Spec("1", 8)))).HasErrors());
  EXPECT_FALSE(f.Validate(With("instance_family", "GPU_NV_M", With("spec", Spec("1", 4)))).HasErrors());
}

TEST(ServiceTest, AFailingContainerEndsTheWait) {
  ServiceFixture f;
  f.container_status = "FAILED";
  f.message = "exit";
  f.status = "PENDING";
  f.Show();
  f.account.On("SELECT SYSTEM$GET_SERVICE_LOGS('D.S.X', 0, 'head', 30)", {{"log"}, {{"line\nboom"}}});
  const absl::Status status = f.Create(Config());
  EXPECT_THAT(status.message(), HasSubstr("container head of instance 0 is FAILED: exit"));
  EXPECT_THAT(status.message(), HasSubstr("boom"));
  EXPECT_FALSE(f.state.IsNull());  // tainted, not lost
}

TEST(ServiceTest, AWaitOutlivesANetworkThatIsAway) {
  ServiceFixture f;
  for (int i = 0; i < 30; ++i) f.account.LoseNext(kContainers);
  ASSERT_OK(f.Create(Config()));
  EXPECT_TRUE(f.state.Get("ready") == Value(true));
}

TEST(ServiceTest, ANetworkThatStaysAwayEndsTheWait) {
  ServiceFixture f;
  for (int i = 0; i < 300; ++i) f.account.LoseNext(kContainers);
  EXPECT_EQ(f.Create(Config()).code(), absl::StatusCode::kUnavailable);
  EXPECT_LT(f.clock.slept(), absl::Minutes(20));
  EXPECT_TRUE(f.state.Get("ready") == Value(false)) << "the next plan shows it";
}

TEST(ServiceTest, LackOfCapacityWaitsOrFailsFast) {
  ServiceFixture f;
  f.container_status = "PENDING";
  f.message = "Unschedulable due to insufficient resources.";
  f.status = "PENDING";
  f.Show();
  const Value limit(Value::Map{{"create", "10m"}, {"update", Value::Null()}, {"delete", Value::Null()}});
  const absl::Duration before = f.clock.slept();
  EXPECT_EQ(f.Create(With("timeouts", limit)).code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_GE(f.clock.slept() - before, absl::Minutes(9));
  EXPECT_EQ(f.Create(With("fail_fast_on_capacity", true)).code(), absl::StatusCode::kFailedPrecondition);
}

TEST(ServiceTest, LackOfCapacityIsReportedEachMinute) {
  ServiceFixture f;
  f.container_status = "PENDING";
  f.message = "Unschedulable due to insufficient resources.";
  f.status = "PENDING";
  f.Show();
  f.account.On("DESCRIBE COMPUTE POOL P", {{"name", "status_message"}, {{"P", "no GPUs left in the region"}}});
  const Value limit(Value::Map{{"create", "10m30s"}, {"update", Value::Null()}, {"delete", Value::Null()}});
  const absl::Status status = f.Create(With("timeouts", limit));
  const std::string standing =
      "no capacity in compute pool P: 1 instances wanted, 0 placed; container head of instance 0 is PENDING: "
      "Unschedulable due to insufficient resources. (restarts: 0); the pool says: no GPUs left in the region";
  EXPECT_THAT(status.message(), HasSubstr("service D.S.X is not ready in time: " + standing));
  std::vector<std::string> minutes;
  for (const LogLine& line : f.logger.lines()) {
    if (line.message != "waiting for capacity") continue;
    EXPECT_EQ(line.fields.at("service"), "D.S.X");
    EXPECT_EQ(line.fields.at("state"), standing);
    minutes.push_back(line.fields.at("waited").substr(0, line.fields.at("waited").find('m')));
  }
  EXPECT_THAT(minutes, ElementsAre("1", "2", "3", "4", "5", "6", "7", "8", "9", "10"));
}

TEST(ServiceTest, AWaitThatWasGivenUpIsTakenUpAgain) {
  ServiceFixture f;
  ASSERT_OK(f.Create(Config()));
  EXPECT_TRUE(f.state.Get("ready") == Value(true));
  f.digest = "d2";
  f.tag = "2";
  f.container_status = "FAILED";
  f.Show();
  EXPECT_FALSE(f.Apply(Config("2")).ok());
  // The account has the new specification, but it does not run: that is no empty plan.
  EXPECT_TRUE(f.state.Get("ready") == Value(false));
  ASSERT_OK(f.Read());
  auto planned = f.Plan(Config("2"));
  ASSERT_OK(planned);
  for (const auto& [name, value] : planned->AsMap()) EXPECT_EQ(!(value == f.state.Get(name)), name == "ready") << name;
  f.account.Reset();
  EXPECT_FALSE(f.Apply(Config("2")).ok());
  EXPECT_TRUE(f.state.Get("ready") == Value(false));
  f.container_status = "READY";
  f.Show();
  ASSERT_OK(f.Apply(Config("2")));
  EXPECT_TRUE(f.Waited());
  EXPECT_THAT(f.account.changes(), IsEmpty());
  EXPECT_TRUE(f.state.Get("ready") == Value(true));
  EXPECT_TRUE(f.PlansNothing(Config("2")));
}

TEST(ServiceTest, AWaitThatWasGivenUpIsForgottenByWhoDoesNotWait) {
  ServiceFixture f;
  ASSERT_OK(f.Create(Config()));
  f.digest = "d2";
  f.tag = "2";
  f.container_status = "FAILED";
  f.Show();
  EXPECT_FALSE(f.Apply(Config("2")).ok());
  ASSERT_OK(f.Apply(With("wait_for", "none", Config("2"))));
  EXPECT_TRUE(f.state.Get("ready").IsNull());
  EXPECT_TRUE(f.PlansNothing(With("wait_for", "none", Config("2"))));
}

TEST(ServiceTest, WaitsForRealUrls) {
  ServiceFixture f;
  const testing::FakeRows none{{"name", "port", "is_public", "ingress_url"},
                               {{"ui", "8000", "true", "Endpoints provisioning in progress... check back"}}};
  for (int i = 0; i < 3; ++i) f.account.Next(kEndpoints, none);
  ASSERT_OK(f.Create(Config()));
  EXPECT_TRUE(f.state.Get("endpoints") == Value(Value::Map{{"ui", "https://h-org-acct.app"}}));
}

TEST(ServiceTest, AskedNotToWaitItDoesNot) {
  ServiceFixture f;
  f.url = "Endpoints provisioning in progress... check back";
  f.status = "PENDING";
  f.Show();
  const Members config = With("wait_for", "none");
  ASSERT_OK(f.Create(config));
  EXPECT_FALSE(f.Waited());
  EXPECT_TRUE(f.state.Get("endpoints") == Value(Value::Map{}));
  // The next refresh asks again.
  f.url = "h-org-acct.app";
  f.Show();
  ASSERT_OK(f.Read());
  EXPECT_TRUE(f.state.Get("endpoints") == Value(Value::Map{{"ui", "https://h-org-acct.app"}}));
}

TEST(ServiceTest, AKnownUrlIsNotForgotten) {
  ServiceFixture f;
  ASSERT_OK(f.Create(Config()));
  f.digest = "d2";
  f.tag = "2";
  f.url = "Endpoints provisioning in progress... check back";
  f.Show();
  ASSERT_OK(f.Apply(With("wait_for", "none", Config("2"))));
  EXPECT_TRUE(f.state.Get("endpoints") == Value(Value::Map{{"ui", "https://h-org-acct.app"}}));
}

TEST(ServiceTest, CreatesSuspended) {
  ServiceFixture f;
  f.auto_resume = "false";
  f.Show();
  ASSERT_OK(f.Create(With("suspended", true, With("auto_resume", false))));
  EXPECT_EQ(f.account.changes().back(), kSuspend);
  EXPECT_FALSE(f.Waited());
}

TEST(ServiceTest, SuspendsAndResumesAtTransitions) {
  ServiceFixture f;
  ASSERT_OK(f.Create(With("suspended", false)));
  f.account.Reset();
  f.status = "SUSPENDING";
  f.Show();
  ASSERT_OK(f.Apply(With("suspended", true)));
  EXPECT_FALSE(f.Waited());
  const auto planned = f.Plan(With("suspended", false));
  ASSERT_OK(planned);
  EXPECT_TRUE(planned->Get("resumed_on").IsUnknown());
  f.status = "RUNNING";
  f.resumed_on = "1800009999.0";
  f.Show();
  ASSERT_OK(f.Apply(With("suspended", false)));
  EXPECT_TRUE(f.Waited());
  EXPECT_THAT(f.account.changes(), ElementsAre(kSuspend, kResume));
}

TEST(ServiceTest, ResumingWhatWasNotManagedIsPlannedWhereThereIsSomethingToResume) {
  ServiceFixture f;
  ASSERT_OK(f.Create(Config()));
  auto planned = f.Plan(With("suspended", false));
  ASSERT_OK(planned);
  EXPECT_FALSE(planned->Get("resumed_on").IsUnknown()) << "it runs";
  f.status = "SUSPENDED";
  f.Show();
  planned = f.Plan(With("suspended", false));
  ASSERT_OK(planned);
  EXPECT_TRUE(planned->Get("resumed_on").IsUnknown());
}

TEST(ServiceTest, UrlsThatMayComeInTheMeantimeAreNotPromised) {
  ServiceFixture f;
  f.url = "Endpoints provisioning in progress... check back";
  f.Show();
  const Members config = With("wait_for", "none");
  ASSERT_OK(f.Create(config));
  EXPECT_TRUE(f.PlansNothing(config)) << "that alone is no change";
  const Members changed = With("comment", "new", config);
  const auto planned = f.Plan(changed);
  ASSERT_OK(planned);
  EXPECT_TRUE(planned->Get("endpoints").IsUnknown());
  f.url = "h-org-acct.app";
  f.Show();
  ASSERT_OK(f.Apply(changed));
  EXPECT_TRUE(f.state.Get("endpoints") == Value(Value::Map{{"ui", "https://h-org-acct.app"}}));
}

TEST(ServiceTest, AdoptedItIsSuspendedOrResumedAsPlanned) {
  for (const bool suspended : {true, false}) {
    ServiceFixture first;
    ASSERT_OK(first.Create(Config()));
    ServiceFixture f;
    f.account.OnError(first.account.changes()[0], "002002", "Object 'X' already exists.");
    ASSERT_OK(f.Create(With("suspended", suspended, With("on_exists", "adopt"))));
    EXPECT_EQ(f.account.changes().back(), suspended ? kSuspend : kResume);
    EXPECT_EQ(f.Waited(), !suspended);
  }
}

TEST(ServiceTest, AdoptedWhileItSleepsItIsNotWaitedFor) {
  ServiceFixture first;
  ASSERT_OK(first.Create(Config()));
  ServiceFixture f;
  f.status = "SUSPENDED";
  f.Show();
  f.account.OnError(first.account.changes()[0], "002002", "Object 'X' already exists.");
  ASSERT_OK(f.Create(With("on_exists", "adopt")));
  EXPECT_FALSE(f.Waited());
  EXPECT_EQ(f.account.changes().size(), 1u) << "nothing to send";
}

TEST(ServiceTest, AnUpdateOfASuspendedServiceDoesNotWait) {
  ServiceFixture f;
  f.auto_suspend = "600";
  f.Show();
  ASSERT_OK(f.Create(With("auto_suspend_secs", 600)));
  f.status = "SUSPENDED";
  f.digest = "d2";
  f.tag = "2";
  f.Show();
  f.account.Reset();
  ASSERT_OK(f.Apply(With("auto_suspend_secs", 600, Config("2"))));
  EXPECT_FALSE(f.Waited());
}

TEST(ServiceTest, SuspensionIsDriftOnlyWhereTheServiceCannotHaveDoneIt) {
  struct Case {
    bool managed;
    const char *status, *auto_suspend, *auto_resume;
    bool drifts;
  };
  for (const Case& c : {Case{false, "SUSPENDED", "0", "true", true}, Case{false, "SUSPENDED", "60", "true", false},
                        Case{false, "RUNNING", "0", "true", false}, Case{true, "RUNNING", "0", "false", true},
                        Case{true, "RUNNING", "0", "true", false}, Case{true, "SUSPENDED", "0", "false", false}}) {
    ServiceFixture f;
    f.auto_suspend = c.auto_suspend;
    f.auto_resume = c.auto_resume;
    f.Show();
    const Members config = With("suspended", c.managed,
                                With("auto_suspend_secs", std::string(c.auto_suspend) == "0" ? 0 : 60,
                                     With("auto_resume", std::string(c.auto_resume) == "true")));
    ASSERT_OK(f.Create(config));
    f.status = c.status;
    f.Show();
    ASSERT_OK(f.Read());
    EXPECT_EQ(bool(f.PlansNothing(config)), !c.drifts) << c.managed << c.status << c.auto_suspend << c.auto_resume;
  }
}

TEST(ServiceTest, AReplacedPoolReplacesItsServices) {
  ServiceFixture f;
  ASSERT_OK(f.Create(With("compute_pool_created_on", "t1")));
  ASSERT_OK(f.Plan(With("compute_pool_created_on", "t1")));
  EXPECT_THAT(f.replaces, IsEmpty());
  for (const Value& moved : {Value("t2"), Value::Unknown()}) {
    ASSERT_OK(f.Plan(With("compute_pool_created_on", moved)));
    EXPECT_THAT(f.replaces, ElementsAre("compute_pool_created_on"));
  }
  ASSERT_OK(f.Plan(Config()));
  EXPECT_THAT(f.replaces, IsEmpty());
  // Given for the first time, it is only stored.
  f.state.AsMap()["compute_pool_created_on"] = Value::Null();
  ASSERT_OK(f.Plan(With("compute_pool_created_on", "t1")));
  EXPECT_THAT(f.replaces, IsEmpty());
}

TEST(ServiceTest, DropsAndWaitsUntilItIsGone) {
  ServiceFixture f;
  ASSERT_OK(f.Create(Config()));
  f.account.Next("DESCRIBE SERVICE D.S.X", {{"name", "status"}, {{"X", "DELETING"}}});
  f.account.Forget("DESCRIBE SERVICE D.S.X");
  ASSERT_OK(f.Delete());
  EXPECT_EQ(f.account.changes().back(), "DROP SERVICE D.S.X");
  f.state.AsMap()["force_destroy"] = true;
  ASSERT_OK(f.Delete());
  EXPECT_EQ(f.account.changes().back(), "DROP SERVICE D.S.X FORCE");
}

TEST(ServiceTest, ChecksItsBoundsAndNames) {
  ServiceFixture f;
  EXPECT_FALSE(f.Validate(Config()).HasErrors());
  EXPECT_TRUE(f.Validate(With("min_instances", 3, With("max_instances", 2))).HasErrors());
  EXPECT_TRUE(f.Validate(With("name", "\"x\"")).HasErrors());
  EXPECT_TRUE(f.Validate(With("database", "\"d\"")).HasErrors());
}

TEST(ServiceTest, MoreInstancesChangeTheirBoundsAlone) {
  ServiceFixture f;
  ASSERT_OK(f.Create(Config()));
  const auto planned = f.Plan(With("min_instances", 2));
  ASSERT_OK(planned);
  EXPECT_TRUE(planned->Get("max_instances") == Value(2));
  EXPECT_TRUE(planned->Get("spec_digest") == f.state.Get("spec_digest"));
  EXPECT_THAT(f.replaces, IsEmpty());
}

}  // namespace
}  // namespace spcs::resources
