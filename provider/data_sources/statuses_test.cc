// SPDX-License-Identifier: MPL-2.0
// The data sources about one service, one job and the account.
#include "gmock/gmock.h"
#include "provider/data_sources/source_fixture_for_test.h"

namespace spcs::data_sources {
namespace {

using ::testing::HasSubstr;
using tf::Value;

const Value::Map kWeb{{"database", "d"}, {"schema", "s"}, {"service", "web"}};
const Value::Map kJob{{"database", "d"}, {"schema", "s"}, {"job", "load"}};

class ServiceStatusTest : public ::testing::Test {
 protected:
  ServiceStatusTest() : f_(MakeServiceStatus) {}

  void Play(const char* status, const char* container, const char* message) {
    f_.account.On("DESCRIBE SERVICE D.S.WEB", {{"name", "status", "spec_digest", "is_upgrading", "target_instances"},
                                               {{"WEB", status, "abc", "false", "1"}}});
    f_.account.On("SHOW SERVICE INSTANCES IN SERVICE D.S.WEB",
                  {{"instance_id", "status", "spec_digest", "ip_address", "start_time"},
                   {{"0", "READY", "abc", "10.0.0.1", "1767225600.0 0"}}});
    f_.account.On("SHOW SERVICE CONTAINERS IN SERVICE D.S.WEB",
                  {{"instance_id", "instance_status", "container_name", "status", "message", "image_name",
                    "restart_count", "last_exit_code"},
                   {{"0", "READY", "main", container, message, "/d/s/r/web:1", "2", ""}}});
  }

