// SPDX-License-Identifier: MPL-2.0
#include "emulator/rest/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/rest/testing.h"

namespace spcs::rest {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::SizeIs;

const char kServices[] = "/databases/d/schemas/s/services";

json Spec(const std::string& tag) {
  return {{"spec_type", "from_inline"},
          {"spec_text", "spec:\n  containers:\n  - name: main\n    image: /d/s/r/i:" + tag +
                            "\n  endpoints:\n  - name: e\n    port: 80\n    public: true\n"}};
}

json Service(const std::string& tag = "v1") {
  return {{"name", "x"}, {"compute_pool", "p"}, {"spec", Spec(tag)}};
}

class ServiceTest : public ::testing::Test {
 protected:
  ServiceTest() {
    account_.Admin({"CREATE DATABASE d", "CREATE SCHEMA d.s", "CREATE IMAGE REPOSITORY d.s.r",
                    "CREATE COMPUTE POOL p MIN_NODES=1 MAX_NODES=1 INSTANCE_FAMILY=CPU_X64_S"});
  }
  std::string One(const std::string& rest) { return std::string(kServices) + rest; }
  RestAccount account_{{.speed = 0, .images = "any"}};
};

TEST_F(ServiceTest, LifeOfAService) {
  EXPECT_EQ(account_.Call("POST", kServices, Service()).status, 200);
  EXPECT_EQ(account_.Call("POST", kServices, Service()).status, 409);
  const json fetched = account_.Call("GET", One("/x")).body;
  EXPECT_EQ(fetched["spec"]["spec_type"], "from_inline");
  EXPECT_THAT(fetched["spec"]["spec_text"].get<std::string>(), HasSubstr("/d/s/r/i:v1"));
  EXPECT_EQ(fetched["max_instances"], 1);
  EXPECT_EQ(fetched["is_job"], false);
  EXPECT_EQ(account_.Call("GET", One("/x/containers")).body[0]["restart_count"], 0);
  EXPECT_EQ(account_.Call("GET", One("/x/instances")).body[0]["instance_id"], "0");
  EXPECT_EQ(account_.Call("GET", One("/x/endpoints")).body[0]["port"], 80);
  EXPECT_EQ(account_.Call("GET", One("/x/roles")).body[0]["name"], "ALL_ENDPOINTS_USAGE");
  EXPECT_EQ(account_.Call("POST", One("/x:suspend")).status, 200);
  EXPECT_EQ(account_.Call("GET", One("/x")).body["status"], "SUSPENDED");
  EXPECT_EQ(account_.Call("POST", One("/x:resume")).status, 200);
  EXPECT_EQ(account_.Call("DELETE", One("/x")).status, 200);
  EXPECT_EQ(account_.Call("DELETE", One("/x")).status, 404);
}

// Clients cannot read a service without its specification.
TEST_F(ServiceTest, ListsHaveSpecifications) {
  account_.Call("POST", kServices, Service());
  const json list = account_.Call("GET", kServices).body;
  ASSERT_THAT(list, SizeIs(1));
  EXPECT_EQ(list[0]["spec"], account_.Call("GET", One("/x")).body["spec"]);
}

TEST_F(ServiceTest, PutUpgradesAndResets) {
  json service = Service();
  service.update({{"min_instances", 1}, {"max_instances", 3}, {"comment", "c"}});
  EXPECT_EQ(account_.Call("PUT", One("/x"), service).status, 200);
  const std::string digest = account_.Call("GET", One("/x")).body["spec_digest"];
  json changed = Service("v2");
  changed["min_instances"] = 2;
  EXPECT_EQ(account_.Call("PUT", One("/x"), changed).status, 200);
  const json now = account_.Call("GET", One("/x")).body;
  EXPECT_EQ(now["min_instances"], 2);
  EXPECT_EQ(now["max_instances"], 2);
  EXPECT_EQ(now["comment"], nullptr);
  EXPECT_NE(now["spec_digest"], digest);
  changed["compute_pool"] = "other";
  EXPECT_EQ(account_.Call("PUT", One("/x"), changed).status, 400);
}

TEST_F(ServiceTest, LogsAndStatus) {
  account_.Call("POST", kServices, Service());
  const Reply logs = account_.Call("GET", One("/x/logs"), nullptr,
                                   {{"instanceId", "0"}, {"containerName", "main"}, {"numLines", "5"}});
  EXPECT_TRUE(logs.body["system$get_service_logs"].is_string());
  const json status = account_.Call("GET", One("/x/status"), nullptr, {{"timeout", "1"}}).body;
  EXPECT_EQ(json::parse(status["system$get_service_status"].get<std::string>())[0]["containerName"], "main");
  EXPECT_EQ(account_.Call("GET", One("/x/logs"), nullptr, {{"containerName", "main"}}).status, 400);
  EXPECT_EQ(account_.Call("GET", One("/x/logs"), nullptr, {{"instanceId", "0"}}).status, 400);
  const std::map<std::string, std::string> evil = {
      {"instanceId", "0"}, {"containerName", "main"}, {"numLines", "5, 'TRUE'"}};
  EXPECT_EQ(account_.Call("GET", One("/x/logs"), nullptr, evil).status, 400);
  EXPECT_EQ(account_.Call("GET", One("/x/nothing")).status, 404);
  EXPECT_EQ(account_.Call("POST", One("/x/containers"), json::object()).status, 405);
}

TEST_F(ServiceTest, Jobs) {
  json job = Service();
  job["is_async_job"] = true;
  EXPECT_EQ(account_.Call("POST", One(":execute-job"), job).status, 200);
  EXPECT_THAT(account_.statements().at(0), HasSubstr("NAME = D.S.X ASYNC = TRUE"));
  EXPECT_EQ(account_.Call("GET", One("/x")).body["is_job"], true);
}

TEST_F(ServiceTest, BadSpecificationsAreTheAccountsToRefuse) {
  json service = Service();
  service["spec"]["spec_text"] = "spec:\n  container: $$\n";
  const Reply refused = account_.Call("POST", kServices, service);
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.code, "395018");
  service["spec"] = {{"spec_type", "from_file"}, {"stage", "@st"}, {"spec_file", "x.yaml"}};
  EXPECT_THAT(account_.Call("POST", kServices, service).message, HasSubstr("Unsupported feature"));
  service["spec"] = "spec:";
  EXPECT_EQ(account_.Call("POST", kServices, service).status, 400);
}

TEST_F(ServiceTest, GrantsOfServiceRoles) {
  account_.Call("POST", kServices, Service());
  account_.Admin({"GRANT SERVICE ROLE d.s.x!ALL_ENDPOINTS_USAGE TO ROLE SPCS_DEMO"});
  const json grants = account_.Call("GET", One("/x/roles/all_endpoints_usage/grants-of")).body;
  ASSERT_THAT(grants, SizeIs(1));
  EXPECT_EQ(grants[0]["grantee_name"], "SPCS_DEMO");
}

}  // namespace
}  // namespace spcs::rest
