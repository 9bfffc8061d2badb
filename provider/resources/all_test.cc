// SPDX-License-Identifier: MPL-2.0
// What every resource must hold.
#include "provider/resources/all.h"

#include <map>
#include <set>

#include "gtest/gtest.h"
#include "provider/base/clock.h"
#include "provider/base/logger.h"
#include "provider/resources/account.h"
#include "provider/testing/model_check.h"
#include "provider/tf/resource.h"

namespace spcs::resources {
namespace {

class AllTest : public ::testing::Test {
 protected:
  FakeClock clock_;
  NullLogger logger_;
  Account account_{clock_, logger_};
  std::vector<std::unique_ptr<tf::Resource>> all_ = MakeAll(account_);
};

TEST_F(AllTest, SchemasAreSound) {
  for (const auto& resource : all_) testing::CheckSchema(resource->type_name(), resource->schema());
}

TEST_F(AllTest, TypesAreThereOnce) {
  std::set<std::string> types;
  for (const auto& resource : all_) {
    EXPECT_TRUE(types.insert(resource->type_name()).second) << resource->type_name();
    EXPECT_EQ(resource->type_name().rfind("spcs_", 0), 0u) << resource->type_name();
    EXPECT_FALSE(resource->noun().empty());
  }
  EXPECT_EQ(types.size(), 16u);
}

TEST_F(AllTest, EachHasAnIdentityAndIsImportedByIt) {
  tf::Diagnostics diagnostics;
  for (const auto& resource : all_) {
    EXPECT_FALSE(tf::IdentityOf(resource->schema()).attributes.empty()) << resource->type_name();
    tf::Context context{
        .stop = {}, .clock = clock_, .logger = logger_, .diagnostics = diagnostics, .private_state = {}};
    const auto state = resource->ImportIdentity(context, tf::Value(tf::Value::Map{}));
    EXPECT_NE(state.status().code(), absl::StatusCode::kUnimplemented) << resource->type_name();
  }
}

// An attribute that nothing looks at would be a promise: `timeouts` is where something waits, for what waits.
TEST_F(AllTest, WhatWaitsHasTimeouts) {
  const std::map<std::string, std::set<std::string>> waits{
      {"spcs_compute_pool", {"update", "delete"}}, {"spcs_service", {"create", "update", "delete"}},
      {"spcs_job", {"create", "delete"}},          {"spcs_ray_serve_model", {"create", "update", "delete"}},
      {"spcs_image", {"create", "update"}},        {"spcs_stage_file", {"create", "update"}},
  };
  for (const auto& resource : all_) {
    std::set<std::string> operations;
    if (const tf::Attribute* timeouts = resource->schema().Find("timeouts")) {
      EXPECT_TRUE(timeouts->client_only) << resource->type_name();
      for (const tf::Attribute& operation : timeouts->nested->attributes) operations.insert(operation.name);
    }
    const auto expected = waits.find(resource->type_name());
    EXPECT_EQ(operations, expected == waits.end() ? std::set<std::string>() : expected->second)
        << resource->type_name();
  }
}

// What is kept by the client alone, as the contract of imports lists it.
TEST_F(AllTest, ClientOnlyAttributesSendNothing) {
  for (const auto& resource : all_) {
    for (const char* name : {"timeouts", "wait_for", "force_destroy", "on_exists", "fail_fast_on_capacity",
                             "instance_family_change", "compute_pool_created_on"}) {
      const tf::Attribute* attribute = resource->schema().Find(name);
      EXPECT_TRUE(attribute == nullptr || attribute->client_only) << resource->type_name() << "." << name;
    }
  }
}

}  // namespace
}  // namespace spcs::resources
