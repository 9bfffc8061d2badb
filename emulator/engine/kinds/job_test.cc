// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/kinds/job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/engine/kinds/service_testing.h"

namespace spcs::engine {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST_F(ServiceTest, JobRunsToItsEnd) {
  EXPECT_THAT(account_->Scalar(ExecuteJob("j", Spec("task:1", "env: {GREETING: hi}"))), HasSubstr("'J'"));
  EXPECT_EQ(Shown("j", "status"), "PENDING");
  EXPECT_EQ(Shown("j", "is_job"), "true");
  EXPECT_EQ(Shown("j", "is_async_job"), "true");
  EXPECT_EQ(account_->Cell("SHOW COMPUTE POOLS", 0, "num_jobs"), "1");
  // The pool's node takes 60 to 120 s, the start 4 s.
  std::string status;
  for (int i = 0; i < 200 && (status = Shown("j", "status")) == "PENDING"; ++i) Pass(absl::Seconds(1));
  EXPECT_EQ(status, "RUNNING");
  EXPECT_EQ(Log("j"), "begin hi");
  Pass(absl::Seconds(12));
  EXPECT_EQ(Log("j"), "begin hi\nhalf");
  Pass(absl::Seconds(20));
  EXPECT_EQ(Shown("j", "status"), "DONE");
  EXPECT_EQ(Containers("j", "status"), "DONE");
  EXPECT_EQ(Containers("j", "last_exit_code"), "0");
  EXPECT_EQ(Instances("j", "status"), "SUCCEEDED");
  EXPECT_EQ(Log("j"), "begin hi\nhalf\nend");
  EXPECT_EQ(account_->Cell("SHOW COMPUTE POOLS", 0, "num_jobs"), "0");
  EXPECT_THAT(account_->Error("ALTER SERVICE j SUSPEND"), HasSubstr("cannot be altered"));
}

TEST_F(ServiceTest, FailedJob) {
  account_->Run(ExecuteJob("j", Spec("badtask:1")));
  Pass(absl::Minutes(5));
  EXPECT_EQ(Shown("j", "status"), "FAILED");
  EXPECT_EQ(Containers("j", "last_exit_code"), "9");
  EXPECT_EQ(Containers("j", "restart_count"), "0");
  EXPECT_EQ(Log("j"), "oh no");
}

TEST_F(ServiceTest, JobFindsWhatAnEarlierOneLeft) {
  const auto run = [&](const std::string& env) {
    account_->Run(ExecuteJob("j", Spec("keeper:1", absl::StrCat("env: {", env, "}"))));
    Pass(absl::Minutes(5));
    const std::string log = Log("j");
    account_->Run("DROP SERVICE j");
    Pass(absl::Seconds(10));
    return log;
  };
  EXPECT_EQ(run("FOR: x"), "nothing\n");
  run("FOR: x, ACTION: keep, WHAT: this");
  EXPECT_EQ(run("FOR: x"), "found\nkept this");
  EXPECT_EQ(run("FOR: y"), "nothing\n");
  run("FOR: x, ACTION: forget");
  EXPECT_EQ(run("FOR: x"), "nothing\n");
}

TEST_F(ServiceTest, JobRecordIsDroppedOrExpires) {
  account_->Run(ExecuteJob("j", Spec("task:1")));
  account_->Run(ExecuteJob("k", Spec("task:1")));
  Pass(absl::Minutes(5));
  EXPECT_THAT(account_->Error(ExecuteJob("j", Spec("task:1"))), StartsWith("002002/"));
  account_->Run("DROP SERVICE j");
  Pass(absl::Seconds(10));
  EXPECT_EQ(account_->ColumnOf("SHOW JOB SERVICES", "name"), "K");
  account_->Run(ExecuteJob("j", Spec("task:1")));
  Pass(absl::Hours(24 * 13));
  EXPECT_EQ(account_->Rows("SHOW JOB SERVICES"), 2u);
  Pass(absl::Hours(24 * 2));
  EXPECT_EQ(account_->Rows("SHOW JOB SERVICES"), 0u);
}

TEST_F(ServiceTest, ReplicasAndDefaultName) {
  account_->Run(absl::StrCat("EXECUTE JOB SERVICE IN COMPUTE POOL p ASYNC = TRUE REPLICAS = 3 FROM SPECIFICATION $$",
                             Spec("task:1"), "$$"));
  EXPECT_THAT(account_->ColumnOf("SHOW JOB SERVICES", "name"), StartsWith("JOB_"));
  EXPECT_EQ(account_->Cell("SHOW JOB SERVICES", 0, "target_instances"), "3");
}

TEST_F(ServiceTest, JobErrors) {
  EXPECT_THAT(account_->Error(ExecuteJob("j", Spec("task:1"), "REPLICAS = 0")), HasSubstr("REPLICAS"));
  EXPECT_THAT(account_->Error(ExecuteJob("j", Spec("ghost:1"))), StartsWith("397012/"));
}

TEST_F(ServiceTest, PoolDropAbortsJobs) {
  account_->Run(ExecuteJob("j", Spec("task:1")));
  account_->Run("DROP COMPUTE POOL p");
  EXPECT_EQ(account_->Rows("SHOW SERVICES"), 0u);
}

TEST_F(ServiceTest, CancelledJob) {
  account_->Run(ExecuteJob("j", Spec("app:1")));
  Pass(absl::Minutes(3));
  EXPECT_EQ(Shown("j", "status"), "RUNNING");
  account_->Run("CALL SYSTEM$CANCEL_JOB('j')");
  Pass(absl::Minutes(1));
  EXPECT_EQ(Shown("j", "status"), "CANCELLED");
}

// The deployer's part: its answer echoes the request and names the head's session, as it was when the job ended.
TEST_F(ServiceTest, DeployerNamesTheHeadsSession) {
  account_->Run(CreateService("head", Spec("app:1")));
  Pass(absl::Minutes(3));
  const std::string request = R"(env: {REQ: '{"config_hash":"abc","head":"http://head:8265","action":"apply"}'})";
  account_->Run(ExecuteJob("j1", Spec("deploy:1", request)));
  Pass(absl::Minutes(1));
  const std::string first = Log("j1");
  EXPECT_THAT(first, StartsWith(R"({"config_hash":"abc","session":"2027-01-15_08-0)"));
  ASSERT_TRUE(Mutate("HEAD", {{"restart_container", "main"}}).ok());
  EXPECT_EQ(Log("j1"), first);
  account_->Run(ExecuteJob("j2", Spec("deploy:1", request)));
  Pass(absl::Minutes(1));
  EXPECT_NE(Log("j2"), first);
  account_->Run(ExecuteJob("j3", Spec("deploy:1", R"(env: {REQ: '{"action":"delete"}'})")));
  Pass(absl::Minutes(1));
  EXPECT_EQ(Log("j3"), "deleted");
}

}  // namespace
}  // namespace spcs::engine
