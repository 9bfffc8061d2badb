// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/inventory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "provider/base/status.h"
#include "provider/testing/fake_account.h"

namespace spcs::snowflake {
namespace {

using namespace ::spcs::testing;  // NOLINT: the fakes
using ::testing::ElementsAre;

constexpr char kServices[] = "SHOW SERVICES EXCLUDE JOBS IN ACCOUNT";
constexpr char kPools[] = "SHOW COMPUTE POOLS";

ObjectName Name(const char* text) {
  return *ObjectName::Parse(text);
}

FakeRows Service(const char* database, const char* schema, const char* name, const char* status = "RUNNING") {
  return {{"name", "database_name", "schema_name", "status"}, {{name, database, schema, status}}};
}

// A gate that holds answers back until the test opens it.
class Gate {
 public:
  void Pass() {
    MutexLock lock(mu_);
    ++arrived_;
    changed_.NotifyAll();
    const int number = arrived_;
    while (open_ < number) changed_.Wait(lock);
  }
  void WaitForArrivals(int count) {
    MutexLock lock(mu_);
    while (arrived_ < count) changed_.Wait(lock);
  }
  void Open(int count) {
    MutexLock lock(mu_);
    open_ = count;
    changed_.NotifyAll();
  }

 private:
  Mutex mu_;
  CondVar changed_;
  int arrived_ ABSL_GUARDED_BY(mu_) = 0;
  int open_ ABSL_GUARDED_BY(mu_) = 0;
};

class InventoryTest : public ::testing::Test {
 protected:
  InventoryTest() : sql_(account_), inventory_(sql_.client) {}
  FakeAccount account_;
  SqlFixture sql_;
  Inventory inventory_;
};

TEST_F(InventoryTest, StatementsByKindAndScope) {
  account_.Otherwise([](const std::string&, std::stop_token) { return http::Response{200, {}, ResultBody({})}; });
  for (const ShowKind kind :
       {ShowKind::kDatabase, ShowKind::kSchema, ShowKind::kStage, ShowKind::kImageRepository, ShowKind::kComputePool,
        ShowKind::kService, ShowKind::kTable, ShowKind::kSecret, ShowKind::kNetworkRule, ShowKind::kIntegration}) {
    const ObjectName name =
        kind == ShowKind::kSchema ? Name("d.\"s\"")
        : kind == ShowKind::kDatabase || kind == ShowKind::kComputePool || kind == ShowKind::kIntegration
            ? Name("n")
            : Name("d.\"s\".n");
    EXPECT_TRUE(inventory_.Find(kind, name, {}).ok());
  }
  EXPECT_THAT(account_.statements(),
              ElementsAre("SHOW DATABASES", "SHOW SCHEMAS IN DATABASE D", "SHOW STAGES IN SCHEMA D.\"s\"",
                          "SHOW IMAGE REPOSITORIES IN ACCOUNT", kPools, kServices, "SHOW TABLES IN SCHEMA D.\"s\"",
                          "SHOW SECRETS IN SCHEMA D.\"s\"", "SHOW NETWORK RULES IN SCHEMA D.\"s\"",
                          "SHOW EXTERNAL ACCESS INTEGRATIONS"));
}

TEST_F(InventoryTest, FindsByTheWholeStoredName) {
  account_.On(kServices,
              {{"name", "database_name", "schema_name"}, {{"A", "D", "S1"}, {"A", "D", "S2"}, {"a", "D", "S1"}}});
  const auto found = inventory_.Find(ShowKind::kService, Name("d.s2.a"), {});
  ASSERT_TRUE(found.ok() && found->has_value());
  EXPECT_EQ((*found)->row.Text("schema_name"), "S2");
  EXPECT_EQ((*inventory_.Find(ShowKind::kService, Name("d.s1.\"a\""), {}))->row.Text("name"), "a");
  EXPECT_EQ(*inventory_.Find(ShowKind::kService, Name("d.s3.a"), {}), std::nullopt);
  EXPECT_EQ(account_.statements().size(), 1u) << "one SHOW for all";
}

TEST_F(InventoryTest, RowsWithoutScopeColumnsAreOfTheScope) {
  account_.On("SHOW STAGES IN SCHEMA D.S", {{"name"}, {{"N"}, {""}}});
  EXPECT_TRUE(inventory_.Find(ShowKind::kStage, Name("d.s.n"), {})->has_value());
}

TEST_F(InventoryTest, FreshForAWhile) {
  account_.On(kPools, {{"name"}, {{"P"}}});
  const auto list = [&] { ASSERT_TRUE(inventory_.List(ShowKind::kComputePool, Scope::Account(), {}).ok()); };
  list();
  sql_.clock.Advance(absl::Seconds(30));
  list();
  EXPECT_EQ(account_.statements().size(), 1u);
  sql_.clock.Advance(absl::Seconds(1));
  list();
  EXPECT_EQ(account_.statements().size(), 2u);
  EXPECT_TRUE(inventory_.Refresh(ShowKind::kComputePool, Scope::Account(), {}).ok());
  EXPECT_EQ(account_.statements().size(), 3u);
  EXPECT_TRUE(inventory_.List(ShowKind::kComputePool, Scope::Account(), {}, absl::ZeroDuration()).ok());
  EXPECT_EQ(account_.statements().size(), 3u) << "no older than zero: the fake clock has not moved";
}

TEST_F(InventoryTest, FailuresAreNotKept) {
  account_.OnError(kPools, "003001", "no");
  EXPECT_EQ(inventory_.Find(ShowKind::kComputePool, Name("p"), {}).status().code(),
            absl::StatusCode::kPermissionDenied);
  account_.On(kPools, {{"name"}, {{"P"}}});
  EXPECT_TRUE(inventory_.Find(ShowKind::kComputePool, Name("p"), {})->has_value());
}

TEST_F(InventoryTest, MissingScopeIsAnErrorNotAMiss) {
  account_.OnError("SHOW STAGES IN SCHEMA D.S", "002003", "Schema 'D.S' does not exist or not authorized.");
  EXPECT_EQ(inventory_.Find(ShowKind::kStage, Name("d.s.n"), {}).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(InventoryTest, WritesForgetOnlyWhatTheyTouch) {
  account_.On(kPools, {{"name"}, {{"P"}}});
  account_.On("SHOW STAGES IN SCHEMA D.S", {{"name"}, {{"N"}}});
  account_.On("SHOW STAGES IN SCHEMA D.T", {{"name"}, {{"N"}}});
  account_.On("DROP STAGE D.S.N", {});
  const auto read_all = [&] {
    EXPECT_TRUE(inventory_.Find(ShowKind::kComputePool, Name("p"), {}).ok());
    EXPECT_TRUE(inventory_.Find(ShowKind::kStage, Name("d.s.n"), {}).ok());
    EXPECT_TRUE(inventory_.Find(ShowKind::kStage, Name("d.t.n"), {}).ok());
  };
  read_all();
  EXPECT_TRUE(inventory_.Write(ShowKind::kStage, Name("d.s.n"), Statement("DROP STAGE").Name(Name("d.s.n")), {}).ok());
  read_all();
  EXPECT_EQ(account_.Count(kPools), 1u);
  EXPECT_EQ(account_.Count("SHOW STAGES IN SCHEMA D.S"), 2u);
  EXPECT_EQ(account_.Count("SHOW STAGES IN SCHEMA D.T"), 1u);
  EXPECT_FALSE(inventory_.Write(ShowKind::kStage, Name("d.t.n"), Statement("FAILS"), {}).ok());
  read_all();
  EXPECT_EQ(account_.Count("SHOW STAGES IN SCHEMA D.T"), 2u) << "a failed write may have happened";
  inventory_.InvalidateAll();
  read_all();
  EXPECT_EQ(account_.Count(kPools), 2u);
}

TEST_F(InventoryTest, ManyReadersOneStatement) {
  Gate gate;
  account_.Otherwise([&](const std::string&, std::stop_token) {
    gate.Pass();
    return http::Response{200, {}, ResultBody(Service("D", "S", "A"))};
  });
  std::atomic<int> found = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 10; ++i) {
    threads.emplace_back([&] { found += inventory_.Find(ShowKind::kService, Name("d.s.a"), {})->has_value(); });
  }
  gate.WaitForArrivals(1);
  gate.Open(100);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(found, 10);
  EXPECT_EQ(account_.statements().size(), 1u);
}

// The load under way when a write ends serves those who waited for it, and nobody who comes later.
TEST_F(InventoryTest, LoadFromBeforeAWriteIsNotServedAfterIt) {
  Gate gate;
  std::atomic<int> shows = 0;
  account_.Otherwise([&](const std::string&, std::stop_token) {
    const char* status = ++shows == 1 ? "OLD" : "NEW";
    gate.Pass();
    return http::Response{200, {}, ResultBody(Service("D", "S", "A", status))};
  });
  const auto status = [&] { return (*inventory_.Find(ShowKind::kService, Name("d.s.a"), {}))->row.Text("status"); };
  std::string before, after;
  std::thread reader_before([&] { before = status(); });
  gate.WaitForArrivals(1);
  inventory_.Invalidate(ShowKind::kService, Name("d.s.a"));
  std::thread reader_after([&] { after = status(); });
  gate.WaitForArrivals(2);  // it did not join the first
  gate.Open(100);
  reader_before.join();
  reader_after.join();
  EXPECT_EQ(before, "OLD");
  EXPECT_EQ(after, "NEW");
  EXPECT_EQ(status(), "NEW") << "the old listing, landing last or first, is not kept";
  EXPECT_EQ(shows, 2);
}

// Many writers and readers at once: whoever reads after its own write sees it.
TEST_F(InventoryTest, ReadersAlwaysSeeTheirOwnWrite) {
  std::atomic<int> version = 0;
  account_.Otherwise([&](const std::string& sql, std::stop_token) {
    if (sql == "WRITE") return http::Response{200, {}, ResultBody({{"v"}, {{std::to_string(++version)}}})};
    const std::string seen = std::to_string(version.load());
    std::this_thread::yield();
    return http::Response{200, {}, ResultBody(Service("D", "S", "A", seen.c_str()))};
  });
  std::atomic<int> stale = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) {
        const auto written = inventory_.Write(ShowKind::kService, Name("d.s.a"), Statement("WRITE"), {});
        const auto found = inventory_.Find(ShowKind::kService, Name("d.s.a"), {});
        if (*(*found)->row.Int("status") < *written->row(0).Int("v")) ++stale;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(stale, 0);
}

TEST_F(InventoryTest, AStoppedLoaderDoesNotStopTheOthers) {
  std::stop_source stop;
  std::atomic<int> shows = 0;
  account_.Otherwise([&](const std::string&, std::stop_token token) -> absl::StatusOr<http::Response> {
    if (++shows == 1) {
      while (!token.stop_requested()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      return absl::CancelledError("stopped");
    }
    return http::Response{200, {}, ResultBody({{"name"}, {{"P"}}})};
  });
  std::thread first([&] {
    EXPECT_EQ(inventory_.Find(ShowKind::kComputePool, Name("p"), stop.get_token()).status().code(),
              absl::StatusCode::kCancelled);
  });
  while (shows == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  std::thread second([&] { EXPECT_TRUE(inventory_.Find(ShowKind::kComputePool, Name("p"), {})->has_value()); });
  std::this_thread::sleep_for(std::chrono::milliseconds(10));
  stop.request_stop();
  first.join();
  second.join();
  EXPECT_EQ(shows, 2);
}

TEST_F(InventoryTest, AWaiterCanBeStoppedAlone) {
  Gate gate;
  account_.Otherwise([&](const std::string&, std::stop_token) {
    gate.Pass();
    return http::Response{200, {}, ResultBody({{"name"}, {{"P"}}})};
  });
  std::stop_source stop;
  std::thread loader([&] { EXPECT_TRUE(inventory_.Find(ShowKind::kComputePool, Name("p"), {}).ok()); });
  gate.WaitForArrivals(1);
  std::thread waiter([&] {
    EXPECT_EQ(inventory_.Find(ShowKind::kComputePool, Name("p"), stop.get_token()).status().code(),
              absl::StatusCode::kCancelled);
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(10));
  stop.request_stop();
  waiter.join();
  gate.Open(1);
  loader.join();
}

TEST_F(InventoryTest, CutOffListingsFallBackToNarrowerOnes) {
  FakeRows many{{"name", "database_name", "schema_name"}, {}};
  for (int i = 0; i < 10'000; ++i) many.rows.push_back({"X" + std::to_string(i), "D", "S"});
  account_.On(kServices, many);
  account_.On("SHOW SERVICES EXCLUDE JOBS IN SCHEMA D.S", many);
  account_.On("SHOW SERVICES EXCLUDE JOBS IN SCHEMA D.T", Service("D", "T", "A"));
  account_.On("SHOW SERVICES EXCLUDE JOBS LIKE 'A\\\\_B' IN SCHEMA D.S", Service("D", "S", "A_B"));
  account_.On(kPools, many);
  account_.On("SHOW COMPUTE POOLS LIKE 'P'", {{"name"}, {{"P"}}});
  EXPECT_TRUE(inventory_.Find(ShowKind::kService, Name("d.s.x5"), {})->has_value());
  EXPECT_EQ(account_.statements().size(), 1u) << "a hit needs nothing narrower";
  EXPECT_TRUE(inventory_.Find(ShowKind::kService, Name("d.t.a"), {})->has_value());
  EXPECT_TRUE(inventory_.Find(ShowKind::kService, Name("d.s.a_b"), {})->has_value());
  EXPECT_EQ(*inventory_.Find(ShowKind::kService, Name("d.t.b"), {}), std::nullopt);
  EXPECT_TRUE(inventory_.Find(ShowKind::kComputePool, Name("p"), {})->has_value());
}

}  // namespace
}  // namespace spcs::snowflake
