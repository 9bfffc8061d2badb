// SPDX-License-Identifier: MPL-2.0
// Against the shapes that Ray 2.60 answers with.
#include "provider/ray/dashboard.h"

#include "gmock/gmock.h"
#include "provider/base/status.h"
#include "provider/testing/fake_transport.h"

namespace spcs::ray {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

constexpr char kNodes[] = R"({"result": true, "msg": "", "data": {"result": {"total": 2, "result": [
  {"node_id": "a1", "node_ip": "10.0.0.1", "is_head_node": true, "state": "ALIVE", "state_message": null,
   "resources_total": {"CPU": 2.0, "memory": 3000000000.0, "node:10.0.0.1": 1.0}, "labels": {"ray.io/node_id": "a1"}},
  {"node_id": "b2", "node_ip": "10.0.0.2", "is_head_node": false, "state": "DEAD",
   "state_message": "Expected termination: received SIGTERM",
   "resources_total": {"GPU": 4.0, "custom_llm_serving_label": 1.0}, "labels": {}}], "partial_failure_warning": ""}}})";

constexpr char kApplications[] = R"({"controller_info": {"node_id": "a1"}, "proxies": {}, "applications": {
  "vicuna": {"name": "vicuna", "route_prefix": "/vicuna", "docs_path": null, "status": "DEPLOYING", "message": "",
    "last_deployed_time_s": 1.5, "source": "declarative", "deployments": {"LLM": {"name": "LLM", "status": "UPDATING",
      "status_trigger": "CONFIG_UPDATE_STARTED", "message": "1 replica is starting", "target_num_replicas": 2,
      "replicas": [{"replica_id": "r1", "state": "RUNNING", "node_id": "a1"}, {"replica_id": "r2", "state": "STARTING"}]}}},
  "gone": {"name": "gone", "route_prefix": null, "status": "DELETING", "message": "", "deployments": {}}},
  "target_capacity": null})";

class DashboardTest : public ::testing::Test {
 protected:
  testing::FakeTransport transport_;
  Dashboard dashboard_{transport_, {.url = "https://head/", .authorization = "Snowflake Token=\"secret\""}};
};

TEST_F(DashboardTest, ReadsTheVersion) {
  transport_.Push(200, R"({"version": "4", "ray_version": "2.60.0", "ray_commit": "x", "session_name": "session_1"})");
  const auto version = dashboard_.GetVersion({});
  ASSERT_TRUE(version.ok()) << version.status();
  EXPECT_EQ(version->ray, "2.60.0");
  EXPECT_EQ(version->session, "session_1");
  const http::Request request = transport_.requests().at(0);
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.url, "https://head/api/version");
  EXPECT_EQ(http::FindHeader(request.headers, "authorization"), "Snowflake Token=\"secret\"");
}

TEST_F(DashboardTest, WithoutATokenNoneIsSent) {
  Dashboard open(transport_, {.url = "http://127.0.0.1:8265"});
  transport_.Push(200, R"({"ray_version": "2.60.0"})");
  ASSERT_TRUE(open.GetVersion({}).ok());
  EXPECT_FALSE(http::FindHeader(transport_.requests().at(0).headers, "authorization").has_value());
}

TEST_F(DashboardTest, ReadsNodesWithResourcesAsTheyAreNamed) {
  transport_.Push(200, kNodes);
  const auto nodes = dashboard_.Nodes({});
  ASSERT_TRUE(nodes.ok()) << nodes.status();
  ASSERT_EQ(nodes->size(), 2u);
  EXPECT_TRUE(nodes->at(0).is_head);
  EXPECT_EQ(nodes->at(0).state_message, "");
  EXPECT_THAT(nodes->at(1).resources, UnorderedElementsAre(Pair("GPU", 4), Pair("custom_llm_serving_label", 1)));
  EXPECT_EQ(nodes->at(1).state, "DEAD");
  EXPECT_EQ(transport_.requests().at(0).url, "https://head/api/v0/nodes?limit=1000");
}

TEST_F(DashboardTest, ReadsApplications) {
  transport_.Push(200, kApplications);
  const auto applications = dashboard_.Applications({});
  ASSERT_TRUE(applications.ok()) << applications.status();
  const Application& vicuna = applications->at("vicuna");
  EXPECT_EQ(vicuna.status, "DEPLOYING");
  EXPECT_EQ(vicuna.route_prefix, "/vicuna");
  EXPECT_EQ(vicuna.source, "declarative");
  EXPECT_EQ(vicuna.deployments.at("LLM").target_replicas, 2);
  EXPECT_EQ(vicuna.deployments.at("LLM").running_replicas, 1);
  EXPECT_EQ(applications->at("gone").route_prefix, "");
}

TEST_F(DashboardTest, AClusterWithoutServeHasNoApplications) {
  transport_.Push(200, R"({"controller_info":{},"proxies":{},"applications":{},"target_capacity":null})");
  EXPECT_THAT(*dashboard_.Applications({}), IsEmpty());
}

TEST_F(DashboardTest, ARefusalSaysWhatToDo) {
  for (const int status : {302, 401, 403}) {
    transport_.Push(status);
    const auto refused = dashboard_.Nodes({}).status();
    EXPECT_TRUE(absl::IsUnauthenticated(refused)) << refused;
    EXPECT_THAT(FactOf(refused, kAdvice).value_or(""), HasSubstr("token"));
    EXPECT_EQ(refused.ToString().find("secret"), std::string::npos);
  }
  transport_.Push(404, "Not Found");
  EXPECT_TRUE(absl::IsNotFound(dashboard_.Applications({}).status()));
  transport_.Push(503, "starting");
  EXPECT_TRUE(absl::IsUnavailable(dashboard_.Applications({}).status()));
}

TEST_F(DashboardTest, RubbishIsAnError) {
  for (const char* body : {"", "<html>", "[]", "{\"data\": {\"result\": {\"result\": {}}}}", "{\"data\": 1}", "null"}) {
    transport_.Push(200, body);
    EXPECT_FALSE(dashboard_.Nodes({}).ok()) << body;
  }
  for (const char* body : {"", "[]", "1"}) {
    transport_.Push(200, body);
    EXPECT_FALSE(dashboard_.Applications({}).ok()) << body;
  }
  transport_.Push(200, R"({"applications": {"a": 1, "b": {"deployments": {"d": []}, "status": 3}}})");
  const auto odd = dashboard_.Applications({});
  ASSERT_TRUE(odd.ok()) << odd.status();
  EXPECT_EQ(odd->at("b").status, "");
}

TEST_F(DashboardTest, ALostConnectionIsAnError) {
  transport_.PushLostAnswer();
  EXPECT_TRUE(absl::IsUnavailable(dashboard_.GetVersion({}).status()));
}

}  // namespace
}  // namespace spcs::ray
