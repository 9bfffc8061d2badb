// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/ray_serve_model_model.h"

#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "provider/resources/ray_deploy_job.h"
#include "provider/resources/resource_fixture_for_test.h"
#include "provider/testing/model_check.h"

namespace spcs::resources {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using tf::Value;

using Members = ResourceFixture::Members;

RayServeModel Model() {
  RayServeModel model{};
  model.database = "d";
  model.schema = "s";
  model.head_service = "ray_head";
  model.name = "chat";
  model.head_container = "head";
  model.compute_pool = "p";
  model.image = "/d/s/r/deploy:1";
  model.transport = "job";
  model.route_prefix = "/chat";
  model.import_path = "app:build";
  RayDeployment deployment{};
  deployment.num_replicas = 2;
  deployment.max_ongoing_requests = 8;
  model.deployments = std::map<std::string, tf::Object<RayDeployment>>{{"LLM", deployment}};
  return model;
}

RayDeployment& Deployment(RayServeModel& model) {
  return model.deployments.value()["LLM"].value();
}

TEST(RayServeModelTest, Model) {
  testing::CheckModel(RayServeModelModel());
}

TEST(ServeApplicationTest, IsWhatTheRestApiTakes) {
  RayServeModel model = Model();
  model.args = "{\"model\": \"m\"}";
  model.runtime_env = "{\"env_vars\": {\"A\": \"1\"}}";
  RayDeployment& deployment = Deployment(model);
  deployment.max_queued_requests = -1;
  deployment.user_config = "{\"t\": 0.5}";
  RayActorOptions options{};
  options.num_gpus = 0.5;
  options.resources = std::map<std::string, tf::Float>{{"worker", 1.0}};
  deployment.ray_actor_options = options;
  deployment.placement_group_strategy = "PACK";
  deployment.placement_group_bundles =
      std::vector<tf::Map<tf::Float>>{std::map<std::string, tf::Float>{{"CPU", 1.0}, {"GPU", 1.0}}};
  const auto application = ServeApplication(model);
  ASSERT_OK(application);
  EXPECT_EQ(*application, json::parse(R"({
    "name": "chat", "route_prefix": "/chat", "import_path": "app:build",
    "runtime_env": {"env_vars": {"A": "1"}}, "args": {"model": "m"},
    "deployments": [{
      "name": "LLM", "num_replicas": 2, "max_ongoing_requests": 8, "max_queued_requests": -1,
      "user_config": {"t": 0.5},
      "ray_actor_options": {"num_gpus": 0.5, "resources": {"worker": 1.0}},
      "placement_group_bundles": [{"CPU": 1.0, "GPU": 1.0}], "placement_group_strategy": "PACK"}]})"));
}

TEST(ServeApplicationTest, TheHashFollowsTheMeaningOfTheJson) {
  RayServeModel model = Model();
  model.args = "{\"a\": 1, \"b\": 2}";
  const std::string hash = ConfigHash(*ServeApplication(model));
  EXPECT_EQ(hash.size(), 64u);
  model.args = "{ \"b\":2,\"a\":1 }";
  EXPECT_EQ(ConfigHash(*ServeApplication(model)), hash);
  model.image = "/d/s/r/deploy:2";  // where it is deployed from is no part of it
  EXPECT_EQ(ConfigHash(*ServeApplication(model)), hash);
  Deployment(model).num_replicas = 3;
  EXPECT_NE(ConfigHash(*ServeApplication(model)), hash);
}

// The paths of what is wrong.
std::vector<std::string> Problems(const RayServeModel& model) {
  tf::Diagnostics found;
  CheckServeApplication(model, found);
  std::vector<std::string> paths;
  for (const tf::Diagnostic& diagnostic : found.list()) paths.push_back(diagnostic.path.ToString());
  return paths;
}

TEST(CheckServeApplicationTest, ChecksRoutesAndImportPaths) {
  EXPECT_THAT(Problems(Model()), IsEmpty());
  for (const char* route : {"chat", "", "/chat/"}) {
    RayServeModel model = Model();
    model.route_prefix = route;
    EXPECT_THAT(Problems(model), ElementsAre("route_prefix")) << route;
  }
  RayServeModel root = Model();
  root.route_prefix = "/";
  EXPECT_THAT(Problems(root), IsEmpty());
  for (const char* path : {"app", "app:", ":build", "a:b:c", ""}) {
    RayServeModel model = Model();
    model.import_path = path;
    EXPECT_THAT(Problems(model), ElementsAre("import_path")) << path;
  }
}

TEST(CheckServeApplicationTest, ChecksJson) {
  for (const char* text : {"{", "[]", "1", "{\"token\": \"<redacted>\"}"}) {
    RayServeModel model = Model();
    model.args = text;
    Deployment(model).user_config = text;
    EXPECT_THAT(Problems(model), ElementsAre("args", "deployments[\"LLM\"].user_config")) << text;
  }
  RayServeModel unknown = Model();
  unknown.args = tf::String::Unknown();
  EXPECT_THAT(Problems(unknown), IsEmpty());
}

TEST(CheckServeApplicationTest, TheActorFitsInItsFirstBundle) {
  RayServeModel model = Model();
  RayActorOptions options{};
  options.num_gpus = 1.0;
  Deployment(model).ray_actor_options = options;
  const std::map<std::string, tf::Float> without{{"CPU", 1.0}}, with{{"GPU", 1.0}};
  Deployment(model).placement_group_bundles = std::vector<tf::Map<tf::Float>>{without, with};
  EXPECT_THAT(Problems(model), ElementsAre("deployments[\"LLM\"].ray_actor_options.num_gpus"));
  Deployment(model).placement_group_bundles = std::vector<tf::Map<tf::Float>>{with, without};
  EXPECT_THAT(Problems(model), IsEmpty());
  const std::map<std::string, tf::Float> open{{"GPU", tf::Float::Unknown()}};
  Deployment(model).placement_group_bundles = std::vector<tf::Map<tf::Float>>{open};
  EXPECT_THAT(Problems(model), IsEmpty()) << "an amount that is not known yet";
  Deployment(model).placement_group_bundles = {};
  Deployment(model).placement_group_strategy = "PACK";
  EXPECT_THAT(Problems(model), ElementsAre("deployments[\"LLM\"].placement_group_strategy"));
}

TEST(ServiceHostTest, IsTheNameAsADnsLabel) {
  EXPECT_EQ(ServiceHost(snowflake::Identifier::Stored("RAY_HEAD")), "ray-head");
}

// --- the resource ---

constexpr char kHead[] = "DESCRIBE SERVICE D.S.RAY_HEAD";
constexpr char kContainers[] = "SHOW SERVICE CONTAINERS IN SERVICE D.S.RAY_HEAD";

// An account whose jobs end as told, whatever their names.
class DeployAccount : public http::Transport {
 public:
  explicit DeployAccount(PlayedAccount& account) : account_(account) {}
  std::string job_status = "DONE", log = R"({"status":"RUNNING","session_name":"session_1","config_hash":"h"})";
  std::vector<std::string> jobs;  // their statements
  bool drop_fails = false;
  int lost_starts = 0;  // carried out, but not answered; the repeat finds the job there

