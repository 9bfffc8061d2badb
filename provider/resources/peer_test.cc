// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/peer.h"

#include "gmock/gmock.h"
#include "provider/resources/resource_fixture_for_test.h"
#include "provider/resources/service_model.h"

namespace spcs::resources {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using tf::Value;

Value Moved(const ResourceFixture& f, const std::string& type, const json& source) {
  const auto state = f.resource->Move(type, source.dump());
  EXPECT_TRUE(state.ok()) << state.status();
  return state.value_or(Value(Value::Map{}));
}

TEST(PeerTest, ConvertsWhatThePeerSpellsInItsOwnWay) {
  const ResourceFixture f(MakeComputePool);
  const json pool = {{"name", "my pool"},      {"min_nodes", 1},         {"max_nodes", "3"},
                     {"auto_resume", "false"}, {"auto_suspend_secs", 0}, {"initially_suspended", "default"},
                     {"comment", ""},          {"for_application", ""},  {"instance_family", "CPU_X64_XS"}};
  Value state = Moved(f, "snowflake_compute_pool", pool);
  EXPECT_TRUE(state.Get("name") == Value("\"my pool\""));
  EXPECT_TRUE(state.Get("qualified_name") == Value("\"my pool\""));
  EXPECT_TRUE(state.Get("max_nodes") == Value(3));
  EXPECT_TRUE(state.Get("auto_resume") == Value(false));
  EXPECT_TRUE(state.Get("auto_suspend_secs") == Value(0));
  EXPECT_TRUE(state.Get("initially_suspended") == Value(false));
  EXPECT_TRUE(state.Get("comment").IsNull());
  EXPECT_TRUE(state.Get("force_destroy") == Value(false));
  json sentinels = pool;
  sentinels["auto_suspend_secs"] = -1;
  sentinels["auto_resume"] = "default";
  state = Moved(f, "snowflake_compute_pool", sentinels);
  EXPECT_TRUE(state.Get("auto_suspend_secs") == Value(3600));
  EXPECT_TRUE(state.Get("auto_resume") == Value(true));
}

TEST(PeerTest, RefusesOtherTypesAndBrokenState) {
  const ResourceFixture f(MakeComputePool);
  EXPECT_THAT(f.resource->Move("snowflake_service", "{}").status().message(),
              HasSubstr("a snowflake_service cannot be moved to a spcs_compute_pool; a snowflake_compute_pool can"));
  for (const char* text : {"", "[]", "{}", "{\"name\": 5}", "{\"name\": \"\"}"}) {
    EXPECT_FALSE(f.resource->Move("snowflake_compute_pool", text).ok()) << text;
  }
  const ResourceFixture database(MakeDatabase);
  EXPECT_FALSE(database.resource->Move("snowflake_database", "{\"name\": \"D\"}").ok());
}

json Service() {
  return {{"database", "D"},
          {"schema", "S"},
          {"name", "X"},
          {"compute_pool", "\"P\""},
          {"query_warehouse", "wh"},
          {"external_access_integrations", {"\"EAI\"", "OTHER"}},
          {"from_specification",
           {{{"text", "spec:\n  containers:\n  - {name: main, image: /d/s/r/i:1}\n"}, {"stage", ""}}}},
          {"show_output", {{{"spec_digest", "d1"}}}},
          {"describe_output", {{{"spec", "spec:\n  containers: []\n"}}}}};
}

TEST(PeerTest, KeepsTheTextOfASpecificationWithItsDigest) {
  const ResourceFixture f(MakeService);
  const Value state = Moved(f, "snowflake_service", Service());
  EXPECT_TRUE(state.Get("compute_pool") == Value("P"));
  EXPECT_TRUE(state.Get("query_warehouse") == Value("\"wh\""));
  EXPECT_EQ(state.Get("external_access_integrations").AsList().size(), 2u);
  EXPECT_TRUE(state.Get("spec").Get("containers").Get("main").Get("image") == Value("/d/s/r/i:1"));
  EXPECT_TRUE(state.Get("spec_digest") == Value("d1"));
}

TEST(PeerTest, LeavesTheSpecificationToTheAccountWhereItIsNotTheText) {
  const ResourceFixture f(MakeService);
  json unread = Service();
  unread["show_output"] = json::array();
  json broken = Service();
  broken["from_specification"][0]["text"] = ":";
  json templated = Service();
  templated["from_specification"] = json::array();
  templated["from_specification_template"] = {{{"text", "spec: {{ a }}"}, {"stage", ""}}};
  for (const json& source : {unread, broken, templated}) {
    const Value state = Moved(f, "snowflake_service", source);
    EXPECT_TRUE(state.Get("spec").IsNull());
    EXPECT_TRUE(state.Get("spec_digest").IsNull());
  }
}

TEST(PeerTest, RefusesAFileOnAStageWithTheTextToPaste) {
  const ResourceFixture f(MakeService);
  for (const char* block : {"from_specification", "from_specification_template"}) {
    json source = Service();
    source["from_specification"] = json::array();
    source[block] = {{{"text", ""}, {"stage", "\"D\".\"S\".\"SPECS\""}, {"file", "x.yaml"}}};
    const absl::Status status = f.resource->Move("snowflake_service", source.dump()).status();
    EXPECT_THAT(status.message(), HasSubstr("the specification of D.S.X is a file on a stage"));
    EXPECT_THAT(FactOf(status, kAdvice).value_or(""), HasSubstr("<<-EOT\n    spec:\n      containers: []\n  EOT"));
    EXPECT_THAT(FactOf(status, kAdvice).value_or(""), HasSubstr("id = \"D.S.X\""));
  }
}

TEST(PeerTest, AnEndedJobIsNotLookedFor) {
  ResourceFixture f(MakeJob);
  json source = Service();
  source["show_output"] = {{{"status", "DONE"}, {"created_on", "1800000000.0"}}};
  f.state = Moved(f, "snowflake_job_service", source);
  EXPECT_EQ(f.Text("created_on"), "2027-01-15T08:00:00.000Z");
  ASSERT_OK(f.Read());
  EXPECT_FALSE(f.state.IsNull());
  EXPECT_TRUE(f.account.statements().empty());
}

TEST(PeerTest, KindsWithAFormOfTheirOwn) {
  const json named = {{"database", "D"}, {"schema", "S"}, {"name", "X"}};
  const ResourceFixture stage(MakeStage);
  json source = named;
  source["directory"] = {{{"enable", true}}};
  EXPECT_TRUE(Moved(stage, "snowflake_stage_internal", source).Get("encryption") == Value("SNOWFLAKE_FULL"));
  EXPECT_TRUE(Moved(stage, "snowflake_stage_internal", source).Get("directory_enabled") == Value(true));
  source["encryption"] = {{{"snowflake_sse", {json::object()}}, {"snowflake_full", json::array()}}};
  EXPECT_TRUE(Moved(stage, "snowflake_stage_internal", source).Get("encryption") == Value("SNOWFLAKE_SSE"));
  const ResourceFixture secret(MakeSecret);
  source["secret_string"] = "hidden";
  const Value state = Moved(secret, "snowflake_secret_with_generic_string", source);
  EXPECT_TRUE(state.Get("value_wo").IsNull());
  EXPECT_TRUE(state.Get("value_wo_version") == Value(1));
  const ResourceFixture integration(MakeExternalAccessIntegration);
  source["allowed_authentication_secrets"] = {{{"none", false}, {"secrets", {"\"D\".\"S\".\"T\""}}}};
  EXPECT_TRUE(
      Moved(integration, "snowflake_external_access_integration", source).Get("allowed_authentication_secrets") ==
      Value(Value::List{"D.S.T"}));
}

TEST(PeerTest, AllIsAWordHereAndNoneIsNothing) {
  const ResourceFixture integration(MakeExternalAccessIntegration);
  const json source = {
      {"name", "EAI"},
      {"enabled", true},
      {"allowed_network_rules", {"D.S.R"}},
      {"allowed_authentication_secrets", {{{"all", true}, {"none", false}, {"secrets", json::array()}}}},
      {"allowed_api_authentication_integrations", {{{"none", true}}}}};
  const Value state = Moved(integration, "snowflake_external_access_integration", source);
  EXPECT_TRUE(state.Get("allowed_authentication_secrets") == Value(Value::List{"ALL"}));
  EXPECT_TRUE(state.Get("allowed_api_authentication_integrations").IsNull());
}

}  // namespace
}  // namespace spcs::resources
