// SPDX-License-Identifier: MPL-2.0
// With real namespaces: where the machine does not allow them the tests are skipped, which ctest counts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "emulator/runtime/process/hub_client.h"
#include "emulator/runtime/process/sandbox.h"
#include "provider/base/file.h"

namespace spcs::runtime::process {
namespace {

using ::testing::HasSubstr;

class HubTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / absl::StrCat("spcs-hub-", ::getpid());
    std::filesystem::create_directories(folder_ / "volume");
    auto hub = HubClient::Start({.program = SPCS_TEST_HUB, .on_exit = [this](const std::string& name, int code) {
                                   MutexLock lock(mu_);
                                   exits_[name] = code;
                                   changed_.NotifyAll();
                                 }});
    if (absl::IsFailedPrecondition(hub.status())) GTEST_SKIP() << hub.status();
    ASSERT_TRUE(hub.ok()) << hub.status();
    hub_ = *std::move(hub);
  }
  void TearDown() override {
    hub_.reset();
    std::filesystem::remove_all(folder_);
  }

  InstancePlan Instance(const std::string& name, const std::string& ip, std::vector<PortRange> ports = {}) {
    return {.name = name, .host_name = name, .ip = ip, .ports = std::move(ports)};
  }
  ContainerPlan Container(const std::string& instance, const std::string& name, std::vector<std::string> command) {
    return {.name = absl::StrCat(instance, "/", name),
            .instance = instance,
            .command = std::move(command),
            .env = {{"PATH", "/usr/local/bin:/usr/bin:/bin"}, {"GREETING", "hello"}},
            .log = folder_ / absl::StrCat(instance, "-", name, ".log"),
            .memory = {{.to = "/tmp"}}};
  }
  // Runs a shell script to its end.
  std::pair<int, std::string> Run(ContainerPlan plan) {
    EXPECT_EQ(hub_->StartContainer(plan), absl::OkStatus());
    const int code = ExitOf(plan.name);
    return {code, ReadFile(plan.log).value_or("")};
  }
  int ExitOf(const std::string& name) {
    MutexLock lock(mu_);
    while (exits_.count(name) == 0) changed_.Wait(lock);
    return exits_[name];
  }
  bool Answers(const std::string& ip, int port) {
    for (int i = 0; i < 100; ++i) {
      if (hub_->Connect(ip, port, absl::Seconds(1)).ok()) return true;
      absl::SleepFor(absl::Milliseconds(50));
    }
    return false;
  }

  std::filesystem::path folder_;
  Mutex mu_;
  CondVar changed_;
  std::map<std::string, int> exits_;
  std::unique_ptr<HubClient> hub_;
};

constexpr char kStageScript[] = R"(
import errno, fcntl, os
os.chdir('/var/stage-mount')
said = []
def tries(what, call):
  try: call(); said.append(what + ' ok')
  except OSError as error: said.append(what + ' fails' * (error.errno == errno.EOPNOTSUPP))
def write(name, mode, text, at=None):
  with open(name, mode, buffering=0) as file:
    if at is not None: file.seek(at)
    file.write(text)
def whole():
  with open('big', 'wb') as file:
    for _ in range(3000): file.write(b'x' * 1000)
  assert os.path.getsize('big') == 3_000_000
tries('whole', whole)
said.append(open('there').read())
tries('append', lambda: write('there', 'ab', b'more'))
tries('middle', lambda: write('there', 'r+b', b'x', 1))
tries('back', lambda: write('gone', 'wb', b'x', 5))
tries('rename', lambda: os.rename('there', 'elsewhere'))
with open('there') as file: tries('lock', lambda: fcntl.flock(file, fcntl.LOCK_EX))
tries('link', lambda: os.link('there', 'elsewhere'))
tries('replace', lambda: write('there', 'wb', b'new'))
os.mkdir('folder')
os.remove('gone')
said += sorted(name + '/' * os.path.isdir(name) for name in os.listdir('.'))
tries('remove', lambda: os.rmdir('folder'))
print(*said, sep=', ')
)";
constexpr char kServe[] =
    "import socket,sys\n"
    "for port in map(int, sys.argv[1:]):\n"
    "  s = socket.create_server(('0.0.0.0', port))\n"
    "  globals()[f's{port}'] = s\n"
    "import time; time.sleep(600)\n";
constexpr char kTry[] =
    "import socket,sys\n"
    "try:\n"
    "  socket.create_connection((sys.argv[1], int(sys.argv[2])), 3); print('in')\n"
    "except OSError as error: print('out', type(error).__name__)\n";

