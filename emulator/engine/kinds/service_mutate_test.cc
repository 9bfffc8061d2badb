// SPDX-License-Identifier: MPL-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/engine/kinds/service_testing.h"

namespace spcs::engine {
namespace {

using ::testing::HasSubstr;

TEST_F(ServiceTest, OutsideChangeOfColumns) {
  account_->Run(CreateService("s", Spec("app:1")));
  ASSERT_TRUE(Mutate("S", {{"set", {{"comment", "x"}, {"max_instances", 4}}}}).ok());
  EXPECT_EQ(Shown("s", "comment"), "x");
  EXPECT_EQ(Shown("s", "max_instances"), "4");
  EXPECT_THAT(Mutate("S", {{"set", {{"status", "RUNNING"}}}}).message(), HasSubstr("no column 'status'"));
  EXPECT_THAT(Mutate("S", {{"set", {{"comment", 1}}}}).message(), HasSubstr("must be of type string"));
  EXPECT_THAT(Mutate("S", {{"rename", "T"}}).message(), HasSubstr("'rename'"));
  EXPECT_TRUE(absl::IsNotFound(Mutate("NOPE", {{"reserialize", true}})));
}

TEST_F(ServiceTest, OutsideChangeOfTheSpecification) {
  account_->Run(CreateService("s", Spec("app:1", "env: {A: x}")));
  const std::string digest = Shown("s", "spec_digest");
  ASSERT_TRUE(Mutate("S", {{"set", {{"spec.containers.main.env.A", "y"}}}}).ok());
  EXPECT_THAT(Shown("s", "spec"), HasSubstr("A: \"y\""));
  EXPECT_NE(Shown("s", "spec_digest"), digest);
  ASSERT_TRUE(Mutate("S", {{"set", {{"spec.containers.main.image", "/db/sc/repo/app:9"}}}}).ok());
  EXPECT_THAT(Shown("s", "spec"), HasSubstr("/db/sc/repo/app:9\""));
  ASSERT_TRUE(Mutate("S", {{"set", {{"spec", Spec("app:7")}}}}).ok());
  EXPECT_THAT(Shown("s", "spec"), HasSubstr("app:7"));
  EXPECT_FALSE(Mutate("S", {{"set", {{"spec.containers.nope.image", "/db/sc/repo/app:9"}}}}).ok());
  EXPECT_THAT(Mutate("S", {{"set", {{"spec.containers.main.foo", 1}}}}).message(), HasSubstr("unknown option 'foo'"));
}

TEST_F(ServiceTest, ReserializedSpecIsOtherWordsOnly) {
  account_->Run(CreateService("s", Spec("app:1", "env: {A: x}")));
  Pass(absl::Minutes(3));
  const std::string digest = Shown("s", "spec_digest"), spec = Shown("s", "spec"),
                    start = Containers("s", "start_time");
  ASSERT_TRUE(Mutate("S", {{"reserialize", true}}).ok());
  EXPECT_NE(Shown("s", "spec_digest"), digest);
  EXPECT_NE(Shown("s", "spec"), spec);
  EXPECT_EQ(Shown("s", "is_upgrading"), "false");
  EXPECT_EQ(Shown("s", "status"), "RUNNING");
  EXPECT_EQ(Containers("s", "start_time"), start);
  EXPECT_EQ(Instances("s", "spec_digest"), Shown("s", "spec_digest"));
  const std::string other = Shown("s", "spec_digest");
  ASSERT_TRUE(Mutate("S", {{"reserialize", true}}).ok());
  EXPECT_NE(Shown("s", "spec_digest"), other);
  // The same specification again means no change.
  const std::string last = Shown("s", "spec_digest");
  account_->Run(absl::StrCat("ALTER SERVICE s FROM SPECIFICATION $$", Spec("app:1", "env: {A: x}"), "$$"));
  EXPECT_EQ(Shown("s", "spec_digest"), last);
}

TEST_F(ServiceTest, RestartedContainerShowsIt) {
  account_->Run(CreateService("s", Spec("app:1")));
  EXPECT_FALSE(Mutate("S", {{"restart_container", "main"}}).ok());  // not running yet
  Pass(absl::Minutes(3));
  const std::string start = Containers("s", "start_time");
  ASSERT_TRUE(Mutate("S", {{"restart_container", "main"}}).ok());
  EXPECT_EQ(Containers("s", "restart_count"), "1");
  EXPECT_EQ(Containers("s", "last_exit_code"), "137");
  EXPECT_NE(Containers("s", "start_time"), start);
  EXPECT_FALSE(Mutate("S", {{"restart_container", {{"instance", 3}, {"container", "main"}}}}).ok());
}

TEST_F(ServiceTest, OutsideSuspend) {
  account_->Run(CreateService("s", Spec("app:1")));
  ASSERT_TRUE(Mutate("S", {{"suspend", true}}).ok());
  EXPECT_EQ(Shown("s", "status"), "SUSPENDED");
  ASSERT_TRUE(Mutate("S", {{"suspend", false}}).ok());
  EXPECT_EQ(Shown("s", "status"), "PENDING");
}

TEST_F(ServiceTest, AdminViewShowsWhatRuns) {
  account_->Run(CreateService("s", Spec("app:1")));
  Pass(absl::Minutes(3));
  const nlohmann::json services = account_->engine().Objects()["SERVICE"];
  ASSERT_EQ(services.size(), 1u);
  EXPECT_EQ(services[0]["status"], "RUNNING");
  EXPECT_EQ(services[0]["instances"][0]["containers"][0]["status"], "READY");
  EXPECT_FALSE(services[0].contains("sim"));
}

}  // namespace
}  // namespace spcs::engine
