// SPDX-License-Identifier: MPL-2.0
// The whole: data folder, restart, load, faults on the wire, admin API, secrets.
#include "emulator/http/emulator_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "emulator/http/testing.h"
#include "emulator/runtime/process/relay.h"
#include "provider/base/file.h"
#include "provider/base/json.h"

namespace spcs::emulator_http {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class EmulatorServerTest : public EmulatorTest {};

TEST_F(EmulatorServerTest, DataFolderIsAllAClientNeeds) {
  options().port_file = folder() + "/port";
  Start();
  const std::string connections = *ReadFile(folder() + "/connections.toml");
  EXPECT_THAT(connections, HasSubstr("[emulator]\nrole = \"SPCS_DEMO\"\n"));
  EXPECT_THAT(connections, HasSubstr("[emulator_admin]\nrole = \"ACCOUNTADMIN\"\n"));
  EXPECT_THAT(connections, HasSubstr("account = \"SPCS-EMULATOR\"\n"));
  EXPECT_THAT(connections, HasSubstr("user = \"SPCS_DEMO_USER\"\n"));
  EXPECT_THAT(connections, HasSubstr("host = \"127.0.0.1\"\n"));
  EXPECT_THAT(connections, HasSubstr(absl::StrCat("port = ", port(), "\n")));
  EXPECT_THAT(connections, HasSubstr("protocol = \"http\"\n"));
  EXPECT_THAT(connections, HasSubstr("authenticator = \"SNOWFLAKE_JWT\"\n"));
  EXPECT_THAT(connections, HasSubstr("private_key_file = \"" + folder() + "/rsa_key.p8\"\n"));
  EXPECT_THAT(*ReadFile(folder() + "/config.toml"), HasSubstr("default_connection_name = \"emulator\""));
  for (const absl::string_view name : {"/connections.toml", "/config.toml", "/rsa_key.p8"}) {
    EXPECT_EQ(*FileMode(absl::StrCat(folder(), name)), 0600u) << name;
  }
  EXPECT_EQ(*ReadFile(options().port_file), absl::StrCat(port(), "\n"));
}

TEST_F(EmulatorServerTest, NewFolderGetsAKey) {
  const std::string before = *ReadFile(KeyFile());
  options().data_dir += "/new/folder";
  Start();
  EXPECT_EQ(*FileMode(options().data_dir), 0700u);
  EXPECT_EQ(*FileMode(KeyFile()), 0600u);
  EXPECT_NE(*ReadFile(KeyFile()), before);
  EXPECT_EQ(Statement("SELECT 1").status, 200);
}

TEST_F(EmulatorServerTest, RestartKeepsKeyAndObjects) {
  Start();
  const std::string key = *ReadFile(folder() + "/rsa_key.p8");
  ASSERT_EQ(Statement("CREATE DATABASE KEPT").status, 200);
  Start();
  EXPECT_EQ(*ReadFile(folder() + "/rsa_key.p8"), key);
  EXPECT_THAT(*ReadFile(folder() + "/connections.toml"), HasSubstr(absl::StrCat("port = ", port(), "\n")));
  EXPECT_THAT(Databases(), Contains("KEPT"));
}

TEST_F(EmulatorServerTest, AFolderIsOneEmulatorsAtATime) {
  Start();
  EmulatorServer second;
  const absl::StatusOr<int> port = second.Start(options());
  EXPECT_THAT(std::string(port.status().message()), HasSubstr("another emulator is running in the folder"));
}

TEST_F(EmulatorServerTest, BadFoldersAndKeysAreErrors) {
  options().data_dir = "/dev/null/x";
  EXPECT_FALSE(EmulatorServer().Start(options()).ok());
  options().data_dir = "";
  EXPECT_FALSE(EmulatorServer().Start(options()).ok());
}

TEST_F(EmulatorServerTest, SpoiledKeyIsAnError) {
  ASSERT_TRUE(WriteFile(folder() + "/rsa_key.p8", "not a key").ok());
  EXPECT_THAT(std::string(EmulatorServer().Start(options()).status().message()), HasSubstr("rsa_key.p8"));
}

TEST_F(EmulatorServerTest, ManyClientsAreServedInParallel) {
  options().latency = absl::Milliseconds(100);
  Start();
  const std::string token = Token();
  std::atomic<int> good = 0;
  const auto use = [&] {
    httplib::Client client("127.0.0.1", port());
    client.set_keep_alive(true);
    for (int i = 0; i < 20; ++i) {
      const auto answer =
          client.Post("/api/v2/statements", Headers(token), R"({"statement":"SELECT 1"})", "application/json");
      if (answer && answer->status == 200) ++good;
    }
  };
  // One client alone says how fast this machine is just now: fifty of them one after the other would take fifty times
  // as long. A tenth of that is less than a pool of eight threads needs, and leaves room for what no waiting can hide.
  absl::Duration together, limit;
  for (int attempt = 0; attempt < 3; ++attempt) {  // the load of a busy machine comes and goes
    absl::Time start = absl::Now();
    use();
    limit = 50 * (absl::Now() - start) / 10;
    Admin("POST", "stats:reset");
    good = 0;
    start = absl::Now();
    std::vector<std::thread> clients;
    for (int i = 0; i < 50; ++i) clients.emplace_back(use);
    for (std::thread& client : clients) client.join();
    together = absl::Now() - start;
    EXPECT_EQ(good, 1000);
    if (together <= limit) break;
  }
  EXPECT_LE(together, limit);
  EXPECT_GE(together, absl::Seconds(2));
  const nlohmann::json stats = Admin("GET", "stats").body;
  EXPECT_EQ(stats["requests"], 1000);
  EXPECT_EQ(stats["statements_total"], 1000);
  EXPECT_EQ(stats["logins"], 1);
  EXPECT_GE(stats["most_at_once"].get<int>(), 40);
}

TEST_F(EmulatorServerTest, StopsFastWhileAnswersAreHeld) {
  Start();
  SetFault({{"action", "hang"}});
  Answer answer;
  std::thread waiting([&] { answer = Statement("SELECT 1"); });
  EXPECT_TRUE(Eventually([&] { return !Admin("GET", "statements").body["statements"].empty(); }));
  const absl::Time start = absl::Now();
  Stop();
  EXPECT_LT(absl::Now() - start, absl::Milliseconds(200));
  waiting.join();
  EXPECT_EQ(answer.status, 0);
}

TEST_F(EmulatorServerTest, RefusingFaultsExecuteNothing) {
  Start();
  for (const std::string action : {"429", "500", "503"}) {
    SetFault({{"match", {{"kind", "CREATE *"}}}, {"action", action}, {"retry_after", 3}, {"count", 1}});
    const Answer answer = Statement("CREATE DATABASE D1");
    EXPECT_EQ(absl::StrCat(answer.status), action);
    EXPECT_EQ(answer.header("Retry-After"), "3");
    EXPECT_EQ(LastLogEntry()["executed"], false);
  }
  SetFault({{"match", {{"object", "D1"}}}, {"action", "reset"}, {"count", 1}});
  EXPECT_EQ(Statement("CREATE DATABASE D1").status, 0);
  EXPECT_THAT(Databases(), Not(Contains("D1")));
}

TEST_F(EmulatorServerTest, TruncatedAnswerIsNoAnswer) {
  Start();
  SetFault({{"action", "truncate"}, {"count", 1}});
  EXPECT_EQ(Statement("CREATE DATABASE D1").status, 0);
  EXPECT_THAT(Databases(), Contains("D1"));
}

TEST_F(EmulatorServerTest, PathRulesHitPolls) {
  Start();
  const Answer done = Statement("SELECT 1");
  SetFault({{"match", {{"path", "/api/v2/statements/*"}}}, {"action", 503}, {"count", 1}});
  EXPECT_EQ(Poll(done.handle()).status, 503);
  EXPECT_EQ(Poll(done.handle()).status, 200);
}

TEST_F(EmulatorServerTest, HeldAnswerIsDroppedWhenTheClientGoes) {
  Start();
  SetFault({{"action", "hold-after"}, {"count", 1}});
  httplib::Client client("127.0.0.1", port());
  client.set_read_timeout(0, 100'000);
  EXPECT_FALSE(client.Post("/api/v2/statements", Headers(Token()),
                           R"({"statement":"CREATE DATABASE D1","role":"ACCOUNTADMIN"})", "application/json"));
  client.stop();
  EXPECT_TRUE(Eventually([&] { return Admin("GET", "faults").body["held"] == 0; }));
  EXPECT_EQ(Admin("GET", "statements").body["statements"][0]["answered"], nullptr);
  EXPECT_THAT(Databases(), Contains("D1"));
}

TEST_F(EmulatorServerTest, AdminApiRefusesWhatItDoesNotKnow) {
  Start();
  EXPECT_EQ(Admin("GET", "nothing").status, 404);
  EXPECT_EQ(Admin("POST", "stats").status, 405);
  EXPECT_EQ(Admin("PUT", "faults", {{{"action", "explode"}}}).status, 400);
  EXPECT_EQ(Admin("POST", "clock:advance", {{"seconds", -1}}).status, 400);
  EXPECT_EQ(Admin("POST", "clock:advance", {{"minutes", 1}}).status, 400);
  EXPECT_EQ(Admin("POST", "objects:mutate", {{"kind", "DATABASE"}}).status, 400);
  httplib::Client client("127.0.0.1", port());
  EXPECT_EQ(client.Put("/emulator/faults", "{", "application/json")->status, 400);
  const httplib::Headers foreign = {{"Origin", "http://example.org"}};
  EXPECT_EQ(client.Post("/emulator/stats:reset", foreign, "", "application/json")->status, 403);
}

// A relay as containers have it, with its listening end on this machine's loopback.
class ContainersWay {
 public:
  explicit ContainersWay(int emulator_port) {
    runtime::process::Fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listener.get(), 8), 0);
    EXPECT_EQ(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
    relay_.emplace(std::move(listener), emulator_port);
  }
  int port() const { return port_; }

 private:
  int port_ = 0;
  std::optional<runtime::process::Relay> relay_;
};

TEST_F(EmulatorServerTest, ContainersReachTheAccountAndNothingElse) {
  Start();
  const ContainersWay way(port());
  httplib::Client container("127.0.0.1", way.port());
  EXPECT_EQ(container.Get("/emulator/stats")->status, 403);
  EXPECT_EQ(container.Put("/emulator/faults", "[]", "application/json")->status, 403);
  EXPECT_EQ(container.Get("/console/state.json")->status, 403);
  const std::string select = R"({"statement":"SELECT 1","role":"ACCOUNTADMIN"})";
  EXPECT_EQ(container.Post("/api/v2/statements", Headers(Token()), select, "application/json")->status, 200);
}

TEST_F(EmulatorServerTest, ClockIsAdvanced) {
  Start();
  const absl::Time before = server().clock().Now();
  EXPECT_EQ(Admin("POST", "clock:advance", {{"seconds", 3600}}).status, 200);
  EXPECT_GE(server().clock().Now() - before, absl::Hours(1));
  EXPECT_EQ(Statement("SELECT 1").status, 200);  // keys follow the machine's clock
}

TEST_F(EmulatorServerTest, StatsAndLogStartAgain) {
  Start();
  Statement("SHOW DATABASES");
  EXPECT_EQ(Admin("GET", "stats").body["statements"]["SHOW DATABASES"], 1);
  Admin("POST", "stats:reset");
  EXPECT_EQ(Admin("GET", "stats").body["requests"], 0);
  EXPECT_EQ(Admin("GET", "statements").body["statements"].size(), 1u);
  Admin("POST", "statements:reset");
  EXPECT_EQ(Admin("GET", "statements").body["statements"].size(), 0u);
  Statement("SHOW DATABASES");
  EXPECT_EQ(LastLogEntry()["number"], 2);
}

TEST_F(EmulatorServerTest, ObjectsAreListedAndChangedFromOutside) {
  Start();
  Statement("CREATE DATABASE D1 COMMENT = 'mine'");
  EXPECT_EQ(
      Admin("POST", "objects:mutate", {{"kind", "DATABASE"}, {"name", "D1"}, {"set", {{"comment", "theirs"}}}}).status,
      200);
  EXPECT_THAT(DumpJson(Admin("GET", "objects").body["DATABASE"]), HasSubstr("theirs"));
}

TEST_F(EmulatorServerTest, SecretsAreInNoLogAndNoAdminAnswer) {
  const std::string planted = "planted-5ecret-value";
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  options().log_fd = pipe[1];
  Start();
  Statement("CREATE DATABASE D1");
  const std::string create = "CREATE SECRET D1.PUBLIC.S TYPE = GENERIC_STRING SECRET_STRING = '" + planted + "'";
  EXPECT_EQ(Statement(create).status, 200);
  EXPECT_EQ(Statement(create).status, 422);
  EXPECT_EQ(Statement("CREATE SECRETT D1.PUBLIC.S SECRET_STRING = '" + planted + "'").status, 422);
  EXPECT_EQ(Statement("ALTER SECRET D1.PUBLIC.S SET SECRET_STRING = '" + planted + "'").status, 200);
  const Answer token = Admin("POST", "tokens", {{"type", "OAUTH"}, {"user", "SPCS_DEMO_USER"}});
  const std::string bearer = token.body["token"].get<std::string>();
  StatementAs(Headers(bearer, "OAUTH"), "SELECT 1");
  std::string seen;
  for (const absl::string_view path : {"stats", "faults", "objects", "statements"}) {
    const Answer answer = Admin("GET", std::string(path));
    EXPECT_EQ(answer.status, 200) << path;
    seen += DumpJson(answer.body);
  }
  Stop();
  ::close(pipe[1]);
  char buffer[65536];
  for (ssize_t count; (count = ::read(pipe[0], buffer, sizeof buffer)) > 0;) seen.append(buffer, size_t(count));
  ::close(pipe[0]);
  EXPECT_THAT(seen, HasSubstr("CREATE SECRET"));
  EXPECT_THAT(seen, HasSubstr("/api/v2/statements"));
  EXPECT_THAT(seen, Not(HasSubstr(planted)));
  EXPECT_THAT(seen, Not(HasSubstr(bearer)));
}

}  // namespace
}  // namespace spcs::emulator_http
