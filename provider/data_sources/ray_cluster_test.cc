// SPDX-License-Identifier: MPL-2.0
#include "gmock/gmock.h"
#include "provider/base/clock.h"
#include "provider/base/logger.h"
#include "provider/data_sources/all.h"
#include "provider/resources/resource_fixture_for_test.h"
#include "provider/testing/fake_transport.h"

namespace spcs::data_sources {
namespace {

using ::testing::HasSubstr;
using tf::Value;

class PlayedAuthenticator : public snowflake::Authenticator {
 public:
  explicit PlayedAuthenticator(std::string type) : type_(std::move(type)) {}
  absl::StatusOr<snowflake::Authorization> Authorize() override { return snowflake::Authorization{"own-token", type_}; }
  void Invalidate() override {}

 private:
  const std::string type_;
};

class RayClusterTest : public ::testing::Test {
 protected:
  // What the dashboard was sent as Authorization; "(none)" without; an error as it is.
  std::string AuthorizationFor(const std::string& type, const Value::Map& config) {
    state_ = Read(type, config);
    if (!state_.ok()) return std::string(state_.status().message());
    return http::FindHeader(transport_.requests().back().headers, "authorization").value_or("(none)");
  }

  absl::StatusOr<Value> Read(const std::string& type, const Value::Map& members) {
    resources::Account account(
        clock_, logger_,
        std::make_unique<resources::Session>(snowflake::ClientOptions{.base_url = "https://acct"},
                                             std::make_unique<resources::BorrowedTransport>(transport_),
                                             std::make_unique<PlayedAuthenticator>(type), clock_, logger_));
    const auto source = MakeRayCluster(account);
    Value::Map config;
    for (const tf::Attribute& attribute : source->schema().attributes) config[attribute.name] = Value::Null();
    for (const auto& [name, value] : members) config[name] = value;
    tf::Context context{
        .stop = {}, .clock = clock_, .logger = logger_, .diagnostics = diagnostics_, .private_state = {}};
    return source->Read(context, Value(config));
  }

  FakeClock clock_;
  NullLogger logger_;
  tf::Diagnostics diagnostics_;
  testing::FakeRows facts_{
      {"ACCOUNT_LOCATOR", "ORGANIZATION", "ACCOUNT_NAME", "ROLE_NAME", "USER_NAME", "AVAILABLE_ROLES"},
      {{"HERE", "ORG", "ACCT", "ME", "USER", "[]"}}};
  testing::FakeTransport transport_{
      [this](const http::Request& request, std::stop_token) -> absl::StatusOr<http::Response> {
        if (absl::StartsWith(request.url, "https://acct/")) return http::Response{200, {}, testing::ResultBody(facts_)};
        if (absl::EndsWith(request.url, "/api/version")) {
          return http::Response{200, {}, R"({"ray_version": "2.60.0", "session_name": "s1"})"};
        }
        if (absl::StrContains(request.url, "/api/v0/nodes")) {
          return http::Response{200, {}, R"({"data": {"result": {"result": [
        {"node_id": "a", "node_ip": "10.0.0.1", "is_head_node": true, "state": "ALIVE", "resources_total": {"CPU": 2.0}},
        {"node_id": "b", "state": "ALIVE", "resources_total": {"CPU": 1.5, "GPU": 4.0}},
        {"node_id": "c", "state": "DEAD", "state_message": "SIGTERM", "resources_total": {"GPU": 4.0}}]}}})"};
        }
        return http::Response{200, {}, R"({"applications": {"llm": {"status": "RUNNING", "route_prefix": null,
      "deployments": {"M": {"status": "HEALTHY", "target_num_replicas": 1, "replicas": [{"state": "RUNNING"}]}}}}})"};
      }};
  absl::StatusOr<Value> state_;
};

