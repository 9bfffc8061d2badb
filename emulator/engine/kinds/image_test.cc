// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/kinds/image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/engine/kinds/service_testing.h"

namespace spcs::engine {
namespace {

using ::testing::HasSubstr;

class ImageTest : public ::testing::Test {
 protected:
  // An account that knows the images of the file's text.
  std::unique_ptr<TestAccount> Account(const std::string& images) {
    const std::string file = folder_.path() + "/images.txt";
    EXPECT_TRUE(WriteFile(file, images).ok());
    auto account = std::make_unique<TestAccount>(EngineOptions{.images = images.empty() ? "" : file});
    account->Admin({"CREATE DATABASE db", "CREATE SCHEMA db.sc", "CREATE IMAGE REPOSITORY db.sc.repo",
                    "CREATE COMPUTE POOL p MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_S"});
    account->session().database = "DB";
    account->session().schema = "SC";
    return account;
  }
  static std::string Create(const std::string& service, const std::string& image) {
    return absl::StrCat("CREATE SERVICE ", service,
                        " IN COMPUTE POOL p FROM SPECIFICATION $$spec: {containers: [{name: ", "a, image: \"", image,
                        "\"}]}$$");
  }

  ScenarioFolder folder_;
};

TEST_F(ImageTest, ByDefaultOnlyPushedImagesExist) {
  const auto account = Account("");
  EXPECT_THAT(account->Error(Create("s", "/db/sc/repo/app:1")), HasSubstr("397012"));
}

TEST_F(ImageTest, FileListsImages) {
  const std::string digest = "sha256:" + std::string(64, 'b');
  const auto account = Account("# known\n/db/sc/repo/app:1 " + digest + "\ntool\nother:2\n");
  account->Run(Create("s1", "/db/sc/repo/app:1"));
  EXPECT_THAT(account->Cell("DESCRIBE SERVICE s1", 0, "spec"), HasSubstr("@" + digest));
  account->Run(Create("s2", "/db/sc/repo/tool:anything"));
  account->Run(Create("s3", "spcs-emulator.registry.snowflakecomputing.com/db/sc/repo/other:2"));
  EXPECT_THAT(account->Error(Create("s4", "/db/sc/repo/other:3")), HasSubstr("397012"));
  EXPECT_THAT(account->Error(Create("s5", "docker.io/db/sc/repo/app:1")), HasSubstr("not the account's registry"));
  EXPECT_EQ(account->Cell("SHOW IMAGES IN IMAGE REPOSITORY repo", 0, "digest"), digest);
  EXPECT_EQ(account->Cell("SHOW IMAGES IN IMAGE REPOSITORY repo", 0, "image_path"), "db/sc/repo/app:1");
}

TEST_F(ImageTest, BadFileStopsTheStart) {
  EmulatorClock clock;
  const std::string file = folder_.path() + "/images.txt";
  ASSERT_TRUE(WriteFile(file, "/db/app:1\n").ok());
  EXPECT_THAT(Engine::Open({.clock = &clock, .images = file}).status().message(), HasSubstr("images.txt:1"));
  EXPECT_FALSE(Engine::Open({.clock = &clock, .images = "/nonexistent/file"}).ok());
}

}  // namespace
}  // namespace spcs::engine
