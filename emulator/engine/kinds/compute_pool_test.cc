// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/kinds/compute_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/engine/testing.h"

namespace spcs::engine {
namespace {

using ::testing::HasSubstr;

constexpr char kCreate[] = "CREATE COMPUTE POOL p MIN_NODES = 1 MAX_NODES = 2 INSTANCE_FAMILY = CPU_X64_XS";

class ComputePoolTest : public ::testing::Test {
 protected:
  std::string State(absl::Duration later = absl::ZeroDuration()) {
    account_.clock().Advance(later);
    return account_.Cell("SHOW COMPUTE POOLS LIKE 'P'", 0, "state");
  }
  std::string Shown(absl::string_view column) { return account_.Cell("DESCRIBE COMPUTE POOL p", 0, column); }

  TestAccount account_;
};

TEST_F(ComputePoolTest, ColumnsAreTheServices) {
  const std::string shown =
      "name,state,min_nodes,max_nodes,instance_family,num_services,num_jobs,auto_suspend_secs,auto_resume,active_nodes,"
      "idle_nodes,target_nodes,created_on,resumed_on,updated_on,owner,comment,is_exclusive,application,placement_group,"
      "backup_instance_families";
  account_.Run(kCreate);
  EXPECT_EQ(account_.Columns("SHOW COMPUTE POOLS"), shown);
  EXPECT_EQ(account_.Columns("DESCRIBE COMPUTE POOL p"), shown + ",error_code,status_message");
}

TEST_F(ComputePoolTest, CreatedPoolHasDefaultsAndStarts) {
  EXPECT_EQ(account_.Scalar(kCreate), "Compute Pool P successfully created.");
  EXPECT_EQ(State(), "STARTING");
  EXPECT_EQ(Shown("target_nodes"), "1");
  EXPECT_EQ(Shown("active_nodes"), "0");
  EXPECT_EQ(Shown("auto_suspend_secs"), "3600");
  EXPECT_EQ(Shown("auto_resume"), "true");
  EXPECT_EQ(Shown("owner"), "ACCOUNTADMIN");
  EXPECT_EQ(Shown("comment"), "NULL");
  EXPECT_EQ(Shown("error_code"), "NULL");
  EXPECT_NE(Shown("resumed_on"), "NULL");
  EXPECT_EQ(State(absl::Minutes(3)), "IDLE");
  EXPECT_EQ(Shown("idle_nodes"), "1");
  EXPECT_EQ(State(absl::Minutes(55)), "IDLE");
  EXPECT_EQ(State(absl::Minutes(10)), "SUSPENDED");
  EXPECT_EQ(Shown("target_nodes"), "0");
}

TEST_F(ComputePoolTest, CreateTwiceAndIfNotExists) {
  account_.Run(kCreate);
  EXPECT_EQ(account_.Error(kCreate), "002002/42710 SQL compilation error:\nObject 'P' already exists.");
  EXPECT_THAT(account_.Scalar("CREATE COMPUTE POOL IF NOT EXISTS p MIN_NODES = 1 MAX_NODES = 1 "
                              "INSTANCE_FAMILY = CPU_X64_XS"),
              HasSubstr("already exists"));
}

TEST_F(ComputePoolTest, CreateRefusesBadInput) {
  EXPECT_THAT(account_.Error("CREATE COMPUTE POOL p MIN_NODES = 3 MAX_NODES = 2 INSTANCE_FAMILY = CPU_X64_XS"),
              HasSubstr("MIN_NODES (3) must not be greater than MAX_NODES (2)"));
  EXPECT_THAT(account_.Error("CREATE COMPUTE POOL p MIN_NODES = 0 MAX_NODES = 2 INSTANCE_FAMILY = CPU_X64_XS"),
              HasSubstr("MIN_NODES"));
  EXPECT_THAT(account_.Error("CREATE COMPUTE POOL p MIN_NODES = 1 INSTANCE_FAMILY = CPU_X64_XS"),
              HasSubstr("Missing option(s): MAX_NODES"));
  EXPECT_THAT(account_.Error("CREATE COMPUTE POOL p MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = GPU_HUGE"),
              HasSubstr("[GPU_HUGE]"));
  EXPECT_THAT(account_.Error("CREATE COMPUTE POOL p MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = GPU_3"),
              HasSubstr("[GPU_3]"));
  EXPECT_THAT(account_.Error("CREATE COMPUTE POOL \"my-pool\" MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_S"),
              HasSubstr("not supported for compute pools"));
  EXPECT_EQ(account_.Rows("SHOW COMPUTE POOLS"), 0u);
}

TEST_F(ComputePoolTest, LegacyFamiliesNeedTheSwitch) {
  TestAccount account({.legacy_families = true});
  account.Run("CREATE COMPUTE POOL p MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = GPU_7");
  EXPECT_EQ(account.Cell("SHOW COMPUTE POOL INSTANCE FAMILIES LIKE 'GPU_7'", 0, "gpu_count"), "4");
  EXPECT_EQ(account_.Rows("SHOW COMPUTE POOL INSTANCE FAMILIES LIKE 'GPU_7'"), 0u);
}

TEST_F(ComputePoolTest, QuotedUpperCaseNameIsTheSamePool) {
  account_.Run("CREATE COMPUTE POOL \"P\" MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = cpu_x64_xs");
  EXPECT_EQ(Shown("instance_family"), "CPU_X64_XS");
}

TEST_F(ComputePoolTest, InitiallySuspendedThenResumed) {
  account_.Run(std::string(kCreate) + " INITIALLY_SUSPENDED = TRUE AUTO_SUSPEND_SECS = 0");
  EXPECT_EQ(State(), "SUSPENDED");
  EXPECT_EQ(Shown("resumed_on"), "NULL");
  account_.Run("ALTER COMPUTE POOL p RESUME");
  EXPECT_EQ(State(), "STARTING");
  EXPECT_THAT(account_.Error("ALTER COMPUTE POOL p RESUME"), HasSubstr("is not suspended"));
  EXPECT_EQ(State(absl::Hours(24 * 30)), "IDLE");  // no auto-suspension
  account_.Run("ALTER COMPUTE POOL p SUSPEND");
  EXPECT_EQ(State(), "STOPPING");
  EXPECT_EQ(State(absl::Minutes(1)), "SUSPENDED");
  account_.Run("ALTER COMPUTE POOL p SUSPEND");
}

TEST_F(ComputePoolTest, SetAndUnset) {
  account_.Run(kCreate);
  account_.Run(
      "ALTER COMPUTE POOL p SET MIN_NODES = 2 MAX_NODES = 4 AUTO_SUSPEND_SECS = 120 AUTO_RESUME = FALSE "
      "COMMENT = 'c' BACKUP_INSTANCE_FAMILIES = (CPU_X64_S)");
  EXPECT_EQ(Shown("target_nodes"), "2");
  EXPECT_EQ(Shown("max_nodes"), "4");
  EXPECT_EQ(Shown("auto_resume"), "false");
  EXPECT_EQ(Shown("comment"), "c");
  EXPECT_EQ(Shown("backup_instance_families"), "CPU_X64_S");
  EXPECT_THAT(account_.Error("ALTER COMPUTE POOL p SET MAX_NODES = 1"), HasSubstr("must not be greater"));
  EXPECT_EQ(Shown("max_nodes"), "4");
  account_.Run("ALTER COMPUTE POOL p UNSET AUTO_SUSPEND_SECS, AUTO_RESUME, COMMENT, BACKUP_INSTANCE_FAMILIES");
  EXPECT_EQ(Shown("auto_suspend_secs"), "3600");
  EXPECT_EQ(Shown("auto_resume"), "true");
  EXPECT_EQ(Shown("comment"), "NULL");
  EXPECT_EQ(Shown("backup_instance_families"), "NULL");
}

TEST_F(ComputePoolTest, FamilyChangesOnlyWhileSuspended) {
  account_.Run(kCreate);
  EXPECT_THAT(account_.Error("ALTER COMPUTE POOL p SET INSTANCE_FAMILY = CPU_X64_S"), HasSubstr("SUSPENDED"));
  account_.Run("ALTER COMPUTE POOL p SUSPEND");
  EXPECT_EQ(State(), "SUSPENDED");  // no node was up yet
  account_.Run("ALTER COMPUTE POOL p SET INSTANCE_FAMILY = CPU_X64_S");
  EXPECT_EQ(Shown("instance_family"), "CPU_X64_S");
}

TEST_F(ComputePoolTest, DropAndIfExists) {
  account_.Run(kCreate);
  EXPECT_EQ(account_.Scalar("DROP COMPUTE POOL p"), "P successfully dropped.");
  EXPECT_EQ(account_.Error("DROP COMPUTE POOL p"),
            "002003/02000 SQL compilation error:\nCompute Pool 'P' does not exist or not authorized.");
  account_.Run("DROP COMPUTE POOL IF EXISTS p");
  account_.Run("ALTER COMPUTE POOL IF EXISTS p STOP ALL");
  EXPECT_THAT(account_.Error("ALTER COMPUTE POOL p SUSPEND"), HasSubstr("does not exist or not authorized"));
}

TEST_F(ComputePoolTest, CapacityShortageIsShownAndEnds) {
  account_.Run("CREATE COMPUTE POOL p MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = GPU_NV_M");
  ASSERT_TRUE(account_.engine().Mutate({{"kind", "COMPUTE POOL"}, {"name", "P"}, {"capacity", "short"}}).ok());
  EXPECT_EQ(State(absl::Hours(5)), "STARTING");
  EXPECT_EQ(Shown("error_code"), "392507");
  EXPECT_THAT(Shown("status_message"), HasSubstr("GPU_NV_M"));
  ASSERT_TRUE(account_.engine().Mutate({{"kind", "COMPUTE POOL"}, {"name", "P"}, {"capacity", "ok"}}).ok());
  EXPECT_EQ(Shown("error_code"), "NULL");
  EXPECT_EQ(State(absl::Minutes(5)), "IDLE");
  EXPECT_FALSE(account_.engine().Mutate({{"kind", "COMPUTE POOL"}, {"name", "P"}, {"capacity", "much"}}).ok());
}

TEST_F(ComputePoolTest, OutsideChangeOfAColumn) {
  account_.Run(kCreate);
  const nlohmann::json set = {{"auto_suspend_secs", 77}, {"max_nodes", 5}};
  ASSERT_TRUE(account_.engine().Mutate({{"kind", "COMPUTE POOL"}, {"name", "P"}, {"set", set}}).ok());
  EXPECT_EQ(Shown("auto_suspend_secs"), "77");
  EXPECT_EQ(Shown("max_nodes"), "5");
  ASSERT_TRUE(account_.engine().Mutate({{"kind", "COMPUTE POOL"}, {"name", "P"}, {"suspend", true}}).ok());
  EXPECT_EQ(State(), "SUSPENDED");
  const nlohmann::json pools = account_.engine().Objects()["COMPUTE POOL"];
  ASSERT_EQ(pools.size(), 1u);
  EXPECT_EQ(pools[0]["state"], "SUSPENDED");
  EXPECT_EQ(pools[0]["max_nodes"], 5);
}

TEST_F(ComputePoolTest, FailedStatementLosesNothingOfThePast) {
  account_.Run(kCreate);
  account_.clock().Advance(absl::Minutes(5));
  EXPECT_NE(account_.Error("ALTER COMPUTE POOL p SET MAX_NODES = 0"), "");
  EXPECT_EQ(State(), "IDLE");
}

TEST_F(ComputePoolTest, PrivilegesOfARole) {
  account_.Admin({"CREATE ROLE r", "GRANT ROLE r TO USER SPCS_DEMO_USER"});
  account_.Run(kCreate);
  account_.session().role = "R";
  EXPECT_THAT(account_.Error("DESCRIBE COMPUTE POOL p"), HasSubstr("does not exist or not authorized"));
  EXPECT_EQ(account_.Rows("SHOW COMPUTE POOLS"), 0u);
  EXPECT_THAT(account_.Error("CREATE COMPUTE POOL q MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_XS"),
              HasSubstr("003001/42501"));
  account_.Admin({"GRANT MONITOR ON COMPUTE POOL p TO ROLE r"});
  EXPECT_EQ(account_.Rows("SHOW COMPUTE POOLS"), 1u);
  EXPECT_THAT(account_.Error("ALTER COMPUTE POOL p SUSPEND"), HasSubstr("003001/42501"));
  EXPECT_THAT(account_.Error("ALTER COMPUTE POOL p SET COMMENT = 'x'"), HasSubstr("003001/42501"));
  EXPECT_THAT(account_.Error("DROP COMPUTE POOL p"), HasSubstr("003001/42501"));
  account_.Admin({"GRANT OPERATE ON COMPUTE POOL p TO ROLE r", "GRANT MODIFY ON COMPUTE POOL p TO ROLE r"});
  account_.Run("ALTER COMPUTE POOL p SET COMMENT = 'x'");
  account_.Run("ALTER COMPUTE POOL p SUSPEND");
  account_.Admin({"GRANT CREATE COMPUTE POOL ON ACCOUNT TO ROLE r"});
  account_.Run("CREATE COMPUTE POOL q MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_XS");
  EXPECT_EQ(account_.Cell("SHOW COMPUTE POOLS LIKE 'Q'", 0, "owner"), "R");
}

TEST_F(ComputePoolTest, SpeedZeroIsAtOnce) {
  TestAccount account({.speed = 0});
  account.Run(kCreate);
  EXPECT_EQ(account.Cell("SHOW COMPUTE POOLS", 0, "state"), "IDLE");
}

TEST_F(ComputePoolTest, FamiliesAreListed) {
  EXPECT_EQ(account_.Columns("SHOW COMPUTE POOL INSTANCE FAMILIES"),
            "name,description,vcpu,memory_gib,storage_gib,gpu,gpu_count,gpu_memory_gib,current_node_usage,message");
  EXPECT_EQ(account_.Cell("SHOW COMPUTE POOL INSTANCE FAMILIES LIKE 'GPU_NV_M'", 0, "gpu_count"), "4");
  account_.Run(kCreate);
  EXPECT_EQ(account_.Cell("SHOW COMPUTE POOL INSTANCE FAMILIES LIKE 'CPU_X64_XS'", 0, "current_node_usage"), "1");
}

}  // namespace
}  // namespace spcs::engine
