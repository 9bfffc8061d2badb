// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/parser.h"

#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "provider/base/status.h"

namespace spcs::sql {
namespace {

Statement Parsed(absl::string_view sql) {
  absl::StatusOr<Statement> statement = Parse(sql);
  EXPECT_TRUE(statement.ok()) << sql << ": " << statement.status();
  return statement.ok() ? *std::move(statement) : Statement{};
}

// "code message" of the error without the usual first line.
std::string Refusal(absl::string_view sql) {
  const absl::StatusOr<Statement> statement = Parse(sql);
  if (statement.ok()) return "accepted";
  std::string message(statement.status().message());
  const std::string prefix = "SQL compilation error:\n";
  if (message.rfind(prefix, 0) == 0) message = message.substr(prefix.size());
  return absl::StrCat(FactOf(statement.status(), kVendorCode).value_or("-"), " ", message);
}

TEST(ParserTest, LongChainsOfOperatorsAreRefused) {
  for (const char* link :
       {"+1", "-1", "*1", "/1", "%1", "||1", " OR 1", " AND 1", "::INT", "=1", " IN (1)", " IS NULL"}) {
    std::string chain = "SELECT 1";
    for (int i = 0; i < 20000; ++i) chain += link;
    EXPECT_EQ(Refusal(chain), "000002 Unsupported feature 'expression of more than 1000 operators'.") << link;
  }
  // What is compared with each WHEN stands in the tree as many times.
  std::string compared = "1";
  for (int i = 0; i < 20; ++i) compared = absl::StrCat("CASE ", compared, " WHEN 1 THEN 1 WHEN 2 THEN 2 END");
  EXPECT_EQ(Refusal("SELECT " + compared), "000002 Unsupported feature 'expression of more than 1000 operators'.");
  std::string list = "SELECT 1 IN (1";
  for (int i = 0; i < 20000; ++i) list += ",1";
  EXPECT_EQ(Refusal(list + ")"), "accepted");
}

TEST(ParserTest, CreateOfPlainKinds) {
  const Statement database =
      Parsed("create or replace transient database my COMMENT='x' DATA_RETENTION_TIME_IN_DAYS = 0;");
  EXPECT_EQ(database.command, "CREATE DATABASE");
  EXPECT_TRUE(database.or_replace);
  EXPECT_TRUE(database.HasFlag("TRANSIENT"));
  EXPECT_EQ(database.name.ToString(), "MY");
  EXPECT_EQ(database.Find("COMMENT")->text, "x");

  const Statement schema = Parsed("CREATE SCHEMA IF NOT EXISTS \"D\".\"S\" WITH MANAGED ACCESS");
  EXPECT_TRUE(schema.if_not_exists);
  EXPECT_TRUE(schema.HasFlag("MANAGED ACCESS"));

  const Statement stage =
      Parsed("CREATE STAGE d.s.st ENCRYPTION = (TYPE = 'SNOWFLAKE_SSE') DIRECTORY = (ENABLE = true)");
  EXPECT_EQ(stage.Find("ENCRYPTION")->keys[0], "TYPE");
  EXPECT_EQ(stage.Find("ENCRYPTION")->list[0].text, "SNOWFLAKE_SSE");

  const Statement integration = Parsed(
      "CREATE EXTERNAL ACCESS INTEGRATION i ALLOWED_NETWORK_RULES = (d.s.r1, r2) "
      "ALLOWED_AUTHENTICATION_SECRETS = ALL ENABLED = TRUE");
  EXPECT_EQ(integration.command, "CREATE EXTERNAL ACCESS INTEGRATION");
  EXPECT_EQ(integration.Find("ALLOWED_NETWORK_RULES")->list[0].name.ToString(), "D.S.R1");
  EXPECT_EQ(integration.Find("ALLOWED_AUTHENTICATION_SECRETS")->text, "ALL");
}

TEST(ParserTest, RefusesWhatTheKindDoesNotHave) {
  EXPECT_EQ(Refusal("CREATE DATABASE d SIZE = 3"), "001420 invalid property 'SIZE' for 'DATABASE'");
  EXPECT_EQ(Refusal("CREATE TRANSIENT STAGE s"), "001003 syntax error line 1 at position 7 unexpected 'TRANSIENT'.");
  EXPECT_EQ(Refusal("CREATE DATABASE"), "001003 syntax error line 1 at position 15 unexpected '<EOF>'.");
  EXPECT_EQ(Refusal("CREATE WIDGET w"), "001003 syntax error line 1 at position 7 unexpected 'WIDGET'.");
  EXPECT_EQ(Refusal("DROP STAGE s CASCADE"), "001003 syntax error line 1 at position 13 unexpected 'CASCADE'.");
  EXPECT_EQ(Refusal("ALTER IMAGE REPOSITORY r RENAME TO x"),
            "001003 syntax error line 1 at position 25 unexpected 'RENAME'.");
  EXPECT_EQ(Refusal("ALTER STAGE s UNSET COMMENT"), "001003 syntax error line 1 at position 14 unexpected 'UNSET'.");
  EXPECT_EQ(Refusal("ALTER DATABASE d SET"), "001003 syntax error line 1 at position 20 unexpected '<EOF>'.");
  EXPECT_EQ(Refusal("GARBAGE IN"), "001003 syntax error line 1 at position 0 unexpected 'GARBAGE'.");
}

TEST(ParserTest, OneStatementOnly) {
  EXPECT_EQ(Refusal(""), "000900 Empty SQL statement.");
  EXPECT_EQ(Refusal(" -- nothing\n ; "), "000900 Empty SQL statement.");
  EXPECT_EQ(Refusal("SELECT 1; SELECT 2"),
            "000008 Actual statement count 2 did not match the desired statement count 1.");
  EXPECT_EQ(Refusal("PUT file:///x @y"), "391911 Unsupported statement type 'PUT'.");
  EXPECT_EQ(Refusal("BEGIN"), "391911 Unsupported statement type 'BEGIN'.");
}

TEST(ParserTest, Session) {
  EXPECT_EQ(Parsed("use role \"X\"").command, "USE ROLE");
  EXPECT_EQ(Parsed("use role \"X\"").name.name(), "X");
  EXPECT_EQ(Parsed("USE WAREHOUSE w").command, "USE WAREHOUSE");
  EXPECT_EQ(Parsed("USE d").command, "USE DATABASE");
  EXPECT_EQ(Parsed("USE DATABASE d").name.name(), "D");
  EXPECT_EQ(Parsed("USE d.s").command, "USE SCHEMA");
  EXPECT_EQ(Parsed("USE SCHEMA s").name.parts.size(), 1u);
  EXPECT_EQ(Parsed("USE SECONDARY ROLES NONE").words.at("roles"), "NONE");
  const Statement set = Parsed("ALTER SESSION SET query_tag = 'a', TIMEZONE='UTC' AUTOCOMMIT = true");
  EXPECT_EQ(set.command, "ALTER SESSION");
  EXPECT_EQ(set.Find("QUERY_TAG")->text, "a");
  EXPECT_EQ(set.Find("AUTOCOMMIT")->text, "TRUE");
  EXPECT_EQ(Parsed("ALTER SESSION UNSET QUERY_TAG, TIMEZONE").unset.size(), 2u);
  EXPECT_EQ(Parsed("COMMIT").command, "COMMIT");
  EXPECT_EQ(Refusal("USE"), "001003 syntax error line 1 at position 3 unexpected '<EOF>'.");
  EXPECT_EQ(Refusal("USE ROLE a.b"), "001003 syntax error line 1 at position 12 unexpected '<EOF>'.");
  EXPECT_EQ(Refusal("USE SECONDARY ROLES x"), "001003 syntax error line 1 at position 20 unexpected 'x'.");
  EXPECT_EQ(Refusal("ALTER SESSION SET"), "001003 syntax error line 1 at position 17 unexpected '<EOF>'.");
}

TEST(ParserTest, ResultScan) {
  const Statement scan = Parsed("select * from table(result_scan('01ab'))");
  EXPECT_EQ(scan.command, "RESULT_SCAN");
  EXPECT_EQ(scan.words.at("query_id"), "01ab");
  EXPECT_EQ(Refusal("SELECT a FROM TABLE(RESULT_SCAN('x'))").substr(0, 6), "000002");
  EXPECT_EQ(Refusal("SELECT * FROM TABLE(OTHER('x'))"),
            "001003 syntax error line 1 at position 20 unexpected 'OTHER'.");
}

TEST(ParserTest, AccessTokens) {
  const Statement add = Parsed("ALTER USER IF EXISTS u ADD PAT t ROLE_RESTRICTION = 'R' DAYS_TO_EXPIRY = 2");
  EXPECT_EQ(add.command, "ALTER USER");
  EXPECT_EQ(add.action, "ADD PROGRAMMATIC ACCESS TOKEN");
  EXPECT_TRUE(add.if_exists);
  EXPECT_EQ(add.name.name(), "U");
  EXPECT_EQ(add.target.name(), "T");
  EXPECT_EQ(add.Find("DAYS_TO_EXPIRY")->text, "2");
  EXPECT_TRUE(Parsed("ALTER USER ADD PROGRAMMATIC ACCESS TOKEN IF NOT EXISTS t").name.empty());
  EXPECT_EQ(Parsed("ALTER USER \"u\" REMOVE PROGRAMMATIC ACCESS TOKEN t").name.name(), "u");
  EXPECT_EQ(Parsed("SHOW USER PATS FOR USER u").command, "SHOW USER PROGRAMMATIC ACCESS TOKENS");
  EXPECT_EQ(Parsed("ALTER USER u SET COMMENT = 'x'").action, "SET");
  EXPECT_EQ(Refusal("ALTER USER u REMOVE PAT t COMMENT = 'x'"),
            "001003 syntax error line 1 at position 26 unexpected 'COMMENT'.");
}

TEST(ParserTest, Show) {
  const Statement show = Parsed("SHOW STAGES LIKE 'A\\_%' IN SCHEMA d.s STARTS WITH 'A' LIMIT 10 FROM 'AB'");
  EXPECT_EQ(show.command, "SHOW STAGES");
  EXPECT_EQ(*show.show.like, "A_%");
  EXPECT_EQ(show.show.in, "SCHEMA");
  EXPECT_EQ(show.show.in_name.ToString(), "D.S");
  EXPECT_EQ(*show.show.starts_with, "A");
  EXPECT_EQ(*show.show.limit, 10);
  EXPECT_EQ(*show.show.from, "AB");
  EXPECT_EQ(Parsed("SHOW SCHEMAS IN d").show.in, "DATABASE");
  EXPECT_EQ(Parsed("SHOW TABLES IN d.s").show.in, "SCHEMA");
  EXPECT_EQ(Parsed("SHOW TABLES IN SCHEMA").show.in_name.empty(), true);
  EXPECT_EQ(Parsed("SHOW INTEGRATIONS").command, "SHOW EXTERNAL ACCESS INTEGRATIONS");
  EXPECT_EQ(Parsed("SHOW OBJECTS IN DATABASE d").command, "SHOW OBJECTS");
  EXPECT_EQ(Parsed("SHOW USER FUNCTIONS IN SCHEMA d.s").show.in_name.ToString(), "D.S");
  EXPECT_EQ(Refusal("SHOW TABLES LIMIT 0"), "001003 syntax error line 1 at position 18 unexpected '0'.");
  EXPECT_EQ(Refusal("SHOW ROLES IN ACCOUNT"), "001003 syntax error line 1 at position 11 unexpected 'IN'.");
}

TEST(ParserTest, Table) {
  const Statement table = Parsed(
      "CREATE TABLE t (id INTEGER NOT NULL, \"At\" timestamp_ltz DEFAULT CURRENT_TIMESTAMP(), "
      "note STRING COMMENT 'free text') COMMENT = 'feedback'");
  const std::vector<Value>& columns = table.values.at("columns");
  ASSERT_EQ(columns.size(), 3u);
  EXPECT_EQ(columns[0].keys, (std::vector<std::string>{"NAME", "TYPE", "NULLABLE"}));
  EXPECT_EQ(columns[1].list[0].text, "At");
  EXPECT_EQ(columns[1].list[2].text, "CURRENT_TIMESTAMP()");
  EXPECT_EQ(table.Find("COMMENT")->text, "feedback");
  EXPECT_EQ(Parsed("ALTER TABLE t ADD COLUMN IF NOT EXISTS a INT, b INT").values.at("columns").size(), 2u);
  EXPECT_EQ(Parsed("ALTER TABLE t DROP a, b").action, "DROP COLUMN");
  EXPECT_EQ(Parsed("ALTER TABLE t RENAME COLUMN a TO b").words.at("to"), "B");
  EXPECT_EQ(Parsed("ALTER TABLE t RENAME TO u").action, "RENAME TO");
  EXPECT_EQ(Parsed("ALTER TABLE t ALTER a SET DATA TYPE VARCHAR(20)").action, "ALTER COLUMN");
  EXPECT_EQ(Refusal("CREATE TABLE t (a INT REFERENCES u (a))"), "000002 Unsupported feature 'constraint REFERENCES'.");
  EXPECT_EQ(Refusal("CREATE TABLE t"), "001003 syntax error line 1 at position 14 unexpected '<EOF>'.");
}

TEST(ParserTest, Grants) {
  const Statement grant = Parsed("GRANT CREATE IMAGE REPOSITORY, USAGE ON SCHEMA d.s TO ROLE r WITH GRANT OPTION");
  EXPECT_EQ(grant.values.at("privileges")[0].text, "CREATE IMAGE REPOSITORY");
  EXPECT_EQ(grant.values.at("privileges")[1].text, "USAGE");
  EXPECT_EQ(*grant.kind, Kind::kSchema);
  EXPECT_EQ(grant.target.ToString(), "R");
  EXPECT_EQ(*Parsed("GRANT BIND SERVICE ENDPOINT ON ACCOUNT TO ROLE r").kind, Kind::kAccount);
  EXPECT_EQ(Parsed("GRANT OWNERSHIP ON DATABASE d TO ROLE r COPY CURRENT GRANTS").command, "GRANT OWNERSHIP");
  EXPECT_EQ(Parsed("GRANT ROLE a TO USER b").words.at("to"), "USER");
  EXPECT_EQ(Parsed("REVOKE ROLE a FROM ROLE b").command, "REVOKE ROLE");
  EXPECT_EQ(Parsed("SHOW GRANTS ON COMPUTE POOL p").words.at("what"), "ON");
  // As with the real service, the long name is for CREATE only.
  EXPECT_EQ(Refusal("GRANT USAGE ON EXTERNAL ACCESS INTEGRATION i TO ROLE r"),
            "001003 syntax error line 1 at position 15 unexpected 'EXTERNAL'.");
}

TEST(ParserTest, Queries) {
  const Statement select = Parsed("SELECT CURRENT_ROLE(), current_user() AS me, 1 \"One\", SYSTEM$X('a', 0, ?, ?)");
  const std::vector<Value>& items = select.values.at("items");
  EXPECT_EQ(items[0].keys[0], "CURRENT_ROLE()");
  EXPECT_EQ(items[1].keys[0], "ME");
  EXPECT_EQ(items[2].keys[0], "One");
  EXPECT_EQ(items[3].list[3].binding, 2);
  const Statement from = Parsed("SELECT COUNT(*), a FROM d.s.t ORDER BY a DESC LIMIT 5");
  EXPECT_EQ(from.name.ToString(), "D.S.T");
  EXPECT_EQ(*from.show.limit, 5);
  EXPECT_EQ(Parsed("CALL SYSTEM$GET_SERVICE_STATUS('s')").values.at("items")[0].text, "SYSTEM$GET_SERVICE_STATUS");
  EXPECT_EQ(Parsed("INSERT INTO t (a, b) VALUES (1, 'x'), (?, NULL)").values.at("rows").size(), 2u);
  const Statement where = Parsed(
      "SELECT DISTINCT a + 1, b c FROM t AS x WHERE NOT a IN (1, 2) AND b LIKE 'x%' OR a BETWEEN 1 AND 2 GROUP BY 1, 2 "
      "HAVING COUNT(DISTINCT a) > 1 ORDER BY 1 DESC NULLS LAST LIMIT 3 OFFSET 1");
  EXPECT_EQ(where.values.at("items")[0].keys.back(), "A + 1");
  EXPECT_EQ(where.values.at("items")[1].keys.back(), "C");
  EXPECT_EQ(where.values.at("where")[0].text, "OR");
  EXPECT_EQ(where.values.at("having")[0].list[0].list[0].text, "DISTINCT");
  EXPECT_EQ(where.values.at("order_by")[0].keys, (std::vector<std::string>{"DESC", "LAST"}));
  EXPECT_EQ(where.words.at("alias") + where.words.at("offset"), "X1");
  EXPECT_EQ(Refusal("SELECT a FROM t WHERE"), "001003 syntax error line 1 at position 21 unexpected '<EOF>'.");
  EXPECT_EQ(Refusal("SELECT a FROM t WHERE WHERE"), "001003 syntax error line 1 at position 22 unexpected 'WHERE'.");
  for (const char* unsupported :
       {"SELECT a FROM t JOIN u ON t.a = u.a", "SELECT a FROM t, u", "SELECT a FROM (SELECT 1)",
        "WITH x AS (SELECT 1) SELECT 1", "SELECT a FROM t WHERE a IN (SELECT b FROM u)",
        "SELECT RANK() OVER (ORDER BY a) FROM t", "SELECT v:name FROM t", "SELECT 1 UNION SELECT 2",
        "MERGE INTO t USING u ON 1 = 1 WHEN MATCHED THEN DELETE", "DELETE FROM t USING u"}) {
    EXPECT_EQ(Refusal(unsupported).substr(0, 6), "000002") << unsupported;
  }
}

TEST(ParserTest, RowsChange) {
  const Statement update = Parsed("UPDATE t SET a = a + 1, b = DEFAULT WHERE c IS NOT NULL");
  EXPECT_EQ(update.command, "UPDATE");
  EXPECT_EQ(update.values.at("columns").size(), 2u);
  EXPECT_EQ(update.values.at("rows")[0].list[0].text, "+");
  EXPECT_EQ(update.values.at("where")[0].text, "NOT");
  EXPECT_EQ(Parsed("DELETE FROM d.s.t").name.ToString(), "D.S.T");
  EXPECT_EQ(Parsed("INSERT INTO t (a) SELECT b FROM u WHERE b > 1").query->name.ToString(), "U");
  EXPECT_EQ(Parsed("TRUNCATE TABLE IF EXISTS t").command, "TRUNCATE TABLE");
  EXPECT_EQ(Refusal("UPDATE t SET a"), "001003 syntax error line 1 at position 14 unexpected '<EOF>'.");
}

// Statements with a piece cut out or doubled never crash and never carry an error without a code.
TEST(ParserTest, SurvivesBrokenStatements) {
  const std::string kSamples[] = {
      "CREATE OR REPLACE TABLE d.s.t (a INT NOT NULL DEFAULT 1, b VARCHAR(10)) COMMENT = 'x'",
      "GRANT USAGE, CREATE SERVICE ON SCHEMA d.s TO ROLE r WITH GRANT OPTION",
      "SHOW STAGES LIKE 'A%' IN SCHEMA d.s STARTS WITH 'A' LIMIT 10 FROM 'AB'",
      "CREATE NETWORK RULE r TYPE = HOST_PORT MODE = EGRESS VALUE_LIST = ('a:443', 'b')",
      "SELECT SYSTEM$F('x', 1, ?) AS y, 2 FROM t ORDER BY a LIMIT 3",
      "SELECT CASE a WHEN 1 THEN (b) ELSE -c END::VARCHAR(3) FROM t x WHERE NOT (a + 1) * 2 >= ? AND b IS NULL GROUP "
      "BY 1",
      "UPDATE d.s.t SET a = a || 'x', b = DEFAULT WHERE c NOT BETWEEN 1 AND CAST('2' AS INT)",
  };
  std::mt19937 random(11);
  for (const std::string& sample : kSamples) {
    for (int round = 0; round < 2000; ++round) {
      std::string text = sample;
      const size_t from = random() % text.size(), count = random() % 8;
      if (random() % 2 == 0) {
        text.erase(from, count);
      } else {
        text.insert(from, text.substr(random() % text.size(), count));
      }
      const absl::StatusOr<Statement> statement = Parse(text);
      if (!statement.ok()) {
        ASSERT_TRUE(FactOf(statement.status(), kVendorCode)) << text;
      }
    }
  }
}

}  // namespace
}  // namespace spcs::sql
