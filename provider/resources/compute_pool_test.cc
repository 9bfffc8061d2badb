// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/compute_pool_model.h"

#include "gmock/gmock.h"
#include "provider/resources/resource_fixture_for_test.h"
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

const Members kPool{{"name", "p"}, {"instance_family", "CPU_X64_S"}, {"min_nodes", 1}, {"max_nodes", 3}};
constexpr char kShowServices[] = "SHOW SERVICES EXCLUDE JOBS IN COMPUTE POOL P";

Members With(const char* name, Value value, Members members = kPool) {
  members[name] = std::move(value);
  return members;
}

struct PoolFixture : ResourceFixture {
  PoolFixture() : ResourceFixture(MakeComputePool) { Show("ACTIVE"); }

  std::string comment;
  void Show(const std::string& state, const std::string& family = "CPU_X64_S", const std::string& most = "3") {
    account.On("SHOW COMPUTE POOLS",
               {{"name", "state", "min_nodes", "max_nodes", "instance_family", "auto_suspend_secs", "auto_resume",
                 "created_on", "owner", "comment"},
                {{"P", state, "1", most, family, "3600", "true", "1800000000.0", "ME", comment}}});
    clock.Advance(absl::Minutes(1));
  }
  void ShowService(const std::string& status, const std::string& most = "3") {
    account.On(kShowServices, {{"name", "database_name", "schema_name", "status", "max_instances"},
                               {{"HEAD", "D", "S", status, most}}});
  }
};

TEST(ComputePoolTest, Model) {
  testing::CheckModel(ComputePoolModel());
}

TEST(ComputePoolTest, CreatesAndAlters) {
  PoolFixture f;
  f.comment = "c";
  f.Show("ACTIVE");
  ASSERT_OK(f.Create(With("comment", "c")));
  EXPECT_EQ(f.Text("created_on"), "2027-01-15T08:00:00.000Z");
  f.comment = "";
  f.Show("ACTIVE", "CPU_X64_S", "5");
  ASSERT_OK(f.Apply(With("max_nodes", 5)));
  EXPECT_THAT(f.account.changes(),
              ElementsAre("CREATE COMPUTE POOL P INSTANCE_FAMILY = CPU_X64_S MIN_NODES = 1 MAX_NODES = 3 AUTO_RESUME = "
                          "TRUE AUTO_SUSPEND_SECS = 3600 COMMENT = 'c'",
                          "ALTER COMPUTE POOL P SET MAX_NODES = 5", "ALTER COMPUTE POOL P UNSET COMMENT"));
}

TEST(ComputePoolTest, CreatesSuspended) {
  PoolFixture f;
  f.Show("SUSPENDED");
  ASSERT_OK(f.Create(With("suspended", true)));
  EXPECT_THAT(f.account.changes().front(), HasSubstr("INITIALLY_SUSPENDED = TRUE"));
}

TEST(ComputePoolTest, ImportPlansNothing) {
  PoolFixture f;
  ASSERT_OK(f.Import("p"));
  EXPECT_TRUE(f.PlansNothing(kPool));
  EXPECT_TRUE(f.PlansNothing(With("instance_family", "cpu_x64_s")));
}

TEST(ComputePoolTest, ChecksItsBounds) {
  PoolFixture f;
  const tf::Diagnostics found = f.Validate(With("min_nodes", 4));
  ASSERT_TRUE(found.HasErrors());
  EXPECT_EQ(found.list()[0].path, tf::Path("min_nodes"));
  EXPECT_FALSE(f.Validate(With("min_nodes", Value::Unknown())).HasErrors());
  EXPECT_TRUE(f.Validate(With("name", "\"p\"")).HasErrors());
}

TEST(ComputePoolTest, WarnsOfLegacyFamilies) {
  PoolFixture f;
  const tf::Diagnostics found = f.Validate(With("instance_family", "GPU_7"));
  EXPECT_FALSE(found.HasErrors());
  ASSERT_EQ(found.list().size(), 1u);
  EXPECT_THAT(found.list()[0].detail, HasSubstr("GPU_NV_M"));
  EXPECT_TRUE(f.Validate(With("instance_family", "SOMETHING_NEW")).empty());
}

TEST(ComputePoolTest, AnotherFamilyReplaces) {
  PoolFixture f;
  ASSERT_OK(f.Create(kPool));
  ASSERT_OK(f.Plan(With("instance_family", "CPU_X64_M")));
  EXPECT_THAT(f.replaces, ElementsAre("instance_family"));
}

