// SPDX-License-Identifier: MPL-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "provider/snowflake/service_spec.h"
#include "provider/snowflake/service_spec_yaml.h"

namespace spcs::snowflake {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string ErrorOf(absl::string_view yaml) {
  const absl::StatusOr<ServiceSpec> spec = ParseServiceSpec(yaml);
  return spec.ok() ? "no error" : std::string(spec.status().message());
}

// A specification of one container, with more lines inside it.
std::string WithContainer(absl::string_view lines) {
  return absl::StrCat("spec:\n  containers:\n  - name: main\n    image: /d/s/r/i:1\n", lines);
}

Container OnlyContainer(absl::string_view lines) {
  const absl::StatusOr<ServiceSpec> spec = ParseServiceSpec(WithContainer(lines));
  EXPECT_TRUE(spec.ok()) << spec.status();
  return spec.ok() ? spec->containers.at("main") : Container{};
}

// Every key of the table once.
constexpr char kComplete[] = R"yaml(
spec:
  containers:
    - name: head
      image: /db/sc/repo/head:1
      command: [python, -m, app]
      args:
        - --port
        - 8000
      env:
        MODE: fast
      readinessProbe: {port: 8000, path: /ready, periodSeconds: 7, failureThreshold: 4}
      livenessProbe: {port: 8001, path: /live, periodSeconds: 8, failureThreshold: 5}
      volumeMounts:
        - name: data
          mountPath: /data
      resources:
        requests: {cpu: 0.5, memory: 1Gi, nvidia.com/gpu: 1}
        limits: {cpu: 2, memory: 2Gi, nvidia.com/gpu: 1}
      secrets:
        - snowflakeSecret: {objectName: db.sc.token}
          envVarName: TOKEN
          secretKeyRef: secret_string
        - snowflakeSecret: {objectReference: ref}
          directoryPath: /secrets
        - snowflakeSecret: plain_name
          directoryPath: /other
      mountSessionToken: false
      sessionTokenConfig: {path: /token, permission: 0600, mountConnectionConfig: true}
  endpoints:
    - name: api
      port: 8000
      protocol: HTTP
      public: true
      corsSettings:
        Access-Control-Allow-Origin: ["https://a.example"]
        Access-Control-Allow-Methods: [GET]
        Access-Control-Allow-Headers: [X-A]
        Access-Control-Expose-Headers: [X-B]
    - name: workers
      portRange: 20000-20010
      protocol: TCP
  volumes:
    - name: data
      source: block
      size: 10Gi
      uid: 1000
      gid: 1001
      blockConfig:
        initialContents: {fromSnapshot: snap}
        iops: 4000
        throughput: 200
        encryption: SNOWFLAKE_FULL
        snapshotOnDelete: false
        snapshotDeleteAfter: 3d
    - name: models
      source: stage
      stageConfig:
        name: "@db.sc.st/models"
        metadataCache: 1h30m
        resources:
          requests: {cpu: 0, memory: 0.5Gi}
          limits: {cpu: 0.5, memory: 1Gi}
  logExporters: {eventTableConfig: {logLevel: ERROR}}
  platformMonitor: {metricConfig: {groups: [system, status]}}
  resourceManagement:
    autoScalingPolicies:
      scaleUp:
        anyConditions:
          - metricCondition: {metricName: cpu, aggregationType: avg, stabilizationPeriodSecs: 60, targetScaling: {targetValue: 0.7}}
      scaleDown:
        allConditions:
          - metricCondition: {metricName: cpu, aggregationType: max}
      suspend:
        allConditions:
          - metricCondition: {metricName: requests}
capabilities: {securityContext: {executeAsCaller: true, enableCustomCredentials: true}}
serviceRoles:
  - name: reader
    endpoints: [api]
)yaml";

