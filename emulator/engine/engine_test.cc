// SPDX-License-Identifier: MPL-2.0
// The engine from outside: the new account, durability, concurrency, the admin views.
#include "emulator/engine/engine.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "absl/strings/match.h"
#include "emulator/engine/context.h"
#include "emulator/engine/testing.h"
#include "provider/base/json.h"

namespace spcs::engine {
namespace {

TEST(EngineTest, NewAccountKnowsItself) {
  TestAccount account;
  EXPECT_EQ(account.Scalar("SELECT CURRENT_ROLE()"), "ACCOUNTADMIN");
  EXPECT_EQ(account.Scalar("SELECT CURRENT_ORGANIZATION_NAME()"), "SPCS");
  EXPECT_EQ(account.Scalar("SELECT CURRENT_ACCOUNT_NAME()"), "EMULATOR");
  EXPECT_EQ(account.Scalar("SELECT CURRENT_ACCOUNT()"), account.engine().account().locator);
  EXPECT_EQ(account.Scalar("SELECT CURRENT_AVAILABLE_ROLES()"),
            R"(["ACCOUNTADMIN","PUBLIC","SECURITYADMIN","SPCS_DEMO","SYSADMIN","USERADMIN"])");
  EXPECT_EQ(account.Cell("SHOW WAREHOUSES", 0, "state"), "STARTED");
}

TEST(EngineTest, SelectNamesAndTypesColumns) {
  TestAccount account;
  const ResultSet result = account.Run("SELECT 1, 'a' AS x, NULL, TRUE, ?, CURRENT_USER()", {{"FIXED", "7"}});
  EXPECT_EQ(account.Columns("SELECT 1, 'a' AS x, current_user()"), "1,X,CURRENT_USER()");
  EXPECT_EQ(result.columns[0].type, "fixed");
  EXPECT_EQ(result.columns[3].type, "boolean");
  EXPECT_EQ(result.rows[0][2], std::nullopt);
  EXPECT_EQ(result.rows[0][4], "7");
  const ResultSet numbers = account.Run("SELECT -1.25, 1e3, ?", {{"REAL", "0.5"}});
  EXPECT_EQ(numbers.columns[0].scale, 2);
  EXPECT_EQ(numbers.columns[1].type, "real");
  EXPECT_EQ(numbers.columns[2].scale, 1);
  EXPECT_EQ(account.Error("SELECT ?"), "002049/42601 SQL compilation error:\nBind variable ?1 not set.");
  EXPECT_EQ(account.Error("SELECT NOSUCH()"), "002141/42601 SQL compilation error:\nUnknown function NOSUCH");
  EXPECT_EQ(account.Error("SELECT CURRENT_ROLE(1)"),
            "000938/22023 SQL compilation error:\ntoo many arguments for function [CURRENT_ROLE]");
}

TEST(EngineTest, UsersAndRoles) {
  TestAccount account({.user_public_key = "MIIBIjANBg=="});
  const UserRecord user = *account.engine().FindUser("spcs_demo_user");
  EXPECT_EQ(user.name, "SPCS_DEMO_USER");
  EXPECT_EQ(user.default_role, "SPCS_DEMO");
  EXPECT_EQ(user.default_warehouse, "DEMO_WH");
  EXPECT_EQ(user.public_keys, std::vector<std::string>{"MIIBIjANBg=="});
  EXPECT_FALSE(account.engine().FindUser("nobody").ok());
  EXPECT_TRUE(account.engine().UserHasRole("SPCS_DEMO_USER", "SPCS_DEMO"));
  EXPECT_EQ(account.engine().CanonicalRole("spcs_demo"), "SPCS_DEMO");
  EXPECT_EQ(account.engine().CanonicalRole("nosuch"), "");
  account.Run("CREATE ROLE other");
  EXPECT_FALSE(account.engine().UserHasRole("SPCS_DEMO_USER", "OTHER"));
  EXPECT_TRUE(
      account.engine().SetPublicKey("SPCS_DEMO_USER", "-----BEGIN PUBLIC KEY-----\nQUJD\n-----END-----\n").ok());
  EXPECT_EQ(account.engine().FindUser("SPCS_DEMO_USER")->public_keys[0], "QUJD");
  EXPECT_FALSE(account.engine().SetPublicKey("NOBODY", "QUJD").ok());
}

TEST(EngineTest, StatementsSurviveReopening) {
  std::string pattern = (std::filesystem::temp_directory_path() / "spcs_engine_XXXXXX").string();
  const std::string folder = mkdtemp(pattern.data());
  std::string locator;
  {
    TestAccount account({.data_dir = folder, .seed = 5});
    locator = account.engine().account().locator;
    account.Admin({"CREATE DATABASE d", "CREATE TABLE d.public.t (a INT)", "INSERT INTO d.public.t VALUES (1), (2)",
                   "GRANT USAGE ON DATABASE d TO ROLE spcs_demo"});
    EXPECT_TRUE(account.engine().PutRecord("token", "k", "v").ok());
  }
  TestAccount account({.data_dir = folder, .seed = 6});
  EXPECT_EQ(account.engine().account().locator, locator);
  EXPECT_EQ(account.Scalar("SELECT COUNT(*) FROM d.public.t"), "2");
  EXPECT_EQ(account.Cell("SHOW GRANTS TO ROLE spcs_demo", 0, "name"), "D");
  EXPECT_EQ(account.engine().GetRecord("token", "k"), "v");
  EXPECT_TRUE(account.engine().DeleteRecord("token", "k").ok());
  EXPECT_TRUE(account.engine().ListRecords("token").empty());
  std::filesystem::remove_all(folder);
}

TEST(EngineTest, BadFoldersAreErrors) {
  EmulatorClock clock;
  EXPECT_FALSE(Engine::Open({.data_dir = "/proc/no/such/folder", .clock = &clock}).ok());
  EXPECT_FALSE(Engine::Open({.data_dir = ""}).ok());
}

// A statement that fails half-way leaves nothing.
TEST(EngineTest, FailedStatementsChangeNothing) {
  TestAccount account;
  account.Admin({"CREATE DATABASE d", "CREATE TABLE d.public.t (a INT)"});
  EXPECT_EQ(account.Error("INSERT INTO d.public.t VALUES (1), ('x')"),
            "100038/22018 Numeric value 'x' is not recognized");
  EXPECT_EQ(account.Scalar("SELECT COUNT(*) FROM d.public.t"), "0");
}

TEST(EngineTest, OneOfManyCreatesWins) {
  TestAccount account;
  std::vector<std::thread> threads;
  std::atomic<int> created = 0, exists = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 20; ++n) {
        const absl::StatusOr<ResultSet> result = account.Try(absl::StrCat("CREATE DATABASE d", n));
        if (result.ok()) ++created;
        if (!result.ok() && FactOf(result.status(), kVendorCode) == "002002") ++exists;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(created, 20);
  EXPECT_EQ(exists, 140);
}

TEST(EngineTest, ObjectsShowsEverythingButSecrets) {
  TestAccount account;
  account.Admin({"CREATE DATABASE d", "CREATE SECRET d.public.s TYPE = GENERIC_STRING SECRET_STRING = 'planted'",
                 "GRANT USAGE ON DATABASE d TO ROLE spcs_demo"});
  const nlohmann::json objects = account.engine().Objects();
  EXPECT_EQ(objects["DATABASE"][0]["name"], "D");
  EXPECT_EQ(objects["SECRET"][0]["schema_name"], "PUBLIC");
  EXPECT_EQ(objects["SECRET"][0]["sha256"].get<std::string>().size(), 64u);
  EXPECT_FALSE(absl::StrContains(DumpJson(objects), "planted"));
  bool granted = false;
  for (const nlohmann::json& grant : objects["GRANT"]) granted |= grant["name"] == "D" && grant["role"] == "SPCS_DEMO";
  EXPECT_TRUE(granted);
}

TEST(EngineTest, MutateChangesColumnsFromOutside) {
  TestAccount account;
  account.Admin({"CREATE DATABASE d COMMENT = 'a'", "CREATE STAGE d.public.st"});
  Engine& engine = account.engine();
  EXPECT_TRUE(engine.Mutate({{"kind", "DATABASE"}, {"name", "d"}, {"set", {{"comment", "b"}}}}).ok());
  EXPECT_EQ(account.Cell("SHOW DATABASES", 0, "comment"), "b");
  EXPECT_TRUE(engine.Mutate({{"kind", "stage"}, {"name", "D.PUBLIC.ST"}, {"set", {{"owner", "SPCS_DEMO"}}}}).ok());
  EXPECT_EQ(account.Cell("SHOW STAGES IN ACCOUNT", 0, "owner"), "SPCS_DEMO");
  const auto code = [&](const nlohmann::json& request) { return engine.Mutate(request).code(); };
  EXPECT_EQ(code({{"kind", "WIDGET"}, {"name", "d"}}), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code({{"kind", "DATABASE"}, {"name", "nosuch"}, {"set", {}}}), absl::StatusCode::kNotFound);
  EXPECT_EQ(code({{"kind", "DATABASE"}, {"name", "d"}, {"set", {{"colour", "b"}}}}),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code({{"kind", "DATABASE"}, {"name", "d"}, {"reserialize", true}}), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code({{"kind", "STAGE"}, {"name", "st"}, {"set", {}}}), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(nlohmann::json::array()), absl::StatusCode::kInvalidArgument);
}

TEST(FilterTest, LimitAndFrom) {
  const std::vector<std::string> names = {"A1", "A2", "B1", "B2"};
  sql::ShowClauses show;
  show.limit = 2;
  EXPECT_EQ(FilterNames(show, names), (std::vector<size_t>{0, 1}));
  show.from = "A2";
  EXPECT_EQ(FilterNames(show, names), (std::vector<size_t>{2, 3}));
  show.from = "B";
  EXPECT_EQ(FilterNames(show, names), (std::vector<size_t>{2, 3}));
  show.from = std::nullopt;
  show.starts_with = "b";
  EXPECT_TRUE(FilterNames(show, names).empty());
}

}  // namespace
}  // namespace spcs::engine
