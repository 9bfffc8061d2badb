// SPDX-License-Identifier: MPL-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_replace.h"
#include "provider/snowflake/service_spec.h"

namespace spcs::snowflake {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// What a user writes, with spellings that the service does not keep.
constexpr char kUsers[] = R"yaml(
spec:
  containers:
    - name: head
      image: /MyDb/sc/repo/head:2
      env: {PORT: "8080", COUNTRY: "NO"}
      readinessProbe: {port: 8000, path: /ready}
      livenessProbe: {port: 8000, path: /live}
      volumeMounts:
        - {name: shm, mountPath: /dev/shm}
        - {name: models, mountPath: /models}
      resources:
        requests: {cpu: 500m, memory: 1024Mi, nvidia.com/gpu: 1}
        limits: {nvidia.com/gpu: 1}
      secrets:
        - snowflakeSecret: token
          envVarName: TOKEN
          secretKeyRef: secret_string
    - name: grafana
      image: /mydb/sc/repo/grafana:1
  endpoints:
    - {name: api, port: 8000, protocol: http, public: true}
    - {name: gcs, port: 6379, protocol: tcp}
  volumes:
    - {name: shm, source: memory, size: 20.16Gi}
    - name: models
      source: stage
      stageConfig: {name: "@models/llm", metadataCache: 90m}
    - {name: data, source: block, size: 10Gi}
)yaml";

// What the service makes of it.
constexpr char kServers[] = R"yaml(---
spec:
  containers:
  - name: "grafana"
    image: "org-acct.registry.snowflakecomputing.com/mydb/sc/repo/grafana:1"
    sha256: "@sha256:bbbb"
    resources:
      limits:
        memory: "178Gi"
        cpu: "44"
      requests:
        memory: "0.5Gi"
        cpu: "0.5"
    mountSessionToken: true
  - name: "head"
    image: "org-acct.registry.snowflakecomputing.com/mydb/sc/repo/head:2"
    sha256: "@sha256:aaaa"
    env:
      COUNTRY: "NO"
      PORT: "8080"
    readinessProbe:
      port: 8000
      path: "/ready"
      periodSeconds: 5
      failureThreshold: 3
    livenessProbe:
      port: 8000
      path: "/live"
      periodSeconds: 10
      failureThreshold: 3
    resources:
      limits:
        memory: "178Gi"
        cpu: "44"
        nvidia.com/gpu: "1"
      requests:
        memory: "1Gi"
        cpu: "0.5"
        nvidia.com/gpu: "1"
    volumeMounts:
    - name: "models"
      mountPath: "/models"
    - name: "shm"
      mountPath: "/dev/shm"
    secrets:
    - snowflakeSecret:
        objectName: "MYDB.SC.TOKEN"
      envVarName: "TOKEN"
      secretKeyRef: "secret_string"
  - name: "stage-mount-v2-sidecar-models"
    image: "/snowflake/images/snowflake_images/stage-mount:1"
  volumes:
  - name: "data"
    source: "block"
    size: "10Gi"
    blockConfig:
      iops: 3000
      throughput: 125
      encryption: "SNOWFLAKE_SSE"
      snapshotDeleteAfter: "7d"
  - name: "models"
    source: "stage"
    uid: 0
    gid: 0
    stageConfig:
      name: "@MYDB.SC.MODELS/llm"
      metadataCache: "1h30m"
      resources:
        requests: {cpu: "0", memory: "0.5Gi"}
        limits: {cpu: "500m", memory: "1Gi"}
  - name: "shm"
    source: "memory"
    size: "20.16Gi"
  endpoints:
  - name: "api"
    port: 8000
    protocol: "HTTP"
    public: true
  - name: "gcs"
    port: 6379
    protocol: "TCP"
    public: false
  logExporters:
    eventTableConfig:
      logLevel: "INFO"
capabilities:
  securityContext:
    executeAsCaller: false
)yaml";

