// SPDX-License-Identifier: MPL-2.0
// The functions that put names and prices together: what they give, and every bad input that was tried.
#include "gmock/gmock.h"
#include "provider/base/status.h"
#include "provider/functions/all.h"

namespace spcs::functions {
namespace {

using ::testing::HasSubstr;
using tf::Value;

// The result as text, or "argument N: message".
std::string Call(std::unique_ptr<tf::Function> function, const std::vector<Value>& arguments) {
  const auto result = function->Call(arguments);
  if (!result.ok()) {
    return absl::StrCat("argument ", FactOf(result.status(), tf::kFunctionArgument).value_or("?"), ": ",
                        std::string(result.status().message()));
  }
  return result->IsString() ? result->AsString() : result->AsNumber().ToString();
}

std::string Dns(const std::vector<Value>& arguments) {
  return Call(MakeServiceDnsName(), arguments);
}
std::string Image(const char* repository, const char* name, const char* version) {
  return Call(MakeImageReference(), {repository, name, version});
}
std::string Credits(const char* family, Value nodes) {
  return Call(MakeComputePoolCredits(), {family, std::move(nodes)});
}

TEST(ServiceDnsNameTest, IsTheNameInLowerCaseWithDashes) {
  EXPECT_EQ(Dns({"RAY_HEAD"}), "ray-head");
  EXPECT_EQ(Dns({"ray_head"}), "ray-head");
  EXPECT_EQ(Dns({"db.schema.Ray_Head"}), "ray-head");
  EXPECT_EQ(Dns({"\"RAY_HEAD\""}), "ray-head") << "quotes that change nothing";
  EXPECT_EQ(Dns({"web", "ABC1.svc.spcs.internal"}), "web.abc1.svc.spcs.internal");
}

TEST(ServiceDnsNameTest, BadInputNamesItsArgument) {
  for (const char* service : {"", "a b", "\"ray head\"", "\"lower\"", "1st", "a$b", "a.b.c.d", "ray-head",
                              "a123456789012345678901234567890123456789012345678901234567890123"}) {
    EXPECT_THAT(Dns({service}), HasSubstr("argument 0: ")) << service;
  }
  for (const char* domain : {"", ".", "a..b", ".svc", "svc.", "a b", "https://a", "a/b"}) {
    EXPECT_THAT(Dns({"web", domain}), HasSubstr("argument 1: ")) << domain;
  }
  EXPECT_THAT(Dns({"web", "a.b", "c"}), HasSubstr("argument 2: "));
}

TEST(ImageReferenceTest, IsAPathInLowerCase) {
  EXPECT_EQ(Image("DB.SC.REPO", "app", "1.0"), "/db/sc/repo/app:1.0");
  EXPECT_EQ(Image("/DB/sc/Repo", "app", "1.0"), "/db/sc/repo/app:1.0");
  EXPECT_EQ(Image("my_db.s.images", "team/app_x", "V2_a"), "/my_db/s/images/team/app_x:V2_a") << "tags keep their case";
  const std::string digest = "sha256:" + std::string(64, 'a');
  EXPECT_EQ(Image("d.s.r", "app", digest.c_str()), "/d/s/r/app@" + digest);
}

TEST(ImageReferenceTest, KeepsTheHostOfARepositoryUrl) {
  EXPECT_EQ(Image("org-acct.registry.snowflakecomputing.com/db/sc/repo", "app", "1"),
            "org-acct.registry.snowflakecomputing.com/db/sc/repo/app:1");
  EXPECT_EQ(Image("127.0.0.1:5000/db/sc/repo/", "app", "1"), "127.0.0.1:5000/db/sc/repo/app:1");
}

TEST(ImageReferenceTest, BadInputNamesItsArgument) {
  for (const char* repository : {"", "repo", "schema.repo", "a.b.c.d", "a.b.\"my repo\"", "a.b.\"lower\"", "/a/b",
                                 "/a/b/c/d", "host/a/b", "bad_host/a/b/c", "/a/b/c d", "a.b.c;", "//a/b", "/a//b"}) {
    EXPECT_THAT(Image(repository, "app", "1"), HasSubstr("argument 0: ")) << repository;
  }
  for (const char* name : {"", "App", "app:1", "app@sha256:1", "/app", "app/", "a//b", "a b", "-a", "a__-b", "ä"}) {
    EXPECT_THAT(Image("d.s.r", name, "1"), HasSubstr("argument 1: ")) << name;
  }
  for (const char* version : {"", ":1", "@sha256:aa", "sha256:aa", "sha256:", ".1", "-1", "a b", "a/b", "1\n"}) {
    EXPECT_THAT(Image("d.s.r", "app", version), HasSubstr("argument 2: ")) << version;
  }
  EXPECT_THAT(Image("d.s.r", "app", std::string(129, 'a').c_str()), HasSubstr("argument 2: "));
  EXPECT_THAT(Image("d.s.r", std::string(100'000, 'a').c_str(), "1"), HasSubstr("argument 1: "));
}

TEST(ComputePoolCreditsTest, MultipliesWithoutRest) {
  EXPECT_EQ(Credits("CPU_X64_XS", 1), "0.06");
  EXPECT_EQ(Credits("cpu_x64_xs", 3), "0.18");
  EXPECT_EQ(Credits("GPU_NV_M", 2), "5.36");
  EXPECT_EQ(Credits("HIGHMEM_X64_M", 3), "3.33");
  EXPECT_EQ(Credits("GEN_ARM_G1_2", 7), "0.588");
  EXPECT_EQ(Credits("GPU_NV_L", 0), "0");
}

TEST(ComputePoolCreditsTest, BadInputNamesItsArgument) {
  for (const char* family : {"", "GPU", "GPU_NV_NEXT_YEAR", "CPU X64"}) {
    EXPECT_THAT(Credits(family, 1), HasSubstr("argument 0: this version of the provider has no price")) << family;
  }
  EXPECT_THAT(Credits("GPU_7", 1), HasSubstr("provider::spcs::instance_family(\"GPU_7\"), which is GPU_NV_M"));
  for (const Value& nodes : {Value(-1), Value(1.5), Value(int64_t{1} << 40), Value(1e300)}) {
    EXPECT_THAT(Credits("GPU_NV_S", nodes), HasSubstr("argument 1: ")) << nodes.AsNumber().ToString();
  }
}

}  // namespace
}  // namespace spcs::functions
