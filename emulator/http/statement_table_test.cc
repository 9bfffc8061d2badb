// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/statement_table.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "provider/base/random.h"

namespace spcs::emulator_http {
namespace {

class StatementTableTest : public ::testing::Test {
 protected:
  StatementTableTest() {
    engine::EngineOptions options;
    options.clock = &clock_;
    engine_ = *engine::Engine::Open(options);
    table_ = std::make_unique<StatementTable>(*engine_, clock_);
  }

  ExecutedStatement::Facts Facts(const std::string& request_id, bool is_change) {
    return {.handle = NewHandle(clock_.Now()),
            .request_id = request_id,
            .user = "U",
            .created = clock_.Now(),
            .is_change = is_change};
  }
  // Adds a statement that has ended with one row of one cell, or, to look large at little cost, with `columns` columns
  // and as many rows, which are empty.
  std::string AddEnded(const std::string& request_id, bool is_change, size_t columns = 1) {
    const auto statement = table_->Add(Facts(request_id, is_change));
    EXPECT_TRUE(statement->StartExecution());
    engine::ResultSet result;
    result.columns.assign(columns, engine::Text("c"));
    result.rows.assign(columns, columns == 1 ? engine::Row{"v"} : engine::Row{});
    statement->Finish(std::move(result));
    const engine::RecordedAnswer record = StatementTable::Record(statement->facts());
    EXPECT_EQ(record.value != nullptr, is_change);
    if (record.value) {
      EXPECT_TRUE(engine_->PutRecord(record.space, record.key, record.value(**statement->outcome())).ok());
    }
    table_->Ended(*statement);
    return statement->facts().handle;
  }

  engine::EmulatorClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<StatementTable> table_;
};

TEST_F(StatementTableTest, FindsByHandleAndRequestOfTheUser) {
  const std::string handle = AddEnded("r", true);
  EXPECT_NE(table_->ByHandle("U", handle), nullptr);
  EXPECT_NE(table_->ByRequest("U", "r"), nullptr);
  EXPECT_EQ(table_->ByHandle("V", handle), nullptr);
  EXPECT_EQ(table_->ByRequest("V", "r"), nullptr);
}

TEST_F(StatementTableTest, LaterStatementTakesTheRequestId) {
  const std::string first = AddEnded("r", true);
  const std::string second = AddEnded("r", true);
  EXPECT_EQ(table_->ByRequest("U", "r")->facts().handle, second);
  EXPECT_NE(table_->ByHandle("U", first), nullptr);
}

TEST_F(StatementTableTest, OneOfManyEqualRequestsIsNew) {
  std::atomic<int> added = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        const auto found = table_->FindOrAdd(Facts("r", false), true);
        added += found.second ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(added, 1);
  EXPECT_TRUE(table_->FindOrAdd(Facts("r", false), false).second);
  EXPECT_TRUE(table_->FindOrAdd({.handle = "h", .request_id = "r", .user = "V"}, true).second);
}

TEST_F(StatementTableTest, ClaimedOnce) {
  const auto executed = table_->Add(Facts("a", true));
  EXPECT_TRUE(executed->StartExecution());
  EXPECT_FALSE(executed->Cancel(absl::CancelledError("late")));
  const auto cancelled = table_->Add(Facts("b", true));
  EXPECT_TRUE(cancelled->Cancel(absl::CancelledError("early")));
  EXPECT_FALSE(cancelled->StartExecution());
  EXPECT_EQ(cancelled->outcome()->status().message(), "early");
}

TEST_F(StatementTableTest, WhatGoesOnIsCancelledEvenWhileItIsAsked) {
  const auto waiting = table_->Add(Facts("r", true));
  ASSERT_TRUE(waiting->StartExecution());
  EXPECT_FALSE(waiting->Cancel(absl::CancelledError("executing")));
  waiting->GoOn({});
  EXPECT_TRUE(waiting->Cancel(absl::CancelledError("waiting")));
  EXPECT_FALSE(waiting->TakeUnfinished().has_value());

  const auto asked = table_->Add(Facts("s", true));
  ASSERT_TRUE(asked->StartExecution());
  asked->GoOn({});
  ASSERT_TRUE(asked->TakeUnfinished().has_value());
  EXPECT_TRUE(asked->Cancel(absl::CancelledError("asked")));
  asked->Finish(engine::ResultSet{});
  EXPECT_EQ(asked->outcome()->status().message(), "asked");
  EXPECT_FALSE(asked->Cancel(absl::CancelledError("again")));
}

TEST_F(StatementTableTest, ANewTableKnowsTheChangesOnly) {
  const std::string change = AddEnded("change", true);
  AddEnded("question", false);
  const auto running = table_->Add(Facts("running", true));
  StatementTable next(*engine_, clock_);
  const auto kept = next.ByRequest("U", "change");
  ASSERT_NE(kept, nullptr);
  EXPECT_EQ(kept->facts().handle, change);
  EXPECT_EQ((**kept->outcome()).rows, (std::vector<engine::Row>{{"v"}}));
  EXPECT_EQ(next.ByRequest("U", "question"), nullptr);
  EXPECT_EQ(next.ByRequest("U", "running"), nullptr);
}

TEST_F(StatementTableTest, ForgottenRequestIsGoneFromTheStoreToo) {
  const std::string handle = AddEnded("r", true);
  table_->ForgetRequest("U", "r");
  EXPECT_EQ(table_->ByRequest("U", "r"), nullptr);
  EXPECT_NE(table_->ByHandle("U", handle), nullptr);
  EXPECT_EQ(StatementTable(*engine_, clock_).ByRequest("U", "r"), nullptr);
}

TEST_F(StatementTableTest, GoneAfter24Hours) {
  const std::string change = AddEnded("change", true);
  const std::string question = AddEnded("question", false);
  clock_.Advance(absl::Hours(25));
  EXPECT_EQ(table_->ByHandle("U", change), nullptr);
  EXPECT_EQ(table_->ByHandle("U", question), nullptr);
  EXPECT_EQ(StatementTable(*engine_, clock_).ByRequest("U", "change"), nullptr);
}

TEST_F(StatementTableTest, LargeAnswersPushOldOnesOutButNoChanges) {
  const std::string change = AddEnded("change", true);
  const std::string first = AddEnded("1", false, 1100);
  const std::string second = AddEnded("2", false, 1100);
  EXPECT_EQ(table_->ByHandle("U", first), nullptr);
  EXPECT_NE(table_->ByHandle("U", second), nullptr);
  EXPECT_NE(table_->ByHandle("U", change), nullptr);
}

TEST(NewHandleTest, LooksLikeAUuidAndIsUnique) {
  const absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  const std::string handle = NewHandle(now);
  EXPECT_EQ(handle.size(), 36u);
  EXPECT_NE(handle, NewHandle(now));
  EXPECT_LT(handle.substr(0, 8), NewHandle(now + absl::Hours(1)).substr(0, 8));
}

}  // namespace
}  // namespace spcs::emulator_http
