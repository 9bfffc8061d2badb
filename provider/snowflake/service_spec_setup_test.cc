// SPDX-License-Identifier: MPL-2.0
// The services and the job of the first public Ray-on-containers setup, written for today's service: stage volumes with
// stageConfig, Ray's ports declared as TCP, the token from a secret, no egress key. Checked, rendered, read back, and
// found again in a text such as the service answers.
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "provider/snowflake/service_spec.h"

namespace spcs::snowflake {
namespace {

std::string Image(absl::string_view name) {
  return absl::StrCat("/mydb/vicuna13bonrayserve/llm_repo/", name, ":v1");
}

Resources Gpus(int64_t count) {
  return Resources{ResourceAmounts{.gpu = count}, ResourceAmounts{.gpu = count}};
}

std::vector<ContainerSecret> Token() {
  return {{.object_name = "mydb.vicuna13bonrayserve.hf_token",
           .env_var_name = "HF_TOKEN",
           .secret_key_ref = "secret_string"}};
}

Volume Shm(const char* size) {
  return {.source = "memory", .size = size};
}
Volume Stage(const char* name) {
  return {.source = "stage", .stage_config = StageConfig{.name = absl::StrCat("@mydb.vicuna13bonrayserve.", name)}};
}
Endpoint Tcp(int64_t port) {
  return {.port = port, .protocol = "TCP"};
}
Endpoint Public(int64_t port) {
  return {.port = port, .is_public = true};
}

ServiceSpec Head() {
  const std::vector<VolumeMount> logs = {{"raylogs", "/raylogs"}};
  ServiceSpec spec;
  spec.containers["head"] = Container{
      .image = Image("ray_head"),
      .env = StringMap{{"RAY_GRAFANA_HOST", "http://spcs-ray-custom-head-service:3000"},
                       {"RAY_PROMETHEUS_HOST", "http://spcs-ray-custom-head-service:9090"}},
      .readiness_probe = Probe{.port = 8265, .path = "/api/version"},
      .volume_mounts =
          std::vector<VolumeMount>{{"dshm", "/dev/shm"}, {"home", "/home/snowflake"}, {"raylogs", "/raylogs"}},
      .resources = Gpus(1),
      .secrets = Token()};
  spec.containers["prometheus"] = Container{.image = Image("prometheus"), .volume_mounts = logs};
  spec.containers["grafana"] = Container{.image = Image("grafana"), .volume_mounts = logs};
  spec.endpoints = {{"notebook", Public(8888)}, {"ray-dashboard", Public(8265)}, {"prometheus", Public(9090)},
                    {"grafana", Public(3000)},  {"rayserveapi", Public(8000)},   {"add-ray-nodes", Tcp(6379)},
                    {"client", Tcp(10001)},     {"node-manager", Tcp(6380)},     {"object-manager", Tcp(6381)}};
  (*spec.endpoints)["worker-ports"] = {.port_range = "20000-20099", .protocol = "TCP"};
  spec.volumes = {{"dshm", Shm("20.16Gi")}, {"home", Stage("snowml_home")}, {"raylogs", Stage("ray_logs")}};
  return spec;
}

ServiceSpec Worker(const char* image, int64_t gpus) {
  ServiceSpec spec;
  spec.containers["worker"] =
      Container{.image = Image(image),
                .env = StringMap{{"RAY_HEAD_ADDRESS", "spcs-ray-custom-head-service:6379"}},
                .volume_mounts = std::vector<VolumeMount>{{"dshm", "/dev/shm"}, {"home", "/home/snowflake"}},
                .resources = gpus > 0 ? std::optional<Resources>(Gpus(gpus)) : std::nullopt,
                .secrets = Token()};
  spec.endpoints = {{"node-manager", Tcp(6380)}, {"object-manager", Tcp(6381)}};
  (*spec.endpoints)["worker-ports"] = {.port_range = "20000-20099", .protocol = "TCP"};
  spec.volumes = {{"dshm", Shm("20.16Gi")}, {"home", Stage("snowml_home")}};
  return spec;
}

ServiceSpec DeployJob() {
  ServiceSpec spec;
  spec.containers["vllm"] =
      Container{.image = Image("vllm"),
                .command = StringList{"python"},
                .args = StringList{"main.py", "deploy_app", "--url=ray://spcs-ray-custom-head-service:10001"},
                .env = StringMap{{"HF_MODEL", "lmsys/vicuna-13b-v1.5-16k"}},
                .volume_mounts = std::vector<VolumeMount>{{"dshm", "/dev/shm"}},
                .secrets = Token()};
  spec.endpoints = {{"api", {.port = 8000}}};
  spec.volumes = {{"dshm", Shm("10.16Gi")}};
  return spec;
}

ServiceSpec Streamlit() {
  ServiceSpec spec;
  spec.containers["streamlit"] =
      Container{.image = Image("streamlit"),
                .env = StringMap{{"RAY_API_URL", "http://spcs-ray-custom-head-service:8000/vicuna13bapi/"},
                                 {"FEEDBACK_TABLE", "ST_FEEDBACK"}},
                .readiness_probe = Probe{.port = 8501, .path = "/_stcore/health"}};
  spec.endpoints = {{"streamlit", Public(8501)}};
  return spec;
}

// The text with what the service adds: a host, a digest, default resources, a sidecar for each stage.
ServiceSpec AsServed(const ServiceSpec& spec, const FamilyLimits& node) {
  ServiceSpec served = spec;
  for (auto& [name, container] : served.containers) {
    container.image = absl::StrCat("org-acct.registry.snowflakecomputing.com", *container.image);
    if (!container.resources) container.resources.emplace();
    Resources& resources = *container.resources;
    if (!resources.requests) resources.requests.emplace();
    if (!resources.limits) resources.limits.emplace();
    resources.requests->cpu = "0.5";
    resources.requests->memory = "0.5Gi";
    resources.limits->cpu = absl::StrCat(node.cpu_millicores / 1000);
    resources.limits->memory = absl::StrCat(node.memory_bytes >> 30, "Gi");
    container.mount_session_token = true;
    if (container.readiness_probe) container.readiness_probe->period_seconds = 5;
  }
  for (auto& [name, endpoint] : *served.endpoints) {
    if (!endpoint.protocol) endpoint.protocol = "HTTP";
    if (!endpoint.is_public) endpoint.is_public = false;
  }
  if (served.volumes) {
    for (auto& [name, volume] : *served.volumes) {
      if (volume.source == "stage")
        served.containers[absl::StrCat("stage-mount-v2-sidecar-", name)].image = "/x/y/z/mount:1";
    }
  }
  return served;
}

struct Named {
  const char* name;
  ServiceSpec spec;
  const char* family;
};

class SetupTest : public ::testing::TestWithParam<Named> {};

TEST_P(SetupTest, IsSoundAndSurvivesTheRoundTrip) {
  const FamilyLimits node = LimitsOf(*FindInstanceFamily(GetParam().family));
  const ServiceSpec& spec = GetParam().spec;
  for (const SpecProblem& problem : CheckServiceSpec(spec, node)) {
    ADD_FAILURE() << problem.path << ": " << problem.what;
  }
  const std::string text = *RenderServiceSpec(spec);
  EXPECT_EQ(*ParseServiceSpec(text), spec) << text;

  const std::string answer = absl::StrCat("---\n", *RenderServiceSpec(AsServed(spec, node)));
  const absl::StatusOr<ServiceSpec> served = ParseServerSpec(answer);
  ASSERT_TRUE(served.ok()) << served.status();
  EXPECT_EQ(Reconcile(spec, *served, node), spec);
  EXPECT_EQ(Reconcile(spec, *served), spec);
  EXPECT_EQ(Reconcile(ServiceSpec{}, *served, node), spec);
  EXPECT_EQ(Reconcile(ServiceSpec{}, *served), spec);
}

INSTANTIATE_TEST_SUITE_P(Services, SetupTest,
                         ::testing::Values(Named{"Head", Head(), "GPU_NV_S"},
                                           Named{"LlmWorker", Worker("ray_llm_worker", 4), "GPU_NV_M"},
                                           Named{"GenericWorker", Worker("ray_worker", 0), "HIGHMEM_X64_S"},
                                           Named{"DeployJob", DeployJob(), "GPU_NV_S"},
                                           Named{"Streamlit", Streamlit(), "GPU_NV_S"}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(SetupRegressionTest, TheFirstFormOfTheHeadIsWarnedAbout) {
  ServiceSpec spec = Head();
  spec.volumes->at("home") = Volume{.source = "@snowml_home"};
  const std::vector<SpecProblem> problems = CheckServiceSpec(spec, std::nullopt);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].severity, SpecProblem::Severity::kWarning);
  EXPECT_EQ(problems[0].advice, "Write source = \"stage\" and stage_config = { name = \"@snowml_home\" }.");
}

}  // namespace
}  // namespace spcs::snowflake
