// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/spec/check.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "emulator/engine/spec/read.h"

namespace spcs::spec {
namespace {

const CheckOptions kOptions = {.node = {.milli_cpu = 6000, .memory = 27LL << 30, .gpus = 1}, .family = "GPU_NV_S"};

// The error of a specification with one container `{name: a, image: …, <container>}` and more members of spec.
std::string ErrorOf(const std::string& container, const std::string& rest = "") {
  const std::string text = absl::StrCat("spec:\n  containers:\n  - {name: a, image: /d/s/r/i:1",
                                        container.empty() ? "" : ", ", container, "}\n", rest);
  const absl::StatusOr<Document> document = Read(text);
  if (!document.ok()) return std::string(document.status().message());
  return std::string(Check(*document, kOptions).message());
}

void ExpectError(const std::string& error, const std::string& part) {
  EXPECT_TRUE(absl::StrContains(error, part)) << "error: " << error << "\nwanted: " << part;
}

TEST(CheckTest, AcceptsTheOriginalsHead) {
  EXPECT_EQ(
      ErrorOf("resources: {requests: {nvidia.com/gpu: 1}, limits: {nvidia.com/gpu: 1}}, "
              "volumeMounts: [{name: dshm, mountPath: /dev/shm}, {name: home, mountPath: /home/snowflake}]",
              "  endpoints:\n  - {name: ray-dashboard, port: 8265, public: true}\n"
              "  - {name: gcs, port: 6379, protocol: TCP}\n  - {name: workers, portRange: 11000-11099, protocol: TCP}\n"
              "  volumes:\n  - {name: dshm, source: memory, size: 20.16Gi}\n"
              "  - {name: home, source: stage, stageConfig: {name: \"@snowml_home\"}}\n"),
      "");
}

TEST(CheckTest, Names) {
  EXPECT_EQ(ErrorOf(""), "");
  for (const char* name : {"A", "1a", "a_b", "a-", "-a"}) {
    const std::string text = absl::StrCat("spec: {containers: [{name: \"", name, "\", image: /d/s/r/i:1}]}");
    ExpectError(std::string(Check(*Read(text), kOptions).message()), "spec.containers[0].name");
  }
}

TEST(CheckTest, Images) {
  ExpectError(std::string(Check(*Read("spec: {containers: [{name: a, image: nginx}]}"), kOptions).message()),
              "invalid image 'nginx'");
}

TEST(CheckTest, GpuMustBeInBothAndFit) {
  ExpectError(ErrorOf("resources: {requests: {nvidia.com/gpu: 1}}"), "both requests and limits");
  ExpectError(ErrorOf("resources: {requests: {nvidia.com/gpu: 8}, limits: {nvidia.com/gpu: 8}}"),
              "a node of GPU_NV_S has 1 GPUs");
}

TEST(CheckTest, WordsAndPeriodsOfVolumes) {
  const auto block = [](const std::string& config) {
    return ErrorOf("",
                   absl::StrCat("  volumes:\n  - {name: v, source: block, size: 10Gi, blockConfig: {", config, "}}\n"));
  };
  EXPECT_EQ(block("encryption: SNOWFLAKE_SSE, snapshotDeleteAfter: 7d"), "");
  ExpectError(block("encryption: AES"), "spec.volumes[0].blockConfig.encryption");
  ExpectError(block("snapshotDeleteAfter: soon"), "spec.volumes[0].blockConfig.snapshotDeleteAfter");
  ExpectError(block("initialContents: {fromSnapshot: s}"), "snapshot 's' does not exist");
  const auto stage = [](const std::string& period) {
    return ErrorOf(
        "", absl::StrCat("  volumes:\n  - {name: v, source: stage, stageConfig: {name: \"@s\", metadataCache: ", period,
                         "}}\n"));
  };
  EXPECT_EQ(stage("1h30m"), "");
  for (const char* period : {"\"5\"", "h", "1w", "1h5", "\"\""}) {
    ExpectError(stage(period), "spec.volumes[0].stageConfig.metadataCache");
  }
}

TEST(CheckTest, ModesOfTokensAndAggregations) {
  EXPECT_EQ(ErrorOf("sessionTokenConfig: {permission: \"0600\"}"), "");
  ExpectError(ErrorOf("sessionTokenConfig: {permission: \"0888\"}"), "sessionTokenConfig.permission");
  ExpectError(ErrorOf("sessionTokenConfig: {permission: rw}"), "sessionTokenConfig.permission");
  const auto scaling = [](const std::string& type) {
    return ErrorOf(
        "", absl::StrCat("  resourceManagement: {autoScalingPolicies: {scaleUp: {anyConditions: [{metricCondition: "
                         "{metricName: cpu, aggregationType: ",
                         type, "}}]}}}\n"));
  };
  EXPECT_EQ(scaling("avg"), "");
  ExpectError(scaling("sum"), "scaleUp.anyConditions[0].metricCondition.aggregationType");
}

TEST(CheckTest, Amounts) {
  ExpectError(ErrorOf("resources: {requests: {cpu: lots}}"), "resources.requests.cpu");
  ExpectError(ErrorOf("resources: {requests: {memory: 12}}"), "with a unit");
  ExpectError(ErrorOf("resources: {requests: {memory: 200Gi}}"), "a node of GPU_NV_S has 27Gi");
  ExpectError(ErrorOf("resources: {requests: {cpu: 2}, limits: {cpu: 1}}"), "must not be above the limit");
}

TEST(CheckTest, ContainersTogetherMustFit) {
  const std::string text =
      "spec: {containers: [{name: a, image: /d/s/r/i:1, resources: {requests: {cpu: 4}}},"
      "{name: b, image: /d/s/r/i:1, resources: {requests: {cpu: 3}}}]}";
  ExpectError(std::string(Check(*Read(text), kOptions).message()), "request 7 vCPUs");
}

TEST(CheckTest, Mounts) {
  ExpectError(ErrorOf("volumeMounts: [{name: nope, mountPath: /x}]"), "volume 'nope'");
  const std::string volume = "  volumes: [{name: v, source: local}]\n";
  EXPECT_EQ(ErrorOf("volumeMounts: [{name: v, mountPath: /x}]", volume), "");
  ExpectError(ErrorOf("volumeMounts: [{name: v, mountPath: x}]", volume), "absolute");
  ExpectError(ErrorOf("volumeMounts: [{name: v, mountPath: /x}, {name: v, mountPath: /x}]", volume),
              "duplicate mount path");
}

TEST(CheckTest, Volumes) {
  ExpectError(ErrorOf("", "  volumes: [{name: v, source: \"@stage\"}]\n"), "no longer supported for new services");
  ExpectError(ErrorOf("", "  volumes: [{name: v, source: tape}]\n"), "local, memory, block or stage");
  ExpectError(ErrorOf("", "  volumes: [{name: v, source: memory}]\n"), "missing required option 'size'");
  ExpectError(ErrorOf("", "  volumes: [{name: v, source: block, size: 1.5Gi}]\n"), "whole number of Gi");
  ExpectError(ErrorOf("", "  volumes: [{name: v, source: memory, size: 100Gi}]\n"), "has 27Gi");
  ExpectError(ErrorOf("", "  volumes: [{name: v, source: stage}]\n"), "stageConfig");
  ExpectError(ErrorOf("", "  volumes: [{name: v, source: stage, stageConfig: {name: st}}]\n"), "@[db.]");
  ExpectError(ErrorOf("", "  volumes: [{name: v, source: local}, {name: v, source: local}]\n"), "duplicate volume");
}

TEST(CheckTest, Endpoints) {
  const auto endpoints = [](const std::string& list) { return ErrorOf("", "  endpoints: [" + list + "]\n"); };
  EXPECT_EQ(endpoints("{name: a, port: 80}, {name: b, port: 81, protocol: TCP}"), "");
  ExpectError(endpoints("{name: a, port: 80}, {name: b, port: 80}"), "duplicate port 80");
  ExpectError(endpoints("{name: a, port: 85}, {name: b, portRange: 80-90, protocol: TCP}"), "duplicate port 85");
  ExpectError(endpoints("{name: a, port: 80}, {name: a, port: 81}"), "duplicate endpoint name");
  ExpectError(endpoints("{name: a}"), "exactly one of 'port' and 'portRange'");
  ExpectError(endpoints("{name: a, port: 70000}"), "1 to 65535");
  ExpectError(endpoints("{name: a, portRange: 80-90}"), "needs protocol TCP");
  ExpectError(endpoints("{name: a, portRange: 80-90, protocol: TCP, public: true}"), "cannot be public");
  ExpectError(endpoints("{name: a, port: 80, protocol: TCP, public: true}"), "must use HTTP");
  ExpectError(endpoints("{name: a, port: 80, protocol: UDP}"), "TCP or HTTP");
}

TEST(CheckTest, ProbesAndSecrets) {
  ExpectError(ErrorOf("readinessProbe: {port: 0, path: /}"), "readinessProbe.port");
  ExpectError(ErrorOf("readinessProbe: {port: 80, path: x}"), "begins with /");
  ExpectError(ErrorOf("secrets: [{snowflakeSecret: s, envVarName: A}]"), "secretKeyRef");
  ExpectError(ErrorOf("secrets: [{snowflakeSecret: s}]"), "exactly one of 'envVarName' and 'directoryPath'");
  ExpectError(ErrorOf("secrets: [{snowflakeSecret: {objectReference: r}, directoryPath: /x}]"), "native applications");
}

TEST(CheckTest, ServiceRoles) {
  const std::string endpoints = "  endpoints: [{name: api, port: 80}]\n";
  EXPECT_EQ(ErrorOf("", endpoints + "serviceRoles: [{name: user, endpoints: [api]}]\n"), "");
  ExpectError(ErrorOf("", endpoints + "serviceRoles: [{name: user, endpoints: [ui]}]\n"), "endpoint 'ui'");
  ExpectError(ErrorOf("", endpoints + "serviceRoles: [{name: a-b, endpoints: [api]}]\n"), "underscores");
  ExpectError(ErrorOf("", endpoints + "serviceRoles: [{name: u, endpoints: []}, {name: U, endpoints: []}]\n"),
              "duplicate service role");
}

TEST(CheckTest, RequestTakesLimitsAndSidecars) {
  const Document document = *Read(
      "spec:\n  containers:\n  - {name: a, image: /d/s/r/i:1, resources: {limits: {cpu: 2}}}\n"
      "  - {name: b, image: /d/s/r/i:1}\n"
      "  volumes: [{name: v, source: stage, stageConfig: {name: \"@st\"}}]\n");
  EXPECT_EQ(RequestOf(document).milli_cpu, 2500);
  EXPECT_EQ(RequestOf(document).memory, 3LL << 29);
}

}  // namespace
}  // namespace spcs::spec