TEST(ServiceSpecParseTest, ReadsEveryKey) {
  const absl::StatusOr<ServiceSpec> spec = ParseServiceSpec(kComplete);
  ASSERT_TRUE(spec.ok()) << spec.status();
  const Container& head = spec->containers.at("head");
  EXPECT_EQ(head.image, "/db/sc/repo/head:1");
  EXPECT_THAT(*head.command, ElementsAre("python", "-m", "app"));
  EXPECT_THAT(*head.args, ElementsAre("--port", "8000"));
  EXPECT_EQ(head.env->at("MODE"), "fast");
  EXPECT_EQ(*head.readiness_probe, (Probe{8000, "/ready", 7, 4}));
  EXPECT_EQ(*head.liveness_probe, (Probe{8001, "/live", 8, 5}));
  EXPECT_THAT(*head.volume_mounts, ElementsAre(VolumeMount{"data", "/data"}));
  EXPECT_EQ(*head.resources, (Resources{ResourceAmounts{"0.5", "1Gi", 1}, ResourceAmounts{"2", "2Gi", 1}}));
  EXPECT_THAT(*head.secrets, ElementsAre(ContainerSecret{.object_name = "db.sc.token",
                                                         .env_var_name = "TOKEN",
                                                         .secret_key_ref = "secret_string"},
                                         ContainerSecret{.object_reference = "ref", .directory_path = "/secrets"},
                                         ContainerSecret{.object_name = "plain_name", .directory_path = "/other"}));
  EXPECT_EQ(head.mount_session_token, false);
  EXPECT_EQ(*head.session_token_config, (SessionTokenConfig{"/token", "0600", true}));

  const Endpoint& api = spec->endpoints->at("api");
  EXPECT_EQ(api.port, 8000);
  EXPECT_EQ(api.is_public, true);
  EXPECT_THAT(*api.cors_settings->access_control_allow_origin, ElementsAre("https://a.example"));
  EXPECT_THAT(*api.cors_settings->access_control_expose_headers, ElementsAre("X-B"));
  EXPECT_EQ(spec->endpoints->at("workers").port_range, "20000-20010");

  const Volume& data = spec->volumes->at("data");
  EXPECT_EQ(data.uid, 1000);
  EXPECT_EQ(*data.block_config, (BlockConfig{InitialContents{"snap"}, 4000, 200, "SNOWFLAKE_FULL", false, "3d"}));
  EXPECT_EQ(spec->volumes->at("models").stage_config->metadata_cache, "1h30m");
  EXPECT_EQ(spec->log_exporters->event_table_config->log_level, "ERROR");
  EXPECT_THAT(*spec->platform_monitor->metric_config->groups, ElementsAre("system", "status"));
  const AutoScalingPolicies& policies = *spec->resource_management->auto_scaling_policies;
  EXPECT_EQ(*policies.scale_up->any_conditions->at(0).metric_condition,
            (MetricCondition{"cpu", "avg", 60, TargetScaling{0.7}}));
  EXPECT_EQ(policies.suspend->all_conditions->at(0).metric_condition->metric_name, "requests");
  EXPECT_EQ(spec->capabilities->security_context->execute_as_caller, true);
  EXPECT_THAT(*spec->service_roles->at("reader").endpoints, ElementsAre("api"));
}

TEST(ServiceSpecParseTest, RenderingReadsBackTheSame) {
  const ServiceSpec spec = *ParseServiceSpec(kComplete);
  const std::string text = *RenderServiceSpec(spec);
  const absl::StatusOr<ServiceSpec> again = ParseServiceSpec(text);
  ASSERT_TRUE(again.ok()) << again.status() << "\n" << text;
  EXPECT_EQ(*again, spec);
  EXPECT_EQ(*RenderServiceSpec(*again), text);
}

TEST(ServiceSpecParseTest, UnknownKeysNameTheirPlaceAndTheNearestKey) {
  EXPECT_THAT(ErrorOf(WithContainer("    readynessProbe: {port: 1, path: /}\n")),
              AllOf(HasSubstr("line 5"), HasSubstr("spec.containers[\"main\"]"), HasSubstr("\"readynessProbe\""),
                    HasSubstr("did you mean \"readinessProbe\"?")));
  EXPECT_THAT(ErrorOf(WithContainer("    volume_mounts: []\n")), HasSubstr("did you mean \"volumeMounts\"?"));
  EXPECT_THAT(ErrorOf(WithContainer("    zzzzzz: 1\n")), HasSubstr("known here: name, image, command"));
  EXPECT_THAT(ErrorOf(WithContainer("    sha256: x\n")), HasSubstr("leave it out"));
  EXPECT_THAT(ErrorOf(WithContainer("    secrets: [{snowflakeSecret: {objectNam: x}}]\n")),
              HasSubstr("did you mean \"objectName\"?"));
  EXPECT_THAT(ErrorOf("containers: []"), HasSubstr("containers stands under spec"));
  EXPECT_THAT(ErrorOf(WithContainer("  networkPolicyConfig: {allowInternetEgress: true}\n")),
              HasSubstr("external access integrations"));
}

TEST(ServiceSpecParseTest, ServiceRolesUnderSpecGetTheirOwnAdvice) {
  EXPECT_THAT(ErrorOf(WithContainer("  serviceRoles:\n  - name: r\n    endpoints: [e]\n")),
              AllOf(HasSubstr("line 6"), HasSubstr("serviceRoles stands beside spec, at the top level")));
}

TEST(ServiceSpecParseTest, RepeatedKeysAndNamesAreRefused) {
  EXPECT_THAT(ErrorOf(WithContainer("    image: /d/s/r/i:2\n")),
              AllOf(HasSubstr("line 5"), HasSubstr("\"image\" is given twice")));
  EXPECT_THAT(ErrorOf(WithContainer("  - name: main\n    image: x\n")), HasSubstr("\"main\" is taken already"));
  EXPECT_THAT(ErrorOf("spec:\n  containers:\n  - image: x\n"), HasSubstr("has no name"));
}

