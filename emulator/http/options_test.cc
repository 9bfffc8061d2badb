// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace spcs::emulator_http {
namespace {

using ::testing::HasSubstr;

std::string ErrorOf(std::vector<std::string> arguments) {
  arguments.push_back("--data-dir=d");
  const absl::StatusOr<EmulatorOptions> options = ParseOptions(arguments);
  return options.ok() ? "" : std::string(options.status().message());
}

TEST(OptionsTest, Defaults) {
  const absl::StatusOr<EmulatorOptions> options = ParseOptions({"--data-dir=d"});
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->host, "127.0.0.1");
  EXPECT_EQ(options->port, 0);
  EXPECT_EQ(options->speed, 1);
  EXPECT_EQ(options->latency, absl::ZeroDuration());
  EXPECT_FALSE(options->open);
}

TEST(OptionsTest, ReadsAll) {
  const absl::StatusOr<EmulatorOptions> options =
      ParseOptions({"--listen=[::1]:8080", "--port-file", "p", "--data-dir=d", "--runtime=simulated", "--speed=0",
                    "--latency=100ms", "--seed=7", "--images=any", "--scenarios=s", "--open", "--partition-cells=5"});
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->host, "::1");
  EXPECT_EQ(options->port, 8080);
  EXPECT_EQ(options->port_file, "p");
  EXPECT_EQ(options->data_dir, "d");
  EXPECT_EQ(options->speed, 0);
  EXPECT_EQ(options->latency, absl::Milliseconds(100));
  EXPECT_EQ(options->seed, 7u);
  EXPECT_EQ(options->images, "any");
  EXPECT_EQ(options->scenarios, "s");
  EXPECT_EQ(options->partition_cells, 5);
  EXPECT_TRUE(options->open);
}

TEST(OptionsTest, AddressHasBracketsWhereNeeded) {
  EXPECT_EQ(AddressOf({}, 80), "127.0.0.1:80");
  EXPECT_EQ(AddressOf({.host = "::1"}, 80), "[::1]:80");
}

TEST(OptionsTest, RefusesWhatIsNotLoopback) {
  EXPECT_THAT(ErrorOf({"--listen=0.0.0.0:80"}), HasSubstr("loopback"));
  EXPECT_THAT(ErrorOf({"--listen=192.168.1.1:80"}), HasSubstr("loopback"));
  EXPECT_THAT(ErrorOf({"--listen=:80"}), HasSubstr("loopback"));
  EXPECT_THAT(ErrorOf({"--listen=127.0.0.1"}), HasSubstr("127.0.0.1:0"));
  EXPECT_THAT(ErrorOf({"--listen=127.0.0.1:99999"}), HasSubstr("127.0.0.1:0"));
}

TEST(OptionsTest, SaysWhatIsWrong) {
  EXPECT_THAT(ErrorOf({"--colour=red"}), HasSubstr("--colour"));
  EXPECT_THAT(ErrorOf({"stray"}), HasSubstr("stray"));
  EXPECT_THAT(ErrorOf({"--data-dir=x", "--runtime=process"}), HasSubstr("--stand-ins"));
  EXPECT_THAT(ErrorOf({"--runtime=x"}), HasSubstr("simulated"));
  EXPECT_THAT(ErrorOf({"--speed=-1"}), HasSubstr("--speed"));
  EXPECT_THAT(ErrorOf({"--speed=nan"}), HasSubstr("--speed"));
  EXPECT_THAT(ErrorOf({"--latency=fast"}), HasSubstr("--latency"));
  EXPECT_THAT(ErrorOf({"--seed"}), HasSubstr("--seed"));
  EXPECT_THAT(ErrorOf({"--port-file="}), HasSubstr("--port-file"));
  EXPECT_THAT(std::string(ParseOptions({}).status().message()), HasSubstr("--data-dir"));
}

TEST(OptionsTest, HelpNamesEveryOption) {
  ASSERT_TRUE(ParseOptions({"--help"})->help);
  for (const absl::string_view name : {"listen", "port-file", "data-dir", "runtime", "speed", "latency", "seed",
                                       "images", "scenarios", "open", "partition-cells"}) {
    EXPECT_THAT(std::string(HelpText()), HasSubstr(absl::StrCat("--", name)));
  }
}

}  // namespace
}  // namespace spcs::emulator_http
