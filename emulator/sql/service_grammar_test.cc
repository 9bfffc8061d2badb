// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/service_grammar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/sql/parser.h"
#include "provider/base/status.h"

namespace spcs::sql {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Statement Parsed(absl::string_view sql) {
  absl::StatusOr<Statement> statement = Parse(sql);
  EXPECT_TRUE(statement.ok()) << sql << "\n" << statement.status();
  return statement.ok() ? *statement : Statement{};
}

std::string Error(absl::string_view sql) {
  const absl::StatusOr<Statement> statement = Parse(sql);
  EXPECT_FALSE(statement.ok()) << sql;
  return std::string(statement.status().message());
}

TEST(ServiceGrammarTest, CreatePool) {
  const Statement statement = Parsed(
      "create compute pool if not exists my_pool MIN_NODES = 1 MAX_NODES = 2 INSTANCE_FAMILY = cpu_x64_xs "
      "AUTO_RESUME = True INITIALLY_SUSPENDED = False AUTO_SUSPEND_SECS = 120 COMMENT = 'x' "
      "BACKUP_INSTANCE_FAMILIES = (CPU_X64_S, CPU_X64_M)");
  EXPECT_EQ(statement.command, "CREATE COMPUTE POOL");
  EXPECT_EQ(statement.name.name(), "MY_POOL");
  EXPECT_TRUE(statement.if_not_exists);
  EXPECT_EQ(statement.Find("INSTANCE_FAMILY")->text, "CPU_X64_XS");
  EXPECT_EQ(statement.Find("AUTO_RESUME")->text, "TRUE");
  EXPECT_EQ(statement.Find("BACKUP_INSTANCE_FAMILIES")->list.size(), 2u);
  EXPECT_EQ(Parsed("CREATE COMPUTE POOL p FOR APPLICATION a MIN_NODES = 1").names.at("application").name(), "A");
  EXPECT_THAT(Error("CREATE OR REPLACE COMPUTE POOL p MIN_NODES = 1"), HasSubstr("unexpected 'COMPUTE'"));
  EXPECT_THAT(Error("CREATE COMPUTE POOL p NODES = 1"), HasSubstr("invalid property 'NODES'"));
}

TEST(ServiceGrammarTest, AlterPool) {
  EXPECT_EQ(Parsed("ALTER COMPUTE POOL IF EXISTS \"P\" STOP ALL").action, "STOP ALL");
  EXPECT_EQ(Parsed("ALTER COMPUTE POOL p SUSPEND").action, "SUSPEND");
  const Statement set = Parsed("ALTER COMPUTE POOL p SET MIN_NODES = 2 MAX_NODES = 3");
  EXPECT_EQ(set.action, "SET");
  EXPECT_EQ(set.Find("MAX_NODES")->text, "3");
  EXPECT_THAT(Parsed("ALTER COMPUTE POOL p UNSET COMMENT, AUTO_RESUME").unset, ElementsAre("COMMENT", "AUTO_RESUME"));
  EXPECT_THAT(Error("ALTER COMPUTE POOL p UNSET MIN_NODES"), HasSubstr("MIN_NODES"));
  EXPECT_THAT(Error("ALTER COMPUTE POOL p SET"), HasSubstr("syntax error"));
  EXPECT_THAT(Error("ALTER COMPUTE POOL p RENAME TO q"), HasSubstr("unexpected 'RENAME'"));
}

TEST(ServiceGrammarTest, CreateService) {
  const Statement statement = Parsed(
      "CREATE SERVICE IF NOT EXISTS db.sc.svc IN COMPUTE POOL p FROM SPECIFICATION $$\nspec:\n  x: 'y'\n$$ "
      "EXTERNAL_ACCESS_INTEGRATIONS = (A, \"b\") MIN_INSTANCES = 1 MAX_INSTANCES = 2 AUTO_RESUME = FALSE "
      "QUERY_WAREHOUSE = wh COMMENT = 'c' LOG_LEVEL = INFO");
  EXPECT_EQ(statement.command, "CREATE SERVICE");
  EXPECT_EQ(statement.name.ToString(), "DB.SC.SVC");
  EXPECT_EQ(statement.target.ToString(), "P");
  EXPECT_EQ(statement.spec, "\nspec:\n  x: 'y'\n");
  EXPECT_EQ(statement.Find("EXTERNAL_ACCESS_INTEGRATIONS")->list[1].name.name(), "b");
  EXPECT_EQ(statement.Find("QUERY_WAREHOUSE")->name.name(), "WH");
  EXPECT_EQ(Parsed("CREATE SERVICE s IN COMPUTE POOL p FROM SPECIFICATION 'spec: it''s'").spec, "spec: it's");
  EXPECT_THAT(Error("CREATE SERVICE s IN COMPUTE POOL p FROM @st SPECIFICATION_FILE = 'a.yaml'"),
              HasSubstr("from a stage"));
  EXPECT_THAT(Error("CREATE SERVICE s IN COMPUTE POOL p FROM SPECIFICATION_TEMPLATE $$x$$ USING (a => 1)"),
              HasSubstr("SPECIFICATION_TEMPLATE"));
  EXPECT_THAT(Error("CREATE SERVICE s FROM SPECIFICATION $$x$$"), HasSubstr("unexpected 'FROM'"));
}

TEST(ServiceGrammarTest, AlterAndDropService) {
  EXPECT_EQ(Parsed("ALTER SERVICE IF EXISTS s SUSPEND").action, "SUSPEND");
  const Statement spec = Parsed("ALTER SERVICE s FROM SPECIFICATION $$a$$");
  EXPECT_EQ(spec.action, "FROM SPECIFICATION");
  EXPECT_EQ(spec.spec, "a");
  EXPECT_EQ(Parsed("ALTER SERVICE s SET MIN_INSTANCES = 2, MAX_INSTANCES = 2").properties.size(), 2u);
  EXPECT_THAT(Parsed("ALTER SERVICE s UNSET QUERY_WAREHOUSE, COMMENT").unset,
              ElementsAre("QUERY_WAREHOUSE", "COMMENT"));
  EXPECT_THAT(Error("ALTER SERVICE s SET COMPUTE_POOL = q"), HasSubstr("COMPUTE_POOL"));
  const Statement drop = Parsed("DROP SERVICE IF EXISTS s FORCE");
  EXPECT_TRUE(drop.if_exists);
  EXPECT_TRUE(drop.HasFlag("FORCE"));
}

TEST(ServiceGrammarTest, ExecuteJobTakesBothOrders) {
  const Statement first =
      Parsed("EXECUTE JOB SERVICE IN COMPUTE POOL p FROM SPECIFICATION $$a$$ NAME = d.s.j ASYNC = TRUE REPLICAS = 2");
  EXPECT_EQ(first.name.ToString(), "D.S.J");
  EXPECT_EQ(first.spec, "a");
  EXPECT_EQ(first.Find("REPLICAS")->text, "2");
  const Statement second =
      Parsed("EXECUTE JOB SERVICE IN COMPUTE POOL p NAME = j ASYNC = TRUE FROM SPECIFICATION $$a$$");
  EXPECT_EQ(second.name.ToString(), "J");
  EXPECT_EQ(second.spec, "a");
  EXPECT_THAT(Error("EXECUTE JOB SERVICE IN COMPUTE POOL p NAME = j"), HasSubstr("syntax error"));
}

TEST(ServiceGrammarTest, Shows) {
  const Statement services = Parsed("SHOW SERVICES EXCLUDE JOBS LIKE 'a%' IN ACCOUNT LIMIT 5");
  EXPECT_EQ(services.command, "SHOW SERVICES");
  EXPECT_TRUE(services.HasFlag("EXCLUDE JOBS"));
  EXPECT_EQ(services.show.in, "ACCOUNT");
  EXPECT_EQ(Parsed("SHOW JOB SERVICES IN COMPUTE POOL p").show.in_name.ToString(), "P");
  EXPECT_EQ(Parsed("show compute pools like 'X'").show.like, "X");
  EXPECT_EQ(Parsed("SHOW SERVICE CONTAINERS IN SERVICE a.b.c").name.ToString(), "A.B.C");
  EXPECT_EQ(Parsed("SHOW SERVICE INSTANCES IN SERVICE c").command, "SHOW SERVICE INSTANCES");
  EXPECT_EQ(Parsed("show endpoints in service c").command, "SHOW ENDPOINTS");
  EXPECT_EQ(Parsed("SHOW ROLES IN SERVICE c").command, "SHOW ROLES IN SERVICE");
  EXPECT_EQ(Parsed("SHOW ROLES").command, "SHOW ROLES");
  EXPECT_EQ(Parsed("SHOW IMAGES IN IMAGE REPOSITORY r").name.ToString(), "R");
  EXPECT_EQ(Parsed("SHOW COMPUTE POOL INSTANCE FAMILIES").command, "SHOW COMPUTE POOL INSTANCE FAMILIES");
  EXPECT_EQ(Parsed("DESC SERVICE s").command, "DESCRIBE SERVICE");
  EXPECT_EQ(Parsed("DESCRIBE COMPUTE POOL p").command, "DESCRIBE COMPUTE POOL");
}

TEST(ServiceGrammarTest, ServiceRoles) {
  const Statement grant = Parsed("GRANT SERVICE ROLE db.sc.svc!my_role TO ROLE r");
  EXPECT_EQ(grant.name.ToString(), "DB.SC.SVC");
  EXPECT_EQ(grant.words.at("service_role"), "MY_ROLE");
  EXPECT_EQ(grant.target.ToString(), "R");
  EXPECT_EQ(Parsed("REVOKE SERVICE ROLE svc!r FROM ROLE x").command, "REVOKE SERVICE ROLE");
  EXPECT_EQ(Parsed("SHOW GRANTS OF SERVICE ROLE svc!r").command, "SHOW GRANTS OF SERVICE ROLE");
  EXPECT_THAT(Error("GRANT SERVICE ROLE svc TO ROLE r"), HasSubstr("unexpected 'TO'"));
}

TEST(ServiceGrammarTest, LeavesOtherStatementsAlone) {
  EXPECT_EQ(Parsed("CREATE DATABASE d").command, "CREATE DATABASE");
  EXPECT_EQ(Parsed("DESCRIBE STAGE s").command, "DESCRIBE STAGE");
}

}  // namespace
}  // namespace spcs::sql