TEST(ComputePoolTest, AnotherFamilyInPlace) {
  PoolFixture f;
  ASSERT_OK(f.Create(With("instance_family_change", "in_place")));
  const Members changed = With("instance_family", "CPU_X64_M", With("instance_family_change", "in_place"));
  ASSERT_OK(f.Plan(changed));
  EXPECT_THAT(f.replaces, IsEmpty());
  f.account.Reset();
  f.account.Next("DESCRIBE COMPUTE POOL P", {{"name", "state"}, {{"P", "STOPPING"}}});
  f.account.Next("DESCRIBE COMPUTE POOL P", {{"name", "state"}, {{"P", "SUSPENDED"}}});
  f.Show("ACTIVE", "CPU_X64_M");
  ASSERT_OK(f.Apply(changed));
  EXPECT_THAT(f.account.changes(),
              ElementsAre("ALTER COMPUTE POOL P SUSPEND", "ALTER COMPUTE POOL P SET INSTANCE_FAMILY = CPU_X64_M",
                          "ALTER COMPUTE POOL P RESUME"));
}

TEST(ComputePoolTest, AnotherFamilyIsTakenUpAgainBehindAFailure) {
  PoolFixture f;
  ASSERT_OK(f.Create(With("instance_family_change", "in_place")));
  const Members changed = With("instance_family", "CPU_X64_M", With("instance_family_change", "in_place"));
  const std::string set = "ALTER COMPUTE POOL P SET INSTANCE_FAMILY = CPU_X64_M";
  f.account.On("DESCRIBE COMPUTE POOL P", {{"name", "state"}, {{"P", "SUSPENDED"}}});
  f.account.ErrorNext(set, "000000", "not now");
  EXPECT_FALSE(f.Apply(changed).ok());
  f.Show("SUSPENDED");
  f.account.On("DESCRIBE COMPUTE POOL P", {{"name", "state"}, {{"P", "SUSPENDED"}}});
  ASSERT_OK(f.Read());
  f.account.Reset();
  f.Show("SUSPENDED", "CPU_X64_M");
  ASSERT_OK(f.Apply(changed));
  EXPECT_THAT(f.account.changes(), ElementsAre(set, "ALTER COMPUTE POOL P RESUME")) << "it was we who suspended it";
  // Somebody else's suspension stays.
  f.account.Reset();
  const Members back = With("instance_family_change", "in_place");
  f.Show("SUSPENDED");
  ASSERT_OK(f.Apply(back));
  EXPECT_THAT(f.account.changes(), ElementsAre("ALTER COMPUTE POOL P SET INSTANCE_FAMILY = CPU_X64_S"));
}

TEST(ComputePoolTest, AnotherFamilyInPlaceIsRefusedWithServices) {
  PoolFixture f;
  ASSERT_OK(f.Create(With("instance_family_change", "in_place")));
  f.ShowService("RUNNING");
  f.account.Reset();
  const absl::Status status = f.Apply(With("instance_family", "CPU_X64_M", With("instance_family_change", "in_place")));
  EXPECT_THAT(status.message(), HasSubstr("D.S.HEAD (RUNNING)"));
  EXPECT_THAT(f.account.changes(), IsEmpty());
}

TEST(ComputePoolTest, FewerNodesNameTheServicesThatAskForMore) {
  PoolFixture f;
  ASSERT_OK(f.Create(kPool));
  f.ShowService("RUNNING");
  ASSERT_OK(f.Plan(With("max_nodes", 2)));
  ASSERT_EQ(f.diagnostics.list().size(), 1u);
  EXPECT_EQ(f.diagnostics.list()[0].severity, tf::Diagnostic::Severity::kWarning);
  EXPECT_THAT(f.diagnostics.list()[0].detail, HasSubstr("D.S.HEAD (3 at most)"));

  PoolFixture enough;
  ASSERT_OK(enough.Create(kPool));
  enough.ShowService("RUNNING", "2");
  ASSERT_OK(enough.Plan(With("max_nodes", 2)));
  EXPECT_TRUE(enough.diagnostics.empty());
}

TEST(ComputePoolTest, MoreNodesAskNobody) {
  PoolFixture f;
  ASSERT_OK(f.Create(kPool));
  f.account.Reset();
  ASSERT_OK(f.Plan(With("max_nodes", 4)));
  EXPECT_THAT(f.account.statements(), IsEmpty());
}

TEST(ComputePoolTest, SuspendsAndResumesAtTransitions) {
  PoolFixture f;
  ASSERT_OK(f.Create(With("suspended", false)));
  f.account.Reset();
  ASSERT_OK(f.Apply(With("suspended", true)));
  f.Show("SUSPENDED");
  ASSERT_OK(f.Apply(With("suspended", false)));
  EXPECT_THAT(f.account.changes(), ElementsAre("ALTER COMPUTE POOL P SUSPEND", "ALTER COMPUTE POOL P RESUME"));
}

TEST(ComputePoolTest, DoesNotResumeWhatRuns) {
  PoolFixture f;
  ASSERT_OK(f.Create(With("suspended", true)));
  f.Show("ACTIVE");  // a service has resumed it
  f.account.Reset();
  ASSERT_OK(f.Apply(With("suspended", false)));
  EXPECT_THAT(f.account.changes(), IsEmpty());
}