  absl::StatusOr<http::Response> Send(const http::Request& request, std::stop_token stop) override {
    const std::string sql = json::parse(request.body).value("statement", "");
    const bool of_head = absl::StrContains(sql, "RAY_HEAD");
    if (absl::StartsWith(sql, "EXECUTE JOB SERVICE")) {
      if (running_) return http::Response{422, {}, testing::ErrorBody("002002", "Object 'J' already exists.")};
      jobs.push_back(sql);
      running_ = true;
      if (lost_starts-- > 0) return absl::UnavailableError("connection lost");
    }
    if (absl::StartsWith(sql, "DROP SERVICE") && drop_fails) {
      return http::Response{422, {}, testing::ErrorBody("000000", "not now")};
    }
    if (absl::StartsWith(sql, "DROP SERVICE")) running_ = false;
    if (!of_head && running_) {
      if (absl::StartsWith(sql, "DESCRIBE SERVICE")) return Rows({{"name", "status"}, {{"J", job_status}}});
      if (absl::StartsWith(sql, "SHOW SERVICE CONTAINERS")) {
        return Rows({{"instance_id", "container_name", "status", "last_exit_code"},
                     {{"0", "deploy", job_status, job_status == "DONE" ? "0" : "1"}}});
      }
      if (absl::StartsWith(sql, "SELECT SYSTEM$GET_SERVICE_LOGS")) return Rows({{"log"}, {{log}}});
    }
    return account_.Send(request, std::move(stop));
  }

