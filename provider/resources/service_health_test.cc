// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/service_health.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace spcs::resources {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

using Cells = std::map<std::string, std::string>;

ObjectRow Row(const Cells& cells) {
  ObjectRow row;
  for (const auto& [column, text] : cells) row.Set(column, text);
  return row;
}

ObjectRow Service(const std::string& status, const Cells& more = {}) {
  ObjectRow row =
      Row({{"status", status}, {"target_instances", "1"}, {"spec_digest", "new"}, {"is_upgrading", "false"}});
  for (const auto& [column, text] : more) row.Set(column, text);
  return row;
}

ObjectRow Instance(const std::string& id, const std::string& status = "READY", const std::string& digest = "new") {
  return Row({{"instance_id", id}, {"status", status}, {"spec_digest", digest}});
}

ContainerHealth Container(const std::string& status, const std::string& message = "", const std::string& id = "0") {
  return {.instance_id = id,
          .name = "head",
          .status = status,
          .message = message,
          .restart_count = 0,
          .last_exit_code = std::nullopt,
          .start_time = ""};
}

Health Judge(const ObjectRow& service, const std::vector<ObjectRow>& instances,
             const std::vector<ContainerHealth>& containers) {
  return JudgeService(service, instances, containers).health;
}

TEST(JudgeServiceTest, ReadyIsEveryInstanceOnTheNewSpecification) {
  const ContainerHealth ready = Container("READY", "Running");
  EXPECT_EQ(Judge(Service("RUNNING"), {Instance("0")}, {ready}), Health::kReady);
  EXPECT_EQ(Judge(Service("RUNNING", {{"is_upgrading", "true"}}), {Instance("0")}, {ready}), Health::kWaiting);
  EXPECT_EQ(Judge(Service("RUNNING"), {Instance("0", "READY", "old")}, {ready}), Health::kWaiting);
  EXPECT_EQ(Judge(Service("RUNNING"), {Instance("0", "PENDING")}, {ready}), Health::kWaiting);
  EXPECT_EQ(Judge(Service("RUNNING", {{"target_instances", "2"}}), {Instance("0")}, {ready}), Health::kWaiting);
  EXPECT_EQ(Judge(Service("PENDING"), {Instance("0")}, {ready}), Health::kWaiting);
  EXPECT_EQ(Judge(Service("RUNNING"), {Instance("0")}, {ready, Container("PENDING")}), Health::kWaiting);
  EXPECT_EQ(Judge(Service("RUNNING"), {}, {}), Health::kWaiting);
}

TEST(JudgeServiceTest, EndedContainersAreBroken) {
  for (const char* status : {"FAILED", "DONE"}) {
    EXPECT_EQ(Judge(Service("PENDING"), {Instance("0", "FAILED")}, {Container(status)}), Health::kBroken) << status;
  }
  ContainerHealth restarting = Container("PENDING", "Container is being restarted");
  restarting.restart_count = 2;
  EXPECT_EQ(Judge(Service("PENDING"), {Instance("0")}, {restarting}), Health::kWaiting);
  restarting.last_exit_code = 3;
  const ServiceHealth health = JudgeService(Service("PENDING"), {Instance("0")}, {restarting});
  EXPECT_EQ(health.health, Health::kBroken);
  EXPECT_EQ(health.summary,
            "container head of instance 0 is PENDING: Container is being restarted (exit code 3) (restarts: 2)");
}

TEST(JudgeServiceTest, AMissingImageIsBroken) {
  const ServiceHealth health = JudgeService(Service("PENDING"), {Instance("0", "PENDING")},
                                            {Container("PENDING", "Failed to retrieve image: manifest unknown")});
  EXPECT_EQ(health.health, Health::kBroken);
  ASSERT_TRUE(health.container.has_value());
  EXPECT_EQ(health.container->name, "head");
}

