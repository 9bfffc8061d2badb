// SPDX-License-Identifier: MPL-2.0
// Which grants a role needs to make and run a service, each removed in turn.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/engine/kinds/service_testing.h"

namespace spcs::engine {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class ServicePrivilegesTest : public ServiceTest {
 protected:
  ServicePrivilegesTest() {
    account_->Admin({"CREATE SECRET db.sc.token TYPE = GENERIC_STRING SECRET_STRING = 'x'",
                     "CREATE NETWORK RULE db.sc.rule MODE = EGRESS TYPE = HOST_PORT VALUE_LIST = ('a.com:443')",
                     "CREATE EXTERNAL ACCESS INTEGRATION eai ALLOWED_NETWORK_RULES = (db.sc.rule) ENABLED = TRUE",
                     "CREATE ROLE dev", "GRANT ROLE dev TO USER SPCS_DEMO_USER"});
    account_->Admin(grants_);
    account_->session().role = "DEV";
  }

  const std::vector<std::string> grants_ = {"GRANT USAGE ON DATABASE db TO ROLE dev",
                                            "GRANT USAGE ON SCHEMA db.sc TO ROLE dev",
                                            "GRANT CREATE SERVICE ON SCHEMA db.sc TO ROLE dev",
                                            "GRANT USAGE ON COMPUTE POOL p TO ROLE dev",
                                            "GRANT READ ON IMAGE REPOSITORY db.sc.repo TO ROLE dev",
                                            "GRANT READ ON STAGE db.sc.models TO ROLE dev",
                                            "GRANT READ ON SECRET db.sc.token TO ROLE dev",
                                            "GRANT USAGE ON INTEGRATION eai TO ROLE dev",
                                            "GRANT USAGE ON WAREHOUSE demo_wh TO ROLE dev",
                                            "GRANT BIND SERVICE ENDPOINT ON ACCOUNT TO ROLE dev"};
  const std::string create_ =
      CreateService("s",
                    Spec("app:1", "secrets: [{snowflakeSecret: token, envVarName: T, secretKeyRef: secret_string}]",
                         "  endpoints: [{name: ui, port: 80, public: true}]\n"
                         "  volumes: [{name: m, source: stage, stageConfig: {name: \"@models\"}}]\n"),
                    "EXTERNAL_ACCESS_INTEGRATIONS = (eai) QUERY_WAREHOUSE = demo_wh");
};

TEST_F(ServicePrivilegesTest, ExactlyTheseGrantsSuffice) {
  account_->Run(create_);
  EXPECT_EQ(Shown("s", "external_access_integrations"), "[\"EAI\"]");
  EXPECT_EQ(Shown("s", "query_warehouse"), "DEMO_WH");
  EXPECT_EQ(Shown("s", "owner"), "DEV");
  account_->Run("ALTER SERVICE s SET COMMENT = 'x'");
  account_->Run("DROP SERVICE s");
}

TEST_F(ServicePrivilegesTest, EachGrantIsNeeded) {
  for (const std::string& grant : grants_) {
    // GRANT x ON y TO ROLE dev -> REVOKE x ON y FROM ROLE dev
    std::string revoke = "REVOKE" + grant.substr(5);
    revoke.replace(revoke.rfind(" TO ROLE "), 4, " FROM ");
    account_->Admin({revoke});
    const std::string error = account_->Error(create_);
    EXPECT_TRUE(error.find("not authorized") != std::string::npos || error.find("003001/42501") == 0)
        << grant << ": '" << error << "'";
    account_->Admin({grant, "DROP SERVICE IF EXISTS db.sc.s"});
    account_->clock().Advance(absl::Minutes(1));
  }
}

TEST_F(ServicePrivilegesTest, OtherRolesSeeWhatTheyMay) {
  account_->Run(create_);
  account_->Admin({"CREATE ROLE ops", "GRANT ROLE ops TO USER SPCS_DEMO_USER", "GRANT USAGE ON DATABASE db TO ROLE ops",
                   "GRANT USAGE ON SCHEMA db.sc TO ROLE ops"});
  account_->session().role = "OPS";
  EXPECT_EQ(account_->Rows("SHOW SERVICES IN ACCOUNT"), 0u);
  EXPECT_THAT(account_->Error("DESCRIBE SERVICE s"), HasSubstr("does not exist or not authorized"));
  account_->Admin({"GRANT USAGE ON SERVICE db.sc.s TO ROLE ops"});
  EXPECT_EQ(Shown("s", "spec"), "NULL");
  EXPECT_EQ(account_->Rows("SHOW ENDPOINTS IN SERVICE s"), 1u);
  EXPECT_THAT(account_->Error("SHOW SERVICE CONTAINERS IN SERVICE s"), StartsWith("003001/42501"));
  EXPECT_THAT(account_->Error("CALL SYSTEM$GET_SERVICE_LOGS('s', 0, 'main')"), StartsWith("003001/42501"));
  account_->Admin({"GRANT MONITOR ON SERVICE db.sc.s TO ROLE ops"});
  EXPECT_EQ(Containers("s", "container_name"), "main,stage-mount-v2-sidecar-m");
  EXPECT_THAT(account_->Error("ALTER SERVICE s SUSPEND"), StartsWith("003001/42501"));
  account_->Admin({"GRANT OPERATE ON SERVICE db.sc.s TO ROLE ops"});
  account_->Run("ALTER SERVICE s SUSPEND");
  EXPECT_THAT(account_->Error("ALTER SERVICE s SET COMMENT = 'x'"), StartsWith("003001/42501"));
  EXPECT_THAT(account_->Error("DROP SERVICE s"), StartsWith("003001/42501"));
  EXPECT_THAT(account_->Error("GRANT SERVICE ROLE s!all_endpoints_usage TO ROLE ops"), StartsWith("003001/42501"));
}

}  // namespace
}  // namespace spcs::engine
