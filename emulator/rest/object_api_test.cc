// SPDX-License-Identifier: MPL-2.0
#include "emulator/rest/object_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/rest/testing.h"

namespace spcs::rest {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const json kPool = {{"name", "p"}, {"min_nodes", 1}, {"max_nodes", 2}, {"instance_family", "CPU_X64_S"}};

class ObjectApiTest : public ::testing::Test {
 protected:
  ObjectApiTest() { account_.Admin({"CREATE DATABASE d", "CREATE SCHEMA d.s"}); }
  RestAccount account_{{.speed = 0}};
};

TEST_F(ObjectApiTest, ServesItsPathsOnly) {
  EXPECT_TRUE(Serves("/api/v2/compute-pools"));
  EXPECT_TRUE(Serves("/api/v2/unknown"));
  EXPECT_FALSE(Serves("/api/v2/statements"));
  EXPECT_FALSE(Serves("/api/v2/results/x"));
  EXPECT_FALSE(Serves("/session"));
}

TEST_F(ObjectApiTest, CreatesWithTheModeAsked) {
  EXPECT_EQ(account_.Call("POST", "/compute-pools", kPool).body["status"], "Compute Pool P successfully created.");
  EXPECT_THAT(account_.statements(),
              ElementsAre("CREATE COMPUTE POOL P MIN_NODES = 1 MAX_NODES = 2 INSTANCE_FAMILY = 'CPU_X64_S'"));
  const Reply again = account_.Call("POST", "/compute-pools", kPool, {{"createMode", "errorIfExists"}});
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(again.code, "002002");
  EXPECT_EQ(account_.Call("POST", "/compute-pools", kPool, {{"createMode", "ifNotExists"}}).status, 200);
  EXPECT_EQ(account_.Call("POST", "/compute-pools", kPool, {{"createMode", "orReplace"}}).status, 400);
  EXPECT_EQ(account_.Call("POST", "/compute-pools", kPool, {{"createMode", "perhaps"}}).status, 400);
  EXPECT_THAT(account_.statements(), IsEmpty());
  EXPECT_EQ(account_.Call("POST", "/databases", {{"name", "d"}}, {{"createMode", "orReplace"}}).status, 200);
  EXPECT_THAT(account_.statements(), ElementsAre("CREATE OR REPLACE DATABASE D"));
}

TEST_F(ObjectApiTest, FlagsOfTheQueryAreReadInAnyCase) {
  EXPECT_EQ(account_.Call("POST", "/compute-pools", kPool, {{"initiallySuspended", "True"}}).status, 200);
  EXPECT_EQ(account_.Call("GET", "/compute-pools/p").body["state"], "SUSPENDED");
  EXPECT_EQ(account_.Call("DELETE", "/compute-pools/nope", nullptr, {{"ifExists", "True"}}).status, 200);
  EXPECT_EQ(account_.Call("DELETE", "/compute-pools/nope", nullptr, {{"ifExists", "yes"}}).status, 400);
}

TEST_F(ObjectApiTest, FetchesWithTheTypesOfJson) {
  json pool = kPool;
  pool["comment"] = "it's \\ a pool";
  account_.Call("POST", "/compute-pools", pool);
  const json fetched = account_.Call("GET", "/compute-pools/p").body;
  EXPECT_EQ(fetched["name"], "P");
  EXPECT_EQ(fetched["max_nodes"], 2);
  EXPECT_EQ(fetched["auto_resume"], true);
  EXPECT_EQ(fetched["comment"], "it's \\ a pool");
  EXPECT_EQ(fetched["application"], nullptr);
  EXPECT_THAT(fetched["created_on"].get<std::string>(), ::testing::MatchesRegex("20..-..-..T..:..:..\\....Z"));
}

TEST_F(ObjectApiTest, ListsByPatternPrefixLimitAndName) {
  for (const char* name : {"ab", "a_b", "b"}) account_.Call("POST", "/databases/d/schemas", {{"name", name}});
  const auto names = [&](const std::map<std::string, std::string>& query) {
    std::string names;
    for (const json& row : account_.Call("GET", "/databases/d/schemas", nullptr, query).body) {
      names += row["name"].get<std::string>() + " ";
    }
    return names;
  };
  EXPECT_EQ(names({{"like", "a%"}}), "AB A_B ");
  EXPECT_EQ(names({{"like", "A\\_B"}}), "A_B ");
  EXPECT_EQ(names({{"startsWith", "B"}}), "B ");
  EXPECT_EQ(names({{"startsWith", "b"}}), "");
  EXPECT_EQ(names({{"like", "a%"}, {"showLimit", "1"}}), "AB ");
  EXPECT_EQ(names({{"like", "a%"}, {"showLimit", "9"}, {"fromName", "AB"}}), "A_B ");
  EXPECT_EQ(account_.Call("GET", "/databases", nullptr, {{"showLimit", "0"}}).status, 400);
  EXPECT_EQ(account_.Call("GET", "/databases", nullptr, {{"history", "true"}}).status, 400);
}

TEST_F(ObjectApiTest, ListsInWhatDoesNotExist) {
  const Reply reply = account_.Call("GET", "/databases/x/schemas");
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(reply.code, "002043");
}

// A name is exact, though SHOW compares patterns without case.
TEST_F(ObjectApiTest, FetchesTheObjectOfThatNameOnly) {
  account_.Call("POST", "/databases/d/schemas", {{"name", "\"a_b\""}});
  account_.Call("POST", "/databases/d/schemas", {{"name", "axb"}});
  EXPECT_EQ(account_.Call("GET", "/databases/d/schemas/\"a_b\"").body["name"], "\"a_b\"");
  const Reply absent = account_.Call("GET", "/databases/d/schemas/a_b");
  EXPECT_EQ(absent.status, 404);
  EXPECT_THAT(absent.message, HasSubstr("does not exist or not authorized"));
}

TEST_F(ObjectApiTest, AbsentObjectsHaveTheAccountsWords) {
  for (const char* path :
       {"/compute-pools/x", "/databases/x", "/databases/d/schemas/x", "/databases/d/schemas/s/services/x",
        "/databases/d/schemas/s/stages/x", "/databases/d/schemas/s/image-repositories/x",
        "/databases/d/schemas/s/tables/x", "/databases/d/schemas/s/secrets/x", "/databases/d/schemas/s/network-rules/x",
        "/databases/d/schemas/s/services/x/containers", "/warehouses/x"}) {
    const Reply reply = account_.Call("GET", path);
    EXPECT_EQ(reply.status, 404) << path;
    EXPECT_EQ(reply.code, "002003") << path;
    EXPECT_THAT(reply.message, HasSubstr("does not exist or not authorized")) << path;
  }
}

TEST_F(ObjectApiTest, MissingPrivilegesAreForbidden) {
  account_.Call("POST", "/compute-pools", kPool);
  account_.Admin({"GRANT MONITOR ON COMPUTE POOL p TO ROLE SPCS_DEMO"});
  account_.session().role = "SPCS_DEMO";
  EXPECT_EQ(account_.Call("GET", "/compute-pools/p").status, 200);
  const Reply refused = account_.Call("POST", "/compute-pools/p:suspend");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.code, "003001");
}

