// SPDX-License-Identifier: MPL-2.0
// Lost answers, repeated requests, asynchronous statements, partitions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "emulator/http/testing.h"
#include "provider/base/random.h"

namespace spcs::emulator_http {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class RepeatTest : public EmulatorTest {
 protected:
  void SetUp() override { Start(); }

  static Send WithId(const std::string& id, bool retry) {
    Send send{.query = {{"requestId", id}}};
    if (retry) send.query["retry"] = "true";
    return send;
  }
};

TEST_F(RepeatTest, RepeatGetsTheStoredAnswer) {
  const std::string id = NewUuid();
  const Answer first = Statement("CREATE DATABASE D1", WithId(id, false));
  ASSERT_EQ(first.status, 200) << first.body;
  const Answer second = Statement("CREATE DATABASE D1", WithId(id, true));
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(LastLogEntry()["executed"], false);
  EXPECT_EQ(Admin("GET", "stats").body["retries"], 1);
}

TEST_F(RepeatTest, RepeatOfAFailureGetsTheStoredError) {
  const std::string id = NewUuid();
  ASSERT_EQ(Statement("DROP DATABASE D1", WithId(id, false)).status, 422);
  ASSERT_EQ(Statement("CREATE DATABASE D1").status, 200);
  EXPECT_EQ(Statement("DROP DATABASE D1", WithId(id, true)).status, 422);
  EXPECT_THAT(Databases(), Contains("D1"));
}

TEST_F(RepeatTest, SameIdWithoutRetryExecutesAgain) {
  const std::string id = NewUuid();
  ASSERT_EQ(Statement("CREATE DATABASE D1", WithId(id, false)).status, 200);
  EXPECT_EQ(Statement("CREATE DATABASE D1", WithId(id, false)).code(), "002002");
}

TEST_F(RepeatTest, RetryOfAnUnknownIdExecutes) {
  EXPECT_EQ(Statement("CREATE DATABASE D1", WithId(NewUuid(), true)).status, 200);
  EXPECT_THAT(Databases(), Contains("D1"));
}

TEST_F(RepeatTest, LostResponseIsMadeGoodByARepeat) {
  const std::string id = NewUuid();
  SetFault({{"match", {{"kind", "CREATE DATABASE"}}}, {"action", "lose-response"}, {"count", 1}});
  EXPECT_EQ(Statement("CREATE DATABASE D1", WithId(id, false)).status, 0);
  const nlohmann::json lost = LastLogEntry();
  EXPECT_EQ(lost["executed"], true);
  EXPECT_EQ(lost["code"], "090001");
  EXPECT_EQ(lost["answered"], nullptr);
  EXPECT_EQ(lost["fault"], "lose-response");
  EXPECT_EQ(Statement("CREATE DATABASE D1", WithId(id, true)).status, 200);
}

TEST_F(RepeatTest, RepeatAfterARestartExecutesNothing) {
  const std::string id = NewUuid();
  const Answer first = Statement("CREATE DATABASE D1", WithId(id, false));
  Start();
  const Answer second = Statement("CREATE DATABASE D1", WithId(id, true));
  EXPECT_EQ(second.status, 200) << second.body;
  EXPECT_EQ(second.body, first.body);
}

TEST_F(RepeatTest, ForgottenRequestExecutesAgain) {
  const std::string id = NewUuid();
  SetFault({{"match", {{"kind", "CREATE DATABASE"}}}, {"action", "forget-request"}, {"count", 1}});
  EXPECT_EQ(Statement("CREATE DATABASE D1", WithId(id, false)).status, 0);
  EXPECT_THAT(Databases(), Contains("D1"));
  EXPECT_EQ(Statement("CREATE DATABASE D1", WithId(id, true)).code(), "002002");
}

TEST_F(RepeatTest, AnswersAreKeptFor24Hours) {
  const std::string id = NewUuid();
  const Answer first = Statement("CREATE DATABASE D1", WithId(id, false));
  Admin("POST", "clock:advance", {{"seconds", 23 * 3600}});
  EXPECT_EQ(Statement("CREATE DATABASE D1", WithId(id, true)).status, 200);
  EXPECT_EQ(Poll(first.handle()).status, 200);
  Admin("POST", "clock:advance", {{"seconds", 2 * 3600}});
  EXPECT_EQ(Statement("CREATE DATABASE D1", WithId(id, true)).code(), "002002");
  EXPECT_EQ(Poll(first.handle()).status, 404);
}

TEST_F(RepeatTest, RepeatWaitsForTheFirst) {
  const std::string id = NewUuid();
  SetFault({{"match", {{"kind", "CREATE DATABASE"}}}, {"action", "hold-after"}, {"count", 1}});
  Answer first;
  std::thread held([&] { first = Statement("CREATE DATABASE D1", WithId(id, false)); });
  EXPECT_TRUE(Eventually([&] { return Admin("GET", "faults").body["held"] == 1; }));
  EXPECT_THAT(Databases(), Contains("D1"));
  EXPECT_EQ(Statement("CREATE DATABASE D1", WithId(id, true)).status, 200);
  EXPECT_EQ(Admin("POST", "faults:release").body["released"], 1);
  held.join();
  EXPECT_EQ(first.status, 200);
}

TEST_F(RepeatTest, AsyncStatementIsPolled) {
  SetFault({{"action", "async"}, {"delay_ms", 100}, {"count", 1}});
  const Answer submitted = Statement("CREATE DATABASE D1");
  EXPECT_EQ(submitted.status, 202);
  EXPECT_EQ(submitted.code(), "333334");
  EXPECT_THAT(submitted.body["statementStatusUrl"].get<std::string>(), HasSubstr(submitted.handle()));
  EXPECT_EQ(Poll(submitted.handle()).status, 202);
  EXPECT_THAT(Databases(), Not(Contains("D1")));
  EXPECT_TRUE(Eventually([&] { return Poll(submitted.handle()).status == 200; }));
  EXPECT_THAT(Databases(), Contains("D1"));
}

TEST_F(RepeatTest, PollingMayAnswer429) {
  SetFault({{"action", "async"}, {"delay_ms", 60'000}, {"poll_status", 429}, {"count", 1}});
  const Answer submitted = Statement("CREATE DATABASE D1");
  const Answer polled = Poll(submitted.handle());
  EXPECT_EQ(polled.status, 429);
  EXPECT_EQ(polled.handle(), submitted.handle());
}

TEST_F(RepeatTest, AsyncIsAskedFor) {
  const Answer submitted = Statement("SELECT CURRENT_ROLE()", {.query = {{"async", "true"}}});
  EXPECT_EQ(submitted.status, 202);
  EXPECT_TRUE(Eventually([&] { return Poll(submitted.handle()).status == 200; }));
  EXPECT_EQ(Poll(submitted.handle()).body["data"][0][0], "ACCOUNTADMIN");
}

TEST_F(RepeatTest, CancelledStatementIsNotExecuted) {
  SetFault({{"action", "async"}, {"delay_ms", 300}, {"count", 1}});
  const Answer submitted = Statement("CREATE DATABASE D1");
  const Answer cancelled = Cancel(submitted.handle());
  EXPECT_EQ(cancelled.status, 200) << cancelled.body;
  EXPECT_EQ(cancelled.handle(), submitted.handle());
  const Answer polled = Poll(submitted.handle());
  EXPECT_EQ(polled.status, 422);
  EXPECT_EQ(polled.code(), "000604");
  absl::SleepFor(absl::Milliseconds(400));
  EXPECT_THAT(Databases(), Not(Contains("D1")));
}

TEST_F(RepeatTest, FinishedStatementCannotBeCancelled) {
  const Answer done = Statement("SELECT 1");
  EXPECT_EQ(Cancel(done.handle()).status, 422);
  EXPECT_EQ(Cancel("01000000-0000-0000-0000-000000000000").status, 404);
}

TEST_F(RepeatTest, TimeoutEndsAStatementWith408) {
  SetFault({{"action", "async"}, {"delay_ms", 60'000}, {"count", 1}});
  const Answer submitted = Statement("CREATE DATABASE D1", {.body = {{"timeout", 1}}});
  EXPECT_TRUE(Eventually([&] { return Poll(submitted.handle()).status != 202; }));
  const Answer polled = Poll(submitted.handle());
  EXPECT_EQ(polled.status, 408);
  EXPECT_EQ(polled.code(), "000630");
}

// A job that waits for its pool, which takes minutes.
constexpr char kJob[] =
    "EXECUTE JOB SERVICE IN COMPUTE POOL p FROM SPECIFICATION $$\nspec:\n  containers:\n  - name: main\n    image: "
    "/d/s/r/app:1\n$$ NAME = d.s.j";

class SynchronousJobTest : public RepeatTest {
 protected:
  void SetUp() override {
    RepeatTest::SetUp();
    for (const char* sql : {"CREATE DATABASE d", "CREATE SCHEMA d.s", "CREATE IMAGE REPOSITORY d.s.r",
                            "CREATE COMPUTE POOL p MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_S"}) {
      ASSERT_EQ(Statement(sql).status, 200) << sql;
    }
  }
};

TEST_F(SynchronousJobTest, TimeoutEndsAJobsStatementWith408) {
  const Answer answer = Statement(kJob, {.body = {{"timeout", 1}}});
  EXPECT_EQ(answer.status, 408) << answer.body;
  EXPECT_EQ(answer.code(), "000630");
}

TEST_F(SynchronousJobTest, AJobsStatementIsCancelled) {
  const Answer submitted = Statement(kJob, {.query = {{"async", "true"}}});
  ASSERT_EQ(submitted.status, 202) << submitted.body;
  EXPECT_TRUE(Eventually([&] { return !Statement("SHOW JOB SERVICES IN ACCOUNT").body["data"].empty(); }));
  EXPECT_EQ(Poll(submitted.handle()).status, 202);
  EXPECT_EQ(Cancel(submitted.handle()).status, 200);
  const Answer polled = Poll(submitted.handle());
  EXPECT_EQ(polled.status, 422);
  EXPECT_EQ(polled.code(), "000604");
  EXPECT_EQ(Cancel(submitted.handle()).status, 422);
}

TEST_F(RepeatTest, LargeResultsComeInPartitions) {
  options().partition_cells = 40;
  Start();
  for (int i = 0; i < 12; ++i) ASSERT_EQ(Statement(absl::StrCat("CREATE DATABASE D", i)).status, 200);
  const Answer first = Statement("SHOW DATABASES");
  const nlohmann::json& partitions = first.body["resultSetMetaData"]["partitionInfo"];
  ASSERT_GT(partitions.size(), 2u);
  EXPECT_THAT(first.header("Link"), HasSubstr("partition=1>; rel=\"next\""));
  EXPECT_THAT(first.header("Link"), HasSubstr("rel=\"last\""));
  size_t rows = first.body["data"].size();
  EXPECT_EQ(rows, partitions[0]["rowCount"].get<size_t>());
  for (size_t i = 1; i < partitions.size(); ++i) {
    const Answer part = Poll(first.handle(), absl::StrCat("?partition=", i));
    ASSERT_EQ(part.status, 200) << part.body;
    EXPECT_EQ(part.body["data"].size(), partitions[i]["rowCount"].get<size_t>());
    rows += part.body["data"].size();
  }
  EXPECT_EQ(rows, first.body["resultSetMetaData"]["numRows"].get<size_t>());
  EXPECT_EQ(Poll(first.handle(), "?partition=0").body, first.body);
  EXPECT_EQ(Poll(first.handle(), absl::StrCat("?partition=", partitions.size())).status, 404);
  EXPECT_EQ(Poll(first.handle(), "?partition=x").status, 400);
}

TEST_F(RepeatTest, NullsMayBeText) {
  const Answer as_null = Statement("SELECT NULL");
  ASSERT_EQ(as_null.status, 200) << as_null.body;
  EXPECT_EQ(as_null.body["data"][0][0], nullptr);
  EXPECT_EQ(Statement("SELECT NULL", {.query = {{"nullable", "false"}}}).body["data"][0][0], "null");
}

}  // namespace
}  // namespace spcs::emulator_http
