// SPDX-License-Identifier: MPL-2.0
// What a network rule and the integration above it may hold; the tables list what was tried.
#include "provider/resources/network_value.h"

#include "gmock/gmock.h"
#include "provider/resources/resource_fixture_for_test.h"

namespace spcs::resources {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using tf::Value;

using Members = ResourceFixture::Members;

struct Tried {
  const char *type, *value;
};

TEST(NetworkValueTest, TakesWhatTheServiceMayTake) {
  for (const Tried& tried : std::vector<Tried>{{"HOST_PORT", "huggingface.co"},
                                               {"host_port", "a.b:443"},
                                               {"HOST_PORT", "0.0.0.0:80"},
                                               {"HOST_PORT", "*.example.com:443"},
                                               {"HOST_PORT", "example.com:0"},
                                               {"PRIVATE_HOST_PORT", "x.vault.example.net"},
                                               {"IPV4", "192.0.2.1"},
                                               {"IPV4", "192.0.2.0/24"},
                                               {"IPV6", "2001:db8::/32"},
                                               {"AWSVPCEID", "vpce-0123456789abcdef0"},
                                               {"AZURELINKID", "1234567890"},
                                               {"GCPPSCID", "26144"},
                                               {"COMPUTE_POOL", "P"}}) {
    EXPECT_EQ(NetworkValueFault(tried.type, tried.value), "") << tried.type << " " << tried.value;
  }
}

TEST(NetworkValueTest, RefusesWhatIsWrongForCertain) {
  for (const Tried& tried : std::vector<Tried>{{"HOST_PORT", ""},
                                               {"HOST_PORT", "https://a.b"},
                                               {"HOST_PORT", "a.b/c"},
                                               {"HOST_PORT", "a b"},
                                               {"HOST_PORT", "a.b:https"},
                                               {"HOST_PORT", "a.b:65536"},
                                               {"HOST_PORT", "a:1:2"},
                                               {"HOST_PORT", ":443"},
                                               {"PRIVATE_HOST_PORT", "https://a.b"},
                                               {"IPV4", "example.com"},
                                               {"IPV4", "192.0.2.0/33"},
                                               {"IPV4", "2001:db8::1"},
                                               {"IPV6", "192.0.2.1"},
                                               {"IPV6", "2001:db8::/129"},
                                               {"AWSVPCEID", "vpc-0123"},
                                               {"GCPPSCID", ""}}) {
    EXPECT_NE(NetworkValueFault(tried.type, tried.value), "") << tried.type << " " << tried.value;
  }
}

TEST(NetworkValueTest, ModesGoWithTypes) {
  struct Pair {
    const char *type, *mode;
    bool fits;
  };
  for (const Pair& pair : std::vector<Pair>{{"HOST_PORT", "EGRESS", true},
                                            {"private_host_port", "egress", true},
                                            {"HOST_PORT", "INGRESS", false},
                                            {"PRIVATE_HOST_PORT", "INTERNAL_STAGE", false},
                                            {"IPV4", "INGRESS", true},
                                            {"IPV4", "EGRESS", false},
                                            {"AWSVPCEID", "INTERNAL_STAGE", true},
                                            {"IPV4", "SNOWFLAKE_MANAGED_STORAGE_VOLUME", true},
                                            {"IPV4", "POSTGRES_INGRESS", true},
                                            {"IPV4", "POSTGRES_EGRESS", true},
                                            {"HOST_PORT", "POSTGRES_EGRESS", false},
                                            {"IPV6", "POSTGRES_INGRESS", false}}) {
    EXPECT_EQ(NetworkModeFault(pair.type, pair.mode).empty(), pair.fits) << pair.type << " " << pair.mode;
  }
}

TEST(NetworkValueTest, TheRuleSaysWhereTheFaultIs) {
  ResourceFixture f(MakeNetworkRule);
  Members rule{{"database", "d"}, {"schema", "s"},     {"name", "x"},
               {"type", "IPV4"},  {"mode", "INGRESS"}, {"value_list", Value::List{"a.b", "192.0.2.1"}}};
  const tf::Diagnostics value = f.Validate(rule);
  ASSERT_EQ(value.list().size(), 1u);
  EXPECT_EQ(value.list()[0].path.ToString(), "value_list");
  EXPECT_THAT(value.list()[0].detail, HasSubstr("\"a.b\" cannot be in a rule of type IPV4"));
  rule["value_list"] = Value::List{Value::Unknown()};
  EXPECT_FALSE(f.Validate(rule).HasErrors());
  rule["mode"] = "EGRESS";
  const tf::Diagnostics mode = f.Validate(rule);
  ASSERT_EQ(mode.list().size(), 1u);
  EXPECT_EQ(mode.list()[0].path.ToString(), "mode");
}

Members Integration(const Members& more = {}) {
  Members members{{"name", "eai"}, {"allowed_network_rules", Value::List{"d.s.r"}}};
  for (const auto& [name, value] : more) members[name] = value;
  return members;
}

TEST(IntegrationWordsTest, AllAndNoneAreWords) {
  ResourceFixture f(MakeExternalAccessIntegration);
  ASSERT_OK(f.Create(Integration({{"allowed_authentication_secrets", Value::List{"all"}}})));
  ASSERT_OK(f.Apply(Integration({{"allowed_authentication_secrets", Value::List{"d.s.\"ALL\""}}})));
  ASSERT_OK(f.Apply(Integration({{"allowed_authentication_secrets", Value::List{"NONE"}},
                                 {"allowed_api_authentication_integrations", Value::List{"google"}}})));
  ASSERT_OK(f.Apply(Integration({{"allowed_api_authentication_integrations", Value::List{"NONE"}}})));
  EXPECT_THAT(f.account.changes(),
              ElementsAre("CREATE EXTERNAL ACCESS INTEGRATION EAI ALLOWED_NETWORK_RULES = (D.S.R) "
                          "ALLOWED_AUTHENTICATION_SECRETS = (ALL) ENABLED = TRUE",
                          "ALTER EXTERNAL ACCESS INTEGRATION EAI SET ALLOWED_AUTHENTICATION_SECRETS = (D.S.\"ALL\")",
                          "ALTER EXTERNAL ACCESS INTEGRATION EAI SET ALLOWED_AUTHENTICATION_SECRETS = (NONE) "
                          "ALLOWED_API_AUTHENTICATION_INTEGRATIONS = (GOOGLE)",
                          "ALTER EXTERNAL ACCESS INTEGRATION EAI SET ALLOWED_API_AUTHENTICATION_INTEGRATIONS = (NONE)",
                          "ALTER EXTERNAL ACCESS INTEGRATION EAI UNSET ALLOWED_AUTHENTICATION_SECRETS"));
}

TEST(IntegrationWordsTest, WhatTheAccountShowsKeepsTheWord) {
  ResourceFixture f(MakeExternalAccessIntegration);
  f.account.On("SHOW EXTERNAL ACCESS INTEGRATIONS", {{"name", "enabled", "comment"}, {{"EAI", "true", ""}}});
  const auto shown = [&](const char* secrets) {
    f.account.On("DESCRIBE INTEGRATION EAI", {{"property", "property_value"},
                                              {{"ALLOWED_NETWORK_RULES", "[D.S.R]"},
                                               {"ALLOWED_AUTHENTICATION_SECRETS", secrets},
                                               {"ALLOWED_API_AUTHENTICATION_INTEGRATIONS", "[]"}}});
  };
  shown("all");
  const Members all = Integration({{"allowed_authentication_secrets", Value::List{"ALL"}}});
  ASSERT_OK(f.Create(all));
  EXPECT_TRUE(f.PlansNothing(all));
  for (const char* none : {"[]", "NONE"}) {
    shown(none);
    const Members written = Integration({{"allowed_authentication_secrets", Value::List{"none"}},
                                         {"allowed_api_authentication_integrations", Value::List{"NONE"}}});
    ASSERT_OK(f.Create(written));
    EXPECT_TRUE(f.PlansNothing(written)) << none;
    ASSERT_OK(f.Create(Integration()));
    EXPECT_TRUE(f.PlansNothing(Integration())) << none;
  }
}

TEST(IntegrationWordsTest, RefusesWordsAmongNamesAndPartialNames) {
  const auto refused = [](const char* attribute, const Value& names, const char* says) {
    ResourceFixture f(MakeExternalAccessIntegration);
    const tf::Diagnostics found = f.Validate(Integration({{attribute, names}}));
    ASSERT_TRUE(found.HasErrors()) << attribute << " " << says;
    EXPECT_EQ(found.list()[0].path.ToString(), attribute);
    EXPECT_THAT(found.list()[0].detail, HasSubstr(says));
  };
  refused("allowed_authentication_secrets", Value::List{"ALL", "d.s.t"}, "nothing can stand beside it");
  refused("allowed_authentication_secrets", Value::List{"t"}, "t");
  refused("allowed_authentication_secrets", Value::List{}, "");
  refused("allowed_api_authentication_integrations", Value::List{"a.b"}, "a.b");
  refused("allowed_api_authentication_integrations", Value::List{"NONE", "i"}, "nothing can stand beside it");
  refused("allowed_network_rules", Value::List{"s.r"}, "s.r");
  refused("allowed_network_rules", Value::List{}, "");
}

}  // namespace
}  // namespace spcs::resources