TEST(ServiceSpecParseTest, WrongTypesSayWhatIsExpected) {
  EXPECT_THAT(
      ErrorOf(WithContainer("    readinessProbe: {port: eighty, path: /}\n")),
      HasSubstr("spec.containers[\"main\"].readinessProbe.port: must be a whole decimal number, not \"eighty\""));
  EXPECT_THAT(ErrorOf(WithContainer("    command: python\n")), HasSubstr("command: must be a list"));
  EXPECT_THAT(ErrorOf(WithContainer("    env: [A]\n")), HasSubstr("must be a mapping of names to texts"));
  EXPECT_THAT(ErrorOf(WithContainer("    env: {A: [1]}\n")), HasSubstr("env[\"A\"]: must be a text"));
  EXPECT_THAT(ErrorOf(WithContainer("    env: {A: }\n")), HasSubstr("env[\"A\"]: has no value"));
  EXPECT_THAT(ErrorOf(WithContainer("    env: {A: NULL}\n")), HasSubstr("or quote the word"));
  EXPECT_THAT(ErrorOf(WithContainer("    resources: 5\n")), HasSubstr("resources: must be a mapping"));
  EXPECT_THAT(ErrorOf("spec: {containers: {a: 1}}"), HasSubstr("spec.containers: must be a list"));
  EXPECT_THAT(ErrorOf("spec: {containers: [a]}"), HasSubstr("spec.containers[0]: must be a mapping"));
  EXPECT_THAT(ErrorOf("- a"), HasSubstr("must be a mapping"));
  EXPECT_THAT(ErrorOf("just text"), HasSubstr("must be a mapping"));
}

TEST(ServiceSpecParseTest, TextsStayAsSpelled) {
  const Container container = OnlyContainer(
      "    env: {COUNTRY: NO, ON: on, OCTAL: 0755, VERSION: 1.10, BIG: 1e3, EMPTY: \"\", TILDE: \"~\", Y: y}\n");
  EXPECT_EQ(*container.env, (StringMap{{"COUNTRY", "NO"},
                                       {"ON", "on"},
                                       {"OCTAL", "0755"},
                                       {"VERSION", "1.10"},
                                       {"BIG", "1e3"},
                                       {"EMPTY", ""},
                                       {"TILDE", "~"},
                                       {"Y", "y"}}));
}

TEST(ServiceSpecParseTest, NumbersAndBooleansAreStrict) {
  for (const char* port : {"0o17", "010", "0x1F", "1e3", "80.0", "", "99999999999999999999", "true"}) {
    EXPECT_THAT(ErrorOf(WithContainer(absl::StrCat("    readinessProbe: {path: /, port: \"", port, "\"}\n"))),
                HasSubstr("whole decimal number"))
        << port;
  }
  EXPECT_EQ(OnlyContainer("    readinessProbe: {path: /, port: \"80\"}\n").readiness_probe->port, 80);
  EXPECT_THAT(ErrorOf(WithContainer("    mountSessionToken: yes\n")), HasSubstr("must be true or false, not \"yes\""));
  EXPECT_EQ(OnlyContainer("    mountSessionToken: True\n").mount_session_token, true);
}

TEST(ServiceSpecParseTest, AKeyWithoutAValueIsNotThere) {
  const Container container = OnlyContainer("    env:\n    args: ~\n    command: []\n");
  EXPECT_FALSE(container.env.has_value());
  EXPECT_FALSE(container.args.has_value());
  EXPECT_TRUE(container.command.has_value());
}

TEST(ServiceSpecParseTest, AliasesWorkAndMergesAreRefused) {
  const absl::StatusOr<ServiceSpec> spec = ParseServiceSpec(
      "spec:\n  containers:\n  - name: a\n    image: &i /d/s/r/i:1\n    env: &e {X: \"1\"}\n"
      "  - name: b\n    image: *i\n    env: *e\n");
  ASSERT_TRUE(spec.ok()) << spec.status();
  EXPECT_EQ(spec->containers.at("b").image, "/d/s/r/i:1");
  EXPECT_EQ(spec->containers.at("b").env->at("X"), "1");
  EXPECT_THAT(ErrorOf(WithContainer("    <<: {args: []}\n")), HasSubstr("merge key"));
  EXPECT_THAT(ErrorOf("&a [*a]"), HasSubstr("contains it"));
  EXPECT_THAT(ErrorOf("*nowhere"), HasSubstr("not valid YAML"));
}