TEST_F(ObjectApiTest, BodiesAreChecked) {
  const auto refused = [&](const json& change) {
    json body = kPool;
    body.update(change);
    const Reply reply = account_.Call("POST", "/compute-pools", body);
    EXPECT_EQ(reply.status, 400) << change;
    EXPECT_THAT(account_.statements(), IsEmpty()) << change;
    return reply.message;
  };
  EXPECT_THAT(refused({{"min_nodes", "1"}}), HasSubstr("'min_nodes' must be a whole number"));
  EXPECT_THAT(refused({{"min_nodes", 1.5}}), HasSubstr("'min_nodes' must be a whole number"));
  EXPECT_THAT(refused({{"auto_resume", 1}}), HasSubstr("'auto_resume' must be true or false"));
  EXPECT_THAT(refused({{"comment", json::array()}}), HasSubstr("'comment' must be a text"));
  EXPECT_THAT(refused({{"min_node", 1}}), HasSubstr("no 'min_node'"));
  EXPECT_THAT(refused({{"name", "p MIN_NODES = 9"}}), HasSubstr("is no identifier"));
  EXPECT_THAT(refused({{"name", nullptr}}), HasSubstr("'name' is missing"));
  EXPECT_EQ(account_.Call("POST", "/compute-pools", json::array()).status, 400);
  EXPECT_EQ(account_.Call("POST", "/compute-pools").status, 415);
  // The account's own refusal.
  EXPECT_EQ(account_.Call("POST", "/compute-pools", {{"name", "p"}}).status, 400);
}

