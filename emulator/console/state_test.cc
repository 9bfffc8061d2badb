// SPDX-License-Identifier: MPL-2.0
#include "emulator/console/state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nlohmann/json.hpp"

namespace spcs::console {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

const LastLine kSilent = [](const ContainerName&) { return ""; };

json Service(const json& more = json::object()) {
  json row = {{"database_name", "D"},      {"schema_name", "S"},       {"name", "WEB"},
              {"status", "RUNNING"},       {"compute_pool", "P"},      {"is_job", false},
              {"current_instances", "1"},  {"target_instances", "2"},  {"created_on", "2026-01-02T03:04:05.000001Z"},
              {"spec_text", "spec: hush"}, {"spec_digest", "0123abcd"}};
  row.update(more);
  return row;
}

TEST(StateTest, EmptyAccount) {
  const json state = StateOf({{"COMPUTE POOL", json::array()}, {"GRANT", json::array()}}, kSilent);
  for (const char* list : {"pools", "services", "jobs", "others"}) EXPECT_EQ(state[list], json::array()) << list;
  EXPECT_EQ(state["credits_per_hour"], 0.0);
}

TEST(StateTest, PoolsCostTheNodesThatRun) {
  const json known = {{"name", "A"},         {"instance_family", "GPU_NV_S"},
                      {"active_nodes", "2"}, {"idle_nodes", "1"},
                      {"state", "ACTIVE"},   {"min_nodes", 1},
                      {"max_nodes", 4},      {"target_nodes", "4"}};
  const json unpriced = {{"name", "B"}, {"instance_family", "GPU_3"}, {"active_nodes", "1"}};
  const json state = StateOf({{"COMPUTE POOL", {known, unpriced}}}, kSilent);
  EXPECT_DOUBLE_EQ(state["credits_per_hour"].get<double>(), 3 * 0.57);
  const json& pool = state["pools"][0];
  EXPECT_EQ(pool["nodes"], 3);
  EXPECT_EQ(pool["wanted_nodes"], 4);
  EXPECT_EQ(pool["max_nodes"], 4);
  EXPECT_TRUE(state["pools"][1]["credits_per_hour"].is_null());
}

TEST(StateTest, SinceIsTheNewestKnownChange) {
  const json fresh = Service();
  const json suspended = Service({{"resumed_on", "1780000000.500000000"}, {"suspended_on", "1790000000.250000000"}});
  const json state = StateOf({{"SERVICE", {fresh, suspended}}}, kSilent);
  EXPECT_EQ(state["services"][0]["since"], "2026-01-02T03:04:05.000001Z");
  EXPECT_EQ(state["services"][1]["since"], "2026-09-21T14:13:20.250Z");
}

TEST(StateTest, ContainersAndEndpoints) {
  const json container = {{"name", "main"},     {"status", "FAILED"},    {"message", "exit code 3"},
                          {"restart_count", 4}, {"image", "/d/s/r/i:1"}, {"start_time", "1780000000.500000000"}};
  const json service =
      Service({{"instances", {{{"id", 1}, {"containers", {container}}}}},
               {"endpoints",
                {{{"name", "ui"}, {"port", "80"}, {"is_public", "true"}, {"ingress_url", "a.localhost:1"}},
                 {{"name", "far"}, {"port", "81"}, {"is_public", "true"}, {"ingress_url", "a.example"}},
                 {{"name", "soon"}, {"port", "82"}, {"is_public", "true"}, {"ingress_url", "not yet"}},
                 {{"name", "own"}, {"port_range", "1-9"}, {"is_public", "false"}, {"ingress_url", nullptr}}}}});
  const json shown = StateOf({{"SERVICE", {service}}}, kSilent)["services"][0];
  EXPECT_EQ(shown["name"], "D.S.WEB");
  EXPECT_EQ(shown["containers"][0]["instance"], 1);
  EXPECT_EQ(shown["containers"][0]["restarts"], 4);
  EXPECT_EQ(shown["containers"][0]["since"], "2026-05-28T20:26:40.500Z");
  EXPECT_EQ(shown["endpoints"][0]["url"], "http://a.localhost:1");
  EXPECT_EQ(shown["endpoints"][1]["url"], "https://a.example");
  EXPECT_TRUE(shown["endpoints"][2]["url"].is_null());
  EXPECT_EQ(shown["endpoints"][3]["port"], "1-9");
  EXPECT_EQ(shown["endpoints"][3]["public"], false);
}

TEST(StateTest, JobsThatRunTellTheirLastLine) {
  const json container = {{"instances", {{{"id", 0}, {"containers", {{{"name", "main"}}}}}}}, {"is_job", true}};
  const json running = Service(container);
  json done = running;
  done["status"] = "DONE";
  int asked = 0;
  const LastLine line = [&](const ContainerName& name) {
    ++asked;
    return name.service + "/" + name.container + ": 3 of 4";
  };
  const json state = StateOf({{"SERVICE", {running, done}}}, line);
  EXPECT_EQ(state["services"], json::array());
  EXPECT_EQ(state["jobs"][0]["progress"], "D.S.WEB/main: 3 of 4");
  EXPECT_EQ(state["jobs"][1]["progress"], "");
  EXPECT_EQ(asked, 1);
}

TEST(StateTest, NothingSecretIsPassedOn) {
  const json user = {{"name", "U"}, {"owner", "ACCOUNTADMIN"}, {"rsa_public_key", "hush"}, {"password", "hush"}};
  const json secret = {
      {"name", "K"}, {"database_name", "D"}, {"schema_name", "S"}, {"secret_string", "hush"}, {"comment", "why"}};
  const json state = StateOf({{"USER", {user}}, {"SECRET", {secret}}, {"SERVICE", {Service()}}}, kSilent);
  EXPECT_THAT(state.dump(), Not(HasSubstr("hush")));
  EXPECT_EQ(state["others"][0]["name"], "D.S.K");
  EXPECT_EQ(state["others"][0]["comment"], "why");
}

}  // namespace
}  // namespace spcs::console
