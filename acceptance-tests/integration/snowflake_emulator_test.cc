// SPDX-License-Identifier: MPL-2.0
// The provider's client side against the emulator: configuration, keys, statements, listings.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "absl/time/clock.h"
#include "acceptance-tests/integration/emulator_fixture.h"
#include "provider/base/status.h"
#include "provider/snowflake/poller.h"

namespace spcs::testing {
namespace {

using ::testing::HasSubstr;
using namespace snowflake;  // NOLINT: the layer under test

ObjectName Name(const std::string& text) {
  return *ObjectName::Parse(text);
}
Statement CreateDatabase(const std::string& name) {
  return std::move(Statement("CREATE DATABASE").Name(Name(name)));
}

class SnowflakeEmulatorTest : public EmulatorFixture {
 protected:
  SnowflakeEmulatorTest() { Start(); }
};

TEST_F(SnowflakeEmulatorTest, DefaultConnectionNeedsNothingButTheHome) {
  const auto config = ResolveConnection({}, *environment_);
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->role->value(), "SPCS_DEMO");
  const Connected demo = Connect("emulator");
  const auto facts = demo.client->Account({});
  ASSERT_TRUE(facts.ok()) << facts.status();
  EXPECT_EQ((*facts)->role, "SPCS_DEMO");
  EXPECT_NE((*facts)->account_locator, "");
  EXPECT_NE((*facts)->organization, "");
  EXPECT_THAT((*facts)->available_roles, ::testing::IsSupersetOf({"ACCOUNTADMIN", "SPCS_DEMO"}));
}

TEST_F(SnowflakeEmulatorTest, LifeOfADatabase) {
  const Connected admin = Connect("emulator_admin");
  Client& client = *admin.client;
  Inventory inventory(client);
  EXPECT_EQ(*inventory.Find(ShowKind::kDatabase, Name("d"), {}), std::nullopt);
  const absl::Time before = absl::Now() - absl::Seconds(2);
  ASSERT_TRUE(inventory
                  .Write(ShowKind::kDatabase, Name("d"),
                         CreateDatabase("d").Property("COMMENT", "it's \\ \"quoted\"\n\xc3\xa9 %_$$"), {})
                  .ok());
  const auto found = inventory.Find(ShowKind::kDatabase, Name("d"), {});
  ASSERT_TRUE(found.ok() && found->has_value()) << found.status();
  EXPECT_EQ((*found)->row.Text("comment"), "it's \\ \"quoted\"\n\xc3\xa9 %_$$");
  EXPECT_EQ((*found)->row.Text("owner"), "ACCOUNTADMIN");
  ASSERT_TRUE((*found)->row.Time("created_on"));
  EXPECT_GT(*(*found)->row.Time("created_on"), before);
  EXPECT_LT(*(*found)->row.Time("created_on"), absl::Now() + absl::Seconds(2));

  absl::Status status = client.Execute(CreateDatabase("D"), {}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists) << status;
  EXPECT_EQ(FactOf(status, kVendorCode), "002002");
  EXPECT_TRUE(FactOf(status, kQueryId));
  ASSERT_TRUE(inventory.Write(ShowKind::kDatabase, Name("d"), Statement("DROP DATABASE").Name(Name("d")), {}).ok());
  EXPECT_EQ(*inventory.Find(ShowKind::kDatabase, Name("d"), {}), std::nullopt);
  status = client.Execute(Statement("DROP DATABASE").Name(Name("d")), {}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("(role ACCOUNTADMIN)"));
}

TEST_F(SnowflakeEmulatorTest, NamesThatNeedQuotes) {
  const Connected admin = Connect("emulator_admin");
  Inventory inventory(*admin.client);
  for (const std::string name : {"\"lower\"", "\"with \"\"quotes\"\" in\"", "\"a.b\"", "order",
                                 "\"x'; DROP DATABASE y; --\"", "_a$1", "\"\xc3\xa9\""}) {
    ASSERT_TRUE(inventory.Write(ShowKind::kDatabase, Name(name), CreateDatabase(name), {}).ok()) << name;
    EXPECT_TRUE(inventory.Find(ShowKind::kDatabase, Name(name), {})->has_value()) << name;
    EXPECT_EQ(admin.client->Execute(Statement("SHOW DATABASES").Like(Name(name).name().value()), {})->size(), 1u)
        << name;
  }
}

TEST_F(SnowflakeEmulatorTest, EveryListingCanBeRead) {
  const Connected admin = Connect("emulator_admin");
  Inventory inventory(*admin.client);
  ASSERT_TRUE(admin.client->Execute(CreateDatabase("d"), {}).ok());
  for (const auto& [kind, name] :
       std::vector<std::pair<ShowKind, std::string>>{{ShowKind::kDatabase, "x"},
                                                     {ShowKind::kSchema, "d.x"},
                                                     {ShowKind::kStage, "d.public.x"},
                                                     {ShowKind::kImageRepository, "d.public.x"},
                                                     {ShowKind::kComputePool, "x"},
                                                     {ShowKind::kService, "d.public.x"},
                                                     {ShowKind::kTable, "d.public.x"},
                                                     {ShowKind::kSecret, "d.public.x"},
                                                     {ShowKind::kNetworkRule, "d.public.x"},
                                                     {ShowKind::kIntegration, "x"}}) {
    const auto found = inventory.Find(kind, Name(name), {});
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_FALSE(found->has_value());
  }
  EXPECT_TRUE(inventory.Find(ShowKind::kSchema, Name("d.public"), {})->has_value());
  EXPECT_EQ(inventory.Find(ShowKind::kStage, Name("d.nowhere.x"), {}).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(SnowflakeEmulatorTest, RoleWithoutThePrivilege) {
  const Connected demo = Connect("emulator");
  const absl::Status status = demo.client->Execute(CreateDatabase("d"), {}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("role SPCS_DEMO"));
}

TEST_F(SnowflakeEmulatorTest, LoginsThatAreRefused) {
  const auto failure = [&](ConnectionSettings changes, Clock* clock = nullptr) {
    return Connect("emulator", std::move(changes), clock).client->Execute(Statement("SHOW DATABASES"), {}).status();
  };
  absl::Status status = failure({{"role", "nobody"}});
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("NOBODY"));
  EXPECT_EQ(failure({{"user", "stranger"}}).code(), absl::StatusCode::kUnauthenticated);
  status = failure({{"account", "other-account"}});
  EXPECT_FALSE(status.ok());
  EXPECT_NE(status.code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(FactOf(status, kAdvice)) << status;

  FakeClock late(absl::Now() - absl::Hours(2)), early(absl::Now() + absl::Hours(2));
  status = failure({}, &late);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated) << status;
  EXPECT_EQ(FactOf(status, kVendorCode), "394301");
  status = failure({}, &early);
  EXPECT_EQ(FactOf(status, kVendorCode), "394302") << status;
  EXPECT_THAT(FactOf(status, kAdvice).value_or(""), HasSubstr("clock"));
}

TEST_F(SnowflakeEmulatorTest, TokensOfEachKind) {
  for (const auto& [type, authenticator] : std::vector<std::pair<std::string, std::string>>{
           {"PROGRAMMATIC_ACCESS_TOKEN", "PROGRAMMATIC_ACCESS_TOKEN"}, {"OAUTH", "OAUTH"}}) {
    const nlohmann::json made =
        Admin("POST", "/emulator/tokens",
              {{"type", type}, {"user", Connect("emulator").config.user}, {"role_restriction", "ACCOUNTADMIN"}});
    const std::string token = made.value("token", "");
    ASSERT_NE(token, "");
    const Connected connected = Connect("emulator_admin", {{"authenticator", authenticator}, {"token", token}});
    EXPECT_TRUE(connected.client->Execute(Statement("SHOW DATABASES"), {}).ok());
    const std::string file = options_.data_dir + "/token-" + type;
    std::ofstream(file) << token << "\n";
    const Connected by_file = Connect("emulator_admin", {{"authenticator", authenticator}, {"token_file_path", file}});
    EXPECT_TRUE(by_file.client->Execute(Statement("SHOW DATABASES"), {}).ok());
    const Connected wrong = Connect("emulator_admin", {{"authenticator", authenticator}, {"token", token + "x"}});
    const absl::Status status = wrong.client->Execute(Statement("SHOW DATABASES"), {}).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated) << status;
    EXPECT_THAT(status.ToString(), ::testing::Not(HasSubstr(token)));
  }
}

TEST_F(SnowflakeEmulatorTest, LargeResultsComeInPartitions) {
  options_.partition_cells = 7;  // less than one row
  Start();
  const Connected admin = Connect("emulator_admin");
  for (int i = 0; i < 25; ++i) ASSERT_TRUE(admin.client->Execute(CreateDatabase("d" + std::to_string(i)), {}).ok());
  const auto result = admin.client->Execute(Statement("SHOW DATABASES").Raw("LIKE").Literal("D%"), {});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->size(), 25u);
}

TEST_F(SnowflakeEmulatorTest, ObjectsSurviveARestart) {
  ASSERT_TRUE(Connect("emulator_admin").client->Execute(CreateDatabase("kept"), {}).ok());
  Start();
  const Connected admin = Connect("emulator_admin");
  Inventory inventory(*admin.client);
  EXPECT_TRUE(inventory.Find(ShowKind::kDatabase, Name("kept"), {})->has_value());
}

TEST_F(SnowflakeEmulatorTest, ManyReadersCostOneStatementOfEachKind) {
  const Connected admin = Connect("emulator_admin");
  Inventory inventory(*admin.client);
  Admin("POST", "/emulator/stats:reset");
  std::atomic<int> ok = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 10; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        ok += inventory.Find(ShowKind::kComputePool, Name("p"), {}).ok();
        ok += inventory.Find(ShowKind::kService, Name("d.s.x"), {}).ok();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(ok, 400);
  const nlohmann::json stats = Admin("GET", "/emulator/stats");
  EXPECT_EQ(stats["statements"].value("SHOW COMPUTE POOLS", 0), 1) << stats;
}

}  // namespace
}  // namespace spcs::testing
