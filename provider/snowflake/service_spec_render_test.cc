// SPDX-License-Identifier: MPL-2.0
#include <gtest/gtest.h>

#include <string>

#include "provider/base/status.h"
#include "provider/snowflake/service_spec.h"

namespace spcs::snowflake {
namespace {

ServiceSpec Example() {
  ServiceSpec spec;
  spec.containers["main"] = Container{
      .image = "/db/sc/repo/app:1",
      .args = StringList{"-c", "echo \"hi\"\n\tcd C:\\"},
      .env = StringMap{{"NO", "no"}, {"PORT", "8000"}, {"X Y", "é"}},
      .volume_mounts = std::vector<VolumeMount>{{"data", "/data"}},
      .resources = Resources{ResourceAmounts{.cpu = "0.5", .gpu = 1}, ResourceAmounts{.gpu = 1}},
      .secrets =
          std::vector<ContainerSecret>{{.object_name = "db.sc.t", .env_var_name = "T", .secret_key_ref = "password"}},
      .mount_session_token = false,
  };
  spec.containers["aux"] = Container{.image = "/db/sc/repo/aux:1"};
  spec.endpoints.emplace();
  (*spec.endpoints)["api"] = Endpoint{.port = 8000, .is_public = true};
  spec.volumes.emplace();
  spec.capabilities = Capabilities{SecurityContext{.execute_as_caller = true}};
  spec.service_roles.emplace();
  (*spec.service_roles)["reader"] = ServiceRole{StringList{"api"}};
  return spec;
}

TEST(ServiceSpecRenderTest, TheTextIsCanonical) {
  EXPECT_EQ(*RenderServiceSpec(Example()), R"(spec:
  containers:
    - name: "aux"
      image: "/db/sc/repo/aux:1"
    - name: "main"
      image: "/db/sc/repo/app:1"
      args:
        - "-c"
        - "echo \"hi\"\n\tcd C:\\"
      env:
        "NO": "no"
        PORT: "8000"
        "X Y": "é"
      volumeMounts:
        - name: "data"
          mountPath: "/data"
      resources:
        requests:
          cpu: "0.5"
          nvidia.com/gpu: 1
        limits:
          nvidia.com/gpu: 1
      secrets:
        - snowflakeSecret:
            objectName: "db.sc.t"
          envVarName: "T"
          secretKeyRef: "password"
      mountSessionToken: false
  endpoints:
    - name: "api"
      port: 8000
      public: true
  volumes: []
capabilities:
  securityContext:
    executeAsCaller: true
serviceRoles:
  - name: "reader"
    endpoints:
      - "api"
)");
}

TEST(ServiceSpecRenderTest, WhatIsRenderedReadsBack) {
  const absl::StatusOr<ServiceSpec> again = ParseServiceSpec(*RenderServiceSpec(Example()));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(*again, Example());
  const absl::StatusOr<ServiceSpec> empty = ParseServiceSpec(*RenderServiceSpec(ServiceSpec{}));
  ASSERT_TRUE(empty.ok()) << empty.status();
  EXPECT_EQ(*empty, ServiceSpec{});
}

// What YAML takes for something else than text when it is not quoted.
TEST(ServiceSpecRenderTest, TextsSurviveAnyReader) {
  ServiceSpec spec = Example();
  StringMap& env = *spec.containers["main"].env;
  int i = 0;
  for (const char* text : {"yes",        "NO",   "on",     "true",     "null",         "~",
                           "",           "0755", "1.0",    "1e3",      "0x1F",         "1:30",
                           "2001-01-01", "- a",  "a: b",   "# c",      "*x",           "&x",
                           "!x",         "'",    "\"",     "%",        "@x",           "`",
                           "|",          ">",    "[",      "{",        "a\\b",         " lead",
                           "trail ",     "\r\n", "a\nb\n", "\x01\x7f", "\xe2\x80\xa8", "\xef\xbb\xbf",
                           "\xc2\x85"}) {
    env["V" + std::to_string(i++)] = text;
    env[text] = "key";
  }
  env.erase("");
  const absl::StatusOr<ServiceSpec> again = ParseServiceSpec(*RenderServiceSpec(spec));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(*again, spec);
}

TEST(ServiceSpecRenderTest, TwoDollarSignsAreRefusedWithTheirPlace) {
  ServiceSpec spec = Example();
  (*spec.containers["main"].env)["PRICE"] = "a$$b";
  const absl::StatusOr<std::string> text = RenderServiceSpec(spec);
  ASSERT_FALSE(text.ok());
  EXPECT_TRUE(absl::IsInvalidArgument(text.status()));
  EXPECT_EQ(FactOf(text.status(), kAttributePath), "spec.containers[\"main\"].env[\"PRICE\"]");
  EXPECT_EQ(std::string(text.status().message()).find("a$$b"), std::string::npos);

  ServiceSpec key = Example();
  (*key.containers["main"].env)["$$"] = "x";
  EXPECT_FALSE(RenderServiceSpec(key).ok());
  ServiceSpec name = Example();
  name.containers["$$"] = Container{};
  EXPECT_FALSE(RenderServiceSpec(name).ok());
  ServiceSpec single = Example();
  (*single.containers["main"].env)["PRICE"] = "$a$";
  EXPECT_TRUE(RenderServiceSpec(single).ok());
}

}  // namespace
}  // namespace spcs::snowflake
