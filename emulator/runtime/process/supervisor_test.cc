// SPDX-License-Identifier: MPL-2.0
#include "emulator/runtime/process/supervisor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "provider/base/file.h"

namespace spcs::runtime::process {
namespace {

using ::testing::HasSubstr;

class SupervisorTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / absl::StrCat("spcs-supervisor-", ::getpid());
    std::filesystem::create_directories(folder_);
    auto made = Supervisor::Start({.program = SPCS_TEST_HUB,
                                   .on_change = [this] { ++changes_; },
                                   .on_gone = [this] { gone_ = true; },
                                   .first_pause = absl::Milliseconds(50)});
    if (absl::IsFailedPrecondition(made.status())) GTEST_SKIP() << made.status();
    ASSERT_TRUE(made.ok()) << made.status();
    supervisor_ = *std::move(made);
  }
  void TearDown() override {
    supervisor_.reset();
    std::filesystem::remove_all(folder_);
  }

  InstanceTask Task(const std::string& name, std::vector<std::string> command) {
    InstanceTask task{.plan = {.name = name, .host_name = name, .ip = "10.244.1.1", .ports = {}}, .containers = {}};
    task.containers.push_back({.plan = {.name = absl::StrCat(name, "/main"),
                                        .instance = name,
                                        .command = std::move(command),
                                        .env = {{"PATH", "/usr/local/bin:/usr/bin:/bin"}},
                                        .log = folder_ / absl::StrCat(name, ".log"),
                                        .memory = {{.to = "/tmp"}}},
                               .probe = std::nullopt,
                               .grace = absl::Milliseconds(500)});
    return task;
  }
  // Waits until the container is what `is` asks for.
  ContainerState Until(const std::string& name, const std::function<bool(const ContainerState&)>& is) {
    for (int i = 0; i < 400; ++i) {
      const auto states = supervisor_->States();
      const auto state = states.find(name);
      if (state != states.end() && is(state->second)) return state->second;
      absl::SleepFor(absl::Milliseconds(20));
    }
    ADD_FAILURE() << name << " does not come to the state";
    return {};
  }

  std::filesystem::path folder_;
  std::atomic<int> changes_ = 0;
  std::atomic<bool> gone_ = false;
  std::unique_ptr<Supervisor> supervisor_;
};

TEST_F(SupervisorTest, AContainerThatEndsIsStartedAgainAndItsLogKept) {
  supervisor_->Want({Task("a", {"sh", "-c", "echo run; exit 4"})});
  const ContainerState state = Until("a/main", [](const ContainerState& s) { return s.restart_count >= 2; });
  EXPECT_EQ(state.last_exit_code, 4);
  EXPECT_TRUE(state.last_restart.has_value());
  EXPECT_EQ(ReadFile(folder_ / "a.log.previous").value_or(""), "run\n");
  EXPECT_GT(changes_, 2);
}

TEST_F(SupervisorTest, HiddenFoldersAreEmptyAndMountsFromThemAreNot) {
  const std::filesystem::path data = folder_ / "data";
  std::filesystem::create_directories(data / "volume");
  ASSERT_TRUE(WriteFile(data / "key", "secret\n").ok());
  ASSERT_TRUE(WriteFile(data / "volume/file", "content\n").ok());
  InstanceTask task = Task("a", {"sh", "-c", absl::StrCat("ls -A '", data.string(), "'; cat /srv/volume/file")});
  ContainerPlan& plan = task.containers[0].plan;
  plan.memory.clear();  // the machine's own /tmp, in which the folder is
  plan.hidden = {std::filesystem::canonical(data)};
  plan.mounts.push_back({.from = data / "volume", .to = "/srv/volume"});
  task.containers[0].restarts = false;
  supervisor_->Want({task});
  Until("a/main", [](const ContainerState& s) { return s.ended.has_value(); });
  EXPECT_EQ(ReadFile(plan.log).value_or(""), "content\n");
}

TEST_F(SupervisorTest, AJobEndsOnce) {
  InstanceTask job = Task("job", {"sh", "-c", "echo done"});
  job.containers[0].restarts = false;
  supervisor_->Want({job});
  EXPECT_EQ(Until("job/main", [](const ContainerState& s) { return s.phase == Phase::kDone; }).last_exit_code, 0);
  absl::SleepFor(absl::Milliseconds(200));
  EXPECT_EQ(supervisor_->States().at("job/main").restart_count, 0);
}