// What an object was fetched with may be sent back.
TEST_F(ObjectApiTest, AnsweredMembersAreIgnoredInBodies) {
  account_.Call("POST", "/compute-pools", kPool);
  json pool = account_.Call("GET", "/compute-pools/p").body;
  pool["max_nodes"] = 5;
  EXPECT_EQ(account_.Call("PUT", "/compute-pools/p", pool).status, 200);
  EXPECT_EQ(account_.Call("GET", "/compute-pools/p").body["max_nodes"], 5);
}

TEST_F(ObjectApiTest, PutCreatesThenResetsWhatIsOmitted) {
  json pool = kPool;
  pool["comment"] = "first";
  EXPECT_EQ(account_.Call("PUT", "/compute-pools/p", pool).status, 200);
  EXPECT_EQ(account_.Call("GET", "/compute-pools/p").body["comment"], "first");
  EXPECT_EQ(account_.Call("PUT", "/compute-pools/p", kPool).status, 200);
  EXPECT_THAT(
      account_.statements(),
      ElementsAre("DESCRIBE COMPUTE POOL P", "ALTER COMPUTE POOL P UNSET AUTO_RESUME, AUTO_SUSPEND_SECS, COMMENT",
                  "ALTER COMPUTE POOL P SET MIN_NODES = 1 MAX_NODES = 2 INSTANCE_FAMILY = 'CPU_X64_S'"));
  EXPECT_EQ(account_.Call("GET", "/compute-pools/p").body["comment"], nullptr);
  EXPECT_EQ(account_.Call("PUT", "/compute-pools/other", kPool).status, 400);
}

