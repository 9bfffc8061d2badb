// SPDX-License-Identifier: MPL-2.0
// spcs_ray_serve_model by the transport "endpoint", and what its `llm` makes, on a played Ray.
#include "provider/resources/ray_endpoint.h"

#include "gmock/gmock.h"
#include "provider/base/json.h"
#include "provider/ray/fake_ray_for_test.h"
#include "provider/resources/resource_fixture_for_test.h"

namespace spcs::resources {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using tf::Value;

using Members = ResourceFixture::Members;

constexpr char kHead[] = "DESCRIBE SERVICE D.S.RAY_HEAD";
constexpr char kUrl[] = "https://dash-org-acct.snowflakecomputing.app";

// The account, the exchange of keys for tokens, and behind the endpoint's URL a Ray that sees no token.
struct Network {
  testing::FakeRay* ray = nullptr;
  std::vector<std::string> exchanges, authorizations;
  int exchange_status = 200;
};

class NetworkTransport : public http::Transport {
 public:
  NetworkTransport(Network& network, PlayedAccount& account) : network_(network), account_(account) {}
  absl::StatusOr<http::Response> Send(const http::Request& request, std::stop_token stop) override {
    if (absl::EndsWith(request.url, "/oauth/token")) {
      network_.exchanges.push_back(request.body);
      return http::Response{network_.exchange_status, {}, absl::StrCat("exchanged", network_.exchanges.size(), "\n")};
    }
    if (!absl::StartsWith(request.url, kUrl)) return account_.Send(request, std::move(stop));
    http::Request inside = request;
    network_.authorizations.push_back(http::FindHeader(request.headers, "Authorization").value_or(""));
    std::erase_if(inside.headers, [](const auto& header) { return header.first == "Authorization"; });
    return network_.ray->Send(inside, std::move(stop));
  }

 private:
  Network& network_;
  PlayedAccount& account_;
};

struct EndpointFixture : Network, ResourceFixture {
  EndpointFixture()
      : ResourceFixture(MakeRayServeModel,
                        [this](PlayedAccount& played) -> std::unique_ptr<http::Transport> {
                          return std::make_unique<NetworkTransport>(*this, played);
                        }),
        cluster(clock, {.nodes = testing::FakeNodes(2)}) {
    ray = &cluster;
    Head("RUNNING");
  }
  void Head(const std::string& status) { account.On(kHead, {{"name", "status"}, {{"RAY_HEAD", status}}}); }
  Members Config() const {
    return {{"database", "d"},         {"schema", "s"},        {"head_service", "ray_head"}, {"name", "chat"},
            {"transport", "endpoint"}, {"endpoint_url", kUrl}, {"route_prefix", "/chat"},    {"llm", Llm({})}};
  }
  static Value Llm(const Members& more) {
    Members llm;
    for (const tf::Attribute& attribute : RayLlm::Fields().attributes()) {
      llm[attribute.name] = Value::Null();
    }
    llm["model_id"] = "toy/words";
    llm["tensor_parallel_size"] = 2;
    for (const auto& [name, value] : more) llm[name] = value;
    return Value(std::move(llm));
  }
  Members With(const char* name, Value value) const {
    Members config = Config();
    config[name] = std::move(value);
    return config;
  }
  // What another writer makes of the application.
  void ChangeOutside(const std::function<void(json&)>& change) {
    json application = cluster.Config("chat");
    change(application);
    cluster.PutByOthers({{"applications", {application}}});
    clock.Advance(absl::Minutes(1));
  }
  std::string Warnings() const {
    std::string text;
    for (const tf::Diagnostic& diagnostic : diagnostics.list()) text += diagnostic.summary + ": " + diagnostic.detail;
    return text;
  }

