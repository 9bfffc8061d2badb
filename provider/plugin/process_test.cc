// SPDX-License-Identifier: MPL-2.0
// The plugin as a process of its own (plugin_for_test.cc), started as a client starts it.
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/strings/escaping.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "proto/tfplugin6.pb.h"
#include "provider/plugin/certificate.h"
#include "provider/plugin/client_for_test.h"

namespace spcs::plugin {
namespace {

using namespace tfplugin6;
using ::testing::HasSubstr;

constexpr char kCookie[] = "TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
constexpr int kSeconds = 20;  // for what takes milliseconds

// A plugin with both outputs on pipes of ours. Killed at the end if it still runs.
class Plugin {
 public:
  explicit Plugin(std::vector<std::string> environment, std::vector<std::string> arguments = {}) {
    int out[2], err[2];
    if (::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0) std::abort();
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    posix_spawn_file_actions_adddup2(&actions, err[1], 2);
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);  // what the test itself inherited
    arguments.insert(arguments.begin(), SPCS_TEST_PLUGIN);
    std::vector<char*> argv, envp;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    for (std::string& variable : environment) envp.push_back(variable.data());
    argv.push_back(nullptr);
    envp.push_back(nullptr);
    if (posix_spawn(&pid_, SPCS_TEST_PLUGIN, &actions, nullptr, argv.data(), envp.data()) != 0) std::abort();
    posix_spawn_file_actions_destroy(&actions);
    ::close(out[1]);
    ::close(err[1]);
    out_ = out[0];
    err_ = err[0];
    process_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
  }
  ~Plugin() {
    CloseOutput();
    ::close(err_);
    if (!reaped_) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
    ::close(process_);
  }

  pid_t pid() const { return pid_; }
  std::string ReadLine() { return ReadUntil(out_, '\n'); }
  std::string ReadAllOutput() { return ReadUntil(out_, '\0'); }
  std::string ReadAllErrors() { return ReadUntil(err_, '\0'); }
  std::string ReadErrorLine() { return ReadUntil(err_, '\n'); }
  void CloseOutput() {
    if (out_ >= 0) ::close(out_);
    out_ = -1;
  }
  void Signal(int signal) { ::kill(pid_, signal); }

  // The exit code, 128 + signal, or -1 when it still runs after `milliseconds`.
  int Wait(int milliseconds = kSeconds * 1000) {
    pollfd exited = {.fd = process_, .events = POLLIN, .revents = 0};
    if (::poll(&exited, 1, milliseconds) != 1) return -1;
    int status = 0;
    ::waitpid(pid_, &status, 0);
    reaped_ = true;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  static std::string ReadUntil(int fd, char end) {
    std::string text;
    for (char c = 0; ::read(fd, &c, 1) == 1;) {
      text += c;
      if (end != '\0' && c == end) break;
    }
    return text;
  }

  pid_t pid_ = 0;
  int out_ = -1, err_ = -1, process_ = -1;
  bool reaped_ = false;
};

class ProcessTest : public ::testing::Test {
 protected:
  ProcessTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "spcsXXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~ProcessTest() override { std::filesystem::remove_all(folder_); }

  std::vector<std::string> ClientEnvironment(std::vector<std::string> more = {}) const {
    more.insert(more.end(), {kCookie, "PLUGIN_PROTOCOL_VERSIONS=5,6", "TMPDIR=" + folder_});
    return more;
  }
  // Starts without TLS and shakes hands.
  void Start() {
    plugin_ = std::make_unique<Plugin>(ClientEnvironment());
    const std::vector<std::string> fields = absl::StrSplit(plugin_->ReadLine(), '|');
    ASSERT_EQ(fields.size(), 6u);
    EXPECT_EQ(fields[5], "\n");
    socket_ = fields[3];
    client_ = std::make_unique<TestClient>(socket_);
  }
  bool FolderIsEmpty() const { return std::filesystem::is_empty(folder_); }