  SourceFixture f_;
};

TEST_F(ServiceStatusTest, AReadyServiceHasNoMessages) {
  Play("RUNNING", "READY", "Running");
  const auto state = f_.Read(kWeb);
  ASSERT_OK(state);
  EXPECT_TRUE(state->Get("ready") == Value(true));
  EXPECT_EQ(state->Get("summary").AsString(), "ready");
  EXPECT_TRUE(state->Get("messages") == Value(Value::List{}));
  const Value& instance = state->Get("instances").Get("0");
  EXPECT_EQ(instance.Get("ip_address").AsString(), "10.0.0.1");
  EXPECT_EQ(instance.Get("started_at").AsString(), "2026-01-01T00:00:00.000Z");
  const Value& container = instance.Get("containers").Get("main");
  EXPECT_EQ(container.Get("image").AsString(), "/d/s/r/web:1");
  EXPECT_TRUE(container.Get("restart_count") == Value(2));
  EXPECT_TRUE(container.Get("last_exit_code").IsNull());
}

TEST_F(ServiceStatusTest, AContainerThatIsNotReadyIsNamed) {
  Play("PENDING", "PENDING", "Waiting to start.");
  const auto state = f_.Read(kWeb);
  ASSERT_OK(state);
  EXPECT_TRUE(state->Get("ready") == Value(false));
  EXPECT_TRUE(state->Get("messages") ==
              Value(Value::List{"container main of instance 0 is PENDING: Waiting to start."}));
}

TEST_F(ServiceStatusTest, ASuspendedServiceHasNoInstances) {
  Play("SUSPENDED", "READY", "");
  f_.account.On("SHOW SERVICE INSTANCES IN SERVICE D.S.WEB", {{"instance_id"}, {}});
  f_.account.On("SHOW SERVICE CONTAINERS IN SERVICE D.S.WEB", {{"instance_id", "container_name"}, {{"", ""}}});
  const auto state = f_.Read(kWeb);
  ASSERT_OK(state);
  EXPECT_TRUE(state->Get("ready") == Value(false));
  EXPECT_EQ(state->Get("summary").AsString(), "the service is SUSPENDED");
  EXPECT_TRUE(state->Get("instances") == Value(Value::Map{}));
}

TEST_F(ServiceStatusTest, AServiceThatIsNotThereIsAnError) {
  EXPECT_TRUE(absl::IsNotFound(f_.Read(kWeb).status()));
}

TEST(JobStatusTest, AJobThatFailedTellsWhichContainer) {
  SourceFixture f(MakeJobStatus);
  f.account.On("DESCRIBE SERVICE D.S.LOAD", {{"name", "status", "compute_pool", "is_job", "created_on"},
                                             {{"LOAD", "FAILED", "P1", "true", "1767225600.0 0"}}});
  f.account.On("SHOW SERVICE CONTAINERS IN SERVICE D.S.LOAD",
               {{"instance_id", "instance_status", "container_name", "status", "message", "last_exit_code"},
                {{"0", "SUCCEEDED", "main", "DONE", "", "0"}, {"1", "FAILED", "main", "FAILED", "Exited", "3"}}});
  const auto state = f.Read(kJob);
  ASSERT_OK(state);
  EXPECT_TRUE(state->Get("finished") == Value(true));
  EXPECT_TRUE(state->Get("succeeded") == Value(false));
  EXPECT_TRUE(state->Get("messages") == Value(Value::List{"container main of instance 1 is FAILED: Exited"}));
  EXPECT_TRUE(state->Get("instances").Get("1").Get("containers").Get("main").Get("last_exit_code") == Value(3));
  EXPECT_EQ(state->Get("instances").Get("1").Get("status").AsString(), "FAILED") << "no instance row any more";
}

TEST(JobStatusTest, ARunningJobIsNotFinished) {
  SourceFixture f(MakeJobStatus);
  f.account.On("DESCRIBE SERVICE D.S.LOAD", {{"name", "status", "is_job"}, {{"LOAD", "RUNNING", "true"}}});
  const auto state = f.Read(kJob);
  ASSERT_OK(state);
  EXPECT_TRUE(state->Get("finished") == Value(false));
}

TEST(JobStatusTest, AServiceIsRefused) {
  SourceFixture f(MakeJobStatus);
  f.account.On("DESCRIBE SERVICE D.S.LOAD", {{"name", "status", "is_job"}, {{"LOAD", "RUNNING", "false"}}});
  EXPECT_THAT(std::string(f.Read(kJob).status().message()), HasSubstr("spcs_service_status"));
}

TEST(ServiceLogsTest, AsksForOneContainer) {
  SourceFixture f(MakeServiceLogs);
  f.account.On("SELECT SYSTEM$GET_SERVICE_LOGS('D.S.WEB', 0, 'main', 100)", {{"log"}, {{"one\ntwo"}}});
  f.account.On("SELECT SYSTEM$GET_SERVICE_LOGS('D.S.WEB', 2, 'it''s', 5)", {{"log"}, {{""}}});
  Value::Map config = kWeb;
  config["container"] = "main";
  const auto state = f.Read(config);
  ASSERT_OK(state);
  EXPECT_EQ(state->Get("log").AsString(), "one\ntwo");
  EXPECT_TRUE(state->Get("lines").IsNull()) << "what was not written stays so";
  config["container"] = "it's";
  config["instance_id"] = 2;
  config["lines"] = 5;
  EXPECT_EQ(f.Read(config)->Get("log").AsString(), "");
}

TEST(ServiceLogsTest, BadInputIsRefusedAtPlan) {
  SourceFixture f(MakeServiceLogs);
  EXPECT_EQ(f.Faults({{"lines", 0}}), "lines ");
  EXPECT_EQ(f.Faults({{"lines", 1.5}}), "lines ");
  EXPECT_EQ(f.Faults({{"instance_id", -1}}), "instance_id ");
  EXPECT_EQ(f.Faults({{"container", ""}}), "container ");
  EXPECT_EQ(f.Faults({{"service", "\"quoted name\""}}), "service ");
}

TEST(AccountTest, TellsWhereAndAsWhom) {
  SourceFixture f(MakeAccount);
  f.account.On("SELECT CURRENT_REGION() AS REGION, CURRENT_WAREHOUSE() AS WAREHOUSE",
               {{"REGION", "WAREHOUSE"}, {{"AWS_US_WEST_2", "WH"}}});
  const auto state = f.Read({});
  ASSERT_OK(state);
  EXPECT_EQ(state->Get("locator").AsString(), "AB12345");
  EXPECT_EQ(state->Get("identifier").AsString(), "ORG-ACCT");
  EXPECT_EQ(state->Get("region").AsString(), "AWS_US_WEST_2");
  EXPECT_EQ(state->Get("user").AsString(), "USER");
  EXPECT_EQ(state->Get("role").AsString(), "ME");
  EXPECT_EQ(state->Get("warehouse").AsString(), "WH");
  EXPECT_TRUE(state->Get("available_roles") == Value(Value::List{"ME", "OTHER"}));
}

}  // namespace
}  // namespace spcs::data_sources
