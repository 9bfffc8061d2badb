// SPDX-License-Identifier: MPL-2.0
// The ten facts about Ray that the deployer has an answer to, each with a test that fails without it; then the rest of
// its life.
#include "provider/ray/deployer_fixture_for_test.h"

namespace spcs::ray {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class DeployerTest : public DeployerFixture {};

TEST_F(DeployerTest, DeploysDeletesAndLooks) {
  const auto deployed = Deploy();
  ASSERT_TRUE(deployed.ok()) << deployed.status();
  EXPECT_EQ(deployed->status, "RUNNING");
  EXPECT_EQ(deployed->session, "session_1");
  ASSERT_THAT(deployed->deployments, SizeIs(1));
  EXPECT_EQ(deployed->deployments[0].running, 1);
  EXPECT_THAT(ray_.LiveJobs(), IsEmpty()) << "the lease was not given back";
  const auto seen = Make().Inspect("chat", {});
  ASSERT_TRUE(seen.ok()) << seen.status();
  EXPECT_EQ(seen->status, "RUNNING");
  EXPECT_EQ(seen->application, TestApplication());
  const auto deleted = Delete();
  ASSERT_TRUE(deleted.ok()) << deleted.status();
  EXPECT_EQ(deleted->status, "DELETED");
  EXPECT_EQ(ray_.Config("chat"), nullptr);
  EXPECT_EQ(Make().Inspect("chat", {})->status, "NOT_FOUND");
  EXPECT_THAT(ray_.LiveJobs(), IsEmpty());
}

// --- 1: the whole set at once ---

TEST_F(DeployerTest, Fact1OtherApplicationsStay) {
  ray_.PutByOthers({{"applications", {Foreign()}}});
  ray_.PutByProgram("by_program", "/by_program");
  ray_.top_level()["target_capacity"] = 70.0;
  ASSERT_TRUE(Deploy().ok());
  EXPECT_EQ(ray_.Config("foreign"), Foreign());
  EXPECT_EQ(ray_.Rebuilds("foreign"), 1);
  const json put = ray_.puts().back();
  EXPECT_EQ(put.at("target_capacity"), 70.0) << "leaving it out would reset it";
  EXPECT_EQ(put.at("http_options").at("port"), 8123);
  EXPECT_THAT(put.at("applications"), SizeIs(2)) << "one of a program must not be taken over";
  ASSERT_TRUE(Delete().ok());
  EXPECT_EQ(ray_.Config("foreign"), Foreign());
  EXPECT_EQ(ray_.puts().back().at("target_capacity"), 70.0);
}

// Written by somebody without our lease, from a read that is older than our write.
TEST_F(DeployerTest, Fact1AWriteThatWasOverwrittenIsDoneAgain) {
  ray_.after_put = [&](int put) -> std::optional<absl::StatusOr<http::Response>> {
    if (put == 1) ray_.PutByOthers({{"applications", {Foreign()}}});
    return std::nullopt;
  };
  ASSERT_TRUE(Deploy().ok());
  EXPECT_THAT(ray_.puts(), SizeIs(2));
  EXPECT_EQ(ray_.Config("foreign"), Foreign());
  EXPECT_TRUE(ray_.Config("chat").is_object());
}

// --- 2: a 200 does not protect ---

TEST_F(DeployerTest, Fact2WhatRayTakesAndBreaksOnIsRefusedBefore) {
  ray_.PutByOthers({{"applications", {Foreign()}}});
  const auto refused = [&](auto change) {
    json application = TestApplication();
    change(application);
    const absl::Status status = Deploy(application).status();
    EXPECT_FALSE(status.ok()) << application;
    return std::string(status.message());
  };
  EXPECT_THAT(refused([](json& a) { a["route_prefix"] = "v2"; }), HasSubstr("must begin with /"));
  EXPECT_THAT(refused([](json& a) { a["route_prefix"] = "/v2/"; }), HasSubstr("not end with one"));
  EXPECT_THAT(refused([](json& a) { a["route_prefix"] = "/foreign"; }),
              HasSubstr("belongs to the application foreign"));
  EXPECT_THAT(refused([](json& a) { a["import_path"] = "app"; }), HasSubstr("import_path"));
  EXPECT_THAT(refused([](json& a) { a["deployments"].push_back(a["deployments"][0]); }), HasSubstr("two deployments"));
  EXPECT_THAT(refused([](json& a) { a["port"] = 1; }), HasSubstr("\"port\""));
  EXPECT_THAT(refused([](json& a) { a["name"] = ""; }), HasSubstr("no name"));
  EXPECT_THAT(ray_.puts(), IsEmpty());
}

TEST_F(DeployerTest, Fact2AnApplicationOfAProgramIsNotTakenOver) {
  ray_.PutByProgram("chat", "/chat");
  EXPECT_TRUE(absl::IsFailedPrecondition(Deploy().status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(Delete().status())) << "a PUT would not delete it";
  EXPECT_THAT(ray_.puts(), IsEmpty());
}

TEST_F(DeployerTest, ANewApplicationTakesOverNoOther) {
  options_.is_new = true;
  ASSERT_TRUE(Deploy(TestApplication("chat", 8)).ok());
  EXPECT_TRUE(Deploy(TestApplication("chat", 8)).ok()) << "the same configuration is the same application";
  const size_t written = ray_.puts().size();
  const absl::Status taken = Deploy(TestApplication("chat", 4)).status();
  EXPECT_TRUE(absl::IsAlreadyExists(taken)) << taken;
  EXPECT_THAT(FactOf(taken, kAdvice).value_or(""), HasSubstr("DATABASE.SCHEMA.HEAD_SERVICE/chat"));
  EXPECT_EQ(ray_.puts().size(), written);
  options_.is_new = false;
  EXPECT_TRUE(Deploy(TestApplication("chat", 4)).ok());
}

// A controller that is ending ignores a configuration and says 200.
TEST_F(DeployerTest, Fact2AnIgnoredWriteIsNoticed) {
  ray_.before_put = [](int) { return std::optional<absl::StatusOr<http::Response>>(http::Response{.status = 200}); };
  const absl::Status ignored = Deploy().status();
  EXPECT_TRUE(absl::IsAborted(ignored)) << ignored;
  EXPECT_THAT(std::string(ignored.message()), HasSubstr("did not take the configuration in 5 rounds"));
}

// --- 3: a change of the placement alone is ignored ---

TEST_F(DeployerTest, Fact3AChangeOfThePlacementAloneTakesEffect) {
  ASSERT_TRUE(Deploy(TestApplication("chat", 8)).ok());
  ASSERT_TRUE(Deploy(TestApplication("chat", 4)).ok());
  EXPECT_EQ(ray_.Placement("chat"), TestApplication("chat", 4)["deployments"]);
  ASSERT_TRUE(Deploy(TestApplication("chat", 8)).ok());
  EXPECT_EQ(ray_.Placement("chat"), TestApplication("chat", 8)["deployments"]) << "back again";
  // What is added is not part of what the owner sees, nor of the hash.
  EXPECT_EQ(Make().Inspect("chat", {})->application, TestApplication());
  EXPECT_EQ(ApplicationHash(ray_.Config("chat")), ApplicationHash(TestApplication()));
}

TEST_F(DeployerTest, Fact3OtherChangesRestartNothing) {
  ASSERT_TRUE(Deploy(TestApplication("chat", 8)).ok());
  ASSERT_TRUE(Deploy(TestApplication("chat", 4)).ok());
  const int rebuilds = ray_.Rebuilds("chat");
  json more = TestApplication("chat", 4);
  more["deployments"][0]["num_replicas"] = 2;
  ASSERT_TRUE(Deploy(more).ok());
  ASSERT_TRUE(Deploy(more).ok());
  EXPECT_EQ(ray_.Rebuilds("chat"), rebuilds);
}

// --- 4: a lack of resources is no error to Ray ---

TEST_F(DeployerTest, Fact4WhatCannotBePlacedFailsInSecondsWithTheNumbers) {
  const absl::Time began = clock_.Now();
  const absl::Status infeasible = Deploy(TestApplication("chat", 9)).status();
  EXPECT_TRUE(absl::IsResourceExhausted(infeasible)) << infeasible;
  EXPECT_LT(clock_.Now() - began, absl::Seconds(40));
  EXPECT_THAT(std::string(infeasible.message()), HasSubstr("1 replica(s) of 9 × {CPU 1, GPU 1"));
  EXPECT_THAT(std::string(infeasible.message()), HasSubstr("3 nodes (2 workers): CPU 12, GPU 8"));
  EXPECT_THAT(ray_.puts(), IsEmpty());
}

TEST_F(DeployerTest, Fact4WaitsForWorkersThatAreYetToCome) {
  ray_.SetNodes(testing::FakeNodes(0));
  const absl::Time began = clock_.Now();
  say_ = [&, joined = 0](const std::string& line) mutable {
    lines_.push_back(line);
    if (joined < 2 && clock_.Now() - began > absl::Minutes(2) * (joined + 1))
      ray_.SetNodes(testing::FakeNodes(++joined));
  };
  // The second joins more than the settling time after the first.
  options_.settle = absl::Minutes(3);
  ASSERT_TRUE(Deploy().ok());
  EXPECT_GT(clock_.Now() - began, absl::Minutes(4));
  EXPECT_THAT(Said(), HasSubstr("waiting for workers: deployment LLM wants"));
}

TEST_F(DeployerTest, Fact4TheTimeoutIsOurs) {
  options_.timeout = absl::Minutes(2);
  ray_.SetNodes(testing::FakeNodes(0));
  const absl::Status late = Deploy().status();
  EXPECT_TRUE(absl::IsDeadlineExceeded(late)) << late;
  EXPECT_THAT(std::string(late.message()), HasSubstr("wants"));
}

class SlowModel : public DeployerFixture {
 protected:
  SlowModel() : DeployerFixture({.deploying = absl::Hours(2)}) {}
};

TEST_F(SlowModel, Fact4TheTimeoutSaysWhereItStands) {
  const absl::Status late = Deploy().status();
  EXPECT_TRUE(absl::IsDeadlineExceeded(late)) << late;
  EXPECT_THAT(std::string(late.message()), HasSubstr("chat is still DEPLOYING; LLM: HEALTHY, 0 of 1 replicas run"));
}

// --- 5: values that Ray hides ---

TEST_F(DeployerTest, Fact5ARedactedConfigurationIsNotWrittenBack) {
  ray_.PutByOthers({{"applications", {Foreign()}}});
  ray_.redact_always = true;
  const absl::Status refused = Deploy().status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("applications.foreign.deployed_app_config.runtime_env.env_vars"));
  EXPECT_FALSE(Delete("foreign").ok());
  EXPECT_THAT(ray_.puts(), IsEmpty());
  ray_.redact_always = false;
  json mine = TestApplication();
  mine["runtime_env"]["env_vars"]["TOKEN"] = "<redacted>";
  EXPECT_FALSE(Deploy(mine).ok());
  EXPECT_THAT(ray_.puts(), IsEmpty());
}

TEST_F(DeployerTest, Fact5NoRequestLooksLikeABrowsers) {
  ray_.PutByOthers({{"applications", {Foreign()}}});
  ASSERT_TRUE(Deploy().ok());
  EXPECT_EQ(ray_.Config("foreign"), Foreign()) << "a redacted read would have destroyed their secret";
  for (const http::Request& request : ray_.requests()) {
    for (const auto& [name, value] : request.headers) {
      EXPECT_THAT(name, Not(::testing::AnyOf("Origin", "Referer", HasSubstr("Sec-Fetch")))) << request.url;
    }
  }
}

// --- 6: Ray's own token ---

class TokenMode : public DeployerFixture {
 protected:
  TokenMode() : DeployerFixture({.token = "ray secret"}) {}
};

TEST_F(TokenMode, Fact6TheTokenGoesIntoRaysOwnHeader) {
  ServeClient client(ray_, clock_, {.url = "http://ray-head:8265", .ray_token = "ray secret"});
  ASSERT_TRUE(Deployer(client, clock_, say_, options_).Deploy(TestApplication(), {}).ok());
  for (const http::Request& request : ray_.requests()) {
    EXPECT_EQ(http::FindHeader(request.headers, "X-Ray-Authorization"), "Bearer ray secret");
    EXPECT_FALSE(http::FindHeader(request.headers, "Authorization").has_value()) << "Ray would look at this one only";
  }
  EXPECT_THAT(Said(), Not(HasSubstr("ray secret")));
}

TEST_F(TokenMode, Fact6ARefusalEndsAtOnce) {
  const absl::Time began = clock_.Now();
  EXPECT_TRUE(absl::IsUnauthenticated(Deploy().status()));
  EXPECT_LT(clock_.Now() - began, absl::Seconds(10));
}

// --- 7: a head that restarts knows nothing ---

TEST_F(DeployerTest, Fact7WhatARestartOfTheHeadLosesIsWrittenAgain) {
  bool restarted = false;
  say_ = [&](const std::string& line) {
    lines_.push_back(line);
    if (!restarted && line.find("is DEPLOYING") != std::string::npos) {
      restarted = true;
      ray_.RestartHead();
    }
  };
  const auto deployed = Deploy();
  ASSERT_TRUE(deployed.ok()) << deployed.status();
  EXPECT_TRUE(restarted);
  EXPECT_EQ(deployed->session, "session_2");
  EXPECT_TRUE(ray_.Config("chat").is_object());
}

// --- 8: which status may be believed ---

TEST_F(DeployerTest, Fact8TheApplicationsStatusCountsNotItsDeployments) {
  ASSERT_TRUE(Deploy().ok());
  const absl::Time began = clock_.Now();
  json changed = TestApplication();
  changed["args"]["model"] = "toy/other";
  // The deployments stay HEALTHY while the application is DEPLOYING.
  ASSERT_TRUE(Deploy(changed).ok());
  EXPECT_GE(clock_.Now() - began, absl::Seconds(3));
  const int rebuilds = ray_.Rebuilds("chat");
  ASSERT_TRUE(Deploy(changed).ok());
  EXPECT_EQ(ray_.Rebuilds("chat"), rebuilds) << "the same again is no change";
}

TEST_F(DeployerTest, Fact8AFailureEndsAtOnceWithTheDeploymentsReason) {
  ray_.failing["chat"] = "\x1b[36mray::Replica\x1b[39m\n  File \"app.py\"\nValueError: no such model";
  const absl::Status failed = Deploy().status();
  EXPECT_TRUE(absl::IsAborted(failed)) << failed;
  const std::string message(failed.message());
  EXPECT_THAT(message, HasSubstr("chat is DEPLOY_FAILED"));
  EXPECT_THAT(message, HasSubstr("deployment LLM: ray::Replica\n  File \"app.py\"\nValueError: no such model"));
  EXPECT_THAT(message, Not(HasSubstr("\x1b")));
}

// --- 9: five requests at once ---

TEST_F(DeployerTest, Fact9EveryDeploymentHasALimit) {
  json application = TestApplication();
  application["deployments"][0].erase("max_ongoing_requests");
  ASSERT_TRUE(Deploy(application).ok());
  EXPECT_EQ(ray_.Config("chat")["deployments"][0].value("max_ongoing_requests", 5), 100);
  application["deployments"][0]["max_ongoing_requests"] = 7;
  ASSERT_TRUE(Deploy(application).ok());
  EXPECT_EQ(ray_.Config("chat")["deployments"][0].value("max_ongoing_requests", 5), 7);
}

TEST_F(DeployerTest, Fact9OnesThatOnlyTheCodeKnowsAreNamed) {
  json shown = {{"deployed_app_config", TestApplication()}, {"deployments", json::object()}};
  for (const char* name : {"LLM", "Ingress", "Wide"}) {
    shown["deployments"][name]["deployment_config"]["max_ongoing_requests"] = name == std::string("Wide") ? 50 : 5;
  }
  shown["deployments"]["Odd"] = nullptr;
  EXPECT_THAT(LeftAtFive(shown), ElementsAre("Ingress"));
  EXPECT_THAT(LeftAtFive(nullptr), IsEmpty());
}

// --- 10: Ray that is too old ---

class OldRay : public DeployerFixture {
 protected:
  OldRay() : DeployerFixture({.version = "2.7.0", .serve_api = false}) {}
};

TEST_F(OldRay, Fact10IsToldByItsVersion) {
  const absl::Status old = Deploy().status();
  EXPECT_TRUE(absl::IsFailedPrecondition(old)) << old;
  EXPECT_THAT(std::string(old.message()), HasSubstr("Ray 2.7.0"));
  EXPECT_THAT(FactOf(old, kAdvice).value_or(""), HasSubstr("2.8"));
}

TEST_F(DeployerTest, Fact10TheAddressIsTheWholeOne) {
  ASSERT_TRUE(Deploy().ok());
  for (const http::Request& request : ray_.requests()) {
    if (request.url.find("serve/applications") != std::string::npos) {
      EXPECT_EQ(request.url, "http://ray-head:8265/api/serve/applications/");
    }
  }
}

// --- Faults ---

TEST_F(DeployerTest, WaitsForADashboardAndSaysSo) {
  ray_.unreachable = true;
  int waits = 0;
  say_ = [&](const std::string& line) {
    lines_.push_back(line);
    if (line.find("does not answer") != std::string::npos && ++waits == 3) ray_.unreachable = false;
  };
  ASSERT_TRUE(Deploy().ok()) << Said();
  ray_.unreachable = true;
  options_.timeout = absl::Minutes(1);
  const absl::Status late = Deploy().status();
  EXPECT_TRUE(absl::IsDeadlineExceeded(late)) << late;
  EXPECT_THAT(std::string(late.message()), HasSubstr("Ray's dashboard does not answer: connection refused"));
}

TEST_F(DeployerTest, ALostAnswerIsLookedInto) {
  // Taken, but the answer is lost; then lost on its way.
  ray_.after_put = [](int put) -> std::optional<absl::StatusOr<http::Response>> {
    if (put == 1) return absl::UnavailableError("connection lost");
    return std::nullopt;
  };
  ASSERT_TRUE(Deploy(TestApplication("first", 4)).ok());
  EXPECT_THAT(ray_.puts(), SizeIs(1));
  ray_.before_put = [&, lost = false](int) mutable -> std::optional<absl::StatusOr<http::Response>> {
    if (std::exchange(lost, true)) return std::nullopt;
    return absl::UnavailableError("connection lost");
  };
  ASSERT_TRUE(Deploy(TestApplication("second", 4)).ok());
  EXPECT_TRUE(ray_.Config("second").is_object());
}

TEST_F(DeployerTest, ARefusalByRayIsToldWithoutValues) {
  ray_.before_put = [](int) {
    return std::optional<absl::StatusOr<http::Response>>(
        http::Response{.status = 400,
                       .body = "1 validation error for ServeDeploySchema\napplications.0.args\n  Bad value "
                               "[type=value_error, input_value='a secret', input_type=str]\n    For further "
                               "information visit https://errors"});
  };
  const absl::Status refused = Deploy().status();
  EXPECT_TRUE(absl::IsInvalidArgument(refused)) << refused;
  EXPECT_EQ(std::string(refused.message()),
            "Ray answers 400 to the configuration: 1 validation error for ServeDeploySchema\napplications.0.args\n"
            "Bad value");
}

TEST_F(DeployerTest, AStopEndsItAndGivesTheLeaseBack) {
  ray_.after_put = [&](int) -> std::optional<absl::StatusOr<http::Response>> {
    stop_.request_stop();
    return std::nullopt;
  };
  EXPECT_TRUE(absl::IsCancelled(Deploy().status()));
  EXPECT_THAT(ray_.LiveJobs(), IsEmpty());
}

TEST_F(DeployerTest, DeletingWhatIsNotThereWritesNothing) {
  ASSERT_TRUE(Delete().ok());
  EXPECT_THAT(ray_.puts(), IsEmpty()) << "that would start Serve";
  EXPECT_THAT(ray_.LiveJobs(), IsEmpty());
}

}  // namespace
}  // namespace spcs::ray