  std::string folder_, socket_;
  std::unique_ptr<Plugin> plugin_;
  std::unique_ptr<TestClient> client_;
};

TEST_F(ProcessTest, HelpsAPersonAndFails) {
  Plugin plugin({});
  EXPECT_EQ(plugin.Wait(), 1);
  EXPECT_EQ(plugin.ReadAllOutput(), "");
  EXPECT_THAT(plugin.ReadAllErrors(), HasSubstr("required_providers"));
}

TEST_F(ProcessTest, KnowsItsArguments) {
  Plugin version({}, {"--version"});
  EXPECT_EQ(version.Wait(), 0);
  EXPECT_EQ(version.ReadAllOutput(), "0.0.0-test\n");
  Plugin wrong({}, {"serve"});
  EXPECT_EQ(wrong.Wait(), 2);
  EXPECT_THAT(wrong.ReadAllErrors(), HasSubstr("unknown argument serve"));
}

TEST_F(ProcessTest, ServesAndShutsDown) {
  Start();
  const auto schema = client_->Provider<GetProviderSchema_Response>("GetProviderSchema", GetProviderSchema_Request());
  EXPECT_EQ(schema.resource_schemas().count("fake_thing"), 1u);
  const auto stdio = client_->Open("/plugin.GRPCStdio/StreamStdio");
  EXPECT_TRUE(client_->Call("/plugin.GRPCController/Shutdown", "").status.ok());
  EXPECT_EQ(plugin_->Wait(), 0);
  EXPECT_TRUE(FolderIsEmpty()) << "the socket stayed";
  EXPECT_EQ(client_->failures(), 0);
}

TEST_F(ProcessTest, ShakesHandsWithMutualTls) {
  const Certificate ours = *MakeCertificate(absl::Now());
  Plugin plugin(ClientEnvironment({"PLUGIN_CLIENT_CERT=" + ours.certificate_pem}));
  const std::vector<std::string> fields = absl::StrSplit(absl::StripSuffix(plugin.ReadLine(), "\n"), '|');
  ASSERT_EQ(fields.size(), 6u);
  EXPECT_EQ(fields[0] + fields[1] + fields[2] + fields[4], "16unixgrpc");
  ASSERT_GT(fields[5].size(), 50u) << "shorter ones the client ignores";
  EXPECT_EQ(fields[5].find('='), std::string::npos);
  std::string der;
  ASSERT_TRUE(absl::Base64Unescape(fields[5], &der));
  const std::string pem =
      absl::StrCat("-----BEGIN CERTIFICATE-----\n", absl::Base64Escape(der), "\n-----END CERTIFICATE-----\n");
  TestClient client(
      fields[3],
      TlsKeys{.certificate = ours.certificate_pem, .private_key = ours.private_key_pem, .client_certificate = pem});
  EXPECT_TRUE(client.Call("/tfplugin6.Provider/GetProviderSchema", "").status.ok());
  EXPECT_FALSE(TestClient(fields[3]).Call("/tfplugin6.Provider/GetProviderSchema", "", 2).status.ok());
}

TEST_F(ProcessTest, EndsWhenTheClientDies) {
  Start();
  ApplyResourceChange_Request apply;
  apply.set_type_name("waits");
  std::thread caller([&] { client_->Provider<ApplyResourceChange_Response>("ApplyResourceChange", apply); });
  plugin_->CloseOutput();  // the read end: what a dying client leaves behind
  EXPECT_EQ(plugin_->Wait(), 0);
  EXPECT_TRUE(FolderIsEmpty());
  caller.join();
}

TEST_F(ProcessTest, LeavesCtrlCToTheClientAndEndsOnSigterm) {
  Start();
  plugin_->Signal(SIGINT);
  EXPECT_TRUE(client_->Call("/tfplugin6.Provider/GetMetadata", "").status.ok());
  EXPECT_EQ(plugin_->Wait(0), -1);
  plugin_->Signal(SIGTERM);
  EXPECT_EQ(plugin_->Wait(), 0);
  EXPECT_TRUE(FolderIsEmpty());
}

TEST_F(ProcessTest, SigtermLetsARunningApplyAnswer) {
  Start();
  ApplyResourceChange_Request apply;
  apply.set_type_name("waits");
  ApplyResourceChange_Response response;
  std::thread caller([&] { response = client_->Provider<ApplyResourceChange_Response>("ApplyResourceChange", apply); });
  EXPECT_EQ(plugin_->ReadErrorLine(), "waiting\n");
  plugin_->Signal(SIGTERM);
  EXPECT_EQ(plugin_->Wait(), 0);
  caller.join();
  EXPECT_EQ(client_->failures(), 0);
  ASSERT_EQ(response.diagnostics_size(), 1);
  EXPECT_EQ(response.diagnostics(0).summary(), "Interrupted");
}

TEST_F(ProcessTest, StopProviderReachesARunningApply) {
  Start();
  ApplyResourceChange_Request apply;
  apply.set_type_name("waits");
  ApplyResourceChange_Response response;
  std::thread caller([&] { response = client_->Provider<ApplyResourceChange_Response>("ApplyResourceChange", apply); });
  EXPECT_EQ(plugin_->ReadErrorLine(), "waiting\n");
  EXPECT_EQ(client_->Provider<StopProvider_Response>("StopProvider", StopProvider_Request()).error(), "");
  caller.join();
  ASSERT_EQ(response.diagnostics_size(), 1);
  EXPECT_EQ(response.diagnostics(0).summary(), "Interrupted");
  EXPECT_EQ(client_->failures(), 0);
  EXPECT_TRUE(client_->Call("/tfplugin6.Provider/ReadResource", "").status.ok()) << "serves on";
}

TEST_F(ProcessTest, AStrayPrintGoesToTheLog) {
  Start();
  EXPECT_TRUE(client_->Call("/tfplugin6.Provider/ValidateProviderConfig", "").status.ok());
  EXPECT_EQ(plugin_->ReadErrorLine(), "stray print\n");
  EXPECT_TRUE(client_->Call("/plugin.GRPCController/Shutdown", "").status.ok());
  EXPECT_EQ(plugin_->ReadAllOutput(), "");
}

TEST_F(ProcessTest, NoDescriptorReachesAChild) {
  Start();
  EXPECT_TRUE(client_->Call("/tfplugin6.Provider/ReadResource", "").status.ok());
  const std::string descriptors = absl::StrCat("/proc/", plugin_->pid(), "/fdinfo");
  for (const auto& entry : std::filesystem::directory_iterator(descriptors)) {
    if (std::stoi(entry.path().filename()) <= 2) continue;
    std::ifstream file(entry.path());
    std::string key;
    unsigned flags = 0;
    while (file >> key && key != "flags:") {
    }
    file >> std::oct >> flags;
    EXPECT_TRUE((flags & O_CLOEXEC) != 0) << entry.path() << " is inherited";
  }
}

TEST_F(ProcessTest, SaysWhyItCannotStart) {
  Plugin plugin(ClientEnvironment({"PLUGIN_UNIX_SOCKET_DIR=" + folder_ + "/missing"}));
  EXPECT_EQ(plugin.Wait(), 1);
  EXPECT_EQ(plugin.ReadAllOutput(), "") << "no handshake";
  EXPECT_THAT(plugin.ReadAllErrors(), HasSubstr("missing: no such folder"));
}

TEST_F(ProcessTest, BadClientCertificateIsNoCrash) {
  Plugin plugin(ClientEnvironment({"PLUGIN_CLIENT_CERT=not a certificate"}));
  const std::string line = plugin.ReadLine();
  if (line.empty()) {
    EXPECT_EQ(plugin.Wait(), 1);
    EXPECT_THAT(plugin.ReadAllErrors(), HasSubstr("cannot start"));
  } else {
    const std::vector<std::string> fields = absl::StrSplit(line, '|');
    EXPECT_FALSE(TestClient(fields[3]).Call("/tfplugin6.Provider/GetMetadata", "", 2).status.ok());
  }
}

TEST_F(ProcessTest, DebugServesSeveralClientsUntilInterrupted) {
  Plugin plugin({"TMPDIR=" + folder_}, {"-debug"});
  std::string line;
  while ((line = plugin.ReadLine()).find("TF_REATTACH_PROVIDERS=") == std::string::npos) ASSERT_FALSE(line.empty());
  const size_t begin = line.find('\'') + 1;
  const auto json = nlohmann::json::parse(line.substr(begin, line.rfind('\'') - begin));
  const auto& config = json.at("spcs/spcs");
  EXPECT_EQ(config.at("Pid"), plugin.pid());
  for (int command = 0; command < 2; ++command) {
    TestClient client(config.at("Addr").at("String"));
    EXPECT_TRUE(client.Call("/tfplugin6.Provider/GetProviderSchema", "").status.ok());
    EXPECT_TRUE(client.Call("/plugin.GRPCController/Shutdown", "").status.ok());
  }
  EXPECT_EQ(plugin.Wait(0), -1);
  plugin.Signal(SIGINT);
  EXPECT_EQ(plugin.Wait(), 0);
  EXPECT_TRUE(FolderIsEmpty());
}

}  // namespace
}  // namespace spcs::plugin
