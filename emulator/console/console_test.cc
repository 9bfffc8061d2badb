// SPDX-License-Identifier: MPL-2.0
#include "emulator/console/console.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "emulator/console/static_files.h"
#include "emulator/engine/clock.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/random.h"

namespace spcs::console {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kSpec[] =
    "$$\nspec:\n  containers:\n  - name: main\n    image: /d/s/r/web:1\n  endpoints:\n  - name: ui\n    port: 80\n"
    "    public: true\n$$";

class ConsoleTest : public ::testing::Test {
 protected:
  ConsoleTest() : clock_(absl::FromUnixSeconds(1'800'000'000)) {
    engine::EngineOptions options;
    options.clock = &clock_;
    options.images = "any";
    options.speed = 1;
    engine_ = *engine::Engine::Open(options);
    console_ = std::make_unique<Console>(
        Console::Parts{*engine_, clock_, [](int64_t count) { return nlohmann::json::array({{{"number", count}}}); },
                       Facts{.home = "/data", .user = "U", .runtime = "simulated"}});
    for (const char* sql : {"CREATE DATABASE D", "CREATE SCHEMA D.S", "CREATE IMAGE REPOSITORY D.S.R",
                            "CREATE COMPUTE POOL P MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_S"}) {
      Execute(sql);
    }
  }

  void Execute(const std::string& sql) {
    const auto result = engine_->Execute({.user = "SPCS_DEMO_USER", .role = "ACCOUNTADMIN"}, sql, {}, NewUuid());
    ASSERT_TRUE(result.ok()) << sql << ": " << result.status();
  }
  void MakeService() { Execute(std::string("CREATE SERVICE D.S.WEB IN COMPUTE POOL P FROM SPECIFICATION ") + kSpec); }

  HttpReply Get(const std::string& path, const std::map<std::string, std::string>& query = {}) {
    return console_->Handle({.method = "GET", .path = path, .query = query, .headers = {{"Host", "127.0.0.1:4711"}}});
  }
  nlohmann::json State() { return *ParseJson(Get("/console/state.json").body); }

  engine::EmulatorClock clock_;
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<Console> console_;
};

std::string HeaderOf(const HttpReply& reply, const std::string& wanted) {
  for (const auto& [name, value] : reply.headers) {
    if (name == wanted) return value;
  }
  return "";
}

TEST_F(ConsoleTest, ServesItsPageToBrowsersOnly) {
  const auto serves = [](const std::string& path, const std::string& accept, const std::string& method = "GET") {
    return Console::Serves({.method = method, .path = path, .headers = {{"Accept", accept}}});
  };
  EXPECT_TRUE(serves("/", "text/html,*/*"));
  EXPECT_FALSE(serves("/", "application/json"));
  EXPECT_FALSE(serves("/", "text/html", "POST"));
  EXPECT_TRUE(serves("/console", ""));
  EXPECT_TRUE(serves("/console/state.json", ""));
  EXPECT_FALSE(serves("/consoles", "text/html"));
  const HttpReply root = Get("/");
  EXPECT_EQ(root.status, 302);
  EXPECT_EQ(HeaderOf(root, "Location"), "/console");
}

TEST_F(ConsoleTest, EveryFileThatThePageNamesIsThere) {
  const HttpReply page = Get("/console");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  ASSERT_GE(StaticFiles().size(), 4u);
  for (const StaticFile& file : StaticFiles()) {
    const HttpReply reply = Get("/console/" + std::string(file.name));
    EXPECT_EQ(reply.status, 200) << file.name;
    EXPECT_EQ(reply.body, file.bytes);
    EXPECT_EQ(reply.content_type, file.content_type);
  }
  for (const char* named : {"/console/console.css", "/console/console.js", "/console/icon.svg"}) {
    EXPECT_THAT(page.body, HasSubstr(named));
    EXPECT_EQ(Get(named).status, 200);
  }
  EXPECT_EQ(Get("/console/absent.js").status, 404);
  EXPECT_EQ(Get("/console/../etc/passwd").status, 404);
}

// The policy forbids what is written into the page itself, so nothing of that sort may be there; and markup is never
// made from texts.
TEST_F(ConsoleTest, PageKeepsToItsPolicy) {
  const std::string policy = HeaderOf(Get("/console"), "Content-Security-Policy");
  EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
  EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
  for (const StaticFile& file : StaticFiles()) {
    for (const char* forbidden : {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(",
                                  "onclick=", "style=", "https://", "@import"}) {
      EXPECT_FALSE(absl::StrContains(file.bytes, forbidden)) << file.name << " has " << forbidden;
    }
  }
}

TEST_F(ConsoleTest, EveryAnswerHasTheHeaders) {
  for (const char* path : {"/", "/console", "/console/state.json", "/console/log.json", "/console/absent"}) {
    const HttpReply reply = Get(path);
    EXPECT_NE(HeaderOf(reply, "Content-Security-Policy"), "") << path;
    EXPECT_EQ(HeaderOf(reply, "X-Content-Type-Options"), "nosniff") << path;
    EXPECT_EQ(HeaderOf(reply, "Cross-Origin-Resource-Policy"), "same-origin") << path;
    EXPECT_EQ(HeaderOf(reply, "Cache-Control"), "no-store") << path;
  }
}

TEST_F(ConsoleTest, RefusesForeignPagesAndChanges) {
  const auto status = [&](std::map<std::string, std::string, emulator_http::IgnoreCaseLess> headers,
                          const std::string& method = "GET") {
    return console_->Handle({.method = method, .path = "/console/state.json", .headers = std::move(headers)}).status;
  };
  EXPECT_EQ(status({{"Host", "localhost:80"}}), 200);
  EXPECT_EQ(status({{"Host", "[::1]:80"}}), 200);
  EXPECT_EQ(status({{"Host", "127.0.0.1"}, {"Origin", "http://127.0.0.1"}}), 200);
  EXPECT_EQ(status({}), 200);  // no browser leaves it out
  EXPECT_EQ(status({{"Host", "rebound.example:80"}}), 403);
  EXPECT_EQ(status({{"Host", "localhost.example"}}), 403);
  EXPECT_EQ(status({{"Host", "web-spcs-emulator.localhost:80"}}), 403);
  EXPECT_EQ(status({{"Host", "127.0.0.1:80"}, {"Origin", "http://elsewhere.example"}}), 403);
  EXPECT_EQ(status({{"Host", "127.0.0.1:80"}, {"Origin", "null"}}), 403);
  EXPECT_EQ(status({{"Host", "127.0.0.1:80"}}, "POST"), 405);
}

TEST_F(ConsoleTest, StateFollowsTheAccount) {
  MakeService();
  nlohmann::json state = State();
  EXPECT_EQ(state["account"]["name"], "SPCS-EMULATOR");
  EXPECT_EQ(state["account"]["home"], "/data");
  EXPECT_EQ(state["now"], "2027-01-15T08:00:00.000Z");
  EXPECT_EQ(state["statements"][0]["number"], 50);
  EXPECT_EQ(state["services"][0]["status"], "PENDING");
  EXPECT_EQ(state["credits_per_hour"], 0.0);  // no node runs yet
  clock_.Advance(absl::Hours(1));
  state = State();
  EXPECT_EQ(state["services"][0]["status"], "RUNNING");
  EXPECT_EQ(state["services"][0]["containers"][0]["status"], "READY");
  EXPECT_EQ(state["services"][0]["endpoints"][0]["name"], "ui");
  EXPECT_EQ(state["pools"][0]["nodes"], 1);
  EXPECT_DOUBLE_EQ(state["credits_per_hour"].get<double>(), 0.11);
}

TEST_F(ConsoleTest, LogsAreThoseOfTheContainer) {
  MakeService();
  clock_.Advance(absl::Hours(1));
  const auto log = [&](const std::string& service, const std::string& instance, const std::string& container) {
    return Get("/console/log.json", {{"service", service}, {"instance", instance}, {"container", container}});
  };
  EXPECT_EQ(log("D.S.WEB", "0", "main").status, 200);
  EXPECT_EQ(log("D.S.WEB", "zero", "main").status, 400);
  EXPECT_EQ(log("WEB", "0", "main").status, 400);
  EXPECT_EQ(log("D.S.WEB'; DROP DATABASE D", "0", "main").status, 404);
  EXPECT_EQ(log("D.S.WEB", "7", "main").status, 404);
  EXPECT_EQ(log("D.S.WEB", "0", "<script>").status, 404);
  EXPECT_EQ(Get("/console/log.json").status, 400);
}

TEST_F(ConsoleTest, StrangeNamesStayTexts) {
  Execute(R"(CREATE DATABASE "<script>alert(1)</script>" COMMENT = '"><img src=x>')");
  const HttpReply reply = Get("/console/state.json");
  EXPECT_EQ(reply.content_type, "application/json");
  const nlohmann::json state = *ParseJson(reply.body);
  EXPECT_EQ(state["others"][0]["name"], "<script>alert(1)</script>");
}

}  // namespace
}  // namespace spcs::console