 private:
  static http::Response Rows(const testing::FakeRows& rows) { return {200, {}, testing::ResultBody(rows)}; }
  PlayedAccount& account_;
  bool running_ = false;
};

// Made before the fixture that asks for it.
struct Deployer {
  DeployAccount* deploy = nullptr;
};

struct ModelFixture : Deployer, ResourceFixture {
  ModelFixture()
      : ResourceFixture(MakeRayServeModel, [this](PlayedAccount& played) -> std::unique_ptr<http::Transport> {
          auto transport = std::make_unique<DeployAccount>(played);
          deploy = transport.get();
          return transport;
        }) {
    Head("t1");
  }
  void Head(const std::string& start_time, const std::string& status = "RUNNING") {
    account.On(kHead, {{"name", "status"}, {{"RAY_HEAD", status}}});
    account.On(kContainers, {{"instance_id", "container_name", "status", "restart_count", "start_time"},
                             {{"0", "head", "READY", "0", start_time}}});
  }
  Members Config() const {
    Members config = RayServeModelModel().Encode(Model()).AsMap();
    for (const tf::Attribute& attribute : resource->schema().attributes) {
      if (attribute.computed && !attribute.optional) config.erase(attribute.name);
    }
    return config;
  }
  Members With(const char* name, Value value) const {
    Members config = Config();
    config[name] = std::move(value);
    return config;
  }
};

TEST(RayServeModelTest, EveryChangeIsAJobThatIsDropped) {
  ModelFixture f;
  ASSERT_OK(f.Create(f.Config()));
  ASSERT_EQ(f.deploy->jobs.size(), 1u);
  EXPECT_THAT(f.deploy->jobs[0], AllOf(StartsWith("EXECUTE JOB SERVICE IN COMPUTE POOL P FROM SPECIFICATION"),
                                       HasSubstr("SPCS_RAY_DEPLOY_REQUEST"), HasSubstr("NAME = D.S.CHAT_"),
                                       HasSubstr("ray-head"), HasSubstr("deploy")));
  EXPECT_THAT(f.account.changes(), Contains(StartsWith("DROP SERVICE D.S.CHAT_")));
  EXPECT_EQ(f.Text("status"), "RUNNING");
  EXPECT_EQ(f.Text("session_name"), "session_1");
  EXPECT_EQ(f.Text("url_path"), "/chat");
  EXPECT_EQ(f.Text("config_hash"), ConfigHash(*ServeApplication(Model())));
  EXPECT_TRUE(f.PlansNothing(f.Config()));
  ASSERT_OK(f.Apply(f.With("import_path", "app:other")));
  EXPECT_EQ(f.deploy->jobs.size(), 2u);
}

TEST(RayServeModelTest, TheDeployerHasAPartOfTheTime) {
  ModelFixture f;
  Members config = f.With("worker_services", Value(Value::List{Value("WORKERS")}));
  config["timeouts"] = Value(Value::Map{{"create", "10m"}, {"update", {}}, {"delete", {}}});
  ASSERT_OK(f.Create(config));
  EXPECT_THAT(f.deploy->jobs[0], AllOf(HasSubstr(R"(\"timeout_seconds\":540)"), HasSubstr(R"(\"settle_seconds\":5)")));
}

TEST(RayServeModelTest, WhereTheJobRunsDeploysNothing) {
  ModelFixture f;
  ASSERT_OK(f.Create(f.Config()));
  ASSERT_OK(f.Apply(f.With("image", "/d/s/r/deploy:2")));
  EXPECT_EQ(f.deploy->jobs.size(), 1u);
}

TEST(RayServeModelTest, AnotherHeadDeploysAgain) {
  ModelFixture f;
  ASSERT_OK(f.Create(f.Config()));
  // A revision that is given for the first time tells of no change.
  ASSERT_OK(f.Apply(f.With("cluster_revision", "r1")));
  EXPECT_EQ(f.deploy->jobs.size(), 1u);
  const auto planned = f.Plan(f.With("cluster_revision", Value::Unknown()));
  ASSERT_OK(planned);
  EXPECT_TRUE(planned->Get("session_name").IsUnknown());
  ASSERT_OK(f.Apply(f.With("cluster_revision", "r2")));
  EXPECT_EQ(f.deploy->jobs.size(), 2u);
}

TEST(RayServeModelTest, AHeadThatStartedAnewKnowsNoApplication) {
  ModelFixture f;
  ASSERT_OK(f.Create(f.Config()));
  ASSERT_OK(f.Read());
  EXPECT_FALSE(f.state.IsNull());
  f.Head("t2");
  ASSERT_OK(f.Read());
  EXPECT_TRUE(f.state.IsNull());
}

TEST(RayServeModelTest, AHeadThatRestoredItIsBelieved) {
  ModelFixture f;
  ASSERT_OK(f.Create(f.Config()));
  f.Head("t2");
  f.account.On("SELECT SYSTEM$GET_SERVICE_LOGS('D.S.RAY_HEAD', 0, 'head', 1000)",
               {{"log"}, {{"up\nrestored " + f.Text("config_hash") + "\n"}}});
  ASSERT_OK(f.Read());
  EXPECT_FALSE(f.state.IsNull());
}

TEST(RayServeModelTest, AFailedJobIsAnErrorAndIsDroppedToo) {
  ModelFixture f;
  f.deploy->job_status = "FAILED";
  f.deploy->log = "Traceback";
  const absl::Status status = f.Create(f.Config());
  EXPECT_THAT(status.message(), HasSubstr("Traceback"));
  EXPECT_THAT(f.account.changes(), Contains(StartsWith("DROP SERVICE D.S.CHAT_")));
}

// What may be in Serve is in the state, or no destroy would take it away.
TEST(RayServeModelTest, AFailureIsKeptUnlessNothingWasWritten) {
  for (const auto& [log, kept] : {std::pair("Traceback", true),
                                  {R"({"status":"DEPLOY_FAILED","written":true})", true},
                                  {R"({"status":"FAILED","written":false})", false}}) {
    ModelFixture f;
    f.deploy->job_status = "FAILED";
    f.deploy->log = log;
    EXPECT_FALSE(f.Create(f.Config()).ok());
    EXPECT_EQ(!f.state.IsNull(), kept) << log;
    EXPECT_EQ(f.state.IsNull() ? "" : f.Text("config_hash"), kept ? ConfigHash(*ServeApplication(Model())) : "") << log;
  }
}

TEST(RayServeModelTest, AJobThatCannotBeDroppedIsAWarning) {
  ModelFixture f;
  f.deploy->drop_fails = true;
  ASSERT_OK(f.Create(f.Config()));
  ASSERT_EQ(f.diagnostics.list().size(), 1u);
  EXPECT_EQ(f.diagnostics.list()[0].summary, "A deployment job is left");
}

// Its name is made up for one request: it is there because the first sending was carried out.
TEST(RayServeModelTest, AJobWhoseStartWasNotAnsweredIsOurs) {
  ModelFixture f;
  f.deploy->lost_starts = 1;
  ASSERT_OK(f.Create(f.Config()));
  EXPECT_EQ(f.Text("status"), "RUNNING");
}

TEST(RayServeModelTest, OnlyACreateInsistsOnANewName) {
  ModelFixture f;
  ASSERT_OK(f.Create(f.Config()));
  ASSERT_OK(f.Apply(f.With("import_path", "app:other")));
  EXPECT_THAT(f.deploy->jobs[0], HasSubstr(R"(\"new\":true)"));
  EXPECT_THAT(f.deploy->jobs[1], ::testing::Not(HasSubstr(R"(\"new\")")));
}

TEST(RayServeModelTest, ALastLineThatIsNoAnswerIsAnError) {
  ModelFixture f;
  f.deploy->log = "{\"status\":\"RUNNING\"}\nbye";
  EXPECT_THAT(f.Create(f.Config()).message(), HasSubstr("its last line is no answer"));
}

TEST(RayServeModelTest, DropsTheJobsOfInterruptedRunsOnTheSameHeadOnly) {
  ModelFixture f;
  f.account.On("SHOW JOB SERVICES IN SCHEMA D.S",
               {{"name", "comment"},
                {{"CHAT_OLD", "Deployment of the Ray Serve application chat on RAY_HEAD by spcs"},
                 {"CHAT_ELSEWHERE", "Deployment of the Ray Serve application chat on OTHER_HEAD by spcs"},
                 {"MINE", "something"}}});
  ASSERT_OK(f.Create(f.Config()));
  EXPECT_THAT(f.account.changes(), Contains("DROP SERVICE D.S.CHAT_OLD"));
  EXPECT_THAT(f.account.changes(), ::testing::Not(Contains("DROP SERVICE D.S.CHAT_ELSEWHERE")));
  EXPECT_THAT(f.account.changes(), ::testing::Not(Contains("DROP SERVICE D.S.MINE")));
}

TEST(RayServeModelTest, DeleteIsAJobWhileTheHeadRuns) {
  ModelFixture f;
  ASSERT_OK(f.Create(f.Config()));
  f.deploy->log = R"({"status":"DELETED"})";
  ASSERT_OK(f.Delete());
  ASSERT_EQ(f.deploy->jobs.size(), 2u);
  EXPECT_THAT(f.deploy->jobs[1], HasSubstr("delete"));
  f.Head("t1", "SUSPENDED");
  ASSERT_OK(f.Delete());
  f.account.Forget(kHead);
  ASSERT_OK(f.Delete());
  EXPECT_EQ(f.deploy->jobs.size(), 2u);
}

// --- import ---

// What Serve shows of Model(), with members of its own and numbers as it writes them.
constexpr char kDeployed[] = R"({"name": "chat", "route_prefix": "/chat", "import_path": "app:build", "runtime_env": {},
    "args": {"b": 2, "a": "x"}, "logging_config": {"encoding": "TEXT"}, "deployments": [
    {"name": "LLM", "num_replicas": 2, "max_ongoing_requests": 8, "ray_actor_options": {"num_cpus": 1.0},
     "placement_group_bundles": [{"CPU": 1.0, "GPU": 1.0}], "placement_group_strategy": "PACK"},
    {"name": "Plain"}]})";

