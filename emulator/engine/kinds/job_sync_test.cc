// SPDX-License-Identifier: MPL-2.0
// Jobs without ASYNC: the statement ends when the job does. And the log options that the vendor's CLI writes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/engine/kinds/service_testing.h"

namespace spcs::engine {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class SynchronousJobTest : public ServiceTest {
 protected:
  // A job that has been started; its statement goes on.
  ResultSet Started(const std::string& name, const std::string& image, const std::string& rest = "") {
    ResultSet result = account_->Run(absl::StrCat("EXECUTE JOB SERVICE IN COMPUTE POOL p FROM SPECIFICATION $$",
                                                  Spec(image), "$$ NAME = ", name, rest));
    EXPECT_TRUE(result.goes_on != nullptr);
    return result;
  }
  absl::StatusOr<ResultSet> Continue(const ResultSet& result) {
    return account_->engine().Continue(account_->session(), result);
  }
};

TEST_F(SynchronousJobTest, EndsWithTheJob) {
  const ResultSet started = Started("j", "task:1");
  const absl::StatusOr<ResultSet> later = Continue(started);
  ASSERT_TRUE(later.ok()) << later.status();
  EXPECT_TRUE(later->goes_on != nullptr);
  Pass(absl::Minutes(10));
  const absl::StatusOr<ResultSet> ended = Continue(*later);
  ASSERT_TRUE(ended.ok()) << ended.status();
  EXPECT_TRUE(ended->goes_on == nullptr);
  EXPECT_EQ(ended->rows[0][0], "Job J completed successfully with status: DONE.");
  EXPECT_EQ(Shown("j", "is_async_job"), "false");
  EXPECT_EQ(Continue(*ended)->rows, ended->rows);
}

TEST_F(SynchronousJobTest, FailureIsAnError) {
  const ResultSet started = Started("j", "badtask:1", " ASYNC = FALSE");
  Pass(absl::Minutes(10));
  const absl::Status failed = Continue(started).status();
  EXPECT_EQ(FactOf(failed, kVendorCode), "395017");
  EXPECT_THAT(std::string(failed.message()), HasSubstr("Job J ended with status: FAILED."));
}

TEST_F(SynchronousJobTest, RecordOfAFailedJobStays) {
  EngineOptions options{.speed = 0, .images = "any"};
  ScenarioFolder scenarios;
  scenarios.Add("badtask", R"({"exit": {"after": 30, "code": 9}})");
  options.scenarios_dir = scenarios.path();
  TestAccount account(std::move(options));
  account.Admin({"CREATE DATABASE db", "CREATE SCHEMA db.sc", "CREATE IMAGE REPOSITORY db.sc.repo",
                 "CREATE COMPUTE POOL p MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_S"});
  const ResultSet started = account.Run(absl::StrCat("EXECUTE JOB SERVICE IN COMPUTE POOL p FROM SPECIFICATION $$",
                                                     Spec("badtask:1"), "$$ NAME = db.sc.j"));
  EXPECT_FALSE(account.engine().Continue(account.session(), started).ok());
  EXPECT_EQ(account.Cell("SHOW JOB SERVICES IN ACCOUNT", 0, "status"), "FAILED");
}

TEST_F(SynchronousJobTest, DroppedJobEndsTheStatement) {
  const ResultSet started = Started("j", "task:1");
  account_->Run("DROP SERVICE j");
  Pass(absl::Minutes(1));
  EXPECT_THAT(std::string(Continue(started).status().message()), HasSubstr("CANCELLED"));
}

TEST_F(SynchronousJobTest, RefusedJobFailsAtOnce) {
  EXPECT_THAT(account_->Error(absl::StrCat("EXECUTE JOB SERVICE IN COMPUTE POOL p FROM SPECIFICATION $$",
                                           Spec("ghost:1"), "$$ NAME = j")),
              StartsWith("397012/"));
}

TEST_F(SynchronousJobTest, AnswerIsNotRecordedBeforeTheEnd) {
  const RecordedAnswer record{.space = "answer", .key = "k", .value = [](const ResultSet&) { return "x"; }};
  ASSERT_TRUE(account_->engine()
                  .Execute(account_->session(),
                           absl::StrCat("EXECUTE JOB SERVICE IN COMPUTE POOL p FROM SPECIFICATION $$", Spec("task:1"),
                                        "$$ NAME = j"),
                           {}, "q", record)
                  .ok());
  EXPECT_FALSE(account_->engine().GetRecord("answer", "k").has_value());
}

TEST_F(SynchronousJobTest, LogTakesTheOptionsOfTheCli) {
  account_->Run(ExecuteJob("j", Spec("badtask:1")));
  Pass(absl::Minutes(10));
  EXPECT_EQ(Log("j", "'0', 'main', 500, False, '', False"), "oh no");
  const std::string stamped = Log("j", "'0', 'main', 500, False, '', True");
  EXPECT_THAT(stamped, ::testing::MatchesRegex("20..-..-..T..:..:..\\.[0-9]{9}Z oh no"));
  const std::string time = stamped.substr(0, stamped.find(' '));
  EXPECT_EQ(Log("j", absl::StrCat("'0', 'main', 500, False, '", time, "', False")), "oh no");
  EXPECT_EQ(Log("j", "'0', 'main', 500, False, '2099-01-01T00:00:00Z', False"), "");
  const auto error = [&](const char* options) {
    return account_->Error(absl::StrCat("CALL SYSTEM$GET_SERVICE_LOGS('j', '0', 'main', 500, ", options, ")"));
  };
  EXPECT_THAT(error("True, '', False"), HasSubstr("has not been restarted"));
  EXPECT_THAT(error("False, 'yesterday', False"), HasSubstr("RFC 3339"));
  EXPECT_THAT(error("7, '', False"), HasSubstr("wrong arguments"));
  EXPECT_THAT(error("False, '', 'x'"), HasSubstr("wrong arguments"));
}

}  // namespace
}  // namespace spcs::engine