TEST(ComputePoolTest, ResumesWhatWasNotManagedBefore) {
  PoolFixture f;
  ASSERT_OK(f.Create(kPool));
  f.Show("SUSPENDED");
  f.account.Reset();
  ASSERT_OK(f.Apply(With("suspended", false)));
  EXPECT_THAT(f.account.changes(), ElementsAre("ALTER COMPUTE POOL P RESUME"));
}

TEST(ComputePoolTest, WhatTheServiceDoesByItselfIsNoDrift) {
  PoolFixture f;
  ASSERT_OK(f.Create(With("suspended", false)));
  f.Show("SUSPENDED");
  ASSERT_OK(f.Read());
  EXPECT_TRUE(f.PlansNothing(With("suspended", false)));

  // Nobody suspends a pool without auto-suspend by himself.
  f.state.AsMap()["auto_suspend_secs"] = 0;
  f.account.On("SHOW COMPUTE POOLS", {{"name", "state", "owner"}, {{"P", "SUSPENDED", "ME"}}});
  f.clock.Advance(absl::Minutes(1));
  ASSERT_OK(f.Read());
  EXPECT_TRUE(f.state.Get("suspended") == Value(true));
}

TEST(ComputePoolTest, ItsServicesRefuseTheDrop) {
  PoolFixture f;
  ASSERT_OK(f.Create(kPool));
  f.ShowService("RUNNING");
  const absl::Status status = f.Delete();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(status.message(), HasSubstr("D.S.HEAD (RUNNING)"));
  EXPECT_THAT(FactOf(status, kAdvice).value_or(""), HasSubstr("force_destroy"));
  EXPECT_THAT(f.account.changes(), Not(Contains(HasSubstr("DROP"))));
}

TEST(ComputePoolTest, WaitsForDropsInProgress) {
  PoolFixture f;
  ASSERT_OK(f.Create(kPool));
  const testing::FakeRows going{{"name", "database_name", "schema_name", "status"}, {{"HEAD", "D", "S", "DELETING"}}};
  for (int i = 0; i < 5; ++i) f.account.Next(kShowServices, going);
  ASSERT_OK(f.Delete());
  EXPECT_EQ(f.account.changes().back(), "DROP COMPUTE POOL P");
}

TEST(ComputePoolTest, WaitsForDropsTwoMinutesAtMost) {
  PoolFixture f;
  ASSERT_OK(f.Create(kPool));
  f.ShowService("DELETING");
  const absl::Duration before = f.clock.slept();
  EXPECT_EQ(f.Delete().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_LE(f.clock.slept() - before, absl::Minutes(2));
  EXPECT_GE(f.clock.slept() - before, absl::Seconds(119));
}

TEST(ComputePoolTest, WaitsAsLongAsItIsTold) {
  const Value limits(Value::Map{{"update", "5m"}, {"delete", "10m"}});
  PoolFixture f;
  ASSERT_OK(f.Create(With("timeouts", limits, With("instance_family_change", "in_place"))));
  f.ShowService("DELETING");
  absl::Duration before = f.clock.slept();
  EXPECT_EQ(f.Delete().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_GE(f.clock.slept() - before, absl::Minutes(9));
  f.account.Forget(kShowServices);
  f.account.On("DESCRIBE COMPUTE POOL P", {{"name", "state"}, {{"P", "STOPPING"}}});
  before = f.clock.slept();
  const Members changed =
      With("instance_family", "CPU_X64_M", With("timeouts", limits, With("instance_family_change", "in_place")));
  EXPECT_EQ(f.Apply(changed).code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_GE(f.clock.slept() - before, absl::Minutes(4));
  EXPECT_LE(f.clock.slept() - before, absl::Minutes(6));
}

TEST(ComputePoolTest, ByForceItsServicesGoWithIt) {
  PoolFixture f;
  ASSERT_OK(f.Create(With("force_destroy", true)));
  // The service shows its old status for a moment after it was told to stop.
  f.account.Next(kShowServices, {{"name", "database_name", "schema_name", "status"}, {{"HEAD", "D", "S", "RUNNING"}}});
  f.account.Reset();
  ASSERT_OK(f.Delete());
  EXPECT_THAT(f.account.changes(), ElementsAre("ALTER COMPUTE POOL P STOP ALL", "DROP COMPUTE POOL P"));
}

TEST(ComputePoolTest, WhatIsGoneIsDropped) {
  PoolFixture f;
  ASSERT_OK(f.Create(kPool));
  f.account.OnError(kShowServices, "002003", kUnknownObject);
  f.account.OnError("DROP COMPUTE POOL P", "002003", kUnknownObject);
  ASSERT_OK(f.Delete());
}

}  // namespace
}  // namespace spcs::resources
