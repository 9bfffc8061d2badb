// SPDX-License-Identifier: MPL-2.0
#include "emulator/runtime/process/stand_in.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "provider/base/file.h"

namespace spcs::runtime::process {
namespace {

using ::testing::HasSubstr;

class StandInTest : public ::testing::Test {
 protected:
  StandInTest() { std::filesystem::create_directories(folder_ / "app"); }
  ~StandInTest() override { std::filesystem::remove_all(folder_); }

  absl::StatusOr<StandIns> Load(const std::string& text) {
    EXPECT_TRUE(WriteFile(folder_ / "app" / "stand-in.json", text).ok());
    return LoadStandIns(folder_);
  }
  std::string ErrorOf(const std::string& text) { return std::string(Load(text).status().message()); }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / absl::StrCat("spcs-stand-in-", ::getpid());
};

TEST_F(StandInTest, IsReadAndItsPlaceholdersAreFilledIn) {
  const auto all = Load(R"({"comment": "An app.", "command": ["{venv}/bin/python", "{folder}/main.py"],
                            "env": {"IP": "{address}", "GPUS": "{gpus}", "BIN": "{programs}", "OWN": "{private}/x"},
                            "paths": {"/data": "DATA"}, "venv": {"name": "venv-app"}, "stop_seconds": 3})");
  ASSERT_TRUE(all.ok()) << all.status();
  const StandIn& app = all->at("app");
  const Placeholders placeholders{.cache = "/cache", .address = "10.244.1.2", .gpus = 4};
  EXPECT_EQ(Expand(app, app.command[0], placeholders), "/cache/venv-app/bin/python");
  EXPECT_EQ(Expand(app, app.command[1], placeholders), "/opt/stand-ins/app/main.py");
  EXPECT_EQ(Expand(app, app.env.at("IP"), placeholders), "10.244.1.2");
  EXPECT_EQ(Expand(app, app.env.at("GPUS"), placeholders), "4");
  EXPECT_EQ(app.paths.at("/data"), "DATA");
  EXPECT_EQ(app.stop, absl::Seconds(3));
}

TEST_F(StandInTest, SaysWhatIsWrongAndWhere) {
  EXPECT_THAT(ErrorOf("[]"), HasSubstr("app/stand-in.json"));
  EXPECT_THAT(ErrorOf("{}"), HasSubstr("\"command\" is missing"));
  EXPECT_THAT(ErrorOf(R"({"command": "sh"})"), HasSubstr("\"command\" must be a list"));
  EXPECT_THAT(ErrorOf(R"({"command": ["sh"], "env": {"A": 1}})"), HasSubstr("\"env.A\""));
  EXPECT_THAT(ErrorOf(R"({"command": ["sh"], "colour": "red"})"), HasSubstr("\"colour\""));
  EXPECT_THAT(ErrorOf(R"({"command": ["sh"], "stop_seconds": -1})"), HasSubstr("stop_seconds"));
  EXPECT_THAT(std::string(LoadStandIns("/no/such/folder").status().message()), HasSubstr("/no/such/folder"));
}

}  // namespace
}  // namespace spcs::runtime::process
