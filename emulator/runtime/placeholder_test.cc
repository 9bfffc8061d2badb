// SPDX-License-Identifier: MPL-2.0
#include "emulator/runtime/placeholder.h"

#include <gtest/gtest.h>

namespace spcs::runtime {
namespace {

ContainerFacts Facts() {
  return {.database = "DB",
          .schema = "SC",
          .service = "APP",
          .container = "main",
          .image = "tool",
          .tag = "1.2",
          .instance = 2,
          .args = {"run", "--url=http://x", "--mode", "fast"},
          .env = {{"NAME", "value"}, {"REQ", R"({"a":{"b":["x","y"]},"n":3,"none":null})"}, {"BAD", "{"}}};
}

std::string ExpandFacts(absl::string_view text) {
  return Expand(text, Facts(), nullptr);
}

TEST(PlaceholderTest, ReadsEnvironmentArgumentsAndFacts) {
  EXPECT_EQ(ExpandFacts("<{{env.NAME}}|{{ arg.0 }}|{{arg.--url}}|{{arg.--mode}}>"), "<value|run|http://x|fast>");
  EXPECT_EQ(ExpandFacts("{{database}}.{{schema}}.{{service}}/{{container}}/{{instance}} {{image}}:{{tag}}"),
            "DB.SC.APP/main/2 tool:1.2");
  EXPECT_EQ(ExpandFacts("{{args}}"), "run --url=http://x --mode fast");
}

TEST(PlaceholderTest, ReadsMembersOfJsonVariables) {
  EXPECT_EQ(ExpandFacts("{{env_json.REQ.a.b.1}} {{env_json.REQ.n}} {{env_json.REQ.a}}"), R"(y 3 {"b":["x","y"]})");
}

TEST(PlaceholderTest, WhatNamesNothingIsEmptyOrTheDefault) {
  EXPECT_EQ(ExpandFacts("[{{env.NONE}}{{env_json.REQ.none}}{{env_json.BAD.a}}{{env_json.REQ.a.b.7}}{{nonsense}}]"),
            "[]");
  EXPECT_EQ(ExpandFacts("{{env.NONE|default:x y}}"), "x y");
  EXPECT_EQ(ExpandFacts("{{env.NAME|default:x|upper}}"), "VALUE");
}

TEST(PlaceholderTest, UnclosedBracesStayAsTheyAre) {
  EXPECT_EQ(ExpandFacts("{\"a\":{\"b\":{{"), "{\"a\":{\"b\":{{");
}

TEST(PlaceholderTest, JsonFilterQuotes) {
  ContainerFacts facts;
  facts.env["Q"] = "say \"hi\"";
  EXPECT_EQ(Expand("{{env.Q | json}}", facts, nullptr), R"("say \"hi\"")");
}

TEST(PlaceholderTest, ServiceStartComesFromTheLookup) {
  ContainerFacts facts;
  facts.env["URL"] = "http://my-head.abc.svc.spcs.internal:8265/api";
  const StartLookup lookup = [](absl::string_view service, absl::string_view container) -> std::optional<absl::Time> {
    if (ServiceNameOf(service) != "MY_HEAD" || (container != "" && container != "ray")) return std::nullopt;
    return absl::FromUnixMillis(1'800'000'000'250);
  };
  EXPECT_EQ(Expand("session_{{env.URL | service_start}}", facts, lookup), "session_2027-01-15_08-00-00_250000");
  EXPECT_EQ(Expand("{{env.URL | service_start:ray}}", facts, lookup), "2027-01-15_08-00-00_250000");
  EXPECT_EQ(Expand("[{{env.URL | service_start:grafana}}]", facts, lookup), "[]");
  EXPECT_EQ(Expand("[{{env.NONE | default:other | service_start}}]", facts, lookup), "[]");
}

TEST(PlaceholderTest, ServiceNamesOfAllSpellings) {
  EXPECT_EQ(ServiceNameOf("DB.SC.MY_HEAD"), "MY_HEAD");
  EXPECT_EQ(ServiceNameOf("my_head"), "MY_HEAD");
  EXPECT_EQ(ServiceNameOf("my-head"), "MY_HEAD");
  EXPECT_EQ(ServiceNameOf("ray://my-head:10001"), "MY_HEAD");
  EXPECT_EQ(ServiceNameOf("head.k3x2.svc.spcs.internal"), "HEAD");
}

}  // namespace
}  // namespace spcs::runtime
