// SPDX-License-Identifier: MPL-2.0
#include "provider/ray/serve_config.h"

#include "provider/ray/deployer_fixture_for_test.h"

namespace spcs::ray {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// An answer that shows the application as running.
json AnswerWith(const json& application, const char* status = "RUNNING") {
  return {{"applications",
           {{application.at("name").get<std::string>(),
             {{"status", status}, {"source", "declarative"}, {"deployed_app_config", application}}}}}};
}

TEST(ServeConfigTest, TheSameIsTheSameWhateverItsForm) {
  json shown = TestApplication();
  for (json& amount : shown["deployments"][0]["placement_group_bundles"][0]) amount = amount.get<double>();
  shown["runtime_env"] = json::object();
  shown["deployments"][0]["user_config"] = nullptr;
  shown["logging_config"] = {{"log_level", "INFO"}};  // Serve's own, copied
  EXPECT_TRUE(SameApplication(TestApplication(), shown));
  shown["deployments"][0]["placement_group_bundles"][0]["GPU"] = 2.0;
  EXPECT_FALSE(SameApplication(TestApplication(), shown));
  EXPECT_FALSE(SameApplication(TestApplication(), nullptr));
  json at_root = TestApplication();
  at_root.erase("route_prefix");
  EXPECT_FALSE(SameApplication(TestApplication(), at_root)) << "Serve's default is /";
  at_root["route_prefix"] = "/";
  json without = at_root;
  without.erase("route_prefix");
  EXPECT_TRUE(SameApplication(at_root, without));
  at_root["route_prefix"] = nullptr;
  EXPECT_FALSE(SameApplication(at_root, without)) << "null is no HTTP";
}

TEST(ServeConfigTest, AnApplicationOnItsWayOutIsNone) {
  const json answer = AnswerWith(TestApplication(), "DELETING");
  EXPECT_TRUE(ShownApplication(answer, "chat").is_null());
  EXPECT_THAT(MergedConfig(answer, "other", nullptr).at("applications"), IsEmpty());
  json other = TestApplication("other");
  other["route_prefix"] = "/chat";
  EXPECT_TRUE(CheckAmongOthers(other, answer).ok()) << "its route is free";
}

TEST(ServeConfigTest, TheRouteOfAnApplicationWithoutOneIsTheRoot) {
  json first = TestApplication("first"), second = TestApplication("second");
  first.erase("route_prefix");
  second["route_prefix"] = "/";
  EXPECT_FALSE(CheckAmongOthers(second, AnswerWith(first)).ok());
  first["route_prefix"] = nullptr;
  EXPECT_TRUE(CheckAmongOthers(second, AnswerWith(first)).ok());
  second["route_prefix"] = nullptr;
  EXPECT_TRUE(CheckAmongOthers(second, AnswerWith(first)).ok());
}

TEST(ServeConfigTest, AnswersThatLackThingsAreTaken) {
  for (const json& odd : {json::object(), json{{"applications", nullptr}}, json{{"applications", {{"chat", nullptr}}}},
                          json{{"applications", {{"chat", {{"status", "RUNNING"}}}}}}}) {
    EXPECT_TRUE(CheckAmongOthers(TestApplication(), odd).ok()) << odd;
    EXPECT_THAT(MergedConfig(odd, "chat", TestApplication()).at("applications"), SizeIs(1)) << odd;
    EXPECT_EQ(PrepareApplication(TestApplication(), odd), TestApplication()) << odd;
  }
}

TEST(ServeConfigTest, TheGenerationOfAnEarlierChangeIsKept) {
  const json first = TestApplication("chat", 8), second = TestApplication("chat", 4);
  const json prepared = PrepareApplication(second, AnswerWith(first));
  EXPECT_TRUE(prepared.at("runtime_env").at("env_vars").contains("SPCS_GENERATION"));
  EXPECT_EQ(PrepareApplication(second, AnswerWith(prepared)), prepared) << "another one would restart everything";
  EXPECT_EQ(WithoutAdditions(prepared), second);
  json own = second;
  own["runtime_env"] = {{"env_vars", {{"MODE", "quick"}}}, {"working_dir", "file:///x.zip"}};
  EXPECT_EQ(WithoutAdditions(PrepareApplication(own, AnswerWith(first))), own);
}

TEST(ServeConfigTest, OthersThatAreNotAsWrittenAreNamed) {
  const json body = MergedConfig(AnswerWith(Foreign()), "chat", TestApplication());
  EXPECT_THAT(ChangedOthers(body, AnswerWith(Foreign()), "chat"), IsEmpty());
  EXPECT_THAT(ChangedOthers(body, AnswerWith(TestApplication()), "chat"), ElementsAre("foreign"));
  json changed = Foreign();
  changed["import_path"] = "other:app2";
  EXPECT_THAT(ChangedOthers(body, AnswerWith(changed), "chat"), ElementsAre("foreign"));
}

// The keeper of the head's image computes the same for "restored <hash>" (images/ray/node/config.py), the resource for
// its config_hash: SHA-256 of the text with sorted keys, no spaces, whole numbers as such.
TEST(ServeConfigTest, TheHashIsThatOfTheKeeperAndTheResource) {
  const json application = {{"name", "a"}, {"route_prefix", "/ä"}, {"import_path", "a:b"}, {"args", {{"x", 1.5}}}};
  EXPECT_EQ(ApplicationHash(application), "54e83b871d631a881e66e432dbee3efeef5ffcca33c0bfe98382b02367a83de2");
  json shown = application;
  shown["runtime_env"] = {{"env_vars", {{"SPCS_GENERATION", "1"}}}};
  shown["logging_config"] = json::object();
  EXPECT_EQ(ApplicationHash(shown), ApplicationHash(application));
  json floats = application;
  floats["args"]["y"] = 2.0;
  json whole = application;
  whole["args"]["y"] = 2;
  EXPECT_EQ(ApplicationHash(floats), ApplicationHash(whole));
}

TEST(ServeConfigTest, RubbishIsRefused) {
  for (const json& odd : {json(nullptr), json(1), json::array(), json::object(), json{{"name", 1}}}) {
    EXPECT_FALSE(CheckApplication(odd).ok()) << odd;
  }
  json application = TestApplication();
  application["deployments"] = {1};
  EXPECT_FALSE(CheckApplication(application).ok());
  application["deployments"] = "LLM";
  EXPECT_FALSE(CheckApplication(application).ok());
  application = TestApplication();
  application["deployments"][0]["max_ongoing_requests"] = 0;
  EXPECT_FALSE(CheckApplication(application).ok());
}

}  // namespace
}  // namespace spcs::ray