// What a mounted stage allows is what the platform does: whole files, from start to end.
TEST_F(HubTest, StagesTakeWholeFilesOnly) {
  std::filesystem::create_directories(folder_ / "stage");
  std::ofstream(folder_ / "stage" / "there") << "old";
  ASSERT_EQ(hub_->StartInstance(Instance("a", "10.244.1.9")), absl::OkStatus());
  ContainerPlan plan = Container("a", "main", {"python3", "-c", kStageScript});
  plan.mounts.push_back({.from = folder_ / "stage", .to = "/var/stage-mount", .stage = true});
  const auto [code, said] = Run(plan);
  if (absl::StrContains(said, "are not enforced")) GTEST_SKIP() << said;
  EXPECT_EQ(code, 0) << said;
  EXPECT_THAT(said, HasSubstr("whole ok, old, append fails, middle fails, back fails, rename fails, lock fails, link "
                              "fails, replace ok, big, folder/, there, remove ok"));
  EXPECT_THAT(said, HasSubstr("spcs-emulator: /var/stage-mount/there: appending is not possible on a mounted stage"));
  EXPECT_EQ(ReadFile(folder_ / "stage" / "there").value_or(""), "new");
  EXPECT_EQ(std::filesystem::file_size(folder_ / "stage" / "big"), 3'000'000u);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "stage" / "gone"));
}

TEST_F(HubTest, AContainerSeesWhatItWasGivenAndNothingElse) {
  ASSERT_EQ(hub_->StartInstance(Instance("one", "10.244.1.1")), absl::OkStatus());
  ContainerPlan plan = Container(
      "one", "main",
      {"sh", "-c",
       "echo $GREETING $HOME; hostname; echo $$; echo x > /data/deep/file; touch /etc/nothing; touch /tmp/ok; "
       "cat /etc/hosts; ls /proc | grep -c '^[0-9]'; exit 7"});
  ASSERT_TRUE(WriteFile(folder_ / "hosts", "10.244.1.1 one.spcs.internal\n").ok());
  plan.mounts = {{.from = folder_ / "volume", .to = "/data/deep"},
                 {.from = folder_ / "hosts", .to = "/etc/hosts", .read_only = true}};
  const auto [code, log] = Run(plan);
  EXPECT_EQ(code, 7) << log;
  EXPECT_THAT(log, HasSubstr("hello\none\n2\n"));
  EXPECT_THAT(log, HasSubstr("Read-only file system"));
  EXPECT_THAT(log, HasSubstr("10.244.1.1 one.spcs.internal"));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "volume" / "file"));
  EXPECT_FALSE(std::filesystem::exists("/data/deep"));
}

TEST_F(HubTest, AMountMayLieBelowAnother) {
  ASSERT_EQ(hub_->StartInstance(Instance("one", "10.244.1.1")), absl::OkStatus());
  ContainerPlan plan = Container("one", "main", {"sh", "-c", "echo a > /tmp/a && echo b > /tmp/deep/er/b && ls /tmp"});
  std::filesystem::create_directories(folder_ / "private");
  plan.memory.clear();
  plan.mounts = {{.from = folder_ / "volume", .to = "/tmp/deep/er"}, {.from = folder_ / "private", .to = "/tmp"}};
  const auto [code, log] = Run(plan);
  EXPECT_EQ(code, 0) << log;
  EXPECT_EQ(log, "a\ndeep\n");
  EXPECT_TRUE(std::filesystem::exists(folder_ / "volume" / "b"));
}

TEST_F(HubTest, OnlyDeclaredPortsAreReachedFromOtherInstances) {
  ASSERT_EQ(hub_->StartInstance(Instance("server", "10.244.1.1", {{8000, 8000}})), absl::OkStatus());
  ASSERT_EQ(hub_->StartInstance(Instance("client", "10.244.1.2")), absl::OkStatus());
  ASSERT_EQ(hub_->StartContainer(Container("server", "main", {"python3", "-c", kServe, "8000", "9000"})),
            absl::OkStatus());
  ASSERT_TRUE(Answers("10.244.1.1", 8000));
  EXPECT_TRUE(Answers("10.244.1.1", 9000)) << "the emulator itself reaches every port";
  EXPECT_EQ(Run(Container("client", "a", {"python3", "-c", kTry, "10.244.1.1", "8000"})).second, "in\n");
  EXPECT_EQ(Run(Container("client", "b", {"python3", "-c", kTry, "10.244.1.1", "9000"})).second,
            "out ConnectionRefusedError\n");
  EXPECT_THAT(Run(Container("client", "c", {"python3", "-c", kTry, "192.0.2.1", "80"})).second, HasSubstr("out"));
}

