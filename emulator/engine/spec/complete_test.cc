// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/spec/complete.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "emulator/engine/spec/read.h"
#include "emulator/engine/spec/write.h"

namespace spcs::spec {
namespace {

absl::StatusOr<ResolvedImage> Resolve(const ImageReference& image) {
  if (image.name == "absent") return absl::NotFoundError("no such image");
  return ResolvedImage{absl::StrCat("reg.example.com", image.Path(), ":", image.tag), "sha256:abc"};
}

TEST(CompleteTest, PrintsAsTheServiceDoes) {
  const Document document = *Read(
      "spec:\n  containers:\n  - {name: a, image: /d/s/r/i:1}\n  endpoints: [{name: e, port: 80}]\n"
      "  volumes: [{name: v, source: stage, stageConfig: {name: \"@st\"}}]\n");
  const absl::StatusOr<Document> complete = Complete(document, {.milli_cpu = 1000, .memory = 6LL << 30}, Resolve);
  ASSERT_TRUE(complete.ok()) << complete.status();
  EXPECT_EQ(Write(*complete), R"(---
spec:
  containers:
  - name: "a"
    image: "reg.example.com/d/s/r/i:1"
    sha256: "@sha256:abc"
    resources:
      limits:
        memory: "6Gi"
        cpu: "1"
      requests:
        memory: "0.5Gi"
        cpu: "0.5"
  endpoints:
  - name: "e"
    port: 80
    protocol: "HTTP"
    public: false
  volumes:
  - name: "v"
    source: "stage"
    stageConfig:
      name: "@st"
      resources:
        limits:
          memory: "1Gi"
          cpu: "0.5"
        requests:
          memory: "0.5Gi"
          cpu: "0"
)");
  EXPECT_THAT(SidecarsOf(*complete), testing::ElementsAre("stage-mount-v2-sidecar-v"));
}

TEST(CompleteTest, MissingImageIsTheResolversError) {
  const Document document = *Read("spec: {containers: [{name: a, image: /d/s/r/absent:1}]}");
  EXPECT_EQ(Complete(document, {}, Resolve).status().message(), "no such image");
}

}  // namespace
}  // namespace spcs::spec