ServiceSpec Users() {
  return *ParseServiceSpec(kUsers);
}
ServiceSpec Servers(absl::string_view from = "", absl::string_view to = "") {
  std::string text = kServers;
  if (!from.empty()) {
    EXPECT_EQ(absl::StrReplaceAll({{from, to}}, &text), 1) << from;
  }
  const absl::StatusOr<ServiceSpec> spec = ParseServerSpec(text);
  EXPECT_TRUE(spec.ok()) << spec.status();
  return *spec;
}

// What a read finds changed.
std::vector<std::string> Drift(const ServiceSpec& server) {
  return Differences(Users(), Reconcile(Users(), server));
}

TEST(ReconcileTest, TheServersTextBecomesExactlyTheUsers) {
  const ServiceSpec read = Reconcile(Users(), Servers());
  EXPECT_EQ(read, Users()) << *RenderServiceSpec(read);
  EXPECT_THAT(Differences(Users(), read), IsEmpty());
}

TEST(ReconcileTest, ItIsStable) {
  const ServiceSpec changed = Servers("head:2\"", "head:3\"");
  const ServiceSpec once = Reconcile(Users(), changed);
  EXPECT_EQ(Reconcile(once, changed), once);
}

TEST(ReconcileTest, OutsideChangesAreFoundWhereTheyAre) {
  EXPECT_THAT(Drift(Servers("head:2\"", "head:3\"")), ElementsAre("spec.containers[\"head\"].image"));
  EXPECT_THAT(Drift(Servers("PORT: \"8080\"", "PORT: \"8081\"")),
              ElementsAre("spec.containers[\"head\"].env[\"PORT\"]"));
  EXPECT_THAT(Drift(Servers("memory: \"1Gi\"\n        cpu: \"0.5\"", "memory: \"2Gi\"\n        cpu: \"0.5\"")),
              ElementsAre("spec.containers[\"head\"].resources.requests.memory"));
  EXPECT_THAT(Drift(Servers("periodSeconds: 10", "periodSeconds: 5")),
              ElementsAre("spec.containers[\"head\"].liveness_probe.period_seconds"));
  EXPECT_THAT(Drift(Servers("port: 6379\n    protocol: \"TCP\"", "port: 6379\n    protocol: \"HTTP\"")),
              ElementsAre("spec.endpoints[\"gcs\"].protocol"));
  EXPECT_THAT(Drift(Servers("logLevel: \"INFO\"", "logLevel: \"NONE\"")), ElementsAre("spec.log_exporters"));
  EXPECT_THAT(Drift(Servers("iops: 3000", "iops: 4000")), ElementsAre("spec.volumes[\"data\"].block_config"));
  EXPECT_THAT(Drift(Servers("MYDB.SC.MODELS/llm", "MYDB.SC.MODELS/other")),
              ElementsAre("spec.volumes[\"models\"].stage_config.name"));
  EXPECT_THAT(Drift(Servers("MYDB.SC.TOKEN", "MYDB.SC.TOKEN2")), ElementsAre("spec.containers[\"head\"].secrets[0]"));
  EXPECT_THAT(Drift(Servers("mountPath: \"/models\"", "mountPath: \"/m\"")),
              ElementsAre("spec.containers[\"head\"].volume_mounts[1]"));
  EXPECT_THAT(Drift(Servers("executeAsCaller: false", "executeAsCaller: true")), ElementsAre("spec.capabilities"));
}

TEST(ReconcileTest, AddedAndRemovedPartsAreFound) {
  ServiceSpec server = Servers();
  server.containers.erase("grafana");
  server.containers["evil"] = Container{.image = "/mydb/sc/repo/evil:1"};
  server.endpoints->erase("gcs");
  (*server.volumes)["more"] = Volume{.source = "local"};
  server.service_roles = {{"r", ServiceRole{StringList{"api"}}}};
  server.containers["head"].readiness_probe.reset();
  server.containers["head"].command = StringList{"sh"};
  EXPECT_THAT(Drift(server),
              ElementsAre("spec.containers[\"grafana\"]", "spec.containers[\"head\"].command",
                          "spec.containers[\"head\"].readiness_probe", "spec.containers[\"evil\"]",
                          "spec.endpoints[\"gcs\"]", "spec.volumes[\"more\"]", "spec.service_roles[\"r\"]"));
}

