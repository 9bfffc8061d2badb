// SPDX-License-Identifier: MPL-2.0
#include "emulator/rest/grants.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/rest/testing.h"

namespace spcs::rest {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;

class GrantsTest : public ::testing::Test {
 protected:
  GrantsTest() {
    account_.Admin({"CREATE DATABASE d", "CREATE SCHEMA d.s"});
    account_.Call("POST", "/roles", {{"name", "r"}, {"comment", "c"}});
  }
  int Grant(const json& grant) { return account_.Call("POST", "/roles/r/grants", grant).status; }
  RestAccount account_{{.speed = 0}};
};

TEST_F(GrantsTest, RolesAreListedAndDroppedButNotFetched) {
  EXPECT_EQ(account_.Call("GET", "/roles", nullptr, {{"like", "r"}}).body[0]["comment"], "c");
  EXPECT_EQ(account_.Call("GET", "/roles/r").status, 405);
  EXPECT_EQ(account_.Call("DELETE", "/roles/r").status, 200);
  EXPECT_EQ(account_.Call("DELETE", "/roles/r").status, 404);
}

TEST_F(GrantsTest, GrantsAndRevokes) {
  const json usage = {{"securable_type", "schema"},
                      {"securable", {{"database", "d"}, {"name", "s"}}},
                      {"privileges", {"usage", "create service"}}};
  EXPECT_EQ(Grant(usage), 200);
  EXPECT_THAT(account_.statements(), ElementsAre("GRANT USAGE, CREATE SERVICE ON SCHEMA D.S TO ROLE R"));
  const json grants = account_.Call("GET", "/roles/r/grants").body;
  ASSERT_EQ(grants.size(), 2u);
  EXPECT_EQ(grants[0]["securable"], (json{{"database", "D"}, {"name", "S"}}));
  EXPECT_EQ(grants[0]["securable_type"], "SCHEMA");
  EXPECT_EQ(account_.Call("POST", "/roles/r/grants:revoke", usage, {{"mode", "cascade"}}).status, 200);
  EXPECT_THAT(account_.statements(), ElementsAre("REVOKE USAGE, CREATE SERVICE ON SCHEMA D.S FROM ROLE R CASCADE"));
  EXPECT_EQ(account_.Call("GET", "/roles/r/grants").body.size(), 0u);
}

TEST_F(GrantsTest, RolesAndTheAccountCanBeGranted) {
  EXPECT_EQ(Grant({{"securable_type", "ROLE"}, {"securable", {{"name", "SPCS_DEMO"}}}}), 200);
  std::string grantees;
  for (const json& grant : account_.Call("GET", "/roles/SPCS_DEMO/grants-of").body) {
    grantees += grant["grantee_name"].get<std::string>() + " ";
  }
  EXPECT_THAT(grantees, ::testing::HasSubstr("R "));
  EXPECT_EQ(Grant({{"securable_type", "account"}, {"privileges", {"CREATE COMPUTE POOL"}}, {"grant_option", true}}),
            200);
  EXPECT_THAT(account_.statements(), ElementsAre("GRANT CREATE COMPUTE POOL ON ACCOUNT TO ROLE R WITH GRANT OPTION"));
  EXPECT_GE(account_.Call("GET", "/roles/r/grants-on").body.size(), 1u);
}

TEST_F(GrantsTest, WhatIsNoGrant) {
  EXPECT_EQ(Grant({{"securable_type", "database"}, {"privileges", {"USAGE"}}}), 400);
  EXPECT_EQ(Grant({{"securable_type", "database"}, {"securable", {{"name", "d"}}}}), 400);
  EXPECT_EQ(
      Grant({{"securable_type", "database"}, {"securable", {{"name", "d"}}}, {"privileges", {"USAGE ON ROLE--"}}}),
      400);
  EXPECT_EQ(Grant({{"securable_type", "database"}, {"securable", {{"name", "x"}}}, {"privileges", {"USAGE"}}}), 404);
  // The account keeps neither.
  EXPECT_EQ(account_.Call("GET", "/roles/r/future-grants").status, 400);
  EXPECT_EQ(Grant({{"securable_type", "table"}, {"containing_scope", {{"database", "d"}}}, {"privileges", {"SELECT"}}}),
            400);
}

}  // namespace
}  // namespace spcs::rest
