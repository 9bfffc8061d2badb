// SPDX-License-Identifier: MPL-2.0
// Each rule with a specification that breaks it and one that does not: the good one is Good() everywhere.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "provider/snowflake/service_spec.h"

namespace spcs::snowflake {
namespace {

ServiceSpec Good() {
  ServiceSpec spec;
  spec.containers["head"] = Container{
      .image = "/db/sc/repo/head:1",
      .env = StringMap{{"MODE", "fast"}},
      .readiness_probe = Probe{.port = 8000, .path = "/ready"},
      .liveness_probe = Probe{.port = 8000, .path = "/live"},
      .volume_mounts = std::vector<VolumeMount>{{"shm", "/dev/shm"}, {"models", "/models"}},
      .resources = Resources{ResourceAmounts{"0.5", "1Gi", 1}, ResourceAmounts{"2", "2Gi", 1}},
      .secrets =
          std::vector<ContainerSecret>{
              {.object_name = "db.sc.t", .env_var_name = "T", .secret_key_ref = "secret_string"},
              {.object_reference = "r", .directory_path = "/secrets"}},
      .session_token_config = SessionTokenConfig{.path = "/token", .permission = "0600"},
  };
  spec.endpoints = {
      {"api",
       Endpoint{.port = 8000, .is_public = true, .cors_settings = CorsSettings{StringList{"https://a.example"}}}},
      {"workers", Endpoint{.port_range = "20000-20010", .protocol = "TCP"}}};
  spec.volumes = {
      {"shm", Volume{.source = "memory", .size = "10.5Gi"}},
      {"models", Volume{.source = "stage", .uid = 1000, .stage_config = StageConfig{.name = "@db.sc.st/m"}}},
      {"data", Volume{.source = "block", .size = "10Gi", .block_config = BlockConfig{.iops = 3000}}},
      {"tmp", Volume{.source = "local"}}};
  spec.log_exporters = LogExporters{EventTableConfig{"ERROR"}};
  spec.resource_management =
      ResourceManagement{AutoScalingPolicies{.scale_up = ScaleUp{std::vector<ScalingCondition>{
                                                 {MetricCondition{.metric_name = "cpu", .aggregation_type = "avg"}}}}}};
  spec.service_roles = {{"reader", ServiceRole{StringList{"api"}}}};
  return spec;
}

const FamilyLimits kNode = {
    .family = "GPU_NV_M", .cpu_millicores = 44000, .memory_bytes = int64_t{178} << 30, .gpus = 4};

std::string Print(const std::vector<SpecProblem>& problems) {
  std::string text;
  for (const SpecProblem& problem : problems) {
    absl::StrAppend(&text, problem.severity == SpecProblem::Severity::kError ? "error " : "warning ", problem.path,
                    ": ", problem.what, " -> ", problem.advice, "\n");
  }
  return text;
}

struct Rule {
  const char* name;
  std::function<void(ServiceSpec&, Container&)> break_it;  // gets Good() and its container "head"
  const char* path;                                        // of the one problem
  const char* what;                                        // part of its text
  SpecProblem::Severity severity = SpecProblem::Severity::kError;
};

std::ostream& operator<<(std::ostream& out, const Rule& rule) {
  return out << rule.name;
}

class RuleTest : public ::testing::TestWithParam<Rule> {};

TEST_P(RuleTest, ReportsThisAndNothingElse) {
  ServiceSpec spec = Good();
  GetParam().break_it(spec, spec.containers["head"]);
  const std::vector<SpecProblem> problems = CheckServiceSpec(spec, kNode);
  ASSERT_EQ(problems.size(), 1u) << Print(problems);
  EXPECT_EQ(problems[0].path, GetParam().path);
  EXPECT_TRUE(absl::StrContains(problems[0].what, GetParam().what)) << Print(problems);
  EXPECT_EQ(problems[0].severity, GetParam().severity);
  EXPECT_FALSE(problems[0].advice.empty());
}

constexpr auto kWarning = SpecProblem::Severity::kWarning;
#define HEAD "spec.containers[\"head\"]"

std::vector<Rule> ContainerRules() {
  return {
      {"NoImage", [](auto&, Container& c) { c.image.reset(); }, HEAD ".image", "is required"},
      {"EmptyImage", [](auto&, Container& c) { c.image = ""; }, HEAD ".image", "is required"},
      {"BlankInImage", [](auto&, Container& c) { c.image = "/d/s/r/i: 1"; }, HEAD ".image", "blank"},
      {"ShortImage", [](auto&, Container& c) { c.image = "ray:2"; }, HEAD ".image", "registry", kWarning},
      {"BadName", [](ServiceSpec& s, Container&) { s.containers["Head_1"] = {.image = "/d/s/r/i"}; },
       "spec.containers[\"Head_1\"]", "cannot be the name"},
      {"NameEndsInDash", [](ServiceSpec& s, Container&) { s.containers["a-"] = {.image = "/d/s/r/i"}; },
       "spec.containers[\"a-\"]", "cannot be the name"},
      {"LongName", [](ServiceSpec& s, Container&) { s.volumes->insert({std::string(64, 'a'), {.source = "local"}}); },
       "spec.volumes[\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"]", "cannot be the name"},
      {"SidecarName",
       [](ServiceSpec& s, Container&) { s.containers["stage-mount-v2-sidecar-x"] = {.image = "/d/s/r/i"}; },
       "spec.containers[\"stage-mount-v2-sidecar-x\"]", "stages"},
      {"TooManyContainers",
       [](ServiceSpec& s, Container&) {
         for (int i = 0; i < 20; ++i) s.containers[absl::StrCat("c", i)] = {.image = "/d/s/r/i"};
       },
       "spec.containers", "21 containers"},
      {"ProbeWithoutPort", [](auto&, Container& c) { c.readiness_probe->port.reset(); }, HEAD ".readiness_probe.port",
       "is required"},
      {"ProbePort", [](auto&, Container& c) { c.readiness_probe->port = 70000; }, HEAD ".readiness_probe.port",
       "out of range"},
      {"ProbePath", [](auto&, Container& c) { c.liveness_probe->path = "live"; }, HEAD ".liveness_probe.path",
       "does not start"},
      {"ProbePeriod", [](auto&, Container& c) { c.liveness_probe->period_seconds = 0; },
       HEAD ".liveness_probe.period_seconds", "out of range"},
      {"EnvName", [](auto&, Container& c) { (*c.env)["A=B"] = "x"; }, HEAD ".env[\"A=B\"]", "environment variable"},
      {"UndeclaredVolume", [](auto&, Container& c) { c.volume_mounts->at(0).name = "shn"; },
       HEAD ".volume_mounts[0].name", "no volume \"shn\""},
      {"MountWithoutName", [](auto&, Container& c) { c.volume_mounts->at(0).name.reset(); },
       HEAD ".volume_mounts[0].name", "is required"},
      {"RelativeMount", [](auto&, Container& c) { c.volume_mounts->at(1).mount_path = "models"; },
       HEAD ".volume_mounts[1].mount_path", "not absolute"},
      {"TwoMountsOnOnePath", [](auto&, Container& c) { c.volume_mounts->at(1).mount_path = "/dev/shm/"; },
       HEAD ".volume_mounts[1].mount_path", "another volume"},
      {"Dollars", [](auto&, Container& c) { (*c.env)["X"] = "a$$"; }, HEAD ".env[\"X\"]", "$$"},
      {"DollarsInArgs", [](auto&, Container& c) { c.args = StringList{"a", "$$"}; }, HEAD ".args[1]", "$$"},
      {"TokenPath", [](auto&, Container& c) { c.session_token_config->path = "t"; }, HEAD ".session_token_config.path",
       "not absolute"},
      {"TokenMode", [](auto&, Container& c) { c.session_token_config->permission = "0888"; },
       HEAD ".session_token_config.permission", "no file mode"},
      {"TokenNotMounted", [](auto&, Container& c) { c.mount_session_token = false; }, HEAD ".session_token_config",
       "no effect", kWarning},
  };
}

std::vector<Rule> SecretRules() {
  return {
      {"NoSecret", [](auto&, Container& c) { c.secrets->at(0).object_name.reset(); }, HEAD ".secrets[0]",
       "object_name or object_reference"},
      {"TwoSecrets", [](auto&, Container& c) { c.secrets->at(0).object_reference = "r"; }, HEAD ".secrets[0]",
       "object_name or object_reference"},
      {"NoTarget", [](auto&, Container& c) { c.secrets->at(1).directory_path.reset(); }, HEAD ".secrets[1]",
       "env_var_name or directory_path"},
      {"TwoTargets", [](auto&, Container& c) { c.secrets->at(0).directory_path = "/d"; }, HEAD ".secrets[0]",
       "env_var_name or directory_path"},
      {"NoKeyRef", [](auto&, Container& c) { c.secrets->at(0).secret_key_ref.reset(); },
       HEAD ".secrets[0].secret_key_ref", "required"},
      {"KeyRefWithDirectory", [](auto&, Container& c) { c.secrets->at(1).secret_key_ref = "password"; },
       HEAD ".secrets[1].secret_key_ref", "env_var_name only"},
      {"UnknownKeyRef", [](auto&, Container& c) { c.secrets->at(0).secret_key_ref = "token"; },
       HEAD ".secrets[0].secret_key_ref", "not a value"},
      {"RelativeDirectory", [](auto&, Container& c) { c.secrets->at(1).directory_path = "d"; },
       HEAD ".secrets[1].directory_path", "not absolute"},
      {"EnvTwice", [](auto&, Container& c) { (*c.env)["T"] = "x"; }, HEAD ".secrets[0].env_var_name", "env sets"},
      {"SecretsShareVariable", [](auto&, Container& c) { c.secrets->push_back(c.secrets->at(0)); },
       HEAD ".secrets[2].env_var_name", "another secret"},
      {"TooManySecrets",
       [](auto&, Container& c) {
         for (int i = 0; i < 49; ++i) c.secrets->push_back({.object_name = "s", .directory_path = "/d"});
       },
       "spec.containers", "51 secrets"},
  };
}

std::vector<Rule> ResourceRules() {
  return {
      {"BadCpu", [](auto&, Container& c) { c.resources->requests->cpu = "half"; }, HEAD ".resources.requests.cpu",
       "not an amount of CPU"},
      {"MemoryWithoutUnit", [](auto&, Container& c) { c.resources->limits->memory = "2000"; },
       HEAD ".resources.limits.memory", "not an amount of memory"},
      {"GpuRequestOnly", [](auto&, Container& c) { c.resources->limits->gpu.reset(); }, HEAD ".resources.requests.gpu",
       "differ"},
      {"GpuLimitOnly", [](auto&, Container& c) { c.resources->requests->gpu.reset(); }, HEAD ".resources.limits.gpu",
       "differ"},
      {"GpuUnequal", [](auto&, Container& c) { c.resources->limits->gpu = 2; }, HEAD ".resources.limits.gpu", "differ"},
      {"CpuOverLimit", [](auto&, Container& c) { c.resources->requests->cpu = "2500m"; },
       HEAD ".resources.requests.cpu", "more than the limit"},
      {"MemoryOverLimit", [](auto&, Container& c) { c.resources->requests->memory = "3Gi"; },
       HEAD ".resources.requests.memory", "more than the limit"},
      {"EightGpusOnFour", [](auto&, Container& c) { c.resources->requests->gpu = c.resources->limits->gpu = 8; },
       HEAD ".resources.requests.gpu", "8 GPU requested, but a node of GPU_NV_M has 4"},
      {"GpusTogether",
       [](ServiceSpec& s, Container& c) {
         c.resources->requests->gpu = c.resources->limits->gpu = 3;
         s.containers["more"] = {.image = "/d/s/r/i",
                                 .resources = Resources{ResourceAmounts{.gpu = 2}, ResourceAmounts{.gpu = 2}}};
       },
       "spec.containers[\"more\"].resources.requests.gpu", "5 GPU requested by all containers together"},
      {"CpuOverNode",
       [](auto&, Container& c) {
         c.resources->requests->cpu = "45";
         c.resources->limits->cpu.reset();
       },
       HEAD ".resources.requests.cpu", "45 CPU requested, but a node of GPU_NV_M has 44"},
      {"MemoryOverNode",
       [](auto&, Container& c) {
         c.resources->requests->memory = "179Gi";
         c.resources->limits->memory.reset();
       },
       HEAD ".resources.requests.memory", "179Gi of memory requested"},
      {"LimitOverNode", [](auto&, Container& c) { c.resources->limits->memory = "200Gi"; },
       HEAD ".resources.limits.memory", "more than a node", kWarning},
      {"CpuLimitOverNode", [](auto&, Container& c) { c.resources->limits->cpu = "64"; }, HEAD ".resources.limits.cpu",
       "more than a node", kWarning},
      {"MemoryVolumeOverNode", [](ServiceSpec& s, Container&) { s.volumes->at("shm").size = "200Gi"; },
       "spec.volumes[\"shm\"].size", "more memory than a node"},
  };
}

std::vector<Rule> EndpointRules() {
  return {
      {"NoPort", [](ServiceSpec& s, Container&) { s.endpoints->at("api").port.reset(); }, "spec.endpoints[\"api\"]",
       "port or port_range"},
      {"PortAndRange", [](ServiceSpec& s, Container&) { s.endpoints->at("workers").port = 1; },
       "spec.endpoints[\"workers\"]", "port or port_range"},
      {"PortZero", [](ServiceSpec& s, Container&) { s.endpoints->at("api").port = 0; }, "spec.endpoints[\"api\"].port",
       "out of range"},
      {"BadRange", [](ServiceSpec& s, Container&) { s.endpoints->at("workers").port_range = "2-1"; },
       "spec.endpoints[\"workers\"].port_range", "no range"},
      {"RangeOverHttp", [](ServiceSpec& s, Container&) { s.endpoints->at("workers").protocol.reset(); },
       "spec.endpoints[\"workers\"].port_range", "protocol TCP"},
      {"PublicTcp", [](ServiceSpec& s, Container&) { s.endpoints->at("api").protocol = "tcp"; },
       "spec.endpoints[\"api\"].protocol", "public endpoint"},
      {"Protocol", [](ServiceSpec& s, Container&) { s.endpoints->at("api").protocol = "UDP"; },
       "spec.endpoints[\"api\"].protocol", "not a value"},
      {"SamePort", [](ServiceSpec& s, Container&) { (*s.endpoints)["b"] = {.port = 8000}; },
       "spec.endpoints[\"b\"].port", "\"api\" has port 8000 already"},
      {"PortInRange", [](ServiceSpec& s, Container&) { (*s.endpoints)["x"] = {.port = 20005}; },
       "spec.endpoints[\"x\"].port", "\"workers\" has port 20005 already"},
      {"CorsWildcard",
       [](ServiceSpec& s, Container&) {
         s.endpoints->at("api").cors_settings->access_control_allow_origin = StringList{"*"};
       },
       "spec.endpoints[\"api\"].cors_settings.access_control_allow_origin[0]", "wildcard"},
      {"CorsWithoutOrigin",
       [](ServiceSpec& s, Container&) { s.endpoints->at("api").cors_settings->access_control_allow_origin.reset(); },
       "spec.endpoints[\"api\"].cors_settings.access_control_allow_origin", "is required"},
      {"CorsNotPublic", [](ServiceSpec& s, Container&) { s.endpoints->at("api").is_public = false; },
       "spec.endpoints[\"api\"].cors_settings", "not public", kWarning},
      {"TooManyEndpoints",
       [](ServiceSpec& s, Container&) {
         for (int i = 0; i < 99; ++i) (*s.endpoints)[absl::StrCat("e", i)] = {.port = i + 1};
       },
       "spec.endpoints", "101 endpoints"},
      {"RoleOfNoEndpoint",
       [](ServiceSpec& s, Container&) { s.service_roles->at("reader").endpoints->push_back("apy"); },
       "spec.service_roles[\"reader\"].endpoints[1]", "no endpoint \"apy\""},
      {"RoleWithoutEndpoints", [](ServiceSpec& s, Container&) { s.service_roles->at("reader").endpoints.reset(); },
       "spec.service_roles[\"reader\"].endpoints", "is required"},
      {"RoleName", [](ServiceSpec& s, Container&) { (*s.service_roles)["a-b"] = {StringList{"api"}}; },
       "spec.service_roles[\"a-b\"]", "service role"},
      {"RoleOfTheService",
       [](ServiceSpec& s, Container&) { (*s.service_roles)["ALL_ENDPOINTS_USAGE"] = {StringList{"api"}}; },
       "spec.service_roles[\"ALL_ENDPOINTS_USAGE\"]", "by itself"},
  };
}

std::vector<Rule> VolumeRules() {
  return {
      {"NoSource", [](ServiceSpec& s, Container&) { s.volumes->at("tmp").source.reset(); },
       "spec.volumes[\"tmp\"].source", "is required"},
      {"Source", [](ServiceSpec& s, Container&) { s.volumes->at("tmp").source = "nfs"; },
       "spec.volumes[\"tmp\"].source", "no kind of volume"},
      {"OldStage", [](ServiceSpec& s, Container&) { s.volumes->at("tmp").source = "@st"; },
       "spec.volumes[\"tmp\"].source", "old form", kWarning},
      {"MemorySize", [](ServiceSpec& s, Container&) { s.volumes->at("shm").size.reset(); },
       "spec.volumes[\"shm\"].size", "required for a memory"},
      {"BlockSize", [](ServiceSpec& s, Container&) { s.volumes->at("data").size.reset(); },
       "spec.volumes[\"data\"].size", "required for a block"},
      {"BlockFraction", [](ServiceSpec& s, Container&) { s.volumes->at("data").size = "1.5Gi"; },
       "spec.volumes[\"data\"].size", "no size of a block volume"},
      {"BlockUnit", [](ServiceSpec& s, Container&) { s.volumes->at("data").size = "1024Mi"; },
       "spec.volumes[\"data\"].size", "no size of a block volume"},
      {"LocalSize", [](ServiceSpec& s, Container&) { s.volumes->at("tmp").size = "1Gi"; }, "spec.volumes[\"tmp\"].size",
       "means nothing", kWarning},
      {"LocalUid", [](ServiceSpec& s, Container&) { s.volumes->at("tmp").uid = 1; }, "spec.volumes[\"tmp\"].uid",
       "means nothing", kWarning},
      {"StageConfigMissing", [](ServiceSpec& s, Container&) { s.volumes->at("models").stage_config.reset(); },
       "spec.volumes[\"models\"].stage_config", "required for a stage"},
      {"StageConfigElsewhere",
       [](ServiceSpec& s, Container&) { s.volumes->at("tmp").stage_config = StageConfig{.name = "@a"}; },
       "spec.volumes[\"tmp\"].stage_config", "stage volumes only"},
      {"StageName", [](ServiceSpec& s, Container&) { s.volumes->at("models").stage_config->name = "db.sc.st"; },
       "spec.volumes[\"models\"].stage_config.name", "names no stage"},
      {"StageFourParts", [](ServiceSpec& s, Container&) { s.volumes->at("models").stage_config->name = "@a.b.c.d"; },
       "spec.volumes[\"models\"].stage_config.name", "names no stage"},
      {"StageNoName", [](ServiceSpec& s, Container&) { s.volumes->at("models").stage_config->name.reset(); },
       "spec.volumes[\"models\"].stage_config.name", "is required"},
      {"StageCache",
       [](ServiceSpec& s, Container&) { s.volumes->at("models").stage_config->metadata_cache = "1 hour"; },
       "spec.volumes[\"models\"].stage_config.metadata_cache", "not a period"},
      {"BlockConfigElsewhere", [](ServiceSpec& s, Container&) { s.volumes->at("tmp").block_config = BlockConfig{}; },
       "spec.volumes[\"tmp\"].block_config", "block volumes only"},
      {"Encryption", [](ServiceSpec& s, Container&) { s.volumes->at("data").block_config->encryption = "AES"; },
       "spec.volumes[\"data\"].block_config.encryption", "not a value"},
      {"TooManyVolumes",
       [](ServiceSpec& s, Container&) {
         for (int i = 0; i < 17; ++i) (*s.volumes)[absl::StrCat("v", i)] = {.source = "local"};
       },
       "spec.volumes", "21 volumes"},
      {"LogLevel", [](ServiceSpec& s, Container&) { s.log_exporters->event_table_config->log_level = "DEBUG"; },
       "spec.log_exporters.event_table_config.log_level", "not a value"},
      {"NoConditions",
       [](ServiceSpec& s, Container&) {
         s.resource_management->auto_scaling_policies->scale_up->any_conditions->clear();
       },
       "spec.resource_management.auto_scaling_policies.scale_up.any_conditions", "is required"},
      {"Aggregation",
       [](ServiceSpec& s, Container&) {
         s.resource_management->auto_scaling_policies->scale_up->any_conditions->at(0)
             .metric_condition->aggregation_type = "sum";
       },
       "spec.resource_management.auto_scaling_policies.scale_up.any_conditions[0].metric_condition.aggregation_type",
       "not a value"},
  };
}

#define SPCS_RULES(suite, rules)                                        \
  INSTANTIATE_TEST_SUITE_P(suite, RuleTest, ::testing::ValuesIn(rules), \
                           [](const auto& info) { return std::string(info.param.name); })
SPCS_RULES(Containers, ContainerRules());
SPCS_RULES(Secrets, SecretRules());
SPCS_RULES(Resources, ResourceRules());
SPCS_RULES(Endpoints, EndpointRules());
SPCS_RULES(Volumes, VolumeRules());

TEST(ServiceSpecCheckTest, TheGoodOneIsGood) {
  EXPECT_EQ(Print(CheckServiceSpec(Good(), kNode)), "");
  EXPECT_EQ(Print(CheckServiceSpec(Good(), std::nullopt)), "");
}

TEST(ServiceSpecCheckTest, WithoutAFamilyNothingIsSaidAboutNodes) {
  ServiceSpec spec = Good();
  Resources& resources = *spec.containers["head"].resources;
  resources = Resources{ResourceAmounts{"500", "9Ti", 64}, ResourceAmounts{"500", "9Ti", 64}};
  EXPECT_EQ(Print(CheckServiceSpec(spec, std::nullopt)), "");
}

TEST(ServiceSpecCheckTest, GpusOnAFamilyWithoutAny) {
  const std::vector<SpecProblem> problems = CheckServiceSpec(Good(), LimitsOf(*FindInstanceFamily("CPU_X64_M")));
  ASSERT_EQ(problems.size(), 1u) << Print(problems);
  EXPECT_EQ(problems[0].what, "1 GPU requested, but a node of CPU_X64_M has none");
}

TEST(ServiceSpecCheckTest, NothingIsSaidAboutWhatIsUnknown) {
  struct Case {
    std::string unknown;
    std::function<void(ServiceSpec&, Container&)> forget;
  };
  const std::vector<Case> cases = {
      {HEAD ".image", [](auto&, Container& c) { c.image.reset(); }},
      {HEAD ".readiness_probe", [](auto&, Container& c) { c.readiness_probe.reset(); }},
      {HEAD ".secrets[0].object_name", [](auto&, Container& c) { c.secrets->at(0).object_name.reset(); }},
      {HEAD ".resources.limits", [](auto&, Container& c) { c.resources->limits.reset(); }},
      {HEAD ".resources.requests.gpu", [](auto&, Container& c) { c.resources->requests->gpu.reset(); }},
      {"spec.containers", [](ServiceSpec& s, Container&) { s.containers.clear(); }},
      {"spec.volumes", [](ServiceSpec& s, Container&) { s.volumes.reset(); }},
      {"spec.volumes[\"models\"].stage_config.name",
       [](ServiceSpec& s, Container&) { s.volumes->at("models").stage_config->name.reset(); }},
      {"spec.volumes[\"data\"].source", [](ServiceSpec& s, Container&) { s.volumes->at("data").source.reset(); }},
      {"spec.endpoints", [](ServiceSpec& s, Container&) { s.endpoints.reset(); }},
      {"spec.endpoints[\"api\"].port", [](ServiceSpec& s, Container&) { s.endpoints->at("api").port.reset(); }},
      {"spec.endpoints[\"api\"].public", [](ServiceSpec& s, Container&) { s.endpoints->at("api").is_public.reset(); }},
      {"spec.endpoints[\"workers\"].protocol",
       [](ServiceSpec& s, Container&) { s.endpoints->at("workers").protocol.reset(); }},
  };
  for (const Case& c : cases) {
    ServiceSpec spec = Good();
    c.forget(spec, spec.containers["head"]);
    EXPECT_EQ(Print(CheckServiceSpec(spec, kNode, {c.unknown})), "") << c.unknown;
  }
  // The rest is still checked.
  ServiceSpec spec = Good();
  spec.containers["head"].image.reset();
  spec.containers["head"].volume_mounts->at(0).name = "shn";
  EXPECT_EQ(CheckServiceSpec(spec, kNode, {HEAD ".image"}).size(), 1u);
  EXPECT_EQ(CheckServiceSpec(spec, kNode, {HEAD ".imag", HEAD ".image_2"}).size(), 2u);
}

TEST(ServiceSpecCheckTest, AServiceNeedsAContainer) {
  const std::vector<SpecProblem> problems = CheckServiceSpec(ServiceSpec{}, std::nullopt);
  ASSERT_EQ(problems.size(), 1u) << Print(problems);
  EXPECT_EQ(problems[0].path, "spec.containers");
}

TEST(ServiceSpecCheckTest, StageNamesThatAreGood) {
  for (const char* name :
       {"@st", "@sc.st", "@db.sc.st", "@db.sc.st/", "@db.sc.st/a/b.c", "@\"My Db\".sc.\"s\"\"t\"/x", "@_a.$b"}) {
    ServiceSpec spec = Good();
    spec.volumes->at("models").stage_config->name = name;
    EXPECT_EQ(CheckServiceSpec(spec, kNode).size(), std::string(name) == "@_a.$b" ? 1u : 0u) << name;
  }
}

TEST(ServiceSpecCheckTest, AdviceOfAQuantityIsASentence) {
  ServiceSpec spec = Good();
  spec.containers["head"].resources->requests->cpu = "x";
  const std::vector<SpecProblem> problems = CheckServiceSpec(spec, std::nullopt);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].what, "\"x\" is not an amount of CPU");
  EXPECT_EQ(problems[0].advice, "Write cores (\"2\", \"0.5\") or whole millicores (\"500m\").");
}

}  // namespace
}  // namespace spcs::snowflake
