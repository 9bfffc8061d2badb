// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/spec/read.h"

#include <gtest/gtest.h>

#include "emulator/engine/spec/write.h"
#include "provider/base/status.h"

namespace spcs::spec {
namespace {

std::string Error(absl::string_view text) {
  const absl::StatusOr<Document> document = Read(text);
  EXPECT_FALSE(document.ok()) << text;
  if (!document.ok()) {
    EXPECT_EQ(FactOf(document.status(), kVendorCode), "395018");
    EXPECT_EQ(FactOf(document.status(), kSqlState), "22023");
  }
  return std::string(document.status().message());
}

constexpr char kFull[] = R"(
spec:
  containers:
    - image: /db/sc/repo/app:1
      name: main
      command: [python, -m, app]
      env: {PORT: 8000, FLAG: true, EMPTY: , TEXT: "x: y"}
      readinessProbe: {path: /health, port: 8000}
      volumeMounts:
        - {name: shm, mountPath: /dev/shm}
      resources:
        requests: {cpu: 1, memory: 2Gi, nvidia.com/gpu: 1}
        limits: {nvidia.com/gpu: "1"}
      secrets:
        - {snowflakeSecret: {objectName: db.sc.token}, envVarName: TOKEN, secretKeyRef: secret_string}
        - {snowflakeSecret: other, directoryPath: /secrets}
  endpoints:
    - {name: api, port: 8000, public: true}
  volumes:
    - {name: shm, source: memory, size: 20.16Gi}
serviceRoles:
  - name: user
    endpoints: [api]
)";

TEST(ReadTest, KeepsEverythingInTheServicesOrder) {
  const absl::StatusOr<Document> document = Read(kFull);
  ASSERT_TRUE(document.ok()) << document.status();
  EXPECT_EQ(Write(*document), R"(---
spec:
  containers:
  - name: "main"
    image: "/db/sc/repo/app:1"
    command:
    - "python"
    - "-m"
    - "app"
    env:
      PORT: "8000"
      FLAG: "true"
      EMPTY: ""
      TEXT: "x: y"
    readinessProbe:
      port: 8000
      path: "/health"
    volumeMounts:
    - name: "shm"
      mountPath: "/dev/shm"
    resources:
      limits:
        nvidia.com/gpu: 1
      requests:
        memory: "2Gi"
        cpu: "1"
        nvidia.com/gpu: 1
    secrets:
    - snowflakeSecret:
        objectName: "db.sc.token"
      secretKeyRef: "secret_string"
      envVarName: "TOKEN"
    - snowflakeSecret: "other"
      directoryPath: "/secrets"
  endpoints:
  - name: "api"
    port: 8000
    public: true
  volumes:
  - name: "shm"
    source: "memory"
    size: "20.16Gi"
serviceRoles:
- name: "user"
  endpoints:
  - "api"
)");
}

TEST(ReadTest, WhatIsWrittenReadsBackEqual) {
  const Document document = *Read(kFull);
  EXPECT_EQ(*Read(Write(document)), document);
  EXPECT_NE(WriteOtherwise(document), Write(document));
  EXPECT_TRUE(Read(WriteOtherwise(document)).ok());
}

TEST(ReadTest, DigestIgnoresOrderAndSeesMeaning) {
  const Document one = *Read("spec: {containers: [{name: a, image: i, env: {A: 1, B: 2}}]}");
  const Document same =
      *Read("{\"spec\": {\"containers\": [{\"image\": \"i\", \"env\": {\"B\": 2, \"A\": 1}, \"name\": \"a\"}]}}");
  const Document other = *Read("spec: {containers: [{name: a, image: i, env: {A: 1, B: 3}}]}");
  EXPECT_EQ(DigestOf(one), DigestOf(same));
  EXPECT_NE(DigestOf(one), DigestOf(other));
  EXPECT_EQ(DigestOf(one).size(), 64u);
}

TEST(ReadTest, NamesUnknownOptionsWithTheirPlace) {
  EXPECT_EQ(Error("spec: {containers: [{name: a, image: i, foo: 1}]}"),
            "Invalid spec: unknown option 'foo' for 'spec.containers[0]'.");
  EXPECT_EQ(Error("spec: {containers: [{name: a, image: i}], serviceRoles: []}"),
            "Invalid spec: unknown option 'serviceRoles' for 'spec'.");
  EXPECT_EQ(Error("containers: []"), "Invalid spec: unknown option 'containers' for 'service specification'.");
  EXPECT_EQ(Error("spec: {containers: [{name: a, image: i, sha256: x}]}"),
            "Invalid spec: unknown option 'sha256' for 'spec.containers[0]'.");
}

TEST(ReadTest, WrongShapes) {
  EXPECT_EQ(Error(""), "Invalid spec: the specification is empty.");
  EXPECT_EQ(Error("spec: {}"), "Invalid spec: missing required option 'containers' for 'spec'.");
  EXPECT_EQ(Error("spec: {containers: [{name: a}]}"),
            "Invalid spec: missing required option 'image' for 'spec.containers[0]'.");
  EXPECT_EQ(Error("spec: {containers: {name: a}}"),
            "Invalid spec: invalid value for 'spec.containers': expected a list.");
  EXPECT_EQ(Error("spec: {containers: [{name: [a], image: i}]}"),
            "Invalid spec: invalid value for 'spec.containers[0].name': expected a string.");
  EXPECT_EQ(Error("spec: {containers: [{name: a, image: i, env: {A: {b: 1}}}]}"),
            "Invalid spec: invalid value for 'spec.containers[0].env.A': expected a string.");
  EXPECT_EQ(Error("spec: {containers: [{name: a, image: i}], endpoints: [{name: e, port: x}]}"),
            "Invalid spec: invalid value for 'spec.endpoints[0].port': expected a whole number.");
  EXPECT_EQ(Error("spec: {containers: [{name: a, name: b, image: i}]}"),
            "Invalid spec: duplicate option 'name' for 'spec.containers[0]'.");
  EXPECT_NE(Error("spec: [unclosed").find("not valid YAML at line"), std::string::npos);
}

TEST(ReadTest, AliasesCannotBlowUp) {
  std::string text =
      "spec:\n  containers:\n  - name: a\n    image: i\n    env: {A: 1}\n    args: &a [x,x,x,x,x,x,x,x,x,x]\n";
  text = "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nspec: {containers: [*b,*b]}\n";
  EXPECT_FALSE(Read(text).ok());
  EXPECT_FALSE(Read(std::string(100'000, '[')).ok());
}

}  // namespace
}  // namespace spcs::spec
