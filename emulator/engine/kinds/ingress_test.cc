// SPDX-License-Identifier: MPL-2.0
// Hosts of public endpoints: who may use them, what is behind them.
#include "emulator/engine/ingress.h"

#include <gmock/gmock.h>

#include "emulator/engine/kinds/service_testing.h"

namespace spcs::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kEndpoints[] = R"(  endpoints:
  - {name: ui, port: 80, public: true, corsSettings: {Access-Control-Allow-Origin: ["http://a.example"]}}
  - {name: api, port: 8000, public: true}
  - {name: own, port: 9000}
serviceRoles:
- {name: viewer, endpoints: [ui]}
)";

class IngressTest : public ServiceTest {
 protected:
  IngressTest() {
    account_->Run(CreateService("s", Spec("app:1", "", kEndpoints), "MIN_INSTANCES = 2 MAX_INSTANCES = 2"));
    account_->engine().SetIngressDomain("localhost:4711");
    account_->Admin({"CREATE ROLE guest", "GRANT ROLE guest TO USER SPCS_DEMO_USER"});
    Pass(absl::Minutes(10));
  }
  // The first part of an endpoint's host.
  std::string Label(size_t row) {
    const std::string host = account_->Cell("SHOW ENDPOINTS IN SERVICE s", row, "ingress_url");
    EXPECT_THAT(host, EndsWith("-spcs-emulator.localhost:4711"));
    return host.substr(0, host.find('.'));
  }
  IngressRoute Find(const std::string& label, const std::string& role = "ACCOUNTADMIN") {
    const auto route = FindIngress(account_->engine(), {.user = "SPCS_DEMO_USER", .role = role}, label);
    EXPECT_TRUE(route.ok()) << route.status();
    return route.value_or(IngressRoute{});
  }
};

TEST_F(IngressTest, FindsTheEndpointOfAHost) {
  const IngressRoute route = Find(Label(0));
  EXPECT_EQ(route.service, "DB.SC.S");
  EXPECT_EQ(route.endpoint, "ui");
  EXPECT_EQ(route.port, 80);
  EXPECT_THAT(route.cors.origins, ElementsAre("http://a.example"));
  EXPECT_EQ(route.status, "RUNNING");
  EXPECT_THAT(route.ready, SizeIs(2));
  EXPECT_EQ(Find(Label(1)).port, 8000);
  EXPECT_TRUE(absl::IsNotFound(FindIngress(account_->engine(), {}, "i0000000-spcs-emulator").status()));
  EXPECT_TRUE(absl::IsNotFound(FindIngress(account_->engine(), {}, Label(0).substr(0, 9)).status()));
}

TEST_F(IngressTest, ServiceRolesLetIn) {
  EXPECT_TRUE(Find(Label(0)).allowed);
  EXPECT_FALSE(Find(Label(0), "").allowed);
  EXPECT_FALSE(Find(Label(0), "GUEST").allowed);
  account_->Admin({"GRANT SERVICE ROLE db.sc.s!viewer TO ROLE guest"});
  EXPECT_TRUE(Find(Label(0), "GUEST").allowed);
  EXPECT_FALSE(Find(Label(1), "GUEST").allowed);
  account_->Admin({"GRANT SERVICE ROLE db.sc.s!all_endpoints_usage TO ROLE guest"});
  EXPECT_TRUE(Find(Label(1), "GUEST").allowed);
  account_->Admin({"GRANT USAGE ON SERVICE db.sc.s TO ROLE PUBLIC"});
  EXPECT_FALSE(Find(Label(1), "PUBLIC").allowed) << "the service itself is not its endpoint";
}

TEST_F(IngressTest, ASuspendedServiceCanBeWoken) {
  account_->Run("ALTER SERVICE s SUSPEND");
  Pass(absl::Minutes(1));
  IngressRoute route = Find(Label(0));
  EXPECT_TRUE(route.suspended);
  EXPECT_TRUE(route.auto_resume);
  EXPECT_THAT(route.ready, IsEmpty());
  EXPECT_TRUE(WakeIngress(account_->engine(), route).ok());
  Pass(absl::Minutes(5));
  route = Find(Label(0));
  EXPECT_FALSE(route.suspended);
  EXPECT_THAT(route.ready, SizeIs(2));
  account_->Run("ALTER SERVICE s SET AUTO_RESUME = FALSE");
  EXPECT_FALSE(Find(Label(0)).auto_resume);
}

TEST_F(IngressTest, ADroppedServiceHasNoHost) {
  const std::string label = Label(0);
  account_->Run("DROP SERVICE s");
  Pass(absl::Minutes(5));
  EXPECT_TRUE(absl::IsNotFound(FindIngress(account_->engine(), {}, label).status()));
}

}  // namespace
}  // namespace spcs::engine
