// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/access_token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/engine/testing.h"

namespace spcs::engine {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class AccessTokenTest : public ::testing::Test {
 protected:
  TestAccount account_;
};

constexpr absl::string_view kAdd =
    "ALTER USER SPCS_DEMO_USER ADD PROGRAMMATIC ACCESS TOKEN ci ROLE_RESTRICTION = 'SPCS_DEMO' DAYS_TO_EXPIRY = 1 "
    "COMMENT = 'for tests'";

TEST_F(AccessTokenTest, TextIsAnsweredOnceAndKeptAsAHash) {
  const ResultSet added = account_.Run(kAdd);
  ASSERT_EQ(added.rows.size(), 1u);
  EXPECT_EQ(added.columns[0].name, "token_name");
  EXPECT_EQ(added.columns[1].name, "token_secret");
  EXPECT_EQ(added.rows[0][0], "CI");
  EXPECT_TRUE(added.secret);
  const std::string text = *added.rows[0][1];
  EXPECT_GE(text.size(), 32u);
  EXPECT_TRUE(account_.engine().GetRecord(kTokenSpace, TokenKey(text)).has_value());
  for (const auto& [key, record] : account_.engine().ListRecords(kTokenSpace)) {
    EXPECT_THAT(key + record, Not(HasSubstr(text)));
  }
  EXPECT_THAT(account_.engine().Objects().dump(), Not(HasSubstr(text)));
  EXPECT_NE(*account_.Run("ALTER USER SPCS_DEMO_USER ADD PAT other ROLE_RESTRICTION = 'spcs_demo'").rows[0][1], text);
}

TEST_F(AccessTokenTest, ShowListsWhatWasSaid) {
  account_.Run(kAdd);
  const std::string show = "SHOW USER PROGRAMMATIC ACCESS TOKENS FOR USER SPCS_DEMO_USER";
  EXPECT_EQ(account_.Columns(show),
            "name,user_name,role_restriction,expires_at,status,comment,created_on,created_by,"
            "mins_to_bypass_network_policy_requirement,rotated_to");
  EXPECT_EQ(account_.Cell(show, 0, "name"), "CI");
  EXPECT_EQ(account_.Cell(show, 0, "user_name"), "SPCS_DEMO_USER");
  EXPECT_EQ(account_.Cell(show, 0, "role_restriction"), "SPCS_DEMO");
  EXPECT_EQ(account_.Cell(show, 0, "status"), "ACTIVE");
  EXPECT_EQ(account_.Cell(show, 0, "comment"), "for tests");
  EXPECT_EQ(account_.Cell("SHOW USER PATS", 0, "name"), "CI");
  account_.clock().Advance(absl::Hours(25));
  EXPECT_EQ(account_.Cell(show, 0, "status"), "EXPIRED");
  account_.clock().Advance(absl::Hours(24 * 30));
  EXPECT_EQ(account_.Rows(show), 0u);
}

TEST_F(AccessTokenTest, RemoveForgetsTheToken) {
  const std::string text = *account_.Run(kAdd).rows[0][1];
  account_.Run("ALTER USER IF EXISTS spcs_demo_user REMOVE PROGRAMMATIC ACCESS TOKEN CI");
  EXPECT_FALSE(account_.engine().GetRecord(kTokenSpace, TokenKey(text)).has_value());
  EXPECT_THAT(account_.Error("ALTER USER SPCS_DEMO_USER REMOVE PAT CI"),
              HasSubstr("002003/02000 SQL compilation error:\nProgrammatic access token 'CI' does not exist or not "
                        "authorized."));
}

TEST_F(AccessTokenTest, RotateGivesANewTextAndLeavesTheOldOneForAWhile) {
  const std::string text = *account_.Run(kAdd).rows[0][1];
  account_.clock().Advance(absl::Hours(2));
  const ResultSet rotated =
      account_.Run("ALTER USER SPCS_DEMO_USER ROTATE PAT ci EXPIRE_ROTATED_TOKEN_AFTER_HOURS = 3");
  EXPECT_TRUE(rotated.secret);
  ASSERT_EQ(rotated.columns.size(), 3u);
  EXPECT_EQ(rotated.columns[2].name, "rotated_token_name");
  EXPECT_EQ(rotated.rows[0][0], "CI");
  EXPECT_NE(*rotated.rows[0][1], text);
  const auto old = TokenFromRecord(*account_.engine().GetRecord(kTokenSpace, TokenKey(text)));
  ASSERT_TRUE(old.ok());
  EXPECT_EQ(old->name, *rotated.rows[0][2]);
  EXPECT_EQ(old->rotated_to, "CI");
  const auto fresh = TokenFromRecord(*account_.engine().GetRecord(kTokenSpace, TokenKey(*rotated.rows[0][1])));
  EXPECT_EQ(fresh->expires - fresh->created, absl::Hours(24));
  EXPECT_EQ(fresh->expires - old->expires, absl::Hours(21));
  EXPECT_EQ(fresh->role_restriction, "SPCS_DEMO");
  EXPECT_THAT(account_.Error("ALTER USER SPCS_DEMO_USER ROTATE PAT ci EXPIRE_ROTATED_TOKEN_AFTER_HOURS = 25"),
              HasSubstr("EXPIRE_ROTATED_TOKEN_AFTER_HOURS"));
  account_.clock().Advance(absl::Hours(25));
  EXPECT_THAT(account_.Error("ALTER USER SPCS_DEMO_USER ROTATE PAT ci"), HasSubstr("has expired"));
}

TEST_F(AccessTokenTest, ModifyRenamesDisablesAndComments) {
  account_.Run(kAdd);
  account_.Run("ALTER USER SPCS_DEMO_USER MODIFY PROGRAMMATIC ACCESS TOKEN ci RENAME TO \"Build\"");
  account_.Run(
      "ALTER USER SPCS_DEMO_USER MODIFY PAT \"Build\" SET DISABLED = TRUE COMMENT = 'off', "
      "MINS_TO_BYPASS_NETWORK_POLICY_REQUIREMENT = 5");
  const std::string show = "SHOW USER PATS FOR USER SPCS_DEMO_USER";
  EXPECT_EQ(account_.Cell(show, 0, "name"), "Build");
  EXPECT_EQ(account_.Cell(show, 0, "status"), "DISABLED");
  EXPECT_EQ(account_.Cell(show, 0, "comment"), "off");
  EXPECT_EQ(account_.Cell(show, 0, "mins_to_bypass_network_policy_requirement"), "5");
  account_.Run("ALTER USER SPCS_DEMO_USER MODIFY PAT \"Build\" SET DISABLED = FALSE");
  EXPECT_EQ(account_.Cell(show, 0, "status"), "ACTIVE");
  account_.Run(kAdd);
  EXPECT_THAT(account_.Error("ALTER USER SPCS_DEMO_USER MODIFY PAT ci RENAME TO \"Build\""),
              HasSubstr("already exists"));
  EXPECT_THAT(account_.Error("ALTER USER SPCS_DEMO_USER MODIFY PAT gone SET DISABLED = TRUE"),
              HasSubstr("'GONE' does not exist"));
}

TEST_F(AccessTokenTest, BadTokensAreRefused) {
  account_.Run(kAdd);
  EXPECT_THAT(account_.Error(kAdd), HasSubstr("002002/42710"));
  EXPECT_EQ(account_.Error("ALTER USER SPCS_DEMO_USER ADD PAT IF NOT EXISTS ci ROLE_RESTRICTION = 'SPCS_DEMO'"), "");
  EXPECT_THAT(account_.Error("ALTER USER SPCS_DEMO_USER ADD PAT x"), HasSubstr("needs a ROLE_RESTRICTION"));
  EXPECT_THAT(account_.Error("ALTER USER SPCS_DEMO_USER ADD PAT x ROLE_RESTRICTION = 'NOPE'"),
              HasSubstr("Role 'NOPE' does not exist or not authorized"));
  EXPECT_THAT(account_.Error("ALTER USER SPCS_DEMO_USER ADD PAT x ROLE_RESTRICTION = 'SPCS_DEMO' DAYS_TO_EXPIRY = 0"),
              HasSubstr("DAYS_TO_EXPIRY"));
  EXPECT_THAT(account_.Error("ALTER USER SPCS_DEMO_USER ADD PAT x ROLE_RESTRICTION = 'SPCS_DEMO' FOO = 1"),
              HasSubstr("invalid property 'FOO'"));
  EXPECT_THAT(account_.Error("ALTER USER NOBODY ADD PAT x ROLE_RESTRICTION = 'SPCS_DEMO'"),
              HasSubstr("User 'NOBODY' does not exist or not authorized"));
  EXPECT_EQ(account_.Error("ALTER USER IF EXISTS NOBODY REMOVE PAT x"), "");
  EXPECT_THAT(account_.Error("ALTER USER SPCS_DEMO_USER ROTATE PAT none"), HasSubstr("'NONE' does not exist"));
  EXPECT_THAT(account_.Error("ALTER USER SPCS_DEMO_USER MODIFY PAT ci"), HasSubstr("syntax error"));
  EXPECT_THAT(account_.Error("ALTER USER SPCS_DEMO_USER MODIFY PAT ci SET"), HasSubstr("syntax error"));
  EXPECT_THAT(account_.Error("ALTER USER SPCS_DEMO_USER MODIFY PAT ci SET DAYS_TO_EXPIRY = 2"),
              HasSubstr("invalid property 'DAYS_TO_EXPIRY'"));
  for (int i = 1; i < 15; ++i) {
    account_.Run(absl::StrCat("ALTER USER SPCS_DEMO_USER ADD PAT t", i, " ROLE_RESTRICTION = 'SPCS_DEMO'"));
  }
  EXPECT_THAT(account_.Error("ALTER USER SPCS_DEMO_USER ADD PAT t15 ROLE_RESTRICTION = 'SPCS_DEMO'"),
              HasSubstr("has 15 programmatic access tokens"));
}

TEST_F(AccessTokenTest, ServiceUsersNeedThePrivilegeAndPersonsOnlyForOthers) {
  account_.session().role = "SPCS_DEMO";
  EXPECT_THAT(account_.Error(kAdd), HasSubstr("003001/42501"));
  account_.Admin({"GRANT MODIFY PROGRAMMATIC AUTHENTICATION METHODS ON USER SPCS_DEMO_USER TO ROLE SPCS_DEMO"});
  EXPECT_EQ(account_.Error(kAdd), "");
  account_.Admin({"CREATE USER pat TYPE = PERSON", "GRANT ROLE SPCS_DEMO TO USER pat"});
  EXPECT_THAT(account_.Error("ALTER USER pat ADD PAT x"), HasSubstr("does not exist or not authorized"));
  account_.session().user = "PAT";
  EXPECT_EQ(account_.Error("ALTER USER ADD PAT x"), "");
  EXPECT_EQ(account_.Cell("SHOW USER PATS", 0, "role_restriction"), "NULL");
}

TEST_F(AccessTokenTest, TokensFollowTheirUser) {
  account_.Admin({"CREATE USER a TYPE = PERSON", "ALTER USER a ADD PAT x", "ALTER USER a RENAME TO b"});
  EXPECT_EQ(account_.Cell("SHOW USER PATS FOR USER b", 0, "user_name"), "B");
  account_.Admin({"DROP USER b", "CREATE USER b TYPE = PERSON"});
  EXPECT_EQ(account_.Rows("SHOW USER PATS FOR USER b"), 0u);
}

TEST_F(AccessTokenTest, LogShowsNoLiteralButTheRole) {
  EXPECT_EQ(account_.engine().Inspect(kAdd).redacted, kAdd);
  EXPECT_EQ(account_.engine().Inspect(kAdd).kind, "ALTER USER");
}

}  // namespace
}  // namespace spcs::engine