TEST_F(HubTest, ContainersOfAnInstanceShareItsNetworkAndReachTheEmulator) {
  ASSERT_EQ(hub_->StartInstance(Instance("pair", "10.244.1.1")), absl::OkStatus());
  ASSERT_EQ(hub_->StartContainer(Container("pair", "server", {"python3", "-c", kServe, "7000"})), absl::OkStatus());
  ASSERT_TRUE(Answers("10.244.1.1", 7000));
  EXPECT_EQ(Run(Container("pair", "client", {"python3", "-c", kTry, "127.0.0.1", "7000"})).second, "in\n");
  const auto listener = hub_->Listen(4430);
  ASSERT_TRUE(listener.ok()) << listener.status();
  EXPECT_EQ(Run(Container("pair", "other", {"python3", "-c", kTry, kHubAddress, "4430"})).second, "in\n");
}

TEST_F(HubTest, TermReachesTheCommandAndWhatItStarted) {
  ASSERT_EQ(hub_->StartInstance(Instance("one", "10.244.1.1")), absl::OkStatus());
  ContainerPlan plan =
      Container("one", "main", {"sh", "-c", "trap 'echo ended; exit 3' TERM; echo up; sleep 600 & wait"});
  ASSERT_EQ(hub_->StartContainer(plan), absl::OkStatus());
  while (!absl::StrContains(ReadFile(plan.log).value_or(""), "up")) absl::SleepFor(absl::Milliseconds(20));
  ASSERT_EQ(hub_->Signal("one/main", SIGTERM), absl::OkStatus());
  EXPECT_EQ(ExitOf("one/main"), 3);
  EXPECT_THAT(ReadFile(plan.log).value_or(""), HasSubstr("ended"));
  EXPECT_TRUE(absl::IsUnavailable(hub_->Signal("one/main", SIGTERM)));
}

TEST_F(HubTest, RemovingAnInstanceEndsWhatRunsInIt) {
  ASSERT_EQ(hub_->StartInstance(Instance("one", "10.244.1.1")), absl::OkStatus());
  ASSERT_EQ(hub_->StartContainer(Container("one", "main", {"sleep", "600"})), absl::OkStatus());
  ASSERT_EQ(hub_->RemoveInstance("one"), absl::OkStatus());
  EXPECT_EQ(ExitOf("one/main"), 128 + SIGKILL);
  // Its address can be used again.
  EXPECT_EQ(hub_->StartInstance(Instance("two", "10.244.1.1")), absl::OkStatus());
}

TEST_F(HubTest, WhatCannotRunSaysSoInTheLog) {
  ASSERT_EQ(hub_->StartInstance(Instance("one", "10.244.1.1")), absl::OkStatus());
  const auto [missing, missing_log] = Run(Container("one", "a", {"no-such-program"}));
  EXPECT_EQ(missing, 127);
  EXPECT_THAT(missing_log, HasSubstr("cannot run no-such-program"));
  ContainerPlan bad = Container("one", "b", {"true"});
  bad.mounts = {{.from = "/no/such/folder", .to = "/data"}};
  const auto [code, log] = Run(bad);
  EXPECT_EQ(code, kSetupFailed);
  EXPECT_THAT(log, HasSubstr("/no/such/folder"));
  EXPECT_TRUE(absl::IsUnavailable(hub_->StartContainer(Container("two", "c", {"true"}))));
}

TEST_F(HubTest, NothingOutlivesTheHub) {
  ASSERT_EQ(hub_->StartInstance(Instance("one", "10.244.1.1")), absl::OkStatus());
  ContainerPlan plan = Container("one", "main", {"sh", "-c", "while true; do echo alive; sleep 0.05; done"});
  ASSERT_EQ(hub_->StartContainer(plan), absl::OkStatus());
  while (ReadFile(plan.log).value_or("").empty()) absl::SleepFor(absl::Milliseconds(20));
  hub_.reset();
  const size_t size = ReadFile(plan.log).value_or("").size();
  absl::SleepFor(absl::Milliseconds(300));
  EXPECT_EQ(ReadFile(plan.log).value_or("").size(), size);
}

}  // namespace
}  // namespace spcs::runtime::process