TEST_F(RayClusterTest, ReadsNodesResourcesAndApplications) {
  const auto state = Read("PROGRAMMATIC_ACCESS_TOKEN", {{"url", "https://head.example.com"}});
  ASSERT_OK(state);
  EXPECT_EQ(state->Get("ray_version").AsString(), "2.60.0");
  EXPECT_TRUE(state->Get("resources") == Value(Value::Map{{"CPU", 3.5}, {"GPU", 4}})) << "of nodes that are alive";
  EXPECT_EQ(state->Get("nodes").Get("c").Get("state_message").AsString(), "SIGTERM");
  EXPECT_TRUE(state->Get("nodes").Get("b").Get("ip").IsNull());
  const Value& application = state->Get("applications").Get("llm");
  EXPECT_TRUE(application.Get("route_prefix").IsNull());
  EXPECT_TRUE(application.Get("deployments").Get("M").Get("running_replicas") == Value(1));
}

TEST_F(RayClusterTest, TheConnectionsTokenGoesToTheAccountsEndpointsOnly) {
  const Value ingress("https://abc-org-acct.snowflakecomputing.app");
  EXPECT_EQ(AuthorizationFor("PROGRAMMATIC_ACCESS_TOKEN", {{"url", ingress}}), "Snowflake Token=\"own-token\"");
  for (const char* url : {"https://elsewhere.example.com", "http://127.0.0.1:8265",
                          "https://snowflakecomputing.app.evil.com", "https://evilsnowflakecomputing.app"}) {
    EXPECT_EQ(AuthorizationFor("PROGRAMMATIC_ACCESS_TOKEN", {{"url", url}}), "(none)") << url;
  }
  // Of other accounts, also of one whose name ends like this one's.
  for (const char* host : {"abc-org-other", "abc-other-acct", "abc-other-org-acct", "org-acct", "-org-acct"}) {
    const std::string url = absl::StrCat("https://", host, ".snowflakecomputing.app");
    EXPECT_EQ(AuthorizationFor("PROGRAMMATIC_ACCESS_TOKEN", {{"url", Value(url)}}), "(none)") << url;
  }
  EXPECT_EQ(AuthorizationFor("KEYPAIR_JWT", {{"url", ingress}, {"token", "t"}}), "Snowflake Token=\"t\"");
  EXPECT_THAT(AuthorizationFor("KEYPAIR_JWT", {{"url", ingress}}), HasSubstr("key pair"));
}

TEST_F(RayClusterTest, TheNameOfTheAccountHasItsFormInUrls) {
  facts_.rows[0][2] = "MY_ACCT_1";
  for (const char* host : {"abc-org-my-acct-1", "ABC-ORG-MY-ACCT-1"}) {
    const std::string url = absl::StrCat("https://", host, ".snowflakecomputing.app");
    EXPECT_EQ(AuthorizationFor("PROGRAMMATIC_ACCESS_TOKEN", {{"url", Value(url)}}), "Snowflake Token=\"own-token\"")
        << url;
  }
  facts_.rows[0][1] = "";
  const Value unnamed("https://abc--my-acct-1.snowflakecomputing.app");
  EXPECT_EQ(AuthorizationFor("PROGRAMMATIC_ACCESS_TOKEN", {{"url", unnamed}}), "(none)");
}

TEST_F(RayClusterTest, BadUrlsAreRefusedAtPlan) {
  resources::Account account(clock_, logger_);
  const auto source = MakeRayCluster(account);
  const tf::Attribute& url = source->schema().attributes.at(0);
  ASSERT_EQ(url.name, "url");
  const auto faulty = [&](const char* text) {
    tf::Diagnostics found;
    for (const tf::Validator& check : url.validators) check(Value(text), tf::Path("url"), found);
    return found.HasErrors();
  };
  for (const char* text : {"", "head", "ftp://head", "http://head.example.com", "https://", "head:8265"}) {
    EXPECT_TRUE(faulty(text)) << text;
  }
  for (const char* text : {"https://head", "http://localhost:8265", "http://127.0.0.1:8265", "http://[::1]:8265"}) {
    EXPECT_FALSE(faulty(text)) << text;
  }
}

}  // namespace
}  // namespace spcs::data_sources