TEST(ReconcileTest, ChangedFieldsLeaveTheirNeighboursSpelling) {
  const ServiceSpec read =
      Reconcile(Users(), Servers("memory: \"1Gi\"\n        cpu: \"0.5\"", "memory: \"2Gi\"\n        cpu: \"0.5\""));
  const ResourceAmounts& requests = *read.containers.at("head").resources->requests;
  EXPECT_EQ(requests.cpu, "500m");
  EXPECT_EQ(requests.memory, "2Gi");
  EXPECT_EQ(read.containers.at("head").image, "/MyDb/sc/repo/head:2");
}

TEST(ReconcileTest, EmptyListsStayWhatTheUserWrote) {
  ServiceSpec prior = Users();
  prior.containers["grafana"].args = StringList{};
  prior.containers["grafana"].env = StringMap{};
  prior.service_roles.emplace();
  EXPECT_EQ(Reconcile(prior, Servers()), prior);
}

TEST(ReconcileTest, ADefaultThatTheUserWroteStays) {
  ServiceSpec prior = Users();
  prior.containers["head"].readiness_probe->period_seconds = 5;
  prior.containers["grafana"].resources = Resources{ResourceAmounts{.cpu = "500m"}, std::nullopt};
  prior.log_exporters = LogExporters{EventTableConfig{"info"}};
  EXPECT_EQ(Reconcile(prior, Servers()), prior);
}

TEST(ReconcileTest, ALimitThatTheUserWroteIsWatched) {
  ServiceSpec prior = Users();
  prior.containers["head"].resources->limits->memory = "16Gi";
  const ServiceSpec read = Reconcile(prior, Servers());
  EXPECT_THAT(Differences(prior, read), ElementsAre("spec.containers[\"head\"].resources.limits.memory"));
}

TEST(ReconcileTest, ImportGivesTheShortestForm) {
  const ServiceSpec read = Reconcile(ServiceSpec{}, Servers());
  EXPECT_EQ(*RenderServiceSpec(read), R"(spec:
  containers:
    - name: "grafana"
      image: "/mydb/sc/repo/grafana:1"
    - name: "head"
      image: "/mydb/sc/repo/head:2"
      env:
        COUNTRY: "NO"
        PORT: "8080"
      readinessProbe:
        port: 8000
        path: "/ready"
      livenessProbe:
        port: 8000
        path: "/live"
      volumeMounts:
        - name: "models"
          mountPath: "/models"
        - name: "shm"
          mountPath: "/dev/shm"
      resources:
        requests:
          memory: "1Gi"
          nvidia.com/gpu: 1
        limits:
          nvidia.com/gpu: 1
      secrets:
        - snowflakeSecret:
            objectName: "MYDB.SC.TOKEN"
          envVarName: "TOKEN"
          secretKeyRef: "secret_string"
  endpoints:
    - name: "api"
      port: 8000
      public: true
    - name: "gcs"
      port: 6379
      protocol: "TCP"
  volumes:
    - name: "data"
      source: "block"
      size: "10Gi"
    - name: "models"
      source: "stage"
      stageConfig:
        name: "@MYDB.SC.MODELS/llm"
        metadataCache: "1h30m"
    - name: "shm"
      source: "memory"
      size: "20.16Gi"
)");
  EXPECT_EQ(Reconcile(read, Servers()), read);
}

TEST(ReconcileTest, ImportKeepsLimitsThatAreNoWholeNode) {
  ServiceSpec server;
  server.containers["a"] = Container{.image = "/d/s/r/i:1",
                                     .resources = Resources{ResourceAmounts{.cpu = "0.5", .memory = "0.5Gi"},
                                                            ResourceAmounts{.cpu = "2", .memory = "3Gi"}}};
  EXPECT_EQ(Reconcile(ServiceSpec{}, server), server);
  // 2 CPU and 3 GiB are no node of any family known here, but they may be of this pool's.
  const FamilyLimits node{.family = "NEW", .cpu_millicores = 2000, .memory_bytes = int64_t{3} << 30};
  EXPECT_EQ(Reconcile(ServiceSpec{}, server, node).containers["a"].resources, std::nullopt);
}

// ---- Comparison ----