  testing::FakeRay cluster;
};

TEST(RayEndpointTest, DeploysReadsUpdatesAndDeletes) {
  EndpointFixture f;
  f.cluster.PutByOthers(json::parse(
      R"({"applications": [{"name": "foreign", "route_prefix": "/foreign", "import_path": "other:app"}]})"));
  ASSERT_OK(f.Create(f.Config()));
  EXPECT_EQ(f.Text("status"), "RUNNING");
  EXPECT_EQ(f.Text("session_name"), "session_1");
  EXPECT_THAT(f.account.changes(), IsEmpty()) << "no job is needed";
  ASSERT_OK(f.Read());
  EXPECT_TRUE(f.PlansNothing(f.Config()));
  ASSERT_OK(f.Apply(f.With("route_prefix", "/talk")));
  EXPECT_EQ(f.cluster.Config("chat").at("route_prefix"), "/talk");
  ASSERT_OK(f.Delete());
  EXPECT_TRUE(f.cluster.Config("chat").is_null());
  EXPECT_FALSE(f.cluster.Config("foreign").is_null());
  EXPECT_THAT(f.cluster.LiveJobs(), IsEmpty()) << "the lease is given back";
}

TEST(RayEndpointTest, AKeyPairIsExchangedForATokenNowAndThen) {
  EndpointFixture f;
  ASSERT_OK(f.Create(f.Config()));
  ASSERT_THAT(f.exchanges, ::testing::SizeIs(1));
  EXPECT_THAT(f.exchanges[0], AllOf(HasSubstr("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"),
                                    HasSubstr("&scope=dash-org-acct.snowflakecomputing.app&assertion=token-")));
  EXPECT_THAT(f.authorizations, Contains("Snowflake Token=\"exchanged1\""));
  f.exchange_status = 401;
  f.clock.Advance(absl::Minutes(10));
  EXPECT_THAT(f.Apply(f.With("route_prefix", "/talk")).message(),
              HasSubstr("the account answers with status 401 to the exchange"));
}

TEST(RayEndpointTest, DriftIsSeenByMeaning) {
  EndpointFixture f;
  ASSERT_OK(f.Create(f.Config()));
  f.ChangeOutside([](json& application) { application["args"]["seed"] = 7; });
  ASSERT_OK(f.Read());
  EXPECT_THAT(f.Text("args"), HasSubstr(R"("seed":7)"));
  EXPECT_FALSE(f.PlansNothing(f.Config()));
  ASSERT_OK(f.Apply(f.Config()));
  EXPECT_FALSE(f.cluster.Config("chat").at("args").contains("seed"));
  // What this resource has no attribute for is drift, too.
  f.ChangeOutside([](json& application) { application["deployments"][0]["max_replicas_per_node"] = 1; });
  ASSERT_OK(f.Read());
  EXPECT_FALSE(f.PlansNothing(f.Config()));
  ASSERT_OK(f.Apply(f.Config()));
  ASSERT_OK(f.Read());
  EXPECT_TRUE(f.PlansNothing(f.Config()));
}

TEST(RayEndpointTest, WhatIsGoneIsPlannedAnew) {
  EndpointFixture f;
  ASSERT_OK(f.Create(f.Config()));
  f.cluster.RestartHead();
  ASSERT_OK(f.Read());
  EXPECT_TRUE(f.state.IsNull());
  ASSERT_OK(f.Create(f.Config()));
  EXPECT_EQ(f.Text("session_name"), "session_2");
}

TEST(RayEndpointTest, OneThatIsNotWellIsDescribedAndDeployedAgain) {
  EndpointFixture f;
  ASSERT_OK(f.Create(f.Config()));
  f.cluster.failing["chat"] = "CUDA error";
  ASSERT_OK(f.Read());
  EXPECT_EQ(f.Text("status"), "DEPLOY_FAILED");
  EXPECT_THAT(f.Warnings(), AllOf(HasSubstr("chat is DEPLOY_FAILED"), HasSubstr("CUDA error")));
  EXPECT_FALSE(f.PlansNothing(f.Config()));
  EXPECT_THAT(f.Apply(f.Config()).message(), HasSubstr("CUDA error"));
  f.cluster.failing.clear();
  ASSERT_OK(f.Apply(f.Config()));
  EXPECT_EQ(f.Text("status"), "RUNNING");
}

TEST(RayEndpointTest, OneThatAProgramTookOverIsNotOurs) {
  EndpointFixture f;
  ASSERT_OK(f.Create(f.Config()));
  f.cluster.PutByProgram("chat", "/chat");
  ASSERT_OK(f.Read());
  EXPECT_TRUE(f.state.IsNull());
  EXPECT_THAT(f.Warnings(), HasSubstr("a program deployed it"));
  EXPECT_THAT(f.Create(f.Config()).message(), HasSubstr("was deployed by a program"));
}

TEST(RayEndpointTest, WhatCannotBeAskedStaysAsItWas) {
  EndpointFixture f;
  ASSERT_OK(f.Create(f.Config()));
  f.cluster.unreachable = true;
  ASSERT_OK(f.Read());
  EXPECT_TRUE(f.PlansNothing(f.Config()));
  EXPECT_THAT(f.Warnings(), AllOf(HasSubstr("chat was not looked at"), HasSubstr("connection refused")));
  EXPECT_FALSE(f.Delete().ok());
}

TEST(RayEndpointTest, AUrlThatTurnsOutToBeNullIsAnError) {
  EndpointFixture f;
  EXPECT_THAT(f.Create(f.With("endpoint_url", Value::Null())).message(), HasSubstr("endpoint_url is null"));
}

TEST(RayEndpointTest, ASuspendedHeadIsNotAsked) {
  EndpointFixture f;
  ASSERT_OK(f.Create(f.Config()));
  f.Head("SUSPENDED");
  f.authorizations.clear();
  ASSERT_OK(f.Read());
  EXPECT_TRUE(f.PlansNothing(f.Config()));
  ASSERT_OK(f.Delete());
  EXPECT_THAT(f.authorizations, IsEmpty()) << "a request would resume it";
  EXPECT_THAT(f.Warnings(), HasSubstr("chat may come back"));
}

TEST(RayEndpointTest, WhatASuspendedHeadKeepsIsRemoved) {
  EndpointFixture f;
  ASSERT_OK(f.Create(f.With("restore_path", "@d.s.home/.spcs/")));
  f.Head("SUSPENDED");
  ASSERT_OK(f.Delete());
  EXPECT_THAT(f.account.changes(), ElementsAre("REMOVE '@D.S.HOME/.spcs/app-chat/'"));
  EXPECT_THAT(f.Warnings(), Not(HasSubstr("may come back")));
  f.account.OnError("REMOVE '@D.S.HOME/.spcs/app-chat/'", "002003", kUnknownObject);
  ASSERT_OK(f.Delete());
  EXPECT_THAT(f.Warnings(), HasSubstr("may come back"));
}

TEST(RayEndpointTest, ClustersThatCannotHoldItAreToldInSeconds) {
  EndpointFixture f;
  Members config = f.With("llm", f.Llm({{"tensor_parallel_size", 9}}));
  config["worker_services"] = Value(Value::List{Value("WORKERS")});
  const absl::Time began = f.clock.Now();
  EXPECT_THAT(f.Create(config).message(), AllOf(HasSubstr("9 × {CPU 1, GPU 1}"), HasSubstr("GPU 8")));
  EXPECT_LT(f.clock.Now() - began, absl::Seconds(15));
  EXPECT_THAT(f.cluster.puts(), IsEmpty());
}

TEST(RayEndpointTest, IsImportedByTheUrl) {
  EndpointFixture f;
  ASSERT_OK(f.Create(f.Config()));
  f.account.Reset();
  ASSERT_OK(f.Import(absl::StrCat("d.s.ray_head/chat@", kUrl)));
  EXPECT_EQ(f.Text("endpoint_url"), kUrl);
  EXPECT_EQ(f.Text("transport"), "endpoint");
  EXPECT_THAT(f.account.changes(), IsEmpty());
  Members config = f.Config();
  config["llm"] = Value::Null();
  for (const char* part : {"import_path", "args", "deployments"}) config[part] = f.state.Get(part);
  EXPECT_TRUE(f.PlansNothing(config));
  // The short form of the same sends nothing.
  const size_t puts = f.cluster.puts().size();
  ASSERT_OK(f.Apply(f.Config()));
  EXPECT_EQ(f.cluster.puts().size(), puts);
}

TEST(RayEndpointTest, EachTransportSaysWhatItNeeds) {
  EndpointFixture f;
  EXPECT_FALSE(f.Validate(f.Config()).HasErrors());
  const auto faults = [&](const Members& config) {
    std::vector<std::string> paths;
    const tf::Diagnostics found = f.Validate(config);
    for (const tf::Diagnostic& diagnostic : found.list()) paths.push_back(diagnostic.path.ToString());
    return paths;
  };
  EXPECT_THAT(faults(f.With("endpoint_url", Value::Null())), ElementsAre("endpoint_url"));
  EXPECT_THAT(faults(f.With("endpoint_url", Value::Unknown())), IsEmpty());
  EXPECT_THAT(faults(f.With("endpoint_url", "http://head:8265")), ElementsAre("endpoint_url"));
  EXPECT_THAT(faults(f.With("transport", "job")), ElementsAre("compute_pool", "image", "endpoint_url"));
  EXPECT_THAT(faults(f.With("restore_path", "home/.spcs")), ElementsAre("restore_path"));
  EXPECT_THAT(faults(f.With("llm", Value::Null())), ElementsAre("import_path", "deployments"));
  EXPECT_THAT(faults(f.With("import_path", "app:build")), ElementsAre("import_path"));
  // What is not known yet may turn out to be null.
  EXPECT_THAT(faults(f.With("args", Value::Unknown())), IsEmpty());
  Members by_job = f.With("transport", "job");
  by_job["endpoint_url"] = Value::Unknown();
  EXPECT_THAT(faults(by_job), ElementsAre("compute_pool", "image"));
}

// --- llm ---

TEST(RayLlmTest, MakesTheApplication) {
  EndpointFixture f;
  const auto planned =
      f.Plan(f.With("llm", f.Llm({{"engine", "toy"},
                                  {"seed", 123},
                                  {"max_model_len", 4096},
                                  {"engine_kwargs", "{\"dtype\": \"float16\"}"},
                                  {"bundle", Value(Value::Map{{"CPU", Value(0.5)}, {"label", Value(0.001)}})}})));
  ASSERT_OK(planned);
  EXPECT_EQ(planned->Get("import_path").AsString(), "serve_app.app:build");
  EXPECT_EQ(json::parse(planned->Get("args").AsString()), json::parse(R"({"model": "toy/words", "engine": "toy",
      "seed": 123, "tensor_parallel_size": 2, "max_model_len": 4096, "engine_kwargs": {"dtype": "float16"}})"));
  const Value& deployment = planned->Get("deployments").Get("LLM");
  EXPECT_EQ(deployment.Get("placement_group_bundles").AsList().size(), 2u);
  EXPECT_TRUE(deployment.Get("ray_actor_options").Get("num_cpus") == Value(0.5));
  EXPECT_TRUE(deployment.Get("ray_actor_options").Get("num_gpus") == Value(0));
  EXPECT_TRUE(deployment.Get("max_ongoing_requests") == Value(100));
  EXPECT_TRUE(planned->Get("config_hash").IsString());
}

TEST(RayLlmTest, WhatIsUnknownStaysUnknown) {
  EndpointFixture f;
  auto planned = f.Plan(f.With("llm", f.Llm({{"model_id", Value::Unknown()}})));
  ASSERT_OK(planned);
  EXPECT_EQ(planned->Get("import_path").AsString(), "serve_app.app:build");
  EXPECT_TRUE(planned->Get("args").IsUnknown());
  EXPECT_TRUE(planned->Get("config_hash").IsUnknown());
  planned = f.Plan(f.With("llm", Value::Unknown()));
  ASSERT_OK(planned);
  EXPECT_TRUE(planned->Get("import_path").IsUnknown());
}

TEST(RayLlmTest, WhatIsGivenBesideItIsKeptUntilItIsKnown) {
  EndpointFixture f;
  Members config = f.Config();
  for (const char* part : {"import_path", "args", "deployments"}) config[part] = Value::Unknown();
  const auto planned = f.Plan(config);
  ASSERT_OK(planned);
  for (const char* part : {"import_path", "args", "deployments"}) EXPECT_TRUE(planned->Get(part).IsUnknown()) << part;
  config["args"] = "{}";
  const absl::Status status = f.Plan(config).status();
  EXPECT_EQ(FactOf(status, kAttributePath), "args");
  EXPECT_THAT(status.message(), HasSubstr("`llm` makes `args`"));
  config = f.With("llm", Value::Unknown());
  config["import_path"] = "app:build";
  EXPECT_EQ(f.Plan(config)->Get("import_path").AsString(), "app:build");
}

TEST(RayLlmTest, GoesOverToTheLongFormAndBack) {
  EndpointFixture f;
  ASSERT_OK(f.Create(f.Config()));
  Members longer = f.Config();
  longer["llm"] = Value::Null();
  longer["import_path"] = "serve_app.app:build";
  longer["deployments"] = f.state.Get("deployments");
  ASSERT_OK(f.Apply(longer));
  EXPECT_TRUE(f.state.Get("args").IsNull());
  EXPECT_FALSE(f.cluster.Config("chat").contains("args"));
  ASSERT_OK(f.Apply(f.Config()));
  EXPECT_EQ(f.cluster.Config("chat").at("args").at("model"), "toy/words");
}

TEST(RayLlmTest, RefusesWhatCannotBe) {
  EndpointFixture f;
  for (const auto& [name, value] : Members{{"tensor_parallel_size", 0},
                                           {"tensor_parallel_size", 100000},
                                           {"engine", "tpu"},
                                           {"num_replicas", 0},
                                           {"bundle", Value(Value::Map{{"GPU", Value(0)}})},
                                           {"bundle", Value(Value::Map{})},
                                           {"model_id", ""}}) {
    tf::Diagnostics found;
    for (const tf::Attribute& attribute : RayLlm::Fields().attributes()) {
      if (attribute.name != name) continue;
      for (const tf::Validator& check : attribute.validators) check(value, tf::Path("llm") / name, found);
    }
    EXPECT_TRUE(found.HasErrors()) << name;
  }
}

}  // namespace
}  // namespace spcs::resources