struct ImportFixture : ModelFixture {
  ImportFixture() {
    account.On(kHead, {{"name", "status", "compute_pool"}, {{"RAY_HEAD", "RUNNING", "HEADS"}}});
    account.On(kContainers, {{"instance_id", "container_name", "status", "restart_count", "start_time", "image_name"},
                             {{"0", "grafana", "READY", "0", "t1", "host/other/s/r/grafana:1"},
                              {"0", "head", "READY", "0", "t1", "org-acct.registry.example/d/s/repo/ray-head:v1"}}});
    Images({{"100.0", "ray-head", "v1"},
            {"100.0", "spcs-ray-deploy", "v1"},
            {"200.0", "spcs-ray-deploy", "v2"},
            {"150.0", "spcs-ray-deploy", "v3"}});
    Answer("RUNNING", kDeployed);
  }
  void Images(const std::vector<std::vector<std::string>>& images) {
    testing::FakeRows rows{{"created_on", "image_name", "tags", "digest", "image_path"}, {}};
    for (const auto& image : images) {
      rows.rows.push_back({image[0], image[1], image[2], "sha256:1", "d/s/repo/" + image[1] + ":" + image[2]});
    }
    account.On("SHOW IMAGES IN IMAGE REPOSITORY D.S.REPO", rows);
  }
  void Answer(const std::string& status, const std::string& application) {
    deploy->log =
        json({{"status", status}, {"session_name", "session_9"}, {"application", json::parse(application)}}).dump();
  }
  // The configuration that kDeployed stands for, spelled as a user would.
  Members Deployed() const {
    Members config = With("args", "{ \"a\" : \"x\", \"b\" : 2 }");
    config["compute_pool"] = "heads";
    config["image"] = "/d/s/repo/spcs-ray-deploy:v2";
    Value::Map& deployments = config["deployments"].AsMap();
    Value plain = deployments["LLM"];
    plain.AsMap()["num_replicas"] = 1;
    plain.AsMap()["max_ongoing_requests"] = 5;
    Value options = Value(Value::Map{{"num_cpus", 1}, {"num_gpus", {}}, {"memory", {}}, {"resources", {}}});
    deployments["LLM"].AsMap()["ray_actor_options"] = options;
    deployments["LLM"].AsMap()["placement_group_bundles"] =
        Value(Value::List{Value(Value::Map{{"CPU", 1}, {"GPU", 1}})});
    deployments["LLM"].AsMap()["placement_group_strategy"] = "PACK";
    deployments["Plain"] = plain;
    return config;
  }
};