TEST(ServiceSpecParseTest, AnAliasBombIsRefused) {
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string last = absl::StrCat("*a", i - 1, " ");
    absl::StrAppend(&bomb, "a", i, ": &a", i, " [", last, ",", last, ",", last, ",", last, ",", last, ",", last, "]\n");
  }
  EXPECT_THAT(ErrorOf(bomb), HasSubstr("once aliases are expanded"));
}

TEST(ServiceSpecParseTest, DepthSizeAndEncodingAreCapped) {
  EXPECT_THAT(ErrorOf(std::string(100'000, '[')), HasSubstr("nested deeper than 32"));
  std::string dashes;
  for (int i = 0; i < 20'000; ++i) dashes += "- ";
  EXPECT_THAT(ErrorOf(dashes), HasSubstr("nested deeper than 32"));
  EXPECT_THAT(ErrorOf(std::string(kMaxYamlBytes + 1, 'a')), HasSubstr("longer than"));
  EXPECT_THAT(ErrorOf("a: \xff"), HasSubstr("not UTF-8"));
  EXPECT_THAT(ErrorOf("a: \xed\xa0\x80"), HasSubstr("not UTF-8"));
  EXPECT_THAT(ErrorOf("a\n: \x01"), AllOf(HasSubstr("line 2"), HasSubstr("control character")));
  EXPECT_THAT(ErrorOf(absl::string_view("a\0b", 3)), HasSubstr("control character"));
}

TEST(ServiceSpecParseTest, OneDocumentWithoutTags) {
  EXPECT_THAT(ErrorOf(""), HasSubstr("empty"));
  EXPECT_THAT(ErrorOf("# nothing\n"), HasSubstr("empty"));
  EXPECT_THAT(ErrorOf("spec: {}\n---\nspec: {}\n"), HasSubstr("more than one"));
  EXPECT_THAT(ErrorOf("a: !!binary aGk="), HasSubstr("tag"));
  EXPECT_THAT(ErrorOf("a: !mine {}"), HasSubstr("tag"));
  EXPECT_THAT(ErrorOf("a: [b"), AllOf(HasSubstr("line"), HasSubstr("not valid YAML")));
  EXPECT_TRUE(ParseServiceSpec(absl::StrCat("---\n", WithContainer(""), "...\n")).ok());
  EXPECT_THAT(ErrorOf(","), HasSubstr("more than one"));  // yaml-cpp never ends on this when asked for all documents
}

TEST(ServiceSpecParseTest, TheServersTextMayHaveMore) {
  std::vector<std::string> skipped;
  const absl::StatusOr<ServiceSpec> spec =
      ParseServerSpec(WithContainer("    sha256: \"@sha256:1\"\n    brandNew: {a: 1}\n  other: 1\n"), &skipped);
  ASSERT_TRUE(spec.ok()) << spec.status();
  EXPECT_EQ(spec->containers.at("main").image, "/d/s/r/i:1");
  EXPECT_THAT(skipped, ::testing::UnorderedElementsAre("spec.containers[\"main\"].sha256",
                                                       "spec.containers[\"main\"].brandNew", "spec.other"));
  EXPECT_FALSE(ParseServerSpec("spec: {containers: 1}").ok());
}

// Whatever the bytes are, the answer is a value or an InvalidArgument.
TEST(ServiceSpecParseTest, RandomBytesNeverCrash) {
  const std::vector<std::string> pieces = {"- ",     "a: ",      "spec:\n",     "  ",         "\n",
                                           "[",      "]",        "{",           "}",          ",",
                                           "? ",     "!",        "!2",          "!!str ",     "!<",
                                           "&a ",    "*a ",      "|\n",         ">-\n",       "'",
                                           "\"",     "\\x",      "%YAML 1.2\n", "%TAG ! x\n", "---",
                                           "...",    "#c",       "<<: ",        "~",          "\t",
                                           "\xff",   "\xc3\xa9", "@",           "`",          "containers:\n",
                                           "name: ", ":",        "-",           " \n"};
  std::mt19937 random(7);
  for (int i = 0; i < 4000; ++i) {
    std::string text;
    for (unsigned n = random() % 24; n > 0; --n) {
      text += random() % 12 == 0 ? std::string(1, static_cast<char>(random())) : pieces[random() % pieces.size()];
    }
    const absl::StatusOr<ServiceSpec> spec = ParseServiceSpec(text);
    EXPECT_TRUE(spec.ok() || absl::IsInvalidArgument(spec.status())) << spec.status();
  }
  const std::string complete = kComplete;
  for (int i = 0; i < 300; ++i) {
    std::string text = complete;
    for (int n = 0; n < 4; ++n) text[random() % text.size()] = static_cast<char>(random() % 96 + 32);
    const absl::StatusOr<ServiceSpec> spec = ParseServiceSpec(text);
    EXPECT_TRUE(spec.ok() || absl::IsInvalidArgument(spec.status())) << spec.status();
  }
}

}  // namespace
}  // namespace spcs::snowflake
