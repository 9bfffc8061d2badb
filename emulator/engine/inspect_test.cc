// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/inspect.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"

namespace spcs::engine {
namespace {

TEST(InspectTest, NamesKindAndObject) {
  const StatementInfo info = InspectStatement("create schema My.\"sC\" comment = 'x'");
  EXPECT_EQ(info.kind, "CREATE SCHEMA");
  EXPECT_EQ(info.object, "MY.\"sC\"");
  EXPECT_EQ(info.redacted, "create schema My.\"sC\" comment = 'x'");
  EXPECT_EQ(InspectStatement("SHOW STAGES IN SCHEMA d.s").object, "D.S");
  EXPECT_EQ(InspectStatement("SELEC 1").kind, "UNKNOWN");
}

TEST(InspectTest, RedactsSecrets) {
  EXPECT_EQ(RedactStatement("CREATE SECRET d.s.x TYPE = GENERIC_STRING SECRET_STRING = 'planted' COMMENT = 'ok'"),
            "CREATE SECRET d.s.x TYPE = GENERIC_STRING SECRET_STRING = '***' COMMENT = 'ok'");
  EXPECT_EQ(RedactStatement("ALTER SECRET x SET SECRET_STRING = $$planted$$"),
            "ALTER SECRET x SET SECRET_STRING = '***'");
  EXPECT_EQ(RedactStatement("CREATE OR REPLACE USER u PASSWORD='planted' LOGIN_NAME='u'"),
            "CREATE OR REPLACE USER u PASSWORD='***' LOGIN_NAME='u'");
}

// Whatever is wrong with a statement that carries a secret, the log must not have it.
TEST(InspectTest, RedactsBrokenStatementsToo) {
  for (const char* sql : {
           "CREATE SECRET x SECRET_STRING 'planted'",
           "CREATE SECRET x SECRETSTRING = 'planted'",
           "CREATE SECRET x 'planted",
           "CREATE OR REPLACE SECRET IF NOT EXISTS x TYPE = = 'a' SECRET_STRING = 'planted'",
           "/* planted */ CREATE SECRET x SECRET_STRING = 'a'",
           "ALTER USER u SET PASSWORD = 'planted' -- planted",
           "CREATE THING x CLIENT_SECRET = 'planted'",
           "SELECT 'planted",
       }) {
    EXPECT_FALSE(absl::StrContains(InspectStatement(sql).redacted, "planted")) << InspectStatement(sql).redacted;
  }
}

}  // namespace
}  // namespace spcs::engine
