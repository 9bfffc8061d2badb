// SPDX-License-Identifier: MPL-2.0
// What every resource must hold.
#include "provider/resources/all.h"

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

TEST_F(AllTest, EachHasAnIdentityAndTimeouts) {
  for (const auto& resource : all_) {
    EXPECT_FALSE(tf::IdentityOf(resource->schema()).attributes.empty()) << resource->type_name();
    const tf::Attribute* timeouts = resource->schema().Find("timeouts");
    ASSERT_NE(timeouts, nullptr) << resource->type_name();
    EXPECT_TRUE(timeouts->client_only) << resource->type_name();
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
