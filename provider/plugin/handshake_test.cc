// SPDX-License-Identifier: MPL-2.0
#include "provider/plugin/handshake.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "provider/base/file.h"
#include "provider/plugin/socket_path.h"

namespace spcs::plugin {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

Environment Fixed(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end() || found->second.empty()) return std::nullopt;
    return found->second;
  };
}

constexpr char kCookie[] = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

TEST(HandshakeTest, OnlyTheMagicCookieIsAClient) {
  EXPECT_FALSE(ReadClientRequest(Fixed({})).by_client);
  EXPECT_FALSE(ReadClientRequest(Fixed({{"TF_PLUGIN_MAGIC_COOKIE", "1"}})).by_client);
  EXPECT_TRUE(ReadClientRequest(Fixed({{"TF_PLUGIN_MAGIC_COOKIE", kCookie}})).by_client);
}

TEST(HandshakeTest, FindsOurProtocolInAnyOrder) {
  for (const char* list : {"6", "5,6", "6,5", " 5, 6 "}) {
    EXPECT_TRUE(ReadClientRequest(Fixed({{"PLUGIN_PROTOCOL_VERSIONS", list}})).speaks_our_protocol) << list;
  }
  for (const char* list : {"5", "16,60", "x"}) {
    EXPECT_FALSE(ReadClientRequest(Fixed({{"PLUGIN_PROTOCOL_VERSIONS", list}})).speaks_our_protocol) << list;
  }
  EXPECT_TRUE(ReadClientRequest(Fixed({})).speaks_our_protocol);
}

TEST(HandshakeTest, TakesWhatTheClientAsksFor) {
  const ClientRequest request = ReadClientRequest(Fixed({{"PLUGIN_CLIENT_CERT", "pem"},
                                                         {"PLUGIN_UNIX_SOCKET_DIR", "/run/x"},
                                                         {"PLUGIN_UNIX_SOCKET_GROUP", "staff"},
                                                         {"PLUGIN_MULTIPLEX_GRPC", "true"}}));
  EXPECT_EQ(request.client_certificate, "pem");
  EXPECT_EQ(request.socket_folder, "/run/x");
  EXPECT_EQ(request.socket_group, "staff");
  EXPECT_TRUE(request.multiplex);
}

TEST(HandshakeTest, LineHasSixFieldsAndNoPadding) {
  EXPECT_EQ(HandshakeLine("/tmp/s", "a", false), "1|6|unix|/tmp/s|grpc|YQ\n");
  EXPECT_EQ(HandshakeLine("/tmp/s", "", false), "1|6|unix|/tmp/s|grpc|\n");
  EXPECT_EQ(HandshakeLine("/tmp/s", "\xfb\xff", false), "1|6|unix|/tmp/s|grpc|+/8\n") << "standard alphabet";
}

TEST(HandshakeTest, DeclinesMultiplexingWhenAsked) {
  EXPECT_EQ(HandshakeLine("/tmp/s", "a", true), "1|6|unix|/tmp/s|grpc|YQ|false\n");
}

TEST(HandshakeTest, TellsAPersonWhatToDo) {
  const std::string text = StartedByHandText("./terraform-provider-spcs", "1.2.3");
  for (const char* part : {"1.2.3", "required_providers", "dev_overrides", "./terraform-provider-spcs -debug"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST(HandshakeTest, ReattachConfigIsWhatClientsParse) {
  const auto json = nlohmann::json::parse(ReattachConfig("spcs/spcs", "/tmp/s", 42));
  EXPECT_EQ(json, nlohmann::json::parse(R"({"spcs/spcs": {"Protocol": "grpc", "ProtocolVersion": 6, "Pid": 42,
                                            "Test": true, "Addr": {"Network": "unix", "String": "/tmp/s"}}})"));
}

class SocketPathTest : public ::testing::Test {
 protected:
  SocketPathTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "spcsXXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~SocketPathTest() override { std::filesystem::remove_all(folder_); }

  std::string folder_;
};

TEST_F(SocketPathTest, UsesTheFolderThatTheClientNames) {
  const auto path = NewSocketPath(folder_, Fixed({{"TMPDIR", "/tmp"}}));
  ASSERT_TRUE(path.ok()) << path.status();
  EXPECT_THAT(*path, StartsWith(folder_ + "/plugin"));
  EXPECT_NE(*path, *NewSocketPath(folder_, Fixed({}))) << "each is new";
}

TEST_F(SocketPathTest, NeverLeavesTheFolderThatTheClientNames) {
  const auto path = NewSocketPath(folder_ + "/missing", Fixed({{"TMPDIR", folder_}}));
  ASSERT_FALSE(path.ok());
  EXPECT_THAT(std::string(path.status().message()), HasSubstr("missing: no such folder"));
}

TEST_F(SocketPathTest, PrefersTmpdirAndFallsBack) {
  EXPECT_THAT(*NewSocketPath("", Fixed({{"TMPDIR", folder_}})), StartsWith(folder_ + "/plugin"));
  EXPECT_THAT(*NewSocketPath("", Fixed({{"TMPDIR", folder_ + "/missing"}})), StartsWith("/tmp/plugin"));
  const std::string long_folder = folder_ + "/" + std::string(100, 'x');
  std::filesystem::create_directory(long_folder);
  EXPECT_THAT(*NewSocketPath("", Fixed({{"TMPDIR", long_folder}})), StartsWith("/tmp/plugin"));
}

TEST_F(SocketPathTest, ExplainsAPathThatIsTooLong) {
  const std::string long_folder = folder_ + "/" + std::string(100, 'x');
  std::filesystem::create_directory(long_folder);
  const auto path = NewSocketPath(long_folder, Fixed({}));
  ASSERT_FALSE(path.ok());
  EXPECT_THAT(std::string(path.status().message()), HasSubstr("at most 107 bytes"));
}

TEST_F(SocketPathTest, RefusesWhatTheHandshakeCannotCarry) {
  std::filesystem::create_directory(folder_ + "/a|b");
  EXPECT_FALSE(NewSocketPath(folder_ + "/a|b", Fixed({})).ok());
}

TEST_F(SocketPathTest, SharesWithAGroupByNumberOrName) {
  const std::string path = folder_ + "/socket";
  std::ofstream(path) << "x";
  const std::string own_group = std::to_string(::getgid());
  ASSERT_TRUE(ShareWithGroup(path, own_group).ok());
  EXPECT_EQ(*FileMode(path), 0660u);
  const absl::Status unknown = ShareWithGroup(path, "no-such-group-here");
  EXPECT_EQ(unknown.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(unknown.message()), HasSubstr("no-such-group-here"));
}

}  // namespace
}  // namespace spcs::plugin
