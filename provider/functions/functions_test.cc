// SPDX-License-Identifier: MPL-2.0
#include <set>

#include "gmock/gmock.h"
#include "provider/base/status.h"
#include "provider/functions/all.h"
#include "provider/resources/spec_value.h"

namespace spcs::functions {
namespace {

using ::testing::HasSubstr;
using tf::Value;

TEST(FunctionsTest, SignaturesAreSound) {
  std::set<std::string> names;
  for (const auto& function : MakeAll()) {
    EXPECT_TRUE(names.insert(function->name()).second) << function->name();
    const tf::FunctionSignature& signature = function->signature();
    EXPECT_FALSE(signature.summary.empty()) << function->name();
    EXPECT_FALSE(signature.doc.empty()) << function->name();
    for (const tf::FunctionParameter& parameter : signature.parameters) {
      EXPECT_FALSE(parameter.name.empty()) << function->name();
      EXPECT_FALSE(parameter.doc.empty()) << function->name() << "." << parameter.name;
    }
  }
  EXPECT_EQ(names, (std::set<std::string>{"compute_pool_credits", "image_reference", "instance_family",
                                          "parse_service_spec", "service_dns_name", "service_spec"}));
}

std::string Family(const char* name) {
  const auto result = MakeInstanceFamily()->Call({Value(name)});
  return result.ok() ? result->AsString() : std::string(result.status().message());
}

TEST(InstanceFamilyTest, TurnsLegacyNamesIntoTodays) {
  EXPECT_EQ(Family("GPU_3"), "GPU_NV_S");
  EXPECT_EQ(Family("gpu_7"), "GPU_NV_M");
  EXPECT_EQ(Family("GPU_10"), "GPU_NV_L");
  EXPECT_EQ(Family("STANDARD_1"), "CPU_X64_XS");
}

TEST(InstanceFamilyTest, LeavesOtherNamesAsTheyAre) {
  EXPECT_EQ(Family("GPU_NV_S"), "GPU_NV_S");
  EXPECT_EQ(Family("cpu_x64_m"), "CPU_X64_M");
  EXPECT_EQ(Family("BRAND_NEW_1"), "BRAND_NEW_1");
}

absl::StatusOr<Value> Parse(const std::string& yaml) {
  return MakeParseServiceSpec()->Call({Value(yaml)});
}

TEST(ParseServiceSpecTest, GivesTheObjectThatSpecTakes) {
  const auto spec = Parse(
      "spec:\n"
      "  containers:\n"
      "  - name: head\n"
      "    image: /d/s/r/head:1\n"
      "    env: {NO: off}\n"
      "  endpoints:\n"
      "  - name: ui\n"
      "    port: 8000\n"
      "    public: true\n"
      "serviceRoles:\n"
      "- name: viewer\n"
      "  endpoints: [ui]\n");
  ASSERT_TRUE(spec.ok()) << spec.status();
  const Value& head = spec->Get("containers").Get("head");
  EXPECT_TRUE(head.Get("image") == Value("/d/s/r/head:1"));
  EXPECT_TRUE(head.Get("env") == Value(Value::Map{{"NO", "off"}}));
  EXPECT_TRUE(head.Get("args").IsNull());
  EXPECT_TRUE(spec->Get("endpoints").Get("ui").Get("port") == Value(8000));
  EXPECT_TRUE(spec->Get("service_roles").Get("viewer").Get("endpoints") == Value(Value::List{"ui"}));
  EXPECT_TRUE(spec->Get("volumes").IsNull());
  // Every member of the result's type is there, as clients want it.
  const tf::Type type = MakeParseServiceSpec()->signature().result;
  for (const auto& [name, member] : type.attributes()) EXPECT_EQ(spec->AsMap().count(name), 1u) << name;
  EXPECT_EQ(spec->AsMap().size(), type.attributes().size());
}

TEST(ParseServiceSpecTest, FaultsNameTheLineAndTheArgument) {
  for (const char* yaml : {"", "spec: [", "spec:\n  containers:\n  - name: a\n    img: x\n", "a: 1\n---\nb: 2\n",
                           "spec:\n  containers:\n  - name: a\n    image: x\n  serviceRoles: []\n"}) {
    const auto spec = Parse(yaml);
    ASSERT_FALSE(spec.ok()) << yaml;
    EXPECT_EQ(FactOf(spec.status(), tf::kFunctionArgument), "0") << yaml;
  }
  EXPECT_THAT(std::string(Parse("spec:\n  containers:\n  - name: a\n    img: x\n").status().message()),
              HasSubstr("line 4"));
}

}  // namespace
}  // namespace spcs::functions