TEST(JudgeServiceTest, LackOfCapacityWaits) {
  const ContainerHealth lacking = Container("PENDING", "Unschedulable due to insufficient resources.");
  EXPECT_EQ(Judge(Service("PENDING"), {Instance("0", "PENDING")}, {lacking}), Health::kNoCapacity);
  // A broken one matters more.
  EXPECT_EQ(Judge(Service("PENDING"), {Instance("0"), Instance("1")}, {lacking, Container("FAILED", "", "1")}),
            Health::kBroken);
}

TEST(JudgeServiceTest, WhatRanBeforeDecidesNothing) {
  // The instance of the old specification has failed: that is what this update mends.
  const ServiceHealth health =
      JudgeService(Service("PENDING", {{"is_upgrading", "true"}}), {Instance("0", "FAILED", "old")},
                   {Container("FAILED", "Failed to retrieve image")});
  EXPECT_EQ(health.health, Health::kWaiting);
  // The new one has failed too.
  EXPECT_EQ(Judge(Service("PENDING"), {Instance("0", "FAILED", "old"), Instance("1", "FAILED")},
                  {Container("FAILED"), Container("FAILED", "", "1")}),
            Health::kBroken);
}

TEST(JudgeServiceTest, AFailedServiceIsBroken) {
  for (const char* status : {"FAILED", "INTERNAL_ERROR", "DELETING", "DELETED"}) {
    EXPECT_EQ(Judge(Service(status), {}, {}), Health::kBroken) << status;
  }
}

TEST(ReadContainersTest, LeavesOutTheRowOfNulls) {
  ObjectRow nothing;
  for (const char* column : {"instance_id", "container_name", "status"}) nothing.Set(column, std::nullopt);
  EXPECT_THAT(ReadContainers({nothing}), IsEmpty());
  const auto containers = ReadContainers({Row({{"instance_id", "1"},
                                               {"container_name", "head"},
                                               {"status", "FAILED"},
                                               {"restart_count", "4"},
                                               {"last_exit_code", "137"}})});
  ASSERT_EQ(containers.size(), 1u);
  EXPECT_EQ(containers[0].restart_count, 4);
  EXPECT_EQ(containers[0].last_exit_code, 137);
}

TEST(ReadUrlsTest, OnlyThisMachineIsReachedWithoutTls) {
  EXPECT_EQ(EndpointUrl("abc-org-acct.snowflakecomputing.app"), "https://abc-org-acct.snowflakecomputing.app");
  EXPECT_EQ(EndpointUrl("abc-org-acct.localhost:4711"), "http://abc-org-acct.localhost:4711");
  EXPECT_EQ(EndpointUrl("abc.localhost.example"), "https://abc.localhost.example");
  EXPECT_EQ(EndpointUrl("abc.example:4711.localhost"), "https://abc.example:4711.localhost");
}

TEST(ReadUrlsTest, KeepsNoPlaceholder) {
  bool complete = false;
  const auto urls =
      ReadUrls({Row({{"name", "ui"}, {"is_public", "true"}, {"ingress_url", "abc-org-acct.snowflakecomputing.app"}}),
                Row({{"name", "api"},
                     {"is_public", "true"},
                     {"ingress_url", "Endpoints provisioning in progress... check back in a few minutes"}}),
                Row({{"name", "gcs"}, {"is_public", "false"}, {"ingress_url", ""}})},
               complete);
  EXPECT_FALSE(complete);
  EXPECT_THAT(urls, UnorderedElementsAre(Pair("ui", "https://abc-org-acct.snowflakecomputing.app")));
  ReadUrls({Row({{"name", "gcs"}, {"is_public", "false"}})}, complete);
  EXPECT_TRUE(complete);
}

TEST(HopelessMessageTest, KnowsFaultsThatNoWaitingMends) {
  EXPECT_TRUE(HopelessMessage("Failed to retrieve image: SPCS only supports image for amd64 architecture."));
  EXPECT_TRUE(HopelessMessage("Back-off: ImagePullBackOff"));
  EXPECT_FALSE(HopelessMessage("Waiting to start"));
  EXPECT_FALSE(HopelessMessage("Unschedulable due to insufficient resources."));
  EXPECT_FALSE(HopelessMessage("Readiness probe is failing at path: /health"));
}

}  // namespace
}  // namespace spcs::resources
