// SPDX-License-Identifier: MPL-2.0
#include "provider/ray/deploy_run.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "provider/http/curl_transport.h"
#include "provider/ray/deployer_fixture_for_test.h"
#include "provider/ray/messages.h"
#include "provider/testing/http_server.h"

namespace spcs::ray {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class DeployRunTest : public DeployerFixture {
 protected:
  int Do(const std::string& action, const json& application = TestApplication()) {
    environment_["SPCS_RAY_DEPLOY_REQUEST"] = DumpJson({{"action", action},
                                                        {"application", application.at("name")},
                                                        {"head", "ray-head"},
                                                        {"config_hash", "abc"},
                                                        {"config", action == "deploy" ? application : json(nullptr)}});
    return Do();
  }
  int Do() {
    const Environment environment = [&](const char* name) {
      const auto found = environment_.find(name);
      return found == environment_.end() ? std::nullopt : std::optional(found->second);
    };
    return RunDeployer(environment, ray_, clock_, say_, stop_.get_token());
  }
  // The last line.
  json Answer() const { return json::parse(lines_.back()); }

  std::map<std::string, std::string> environment_;
};

TEST_F(DeployRunTest, AnswersAsTheResourceReads) {
  ASSERT_EQ(Do("deploy"), kDone) << Said();
  EXPECT_EQ(Answer(), json::parse(R"({"status": "RUNNING", "config_hash": "abc", "session_name": "session_1",
    "deployments": [{"name": "LLM", "status": "HEALTHY", "running_replicas": 1, "target_replicas": 1}]})"));
  ASSERT_EQ(Do("status"), kDone);
  EXPECT_EQ(Answer().at("status"), "RUNNING");
  EXPECT_EQ(Answer().at("application"), TestApplication());
  EXPECT_EQ(Answer().at("config_hash"), ApplicationHash(TestApplication()));
  ASSERT_EQ(Do("delete"), kDone);
  EXPECT_EQ(Answer(), json::parse(R"({"status": "DELETED", "config_hash": "", "session_name": "session_1",
    "deployments": []})"));
  ASSERT_EQ(Do("status"), kDone);
  EXPECT_EQ(Answer().at("status"), "NOT_FOUND");
  EXPECT_EQ(Answer().at("application"), nullptr);
}

TEST_F(DeployRunTest, AFailureEndsWithAnAnswerToo) {
  ray_.failing["chat"] = "ValueError: no such model";
  EXPECT_EQ(Do("deploy"), kFailed);
  EXPECT_EQ(Answer().at("status"), "DEPLOY_FAILED");
  EXPECT_EQ(Answer().at("written"), true);
  EXPECT_THAT(Said(), HasSubstr("error: chat is DEPLOY_FAILED"));
  EXPECT_THAT(Said(), HasSubstr("no such model"));
  EXPECT_EQ(Do("deploy", TestApplication("large", 9)), kFailed);
  EXPECT_EQ(Answer().at("status"), "FAILED");
  EXPECT_EQ(Answer().at("written"), false);
  EXPECT_THAT(Said(), HasSubstr("Add or resume workers"));
}

TEST_F(DeployRunTest, AWrongRequestIsNamed) {
  EXPECT_EQ(Do(), kBadRequest);
  EXPECT_THAT(Said(), HasSubstr("SPCS_RAY_DEPLOY_REQUEST is not set"));
  for (const auto& [request, said] : std::map<std::string, std::string>{
           {"{", "no JSON object"},
           {"[]", "no JSON object"},
           {"{}", "must be deploy, delete or status"},
           {R"({"action": "delete", "head": "h"})", "no application"},
           {R"({"action": "delete", "application": "a"})", "no head"},
           {R"({"action": "deploy", "application": "a", "head": "h", "config": {"name": "b"}})", "not that of a"}}) {
    environment_["SPCS_RAY_DEPLOY_REQUEST"] = request;
    EXPECT_EQ(Do(), kBadRequest) << request;
    EXPECT_THAT(Said(), HasSubstr(said));
  }
  environment_["SPCS_RAY_DASHBOARD_PORT"] = "http";
  EXPECT_EQ(Do("status"), kBadRequest);
  EXPECT_THAT(Said(), HasSubstr("SPCS_RAY_DASHBOARD_PORT is \"http\""));
}

TEST_F(DeployRunTest, SecretsStayOutOfTheLog) {
  json application = TestApplication();
  application["runtime_env"]["env_vars"] = {{"HF_TOKEN", "hf_very_secret"}, {"LEVEL", "INFO"}};
  environment_["RAY_AUTH_TOKEN"] = "ray_very_secret";
  ray_.failing["chat"] = "KeyError: 'hf_very_secret' at INFO; ray_very_secret";
  EXPECT_EQ(Do("deploy", application), kFailed);
  EXPECT_THAT(Said(), HasSubstr("KeyError: '***' at INFO; ***"));
  EXPECT_THAT(Said(), Not(HasSubstr("very_secret")));
}

TEST_F(DeployRunTest, AsksTheApplicationOnce) {
  ASSERT_EQ(Do("deploy"), kDone);
  EXPECT_EQ(ray_.requests().back().url, "http://ray-head:8123/chat/");
  EXPECT_THAT(Said(), HasSubstr("the application answers at /chat"));
  environment_["SPCS_RAY_SMOKE"] = "POST /v1 {\"prompt\": \"a b\"}";
  environment_["SPCS_RAY_SERVE_PORT"] = "9000";
  ASSERT_EQ(Do("deploy"), kDone);
  EXPECT_EQ(ray_.requests().back().url, "http://ray-head:9000/chat/v1");
  EXPECT_EQ(ray_.requests().back().body, "{\"prompt\": \"a b\"}");
  // A refusal is an answer; nobody there to answer is none.
  ray_.smoke_status = 500;
  EXPECT_EQ(Do("deploy"), kDone);
  ray_.smoke_status = 503;
  EXPECT_EQ(Do("deploy"), kFailed);
  EXPECT_THAT(Said(), HasSubstr("the application runs, but Serve answers 503 to POST /chat/v1"));
  environment_["SPCS_RAY_SMOKE"] = "off";
  EXPECT_EQ(Do("deploy"), kDone);
}

TEST_F(DeployRunTest, AsksNothingWhereThereIsNothingToAsk) {
  ray_.smoke_unreachable = true;
  ASSERT_EQ(Do("deploy"), kDone);
  EXPECT_THAT(Said(), HasSubstr("note: the application was not asked: connection refused"));
  lines_.clear();
  json application = TestApplication();
  application["route_prefix"] = nullptr;
  ASSERT_EQ(Do("deploy", application), kDone);
  EXPECT_THAT(Said(), Not(HasSubstr("asked")));
}

TEST_F(DeployRunTest, TheTimeoutOfTheRequestCounts) {
  ray_.unreachable = true;
  environment_["SPCS_RAY_TIMEOUT_SECONDS"] = "5000";
  environment_["SPCS_RAY_DEPLOY_REQUEST"] =
      R"({"action": "status", "application": "a", "head": "h", "timeout_seconds": 60})";
  const absl::Time began = clock_.Now();
  EXPECT_EQ(Do(), kFailed);
  EXPECT_LT(clock_.Now() - began, absl::Seconds(100));
  EXPECT_THAT(Said(), HasSubstr("after 1m: Ray's dashboard does not answer"));
}

TEST_F(DeployRunTest, TheRequestMaySayHowLongNodesMayCome) {
  const json large = TestApplication("large", 9);
  const auto took = [&] {
    const absl::Time began = clock_.Now();
    environment_["SPCS_RAY_DEPLOY_REQUEST"] = DumpJson({{"action", "deploy"},
                                                        {"application", "large"},
                                                        {"head", "ray-head"},
                                                        {"settle_seconds", 5},
                                                        {"config", large}});
    EXPECT_EQ(Do(), kFailed);
    return clock_.Now() - began;
  };
  EXPECT_LT(took(), absl::Seconds(10));
  environment_["SPCS_RAY_SETTLE_SECONDS"] = "40";
  EXPECT_GT(took(), absl::Seconds(39));
}

// Over a socket: what libcurl adds to a request must not make it look like a browser's either.
TEST_F(DeployRunTest, RunsOverHttp) {
  testing::HttpServer server([&](const std::string& raw, int) {
    http::Request request;
    const size_t end = raw.find("\r\n\r\n");
    const std::vector<std::string> lines = absl::StrSplit(raw.substr(0, end), "\r\n");
    const std::vector<std::string> words = absl::StrSplit(lines[0], ' ');
    request.method = words[0];
    request.url = absl::StrCat("http://ray-head", words[1]);
    request.body = raw.substr(end + 4);
    for (size_t i = 1; i < lines.size(); ++i) {
      const std::pair<std::string, std::string> header = absl::StrSplit(lines[i], absl::MaxSplits(": ", 1));
      request.headers.push_back(header);
    }
    const auto response = ray_.Send(request, {});
    return testing::HttpServer::Answer{testing::HttpAnswer(response->status, response->body)};
  });
  ray_.PutByOthers({{"applications", {Foreign()}}});
  const std::string port = server.url().substr(server.url().rfind(':') + 1);
  const std::map<std::string, std::string> variables = {
      {"SPCS_RAY_DASHBOARD_PORT", port},
      {"SPCS_RAY_SERVE_PORT", port},
      {"SPCS_RAY_DEPLOY_REQUEST", DumpJson({{"action", "deploy"},
                                            {"application", "chat"},
                                            {"head", "127.0.0.1"},
                                            {"config_hash", "abc"},
                                            {"config", TestApplication()}})}};
  const Environment environment = [&](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
  http::CurlTransport transport("spcs-ray-deploy");
  ASSERT_EQ(RunDeployer(environment, transport, clock_, say_, {}), kDone) << Said();
  EXPECT_EQ(Answer().at("status"), "RUNNING");
  EXPECT_EQ(ray_.Config("foreign"), Foreign());
}

TEST(MessagesTest, ColoursAreStripped) {
  EXPECT_EQ(StripColours("\x1b[36mray::A\x1b[39m x\x1b[1;31m!\x1b[0m"), "ray::A x!");
  EXPECT_EQ(StripColours("a\x1b"), "a");
  EXPECT_EQ(StripColours("a\x1b["), "a");
  EXPECT_EQ(StripColours("a\x1b[1"), "a");
}

TEST(MessagesTest, TheLongestSecretIsHiddenFirst) {
  const Mask mask({{"runtime_env", {{"env_vars", {{"A", "abcdefgh"}, {"B", "abcdefghij"}}}}}}, {"", "tok"});
  EXPECT_EQ(mask("abcdefghij abcdefgh tok"), "*** *** ***");
}

}  // namespace
}  // namespace spcs::ray
