// SPDX-License-Identifier: MPL-2.0
#include "emulator/runtime/scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "provider/base/file.h"
#include "provider/base/json.h"

namespace spcs::runtime {
namespace {

using ::testing::HasSubstr;

nlohmann::json Json(const char* text) {
  return *ParseJson(text);
}

ContainerFacts Image(const std::string& name, const std::string& tag = "latest") {
  ContainerFacts facts;
  facts.image = name;
  facts.tag = tag;
  return facts;
}

TEST(ScenarioTest, WithoutAFileAContainerStaysUp) {
  const Behaviour behaviour = Scenarios().For(Image("anything"));
  EXPECT_FALSE(behaviour.exit.has_value());
  EXPECT_TRUE(behaviour.probe_passes);
}

TEST(ScenarioTest, ReadsEveryMember) {
  Scenarios scenarios;
  ASSERT_TRUE(scenarios
                  .Add("job", Json(R"({"start_seconds": 1.5, "ready_after": 3, "terminate_seconds": 9,
                                       "exit": {"after": 20, "code": 4}, "probe": "fail", "pull": "fail",
                                       "restart": "never", "comment": "why", "missing": true,
                                       "log": ["a", {"after": 2, "text": "b"}, {"at_exit": true, "text": "c"}]})"))
                  .ok());
  const Behaviour behaviour = scenarios.For(Image("job"));
  EXPECT_EQ(behaviour.start, absl::Milliseconds(1500));
  EXPECT_EQ(behaviour.ready_after, absl::Seconds(3));
  EXPECT_EQ(behaviour.terminate, absl::Seconds(9));
  ASSERT_TRUE(behaviour.exit.has_value());
  EXPECT_EQ(behaviour.exit->after, absl::Seconds(20));
  EXPECT_EQ(behaviour.exit->code, 4);
  EXPECT_FALSE(behaviour.probe_passes);
  EXPECT_FALSE(behaviour.pull_passes);
  EXPECT_FALSE(behaviour.restarts);
  EXPECT_TRUE(behaviour.missing);
  ASSERT_EQ(behaviour.log.size(), 3u);
  EXPECT_EQ(behaviour.log[1].after, absl::Seconds(2));
  EXPECT_TRUE(behaviour.log[2].at_exit);
}

TEST(ScenarioTest, TagWinsOverName) {
  Scenarios scenarios;
  ASSERT_TRUE(scenarios.Add("app", Json(R"({"probe": "pass"})")).ok());
  ASSERT_TRUE(scenarios.Add("app:broken", Json(R"({"probe": "fail"})")).ok());
  EXPECT_TRUE(scenarios.For(Image("app", "1")).probe_passes);
  EXPECT_FALSE(scenarios.For(Image("app", "broken")).probe_passes);
}

TEST(ScenarioTest, FirstCaseThatHoldsGoesOverTheRest) {
  Scenarios scenarios;
  ASSERT_TRUE(scenarios
                  .Add("tool", Json(R"({"start_seconds": 7, "exit": {"after": 1, "code": 0}, "cases": [
                        {"when": {"env_json.REQ.action": "delete", "env.X": null}, "exit": {"after": 2, "code": 0}},
                        {"when": {"env_json.REQ.action": "delete"}, "exit": {"after": 3, "code": 1}},
                        {"when": {"env_json.REQ.n": 3}, "exit": null}]})"))
                  .ok());
  ContainerFacts facts = Image("tool");
  facts.env["REQ"] = R"({"action": "delete"})";
  EXPECT_EQ(scenarios.For(facts).exit->after, absl::Seconds(2));
  EXPECT_EQ(scenarios.For(facts).start, absl::Seconds(7));
  facts.env["X"] = "1";
  EXPECT_EQ(scenarios.For(facts).exit->code, 1);
  facts.env["REQ"] = R"({"n": 3})";
  EXPECT_FALSE(scenarios.For(facts).exit.has_value());
  facts.env.clear();
  EXPECT_EQ(scenarios.For(facts).exit->after, absl::Seconds(1));
}

TEST(ScenarioTest, RefusesWhatItDoesNotKnow) {
  Scenarios scenarios;
  EXPECT_THAT(scenarios.Add("x", Json(R"({"starts": 1})")).message(), HasSubstr("\"starts\""));
  EXPECT_THAT(scenarios.Add("x", Json(R"({"start_seconds": -1})")).message(), HasSubstr("start_seconds"));
  EXPECT_THAT(scenarios.Add("x", Json(R"({"probe": "maybe"})")).message(), HasSubstr("\"pass\" or \"fail\""));
  EXPECT_THAT(scenarios.Add("x", Json(R"({"exit": {"status": 1}})")).message(), HasSubstr("exit.status"));
  EXPECT_THAT(scenarios.Add("x", Json(R"({"log": [{"line": "a"}]})")).message(), HasSubstr("line"));
  EXPECT_THAT(scenarios.Add("x", Json(R"({"cases": [{"exit": null}]})")).message(), HasSubstr("when"));
  EXPECT_THAT(scenarios.Add("x", Json("[]")).message(), HasSubstr("object"));
}

class ScenarioFolderTest : public ::testing::Test {
 protected:
  ScenarioFolderTest() : folder_(std::filesystem::path(::testing::TempDir()) / "spcs_scenarios") {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~ScenarioFolderTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

TEST_F(ScenarioFolderTest, LoadsFilesAndCapacity) {
  ASSERT_TRUE(WriteFile((folder_ / "app.json").string(), R"({"probe": "fail"})").ok());
  ASSERT_TRUE(WriteFile((folder_ / "capacity.json").string(), R"({"gpu_nv_m": 90})").ok());
  ASSERT_TRUE(WriteFile((folder_ / "README.md").string(), "not read").ok());
  const absl::StatusOr<Scenarios> scenarios = Scenarios::Load(folder_.string());
  ASSERT_TRUE(scenarios.ok()) << scenarios.status();
  EXPECT_FALSE(scenarios->For(Image("app")).probe_passes);
  EXPECT_EQ(scenarios->ShortageOf("GPU_NV_M"), absl::Seconds(90));
  EXPECT_EQ(scenarios->ShortageOf("CPU_X64_XS"), absl::ZeroDuration());
}

TEST_F(ScenarioFolderTest, NamesTheFileAtFault) {
  ASSERT_TRUE(WriteFile((folder_ / "app.json").string(), R"({"probe": 1})").ok());
  EXPECT_THAT(Scenarios::Load(folder_.string()).status().message(), HasSubstr("app.json: \"probe\""));
  ASSERT_TRUE(WriteFile((folder_ / "app.json").string(), "{").ok());
  EXPECT_THAT(Scenarios::Load(folder_.string()).status().message(), HasSubstr("app.json: not valid JSON"));
  EXPECT_THAT(Scenarios::Load("/nonexistent/folder").status().message(), HasSubstr("cannot read the scenarios in"));
}

// The files that the project ships.
TEST(ShippedScenariosTest, AreUnderstoodAndTheDeployerAnswers) {
  const absl::StatusOr<Scenarios> scenarios = Scenarios::Load(SPCS_SCENARIOS);
  ASSERT_TRUE(scenarios.ok()) << scenarios.status();
  ContainerFacts facts = Image("spcs-ray-deploy", "v1");
  EXPECT_EQ(scenarios->For(facts).exit->code, 2);  // without a request
  facts.env["SPCS_RAY_DEPLOY_REQUEST"] =
      R"({"action":"deploy","application":"a\"b","head":"my-head","config_hash":"abc","config":{"deployments":[{"name":"d"}]}})";
  const StartLookup lookup = [](absl::string_view service, absl::string_view container) -> std::optional<absl::Time> {
    EXPECT_EQ(ServiceNameOf(service), "MY_HEAD");
    EXPECT_EQ(container, "head");
    return absl::FromUnixSeconds(1'800'000'000);
  };
  Behaviour behaviour = scenarios->For(facts);
  EXPECT_EQ(behaviour.exit->code, 0);
  EXPECT_EQ(Expand(behaviour.log.back().text, facts, lookup),
            R"({"status":"RUNNING","config_hash":"abc","session_name":"session_2027-01-15_08-00-00_000000",)"
            R"("deployments":[{"name":"d"}]})");
  facts.env["SPCS_RAY_DEPLOY_REQUEST"] = R"({"action":"delete","head":"my-head"})";
  behaviour = scenarios->For(facts);
  const absl::StatusOr<nlohmann::json> answer = ParseJson(Expand(behaviour.log.back().text, facts, lookup));
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ((*answer)["status"], "DELETED");
}

TEST(ScenariosTest, ReadsMemories) {
  Scenarios scenarios;
  ASSERT_TRUE(scenarios.Add("a", nlohmann::json::parse(R"({"memory": {"key": "k", "keep": "v"}})")).ok());
  ContainerFacts facts;
  facts.image = "a";
  ASSERT_TRUE(scenarios.For(facts).memory.has_value());
  EXPECT_EQ(scenarios.For(facts).memory->keep, "v");
  for (const char* bad : {R"({"memory": "k"})", R"({"memory": {"keep": "v"}})", R"({"memory": {"key": "k", "x": 1}})",
                          R"({"memory": {"key": "k", "keep": 1}})"}) {
    EXPECT_FALSE(scenarios.Add("b", nlohmann::json::parse(bad)).ok()) << bad;
  }
}

}  // namespace
}  // namespace spcs::runtime