TEST(RayServeModelImportTest, OneReadOnlyJobTellsWhatRuns) {
  ImportFixture f;
  ASSERT_OK(f.Import("d.s.ray_head/chat"));
  ASSERT_EQ(f.deploy->jobs.size(), 1u);
  EXPECT_THAT(f.deploy->jobs[0],
              AllOf(StartsWith("EXECUTE JOB SERVICE IN COMPUTE POOL HEADS"), HasSubstr("/d/s/repo/spcs-ray-deploy:v2"),
                    HasSubstr("NAME = D.S.CHAT_STATUS_"), HasSubstr("status")));
  const std::vector<std::string> changes = f.account.changes();
  EXPECT_THAT(changes, ElementsAre(StartsWith("EXECUTE"), StartsWith("DROP SERVICE D.S.CHAT_STATUS_")));
  EXPECT_EQ(f.Text("head_service"), "RAY_HEAD");
  EXPECT_EQ(f.Text("session_name"), "session_9");
  EXPECT_FALSE(f.private_state.Get("head_life").empty());
  EXPECT_TRUE(f.PlansNothing(f.Deployed()));
  // It is watched from now on.
  f.Head("t2");
  ASSERT_OK(f.Read());
  EXPECT_TRUE(f.state.IsNull());
}

TEST(RayServeModelImportTest, ByIdentity) {
  ImportFixture f;
  tf::Context context{
      .stop = {}, .clock = f.clock, .logger = f.logger, .diagnostics = f.diagnostics, .private_state = {}};
  Members identity{{"database", "d"}, {"schema", "s"}, {"head_service", "ray_head"}, {"name", "chat"}};
  const auto state = f.resource->ImportIdentity(context, Value(identity));
  ASSERT_OK(state);
  EXPECT_TRUE(state->Get("import_path") == Value("app:build"));
  identity["account"] = "ZZ99999";
  EXPECT_EQ(f.resource->ImportIdentity(context, Value(identity)).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(f.deploy->jobs.size(), 1u);
}

TEST(RayServeModelImportTest, AnotherConfigurationIsDeployed) {
  ImportFixture f;
  ASSERT_OK(f.Import("d.s.ray_head/chat"));
  Members config = f.Deployed();
  config["import_path"] = "app:other";
  ASSERT_OK(f.Apply(config));
  EXPECT_EQ(f.deploy->jobs.size(), 2u);
}

TEST(RayServeModelImportTest, AnApplicationThatDoesNotRunIsDeployedAgain) {
  ImportFixture f;
  f.Answer("DEPLOY_FAILED", kDeployed);
  ASSERT_OK(f.Import("d.s.ray_head/chat"));
  EXPECT_EQ(f.Text("status"), "DEPLOY_FAILED");
  f.Answer("RUNNING", kDeployed);
  ASSERT_OK(f.Apply(f.Deployed()));
  EXPECT_EQ(f.deploy->jobs.size(), 2u);
}

TEST(RayServeModelImportTest, TheIdMayNameTheDeployer) {
  ImportFixture f;
  f.account.Forget("SHOW IMAGES IN IMAGE REPOSITORY D.S.REPO");
  ASSERT_OK(f.Import("d.s.ray_head/chat@/x/y/z/deployer:v7"));
  EXPECT_THAT(f.deploy->jobs[0], HasSubstr("/x/y/z/deployer:v7"));
  EXPECT_EQ(f.Text("name"), "chat");
  EXPECT_EQ(f.Text("image"), "/x/y/z/deployer:v7");
}

TEST(RayServeModelImportTest, SaysWhatToAppendWhenThereIsNoDeployer) {
  ImportFixture f;
  f.Images({{"100.0", "ray-head", "v1"}});
  absl::Status status = f.Import("d.s.ray_head/chat");
  EXPECT_THAT(status.message(), HasSubstr("D.S.REPO has no image spcs-ray-deploy"));
  EXPECT_THAT(FactOf(status, kAdvice).value_or(""), HasSubstr("d.s.ray_head/chat@/database/schema"));
  f.account.OnError("SHOW IMAGES IN IMAGE REPOSITORY D.S.REPO", "003001", "Insufficient privileges");
  status = f.Import("d.s.ray_head/chat");
  EXPECT_THAT(status.message(), HasSubstr("Insufficient privileges"));
  EXPECT_THAT(FactOf(status, kAdvice).value_or(""), HasSubstr("d.s.ray_head/chat@/database/schema"));
  EXPECT_THAT(f.deploy->jobs, IsEmpty());
}

TEST(RayServeModelImportTest, WhatIsNotThereIsAnError) {
  ImportFixture f;
  f.Answer("NOT_FOUND", "null");
  EXPECT_THAT(f.Import("d.s.ray_head/chat").message(), HasSubstr("D.S.RAY_HEAD has no application \"chat\""));
  EXPECT_THAT(f.account.changes(), Contains(StartsWith("DROP SERVICE D.S.CHAT_STATUS_")));
  f.Head("t1", "SUSPENDED");
  EXPECT_THAT(f.Import("d.s.ray_head/chat").message(), HasSubstr("D.S.RAY_HEAD is SUSPENDED"));
  f.account.Forget(kHead);
  EXPECT_THAT(f.Import("d.s.ray_head/chat").message(), HasSubstr("there is no service D.S.RAY_HEAD"));
}

TEST(RayServeModelImportTest, BrokenAnswersAreErrors) {
  for (const char* application : {R"({"deployments": 5, "name": "chat"})", R"({"deployments": [1]})",
                                  R"({"deployments": [{"num_replicas": "auto"}]})"}) {
    ImportFixture f;
    f.Answer("RUNNING", application);
    EXPECT_FALSE(f.Import("d.s.ray_head/chat").ok()) << application;
  }
}

TEST(RayServeModelImportTest, IdsNameTheHead) {
  for (const char* id : {"d.s.ray_head", "ray_head/chat", "/chat", "d.s.ray_head/", "d.s.ray_head/@/a/b/c/d:1"}) {
    ImportFixture f;
    const absl::Status status = f.Import(id);
    EXPECT_THAT(status.message(), HasSubstr("has another form")) << id;
  }
}

}  // namespace
}  // namespace spcs::resources