TEST_F(ObjectApiTest, PutOfContainers) {
  const json schema = {{"name", "t"}, {"managed_access", true}, {"data_retention_time_in_days", 3}};
  EXPECT_EQ(account_.Call("PUT", "/databases/d/schemas/t", schema).status, 200);
  EXPECT_EQ(account_.Call("GET", "/databases/d/schemas/t").body["managed_access"], true);
  EXPECT_EQ(account_.Call("PUT", "/databases/d/schemas/t", {{"name", "t"}}).status, 200);
  const json now = account_.Call("GET", "/databases/d/schemas/t").body;
  EXPECT_EQ(now["managed_access"], false);
  EXPECT_EQ(now["retention_time"], 1);
  EXPECT_EQ(now["kind"], "PERMANENT");
  const Reply refused = account_.Call("PUT", "/databases/d", {{"name", "d"}, {"kind", "TRANSIENT"}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.message, HasSubstr("'kind' is PERMANENT"));
}

TEST_F(ObjectApiTest, ActionsOfPools) {
  account_.Call("POST", "/compute-pools", kPool);
  EXPECT_EQ(account_.Call("POST", "/compute-pools/p:resume").status, 400);  // it runs
  EXPECT_EQ(account_.Call("POST", "/compute-pools/p:suspend").status, 200);
  EXPECT_EQ(account_.Call("POST", "/compute-pools/p:resume").status, 200);
  EXPECT_EQ(account_.Call("POST", "/compute-pools/p:stop-all-services").status, 200);
  EXPECT_EQ(account_.Call("POST", "/compute-pools/p:explode").status, 404);
  EXPECT_EQ(account_.Call("GET", "/compute-pools/p:suspend").status, 405);
  EXPECT_EQ(account_.Call("POST", "/compute-pools:suspend").status, 404);
  EXPECT_EQ(account_.Call("PATCH", "/compute-pools").status, 405);
  const json families = account_.Call("GET", "/compute-pools/instance-families").body;
  EXPECT_EQ(families[0]["vcpu"].type(), json::value_t::number_integer);
}

TEST_F(ObjectApiTest, WhatOnlyTheServiceHas) {
  const Reply undrop = account_.Call("POST", "/databases/d:undrop");
  EXPECT_EQ(undrop.status, 400);
  EXPECT_EQ(undrop.message, "Unsupported feature 'databases:undrop'.");
  EXPECT_EQ(account_.Call("POST", "/databases/d/schemas/s/tables:as-select", json::object()).status, 400);
}

TEST_F(ObjectApiTest, SecretsNeverComeBack) {
  const std::string secrets = "/databases/d/schemas/s/secrets";
  const json secret = {{"name", "k"}, {"type", "GENERIC_STRING"}, {"secret_string", "hush"}};
  EXPECT_EQ(account_.Call("POST", secrets, secret).status, 200);
  const json fetched = account_.Call("GET", secrets + "/k").body;
  EXPECT_EQ(fetched["type"], "GENERIC_STRING");
  EXPECT_EQ(DumpJson(fetched).find("hush"), std::string::npos);
}

TEST_F(ObjectApiTest, NetworkRulesStagesAndWarehouses) {
  const json rule = {{"name", "r"}, {"type", "HOST_PORT"}, {"mode", "EGRESS"}, {"value_list", {"a.example:443"}}};
  EXPECT_EQ(account_.Call("POST", "/databases/d/schemas/s/network-rules", rule).status, 200);
  EXPECT_EQ(account_.Call("GET", "/databases/d/schemas/s/network-rules/r").body["value_list"],
            json::array({"a.example:443"}));
  const json stage = {{"name", "st"},
                      {"encryption", {{"type", "SNOWFLAKE_SSE"}}},
                      {"directory_table", {{"enable", true}, {"refresh_on_create", true}}}};
  EXPECT_EQ(account_.Call("POST", "/databases/d/schemas/s/stages", stage).status, 200);
  EXPECT_THAT(account_.statements(),
              ElementsAre("CREATE STAGE D.S.ST ENCRYPTION = (TYPE = 'SNOWFLAKE_SSE') DIRECTORY = (ENABLE = TRUE)"));
  const json fetched = account_.Call("GET", "/databases/d/schemas/s/stages/st").body;
  EXPECT_EQ(fetched["directory_table"]["enable"], true);
  EXPECT_EQ(fetched["has_credentials"], false);
  const json warehouse = {{"name", "w"}, {"warehouse_size", "XSMALL"}, {"initially_suspended", "true"}};
  EXPECT_EQ(account_.Call("POST", "/warehouses", warehouse).status, 200);
  EXPECT_EQ(account_.Call("GET", "/warehouses/w").body["state"], "SUSPENDED");
  EXPECT_EQ(account_.Call("PUT", "/warehouses/w", {{"name", "w"}, {"auto_resume", "false"}, {"comment", "c"}}).status,
            200);
  EXPECT_EQ(account_.Call("PUT", "/warehouses/w", {{"name", "w"}, {"auto_resume", "perhaps"}}).status, 400);
  EXPECT_EQ(account_.Call("PUT", "/warehouses/w", {{"name", "w"}}).status, 200);
  const json now = account_.Call("GET", "/warehouses/w").body;
  EXPECT_EQ(now["auto_resume"], "true");
  EXPECT_EQ(now["comment"], "");
}

}  // namespace
}  // namespace spcs::rest