ServiceSpec WithImage(const char* image) {
  ServiceSpec spec;
  spec.containers["a"] = Container{.image = image};
  return spec;
}

TEST(SameMeaningTest, Images) {
  const auto same = [](const char* a, const char* b) { return SameMeaning(WithImage(a), WithImage(b)); };
  EXPECT_TRUE(same("/db/s/r/i:1", "host.example.com/DB/s/r/i:1"));
  EXPECT_TRUE(same("127.0.0.1:5000/db/s/r/i:1", "/db/s/r/i:1"));
  EXPECT_TRUE(same("db/s/r/i", "/db/s/r/i:latest"));
  EXPECT_FALSE(same("/db/s/r/i:a", "/db/s/r/i:A"));
  EXPECT_FALSE(same("/db/s/r/i:1", "/db/s/r/j:1"));
  EXPECT_FALSE(same("/db/s/r/i:1", "/db/s/r/i:1@sha256:aa"));
  EXPECT_FALSE(same("/db/s/r/i@sha256:aa", "/db/s/r/i@sha256:bb"));
}

TEST(SameMeaningTest, TheServerMayPinAnImage) {
  const auto kept = [](const char* prior, const char* server) {
    return Reconcile(WithImage(prior), WithImage(server)).containers["a"].image == prior;
  };
  EXPECT_TRUE(kept("/db/s/r/i:1", "h.x/db/s/r/i:1@sha256:aa"));
  EXPECT_TRUE(kept("/db/s/r/i@sha256:aa", "h.x/db/s/r/i:1@sha256:AA"));
  EXPECT_TRUE(kept("/db/s/r/i@sha256:aa", "h.x/db/s/r/i"));
  EXPECT_FALSE(kept("/db/s/r/i@sha256:aa", "h.x/db/s/r/i@sha256:bb"));
  EXPECT_FALSE(kept("/db/s/r/i:1", "h.x/db/s/r/i:2@sha256:aa"));
}

TEST(SameMeaningTest, NamesOfUsersAreNotCompleted) {
  ServiceSpec a, b;
  a.volumes = {{"v", Volume{.source = "stage", .stage_config = StageConfig{.name = "@st"}}}};
  b.volumes = {{"v", Volume{.source = "STAGE", .stage_config = StageConfig{.name = "@OTHER.SC.ST"}}}};
  EXPECT_THAT(Differences(a, b), ElementsAre("spec.volumes[\"v\"].stage_config.name"));
  b.volumes->at("v").stage_config->name = "@ST/";
  EXPECT_TRUE(SameMeaning(a, b));
  b.volumes->at("v").stage_config->name = "@\"st\"";
  EXPECT_FALSE(SameMeaning(a, b));
  EXPECT_FALSE(SameMeaning(Reconcile(a, b), a));
  b.volumes->at("v").stage_config->name = "@\"ST\"";
  EXPECT_TRUE(SameMeaning(a, b));
}

TEST(SameMeaningTest, OrderCountsWhereItMeansSomething) {
  ServiceSpec a = Users(), b = Users();
  std::swap(b.containers["head"].volume_mounts->at(0), b.containers["head"].volume_mounts->at(1));
  EXPECT_TRUE(SameMeaning(a, b));
  a.containers["head"].args = StringList{"x", "y"};
  b.containers["head"].args = StringList{"y", "x"};
  EXPECT_THAT(Differences(a, b), ElementsAre("spec.containers[\"head\"].args"));
  ServiceSpec c, d;
  c.service_roles = {{"r", ServiceRole{StringList{"a", "b"}}}};
  d.service_roles = {{"r", ServiceRole{StringList{"b", "a"}}}};
  EXPECT_TRUE(SameMeaning(c, d));
}

TEST(SameMeaningTest, AWrittenRequestIsAChangeOfTheUser) {
  ServiceSpec a = WithImage("/d/s/r/i"), b = WithImage("/d/s/r/i");
  b.containers["a"].resources = Resources{ResourceAmounts{.cpu = "0.5"}, std::nullopt};
  EXPECT_THAT(Differences(a, b), ElementsAre("spec.containers[\"a\"].resources"));
}

}  // namespace
}  // namespace spcs::snowflake