TEST_F(SupervisorTest, ReadyIsWhatTheProbeSays) {
  InstanceTask web = Task("web", {"sh", "-c",
                                  "mkdir /tmp/w; cd /tmp/w; python3 -m http.server 8080 & sleep 1; echo ok > healthy; "
                                  "sleep 1.5; rm healthy; wait"});
  web.containers[0].probe = ReadinessProbe{.port = 8080, .path = "/healthy", .period = absl::Milliseconds(50)};
  supervisor_->Want({web});
  Until("web/main", [](const ContainerState& s) { return s.phase == Phase::kStarting && s.started; });
  Until("web/main", [](const ContainerState& s) { return s.phase == Phase::kReady; });
  EXPECT_EQ(Until("web/main", [](const ContainerState& s) { return s.phase == Phase::kStarting; }).restart_count, 0);
}

TEST_F(SupervisorTest, WhatNoLongerLivesIsKilled) {
  InstanceTask web = Task("web", {"sh", "-c",
                                  "mkdir -p /tmp/w; cd /tmp/w; echo ok > alive; python3 -m http.server 8080 & sleep 2; "
                                  "rm -f /tmp/w/alive; wait"});
  web.containers[0].liveness = ReadinessProbe{.port = 8080, .path = "/alive", .period = absl::Milliseconds(50)};
  supervisor_->Want({web});
  const ContainerState state = Until("web/main", [](const ContainerState& s) { return s.restart_count >= 1; });
  EXPECT_EQ(state.last_exit_code, 128 + SIGKILL);
  EXPECT_THAT(ReadFile(folder_ / "web.log.previous").value_or(""), HasSubstr("the livenessProbe fails"));
}

TEST_F(SupervisorTest, WhatIsToEndIsAskedFirstAndKilledThen) {
  InstanceTask polite = Task("polite", {"sh", "-c", "trap 'exit 0' TERM; echo up; sleep 600 & wait"});
  InstanceTask deaf = Task("deaf", {"sh", "-c", "trap '' TERM; echo up; while true; do sleep 0.1; done"});
  deaf.plan.ip = "10.244.1.2";
  supervisor_->Want({polite, deaf});
  for (const char* name : {"polite", "deaf"}) {
    while (ReadFile(folder_ / absl::StrCat(name, ".log")).value_or("").empty()) absl::SleepFor(absl::Milliseconds(20));
  }
  polite.terminating = deaf.terminating = true;
  supervisor_->Want({polite, deaf});
  const auto ended = [](const ContainerState& s) { return s.ended.has_value(); };
  EXPECT_EQ(Until("polite/main", ended).last_exit_code, 0);
  EXPECT_EQ(Until("deaf/main", ended).last_exit_code, 128 + SIGKILL);
  supervisor_->Want({});
  for (int i = 0; i < 100 && !supervisor_->States().empty(); ++i) absl::SleepFor(absl::Milliseconds(20));
  EXPECT_TRUE(supervisor_->States().empty());
}

TEST_F(SupervisorTest, ContainersEndWithTheirSandbox) {
  InstanceTask job = Task("job", {"sleep", "600"});
  job.containers[0].restarts = false;
  supervisor_->Want({Task("web", {"sleep", "600"}), job});
  Until("web/main", [](const ContainerState& s) { return s.phase == Phase::kReady; });
  Until("job/main", [](const ContainerState& s) { return s.phase == Phase::kReady; });
  ::kill(supervisor_->hub().pid(), SIGKILL);
  for (const char* name : {"web/main", "job/main"}) {
    EXPECT_EQ(Until(name, [](const ContainerState& s) { return s.ended.has_value(); }).last_exit_code, 128 + SIGKILL);
  }
  for (int i = 0; i < 400 && !gone_; ++i) absl::SleepFor(absl::Milliseconds(20));
  EXPECT_TRUE(gone_);
}

TEST_F(SupervisorTest, WhatCannotStartSaysSoAndIsTriedAgain) {
  InstanceTask bad = Task("bad", {"no-such-program"});
  supervisor_->Want({bad});
  EXPECT_EQ(Until("bad/main", [](const ContainerState& s) { return s.restart_count >= 1; }).last_exit_code, 127);
  EXPECT_THAT(ReadFile(folder_ / "bad.log.previous").value_or(""), HasSubstr("no-such-program"));
}

}  // namespace
}  // namespace spcs::runtime::process
