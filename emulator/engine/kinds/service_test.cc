// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/kinds/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/engine/kinds/service_testing.h"

namespace spcs::engine {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST_F(ServiceTest, ColumnsAreTheServices) {
  account_->Run(CreateService("s", Spec("app:1")));
  const std::string before = "name,status,database_name,schema_name,owner,compute_pool,",
                    middle =
                        "dns_name,current_instances,target_instances,min_ready_instances,min_instances,max_instances,"
                        "auto_resume,external_access_integrations,created_on,updated_on,resumed_on,suspended_on,"
                        "auto_suspend_secs,comment,owner_role_type,query_warehouse,",
                    after = "is_async_job,spec_digest,is_upgrading,managing_object_domain,managing_object_name";
  EXPECT_EQ(account_->Columns("SHOW SERVICES"), before + middle + "is_job," + after);
  EXPECT_EQ(account_->Columns("SHOW SERVICES EXCLUDE JOBS"), before + middle + after);
  EXPECT_EQ(account_->Columns("SHOW JOB SERVICES"), before + middle + after);
  EXPECT_EQ(account_->Columns("DESCRIBE SERVICE s"), before + "spec," + middle + "is_job," + after);
  EXPECT_EQ(account_->Columns("SHOW SERVICE INSTANCES IN SERVICE s"),
            "database_name,schema_name,service_name,service_status,instance_id,status,spec_digest,creation_time,"
            "start_time,ip_address");
  EXPECT_EQ(account_->Columns("SHOW SERVICE CONTAINERS IN SERVICE s"),
            "database_name,schema_name,service_name,service_status,instance_id,instance_status,container_name,status,"
            "message,image_name,image_digest,restart_count,start_time,last_exit_code,last_restart_time");
  EXPECT_EQ(account_->Columns("SHOW ENDPOINTS IN SERVICE s"), "name,port,port_range,protocol,is_public,ingress_url");
  EXPECT_EQ(account_->Columns("SHOW ROLES IN SERVICE s"), "created_on,name,comment");
  EXPECT_EQ(account_->Columns("SHOW IMAGES IN IMAGE REPOSITORY repo"), "created_on,image_name,tags,digest,image_path");
}

TEST_F(ServiceTest, CreatedServiceBecomesRunning) {
  EXPECT_EQ(account_->Scalar(CreateService("s", Spec("app:1"))), "Service S successfully created.");
  EXPECT_EQ(Shown("s", "status"), "PENDING");
  EXPECT_EQ(Shown("s", "min_instances"), "1");
  EXPECT_EQ(Shown("s", "max_instances"), "1");
  EXPECT_EQ(Shown("s", "min_ready_instances"), "1");
  EXPECT_EQ(Shown("s", "auto_resume"), "true");
  EXPECT_EQ(Shown("s", "resumed_on"), "NULL");
  EXPECT_EQ(Shown("s", "suspended_on"), "NULL");
  EXPECT_EQ(Shown("s", "owner_role_type"), "ROLE");
  EXPECT_EQ(Shown("s", "external_access_integrations"), "NULL");
  EXPECT_EQ(Shown("s", "spec_digest").size(), 64u);
  EXPECT_THAT(Shown("s", "dns_name"), AllOf(StartsWith("s."), HasSubstr(".svc.spcs.internal")));
  EXPECT_EQ(Containers("s", "status"), "PENDING");
  Pass(absl::Minutes(3));
  EXPECT_EQ(Shown("s", "status"), "RUNNING");
  EXPECT_EQ(Containers("s", "status"), "READY");
  EXPECT_EQ(Containers("s", "message"), "Running");
  EXPECT_EQ(Containers("s", "restart_count"), "0");
  EXPECT_EQ(Instances("s", "status"), "READY");
  EXPECT_EQ(Instances("s", "spec_digest"), Shown("s", "spec_digest"));
  EXPECT_EQ(account_->Cell("SHOW COMPUTE POOLS", 0, "state"), "ACTIVE");
  EXPECT_EQ(account_->Cell("SHOW COMPUTE POOLS", 0, "num_services"), "1");
}

TEST_F(ServiceTest, SpecificationIsRewritten) {
  account_->Run(CreateService("s", Spec("app:1", "env: {A: 1}", "  endpoints: [{name: api, port: 80}]\n")));
  const std::string spec = Shown("s", "spec");
  EXPECT_THAT(spec, StartsWith("---\nspec:\n  containers:\n  - name: \"main\"\n    image: \"spcs-emulator.registry."
                               "snowflakecomputing.com/db/sc/repo/app:1\"\n    sha256: \"@sha256:"));
  EXPECT_THAT(spec, HasSubstr("A: \"1\""));
  EXPECT_THAT(spec, HasSubstr("memory: \"13Gi\""));
  EXPECT_THAT(spec, HasSubstr("protocol: \"HTTP\""));
}

TEST_F(ServiceTest, EndpointsGetTheirUrlLater) {
  account_->Run(CreateService("s", Spec("app:1", "",
                                        "  endpoints: [{name: ui, port: 80, public: true}, {name: gcs, port: 6379, "
                                        "protocol: TCP}, {name: work, portRange: 11000-11010, protocol: TCP}]\n")));
  const std::string show = "SHOW ENDPOINTS IN SERVICE s";
  EXPECT_EQ(account_->Cell(show, 0, "ingress_url"),
            "Endpoints provisioning in progress... check back in a few minutes");
  EXPECT_EQ(account_->Cell(show, 1, "ingress_url"), "NULL");
  EXPECT_EQ(account_->ColumnOf(show, "port_range"), "NULL,NULL,11000-11010");
  EXPECT_EQ(account_->ColumnOf(show, "port"), "80,6379,NULL");
  EXPECT_EQ(account_->ColumnOf(show, "is_public"), "true,false,false");
  Pass(absl::Minutes(3));
  EXPECT_THAT(account_->Cell(show, 0, "ingress_url"), HasSubstr("check back"));
  Pass(absl::Minutes(2));
  EXPECT_THAT(account_->Cell(show, 0, "ingress_url"), HasSubstr("-spcs-emulator.snowflakecomputing.app"));
}

TEST_F(ServiceTest, CreateErrors) {
  EXPECT_THAT(account_->Error(CreateService("s", Spec("app:1", "foo: 1"))),
              "395018/22023 Invalid spec: unknown option 'foo' for 'spec.containers[0]'.");
  EXPECT_THAT(account_->Error(CreateService("s", Spec("ghost:1"))),
              AllOf(StartsWith("397012/"), HasSubstr("/db/sc/repo/ghost:1"), HasSubstr("manifest not found")));
  EXPECT_THAT(account_->Error(CreateService("s", "spec: {containers: [{name: a, image: /db/sc/nope/app:1}]}")),
              "002003/02000 SQL compilation error:\nImage Repository 'DB.SC.NOPE' does not exist or not authorized.");
  EXPECT_THAT(account_->Error("CREATE SERVICE s IN COMPUTE POOL nope FROM SPECIFICATION $$x$$"),
              HasSubstr("Compute Pool 'NOPE' does not exist or not authorized."));
  EXPECT_THAT(account_->Error(CreateService("s", Spec("app:1",
                                                      "resources: {requests: {nvidia.com/gpu: 1}, limits: "
                                                      "{nvidia.com/gpu: 1}}"))),
              HasSubstr("CPU_X64_S has 0 GPUs"));
  EXPECT_THAT(account_->Error(CreateService("s", Spec("app:1"), "MIN_INSTANCES = 3 MAX_INSTANCES = 2")),
              HasSubstr("MIN_INSTANCES (3) must not be greater"));
  EXPECT_THAT(account_->Error(CreateService("s", Spec("app:1"), "MIN_READY_INSTANCES = 2")),
              HasSubstr("MIN_READY_INSTANCES (2)"));
  EXPECT_THAT(account_->Error(CreateService("s", Spec("app:1"), "AUTO_SUSPEND_SECS = 60")), HasSubstr("at least 300"));
  EXPECT_THAT(account_->Error(CreateService("s", Spec("app:1"), "EXTERNAL_ACCESS_INTEGRATIONS = (nope)")),
              HasSubstr("Integration 'NOPE' does not exist"));
  EXPECT_THAT(account_->Error(CreateService("s", Spec("app:1"), "QUERY_WAREHOUSE = nope")),
              HasSubstr("Warehouse 'NOPE' does not exist"));
  EXPECT_THAT(account_->Error(CreateService("\"my-s\"", Spec("app:1"))), HasSubstr("not supported for services"));
  EXPECT_THAT(account_->Error(CreateService("s_", Spec("app:1"))), HasSubstr("DNS label"));
  EXPECT_THAT(account_->Error(CreateService("s", Spec("app:1", "",
                                                      "  volumes: [{name: v, source: stage, stageConfig: "
                                                      "{name: \"@nope/x\"}}]\n"))),
              HasSubstr("Stage 'DB.SC.NOPE' does not exist"));
  EXPECT_THAT(account_->Error(CreateService("s", Spec("app:1",
                                                      "secrets: [{snowflakeSecret: db.sc.nope, envVarName: T, "
                                                      "secretKeyRef: secret_string}]"))),
              HasSubstr("Secret 'DB.SC.NOPE' does not exist"));
  EXPECT_EQ(account_->Rows("SHOW SERVICES"), 0u);
}

TEST_F(ServiceTest, CreateTwice) {
  account_->Run(CreateService("s", Spec("app:1")));
  EXPECT_THAT(account_->Error(CreateService("s", Spec("app:1"))), StartsWith("002002/42710"));
  account_->Run(
      absl::StrCat("CREATE SERVICE IF NOT EXISTS s IN COMPUTE POOL p FROM SPECIFICATION $$", Spec("app:1"), "$$"));
}

TEST_F(ServiceTest, StageMountsShowTheirSidecar) {
  account_->Run(
      CreateService("s", Spec("app:1", "volumeMounts: [{name: home, mountPath: /home}]",
                              "  volumes: [{name: home, source: stage, stageConfig: {name: \"@models/x\"}}]\n")));
  Pass(absl::Minutes(3));
  EXPECT_EQ(Containers("s", "container_name"), "main,stage-mount-v2-sidecar-home");
  EXPECT_EQ(Containers("s", "status"), "READY,READY");
}

TEST_F(ServiceTest, SuspendAndResume) {
  account_->Run(CreateService("s", Spec("app:1")));
  Pass(absl::Minutes(3));
  account_->Run("ALTER SERVICE s SUSPEND");
  EXPECT_EQ(Shown("s", "status"), "SUSPENDING");
  EXPECT_EQ(Shown("s", "target_instances"), "0");
  Pass(absl::Seconds(20));
  EXPECT_EQ(Shown("s", "status"), "SUSPENDED");
  EXPECT_NE(Shown("s", "suspended_on"), "NULL");
  EXPECT_EQ(Containers("s", "container_name"), "NULL");  // one row without a container
  Pass(absl::Hours(2));
  EXPECT_EQ(account_->Cell("SHOW COMPUTE POOLS", 0, "state"), "SUSPENDED");
  account_->Run("ALTER SERVICE s RESUME");
  EXPECT_EQ(Shown("s", "status"), "PENDING");
  EXPECT_NE(Shown("s", "resumed_on"), "NULL");
  EXPECT_EQ(account_->Cell("SHOW COMPUTE POOLS", 0, "state"), "STARTING");
  Pass(absl::Minutes(3));
  EXPECT_EQ(Shown("s", "status"), "RUNNING");
}

TEST_F(ServiceTest, SuspendedPoolWithoutAutoResumeRefuses) {
  account_->Run("ALTER COMPUTE POOL p SET AUTO_RESUME = FALSE");
  account_->Run(CreateService("s", Spec("app:1")));
  Pass(absl::Minutes(3));
  account_->Run("ALTER COMPUTE POOL p SUSPEND");
  EXPECT_EQ(Shown("s", "status"), "SUSPENDING");
  Pass(absl::Minutes(1));
  EXPECT_EQ(Shown("s", "status"), "SUSPENDED");
  EXPECT_THAT(account_->Error("ALTER SERVICE s RESUME"), HasSubstr("AUTO_RESUME is FALSE"));
  EXPECT_THAT(account_->Error(CreateService("t", Spec("app:1"))), HasSubstr("AUTO_RESUME is FALSE"));
}

TEST_F(ServiceTest, RollingUpdateKeepsOldDigestsUntilReplaced) {
  account_->Run(CreateService("s", Spec("app:1", "resources: {requests: {cpu: 2}}"), "MIN_INSTANCES = 2"));
  Pass(absl::Minutes(5));
  ASSERT_EQ(Shown("s", "status"), "RUNNING");
  const std::string old_digest = Shown("s", "spec_digest");
  account_->Run(
      absl::StrCat("ALTER SERVICE s FROM SPECIFICATION $$", Spec("app:1", "resources: {requests: {cpu: '2'}}"), "$$"));
  EXPECT_EQ(Shown("s", "spec_digest"), old_digest);  // the same meaning
  EXPECT_EQ(Shown("s", "is_upgrading"), "false");
  account_->Run(
      absl::StrCat("ALTER SERVICE s FROM SPECIFICATION $$", Spec("app:2", "resources: {requests: {cpu: 2}}"), "$$"));
  const std::string new_digest = Shown("s", "spec_digest");
  EXPECT_NE(new_digest, old_digest);
  EXPECT_EQ(Shown("s", "is_upgrading"), "true");
  EXPECT_EQ(Instances("s", "status"), "READY,TERMINATING");
  Pass(absl::Seconds(6));
  EXPECT_EQ(Instances("s", "spec_digest"), absl::StrCat(old_digest, ",", new_digest));
  Pass(absl::Minutes(1));
  EXPECT_EQ(Shown("s", "is_upgrading"), "false");
  EXPECT_EQ(Instances("s", "spec_digest"), absl::StrCat(new_digest, ",", new_digest));
  EXPECT_THAT(Containers("s", "image_name"), HasSubstr("app:2"));
}

TEST_F(ServiceTest, ScalingTouchesOnlyTheSurplus) {
  account_->Run(
      CreateService("s", Spec("app:1", "resources: {requests: {cpu: 2}}"), "MIN_INSTANCES = 2 MAX_INSTANCES = 3"));
  Pass(absl::Minutes(5));
  const std::string created = Instances("s", "start_time");
  account_->Run("ALTER SERVICE s SET MIN_INSTANCES = 3");
  Pass(absl::Minutes(5));
  EXPECT_THAT(Instances("s", "start_time"), StartsWith(created + ","));
  EXPECT_THAT(account_->Error("ALTER SERVICE s SET MAX_INSTANCES = 2"), HasSubstr("must not be greater"));
  account_->Run("ALTER SERVICE s SET MIN_INSTANCES = 2 MAX_INSTANCES = 2");
  Pass(absl::Minutes(1));
  EXPECT_EQ(Instances("s", "start_time"), created);
  account_->Run("ALTER SERVICE s UNSET MIN_INSTANCES, MAX_INSTANCES, MIN_READY_INSTANCES, COMMENT");
  EXPECT_EQ(Shown("s", "max_instances"), "1");
}

TEST_F(ServiceTest, CrashingContainerIsFailedWithItsLog) {
  account_->Run(CreateService("s", Spec("crash:1")));
  Pass(absl::Minutes(3));
  EXPECT_EQ(Shown("s", "status"), "FAILED");
  EXPECT_EQ(Containers("s", "status"), "FAILED");
  EXPECT_EQ(Containers("s", "last_exit_code"), "3");
  EXPECT_NE(Containers("s", "restart_count"), "0");
  EXPECT_EQ(Log("s"), "starting\nboom");
  EXPECT_EQ(Log("db.sc.s", "'0', 'main', 1"), "boom");
  EXPECT_EQ(Log("db.sc.s", "'0', 'main', 5, TRUE"), "starting\nboom");
  EXPECT_THAT(account_->Error("CALL SYSTEM$GET_SERVICE_LOGS('s', 7, 'main')"), HasSubstr("Instance 7"));
  EXPECT_THAT(account_->Error("CALL SYSTEM$GET_SERVICE_LOGS('s', 0, 'other')"), HasSubstr("Container other"));
  EXPECT_THAT(account_->Error("CALL SYSTEM$GET_SERVICE_LOGS('s')"), HasSubstr("wrong arguments"));
  EXPECT_THAT(account_->Scalar("SELECT SYSTEM$GET_SERVICE_STATUS('s')"), HasSubstr("\"status\":\"FAILED\""));
}

TEST_F(ServiceTest, FailingProbeStaysPending) {
  account_->Run(CreateService("s", Spec("noprobe:1", "readinessProbe: {port: 80, path: /up}")));
  Pass(absl::Minutes(10));
  EXPECT_EQ(Shown("s", "status"), "PENDING");
  EXPECT_EQ(Containers("s", "message"), "Readiness probe is failing at path: /up, port: 80.");
}

TEST_F(ServiceTest, NoCapacityIsSaid) {
  ASSERT_TRUE(account_->engine().Mutate({{"kind", "COMPUTE POOL"}, {"name", "P"}, {"capacity", "short"}}).ok());
  account_->Run(CreateService("s", Spec("app:1")));
  Pass(absl::Hours(1));
  EXPECT_EQ(Shown("s", "status"), "PENDING");
  EXPECT_EQ(Containers("s", "message"), "Unschedulable due to insufficient resources.");
}

TEST_F(ServiceTest, DropIsDeletingForAMoment) {
  account_->Run(CreateService("s", Spec("app:1")));
  Pass(absl::Minutes(3));
  EXPECT_THAT(account_->Error("DROP COMPUTE POOL p"), HasSubstr("Cannot drop compute pool P with active services"));
  EXPECT_EQ(account_->Scalar("DROP SERVICE s"), "S successfully dropped.");
  EXPECT_EQ(Shown("s", "status"), "DELETING");
  EXPECT_THAT(account_->Error(CreateService("s", Spec("app:1"))), StartsWith("002002/"));
  Pass(absl::Seconds(10));
  EXPECT_THAT(account_->Error("DESCRIBE SERVICE s"), HasSubstr("Service 'DB.SC.S' does not exist or not authorized."));
  account_->Run("DROP SERVICE IF EXISTS s");
  account_->Run("DROP COMPUTE POOL p");
}

TEST_F(ServiceTest, BlockVolumesNeedForce) {
  account_->Run(CreateService("s", Spec("app:1", "", "  volumes: [{name: v, source: block, size: 10Gi}]\n")));
  EXPECT_THAT(account_->Error("DROP SERVICE s"), StartsWith("395085/22000 Failed to drop service S since it contains"));
  account_->Run("DROP SERVICE s FORCE");
}

TEST_F(ServiceTest, StopAllDropsServices) {
  account_->Run(CreateService("s", Spec("app:1")));
  account_->Run(ExecuteJob("j", Spec("task:1")));
  account_->Run("ALTER COMPUTE POOL p STOP ALL");
  Pass(absl::Minutes(1));
  EXPECT_EQ(account_->Rows("SHOW SERVICES EXCLUDE JOBS"), 0u);
  EXPECT_EQ(Shown("j", "status"), "CANCELLED");
  account_->Run("DROP COMPUTE POOL p");
  EXPECT_EQ(account_->Rows("SHOW SERVICES"), 0u);
}

TEST_F(ServiceTest, DroppedSchemaTakesItsServices) {
  account_->Run("CREATE SCHEMA db.other");
  account_->Run(CreateService("db.other.s", Spec("app:1")));
  account_->Run(CreateService("s", Spec("app:1")));
  Pass(absl::Minutes(3));
  account_->Run("DROP SCHEMA db.other");
  EXPECT_EQ(account_->ColumnOf("SHOW SERVICES IN ACCOUNT", "schema_name"), "SC");
  account_->Run("DROP DATABASE db");
  EXPECT_EQ(account_->Cell("SHOW COMPUTE POOLS", 0, "num_services"), "0");
  EXPECT_EQ(account_->Cell("SHOW COMPUTE POOLS", 0, "state"), "IDLE");
}

TEST_F(ServiceTest, ListsAreFiltered) {
  account_->Run("CREATE COMPUTE POOL q MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_S");
  for (const char* name : {"a1", "a2", "b1"}) account_->Run(CreateService(name, Spec("app:1")));
  account_->Run(ExecuteJob("a0", Spec("task:1")));
  EXPECT_EQ(account_->ColumnOf("SHOW SERVICES IN ACCOUNT", "name"), "A0,A1,A2,B1");
  EXPECT_EQ(account_->ColumnOf("SHOW SERVICES EXCLUDE JOBS IN ACCOUNT LIMIT 2", "name"), "A1,A2");
  EXPECT_EQ(account_->ColumnOf("SHOW SERVICES LIKE 'a%' IN SCHEMA db.sc", "name"), "A0,A1,A2");
  EXPECT_EQ(account_->ColumnOf("SHOW JOB SERVICES IN DATABASE db", "name"), "A0");
  EXPECT_EQ(account_->ColumnOf("SHOW SERVICES IN COMPUTE POOL p STARTS WITH 'B'", "name"), "B1");
  EXPECT_EQ(account_->Rows("SHOW SERVICES IN COMPUTE POOL q"), 0u);
}

TEST_F(ServiceTest, ServiceRolesAreGranted) {
  account_->Admin({"CREATE ROLE r"});
  account_->Run(CreateService("s", Spec("app:1", "",
                                        "  endpoints: [{name: api, port: 80}]\nserviceRoles:\n- {name: "
                                        "user, endpoints: [api]}\n")));
  EXPECT_EQ(account_->ColumnOf("SHOW ROLES IN SERVICE s", "name"), "ALL_ENDPOINTS_USAGE,USER");
  account_->Run("GRANT SERVICE ROLE s!user TO ROLE r");
  account_->Run("GRANT SERVICE ROLE s!all_endpoints_usage TO ROLE r");
  EXPECT_EQ(account_->ColumnOf("SHOW GRANTS OF SERVICE ROLE s!user", "grantee_name"), "R");
  EXPECT_THAT(account_->Error("GRANT SERVICE ROLE s!nope TO ROLE r"), HasSubstr("does not exist or not authorized"));
  account_->Run("REVOKE SERVICE ROLE s!user FROM ROLE r");
  EXPECT_EQ(account_->Rows("SHOW GRANTS OF SERVICE ROLE s!user"), 0u);
}

TEST_F(ServiceTest, DnsDomainBelongsToTheSchema) {
  account_->Run(CreateService("my_head", Spec("app:1")));
  EXPECT_EQ(Shown("my_head", "dns_name"),
            absl::StrCat("my-head.", account_->Scalar("SELECT SYSTEM$GET_SERVICE_DNS_DOMAIN('db.sc')")));
}

}  // namespace
}  // namespace spcs::engine
