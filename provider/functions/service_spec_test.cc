// SPDX-License-Identifier: MPL-2.0
#include "gmock/gmock.h"
#include "provider/base/status.h"
#include "provider/functions/all.h"

namespace spcs::functions {
namespace {

using ::testing::HasSubstr;
using tf::Value;
using Map = Value::Map;
using List = Value::List;

absl::StatusOr<Value> Write(const Value& spec) {
  return MakeServiceSpec()->Call({spec});
}

Value Minimal() {
  return Value(Map{{"containers", Map{{"head", Map{{"image", "/d/s/r/head:1"}}}}}});
}

Value WithHead(const std::string& member, Value value) {
  Value spec = Minimal();
  spec.AsMap()["containers"].AsMap()["head"].AsMap()[member] = std::move(value);
  return spec;
}

TEST(ServiceSpecTest, WritesTextThatParsesBack) {
  Value spec = WithHead("env", Map{{"NO", "off"}, {"N", 3}});
  spec.AsMap()["endpoints"] = Map{{"ui", Map{{"port", "8000"}, {"public", "true"}}}};
  const auto text = Write(spec);
  ASSERT_TRUE(text.ok()) << text.status();
  const auto back = MakeParseServiceSpec()->Call({*text});
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_TRUE(back->Get("containers").Get("head").Get("env") == Value(Map{{"NO", "off"}, {"N", "3"}}));
  EXPECT_TRUE(back->Get("endpoints").Get("ui").Get("port") == Value(8000));
  EXPECT_TRUE(back->Get("endpoints").Get("ui").Get("public") == Value(true));
  const auto again = Write(*back);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(*again == *text) << "the whole object, with its nulls, gives the same text";
}

TEST(ServiceSpecTest, TheOrderOfWritingMeansNothing) {
  Value one = Minimal(), other = Minimal();
  one.AsMap()["containers"].AsMap()["web"] = Map{{"image", "/d/s/r/web:1"}, {"command", List{"a"}}, {"args", Value()}};
  other.AsMap()["containers"].AsMap()["web"] = Map{{"command", List{"a"}}, {"image", "/d/s/r/web:1"}};
  EXPECT_TRUE(*Write(one) == *Write(other));
}

TEST(ServiceSpecTest, UnknownPartsMakeTheTextUnknownAndFaultsStillShow) {
  EXPECT_TRUE(Write(Value::Unknown())->IsUnknown());
  EXPECT_TRUE(Write(WithHead("image", Value::Unknown()))->IsUnknown());
  EXPECT_TRUE(Write(WithHead("env", Map{{"A", Value::Unknown()}}))->IsUnknown());
  Value bad = WithHead("image", Value::Unknown());
  bad.AsMap()["nonsense"] = 1;
  EXPECT_THAT(std::string(Write(bad).status().message()), HasSubstr("spec.nonsense"));
}

TEST(ServiceSpecTest, BadInputNamesItsPlace) {
  const auto endpoint = [](Map members) {
    Value spec = Minimal();
    spec.AsMap()["endpoints"] = Map{{"ui", std::move(members)}};
    return spec;
  };
  const std::vector<std::pair<Value, const char*>> tried = {
      {Value("text"), "spec: must be an object, not text"},
      {Value(List{}), "spec: must be an object, not a list"},
      {Value(Map{}), "spec.containers: is missing"},
      {Value(Map{{"containers", Map{}}}), "spec.containers"},
      {Value(Map{{"containers", List{}}}), "spec.containers: must be a map"},
      {Value(Map{{"containers", Map{{"head", Value()}}}}), "spec.containers[\"head\"]: must not be null"},
      {Value(Map{{"containers", Map{{"head", Map{}}}}}), "spec.containers[\"head\"].image: is missing"},
      {Value(Map{{"containers", Map{{"head", "x"}}}}), "spec.containers[\"head\"]: must be an object"},
      {WithHead("img", "x"), "spec.containers[\"head\"].img: there is no such attribute"},
      {WithHead("image", List{}), "spec.containers[\"head\"].image: must be text"},
      {WithHead("args", "x"), "spec.containers[\"head\"].args: must be a list"},
      {WithHead("args", List{Value()}), "spec.containers[\"head\"].args[0]: must not be null"},
      {WithHead("env", Map{{"A", Map{}}}), "spec.containers[\"head\"].env[\"A\"]: must be text"},
      {WithHead("env", Map{{"A", Value()}}), "spec.containers[\"head\"].env[\"A\"]: must not be null"},
      {WithHead("mount_session_token", "maybe"), "mount_session_token: must be true or false"},
      {WithHead("resources", Map{{"requests", Map{{"gpu", "many"}}}}), "requests.gpu: must be a number"},
      {endpoint({{"port", "x"}}), "spec.endpoints[\"ui\"].port: must be a number"},
      {endpoint({{"port", 70000}}), "spec.endpoints[\"ui\"].port"},
      {endpoint({{"port", 8000}, {"protocol", "UDP"}}), "spec.endpoints[\"ui\"].protocol"},
      {WithHead("command", List{"echo $$"}), "$$"},
  };
  for (const auto& [spec, expected] : tried) {
    const auto text = Write(spec);
    ASSERT_FALSE(text.ok()) << expected;
    EXPECT_THAT(std::string(text.status().message()), HasSubstr(expected));
    EXPECT_EQ(FactOf(text.status(), tf::kFunctionArgument), "0");
  }
}

}  // namespace
}  // namespace spcs::functions
