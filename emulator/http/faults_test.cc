// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/faults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nlohmann/json.hpp"

namespace spcs::emulator_http {
namespace {

using ::nlohmann::json;
using ::testing::HasSubstr;

constexpr absl::string_view kPath = "/api/v2/statements";

FaultAction Apply(Faults& faults, absl::string_view kind, absl::string_view object = "",
                  absl::string_view path = kPath) {
  return faults.Match(kind, object, path).action;
}

TEST(FaultsTest, WithoutRulesNothingHappens) {
  Faults faults(1);
  EXPECT_EQ(Apply(faults, "CREATE DATABASE"), FaultAction::kNone);
}

TEST(FaultsTest, MatchesByKindObjectAndPath) {
  Faults faults(1);
  ASSERT_TRUE(faults
                  .Set({{{"match", {{"kind", "create database"}, {"object", "A*"}}}, {"action", "reset"}},
                        {{"match", {{"path", "/api/v2/*/cancel"}}}, {"action", 503}}})
                  .ok());
  EXPECT_EQ(Apply(faults, "CREATE DATABASE", "ABC"), FaultAction::kReset);
  EXPECT_EQ(Apply(faults, "CREATE DATABASE", "B"), FaultAction::kNone);
  EXPECT_EQ(Apply(faults, "DROP DATABASE", "ABC"), FaultAction::kNone);
  EXPECT_EQ(Apply(faults, "", "", "/api/v2/statements/1/cancel"), FaultAction::k503);
}

TEST(FaultsTest, RuleWithoutMatchTakesStatementsOnly) {
  Faults faults(1);
  ASSERT_TRUE(faults.Set({{{"action", "hang"}}}).ok());
  EXPECT_EQ(Apply(faults, "", "", "/api/v2/statements/1"), FaultAction::kNone);
  EXPECT_EQ(Apply(faults, "SHOW DATABASES"), FaultAction::kHang);
}

TEST(FaultsTest, SkipAndCount) {
  Faults faults(1);
  ASSERT_TRUE(faults.Set({{{"action", "429"}, {"skip", 1}, {"count", 2}}}).ok());
  std::vector<FaultAction> seen;
  for (int i = 0; i < 5; ++i) seen.push_back(Apply(faults, "SELECT"));
  using enum FaultAction;
  EXPECT_THAT(seen, ::testing::ElementsAre(kNone, k429, k429, kNone, kNone));
  EXPECT_EQ(faults.Get()["rules"][0]["applied"], 2);
}

TEST(FaultsTest, UsedUpRuleLeavesTheNextOne) {
  Faults faults(1);
  ASSERT_TRUE(faults.Set({{{"action", "429"}, {"count", 1}}, {{"action", "503"}, {"count", 1}}}).ok());
  EXPECT_EQ(Apply(faults, "SELECT"), FaultAction::k429);
  EXPECT_EQ(Apply(faults, "SELECT"), FaultAction::k503);
  EXPECT_EQ(Apply(faults, "SELECT"), FaultAction::kNone);
}

TEST(FaultsTest, ProbabilityFollowsTheSeed) {
  const auto draw = [](uint64_t seed) {
    Faults faults(seed);
    EXPECT_TRUE(faults.Set({{{"action", "500"}, {"probability", 0.5}}}).ok());
    std::string text;
    for (int i = 0; i < 200; ++i) text += Apply(faults, "SELECT") == FaultAction::kNone ? '.' : 'x';
    return text;
  };
  EXPECT_EQ(draw(7), draw(7));
  EXPECT_NE(draw(7), draw(8));
  const std::string text = draw(7);
  const auto hits = std::count(text.begin(), text.end(), 'x');
  EXPECT_GT(hits, 60);
  EXPECT_LT(hits, 140);
}

TEST(FaultsTest, BadRulesSayWhatIsWrongAndChangeNothing) {
  Faults faults(1);
  ASSERT_TRUE(faults.Set({{{"action", "reset"}}}).ok());
  const std::vector<std::pair<json, std::string>> cases = {
      {json::parse(R"({})"), "list"},
      {json::parse(R"([1])"), "rule 1: must be an object"},
      {json::parse(R"([{}])"), "action is missing"},
      {json::parse(R"([{"action":"reset"},{"action":"explode"}])"), "rule 2: action must be one of"},
      {json::parse(R"([{"action":"429","probability":2}])"), "probability"},
      {json::parse(R"([{"action":"429","count":-1}])"), "count"},
      {json::parse(R"([{"action":"429","skip":"x"}])"), "skip"},
      {json::parse(R"([{"action":"429","match":{"verb":"x"}}])"), "verb"},
      {json::parse(R"([{"action":"429","match":{"kind":""}}])"), "match.kind"},
      {json::parse(R"([{"action":"429","matches":{}}])"), "unknown member matches"},
      {json::parse(R"([{"action":"async","poll_status":500}])"), "poll_status"},
  };
  for (const auto& [rules, text] : cases) {
    const absl::Status status = faults.Set(rules);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << rules.dump();
    EXPECT_THAT(std::string(status.message()), HasSubstr(text));
  }
  EXPECT_EQ(Apply(faults, "SELECT"), FaultAction::kReset);
}

TEST(FaultsTest, WhatGetAnswersMayBeSetAgain) {
  Faults faults(1);
  ASSERT_TRUE(faults
                  .Set({{{"match", {{"kind", "SELECT"}}}, {"action", "async"}, {"delay_ms", 5}, {"count", 3}},
                        {{"action", "503"}, {"retry_after", 1}, {"probability", 0.25}, {"skip", 2}}})
                  .ok());
  const json before = faults.Get();
  ASSERT_TRUE(faults.Set(before).ok());
  EXPECT_EQ(faults.Get(), before);
}

TEST(FaultsTest, ReleaseFreesWhatIsHeldNow) {
  Faults faults(1);
  const Faults::Hold first(faults);
  EXPECT_FALSE(first.released());
  EXPECT_EQ(faults.Get()["held"], 1);
  EXPECT_EQ(faults.Release(), 1);
  EXPECT_TRUE(first.released());
  const Faults::Hold second(faults);
  EXPECT_FALSE(second.released());
}

}  // namespace
}  // namespace spcs::emulator_http
