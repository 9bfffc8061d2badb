// SPDX-License-Identifier: MPL-2.0
#include <gtest/gtest.h>

#include "absl/strings/str_join.h"
#include "emulator/engine/query/decimal.h"
#include "emulator/engine/query/time_text.h"
#include "emulator/engine/testing.h"

namespace spcs::engine {
namespace {

class QueryTest : public ::testing::Test {
 protected:
  QueryTest() {
    account_.Admin({"CREATE DATABASE d"});
    account_.session().database = "D";
    account_.session().schema = "PUBLIC";
    account_.Run(
        "CREATE TABLE t (run VARCHAR(10), at TIMESTAMP_LTZ, score INTEGER, price NUMBER(10,2), ok BOOLEAN, day DATE)");
    account_.Run(
        "INSERT INTO t VALUES ('a', '2026-01-01 10:00:00', 1, 1.25, TRUE, '2026-01-01'),"
        " ('b', '2026-01-01 11:30:00', 0, 2.5, FALSE, '2026-01-02'),"
        " ('c', '2026-01-02 09:00:00', 1, NULL, NULL, '2026-01-02'), (NULL, NULL, NULL, 10, TRUE, NULL)");
  }
  // All rows: cells joined by blanks, rows by semicolons.
  std::string Rows(absl::string_view sql, const std::vector<Binding>& bindings = {}) {
    std::string text;
    for (const Row& row : account_.Run(sql, bindings).rows) {
      std::vector<std::string> cells;
      for (const Cell& cell : row) cells.push_back(cell.value_or("NULL"));
      absl::StrAppend(&text, text.empty() ? "" : "; ", absl::StrJoin(cells, " "));
    }
    return text;
  }
  TestAccount account_;
};

TEST_F(QueryTest, Conditions) {
  EXPECT_EQ(Rows("SELECT run FROM t WHERE score = 1 AND price > 1"), "a");
  EXPECT_EQ(Rows("SELECT run FROM t WHERE score = 1 OR price IS NULL ORDER BY 1"), "a; c");
  EXPECT_EQ(Rows("SELECT run FROM t WHERE NOT ok"), "b");
  EXPECT_EQ(Rows("SELECT run FROM t WHERE run IN ('a', 'z') OR run BETWEEN 'b' AND 'b'"), "a; b");
  EXPECT_EQ(Rows("SELECT run FROM t WHERE run NOT IN ('a')"), "b; c");
  EXPECT_EQ(Rows("SELECT run FROM t WHERE at >= '2026-01-01 11:00:00' AND day = '2026-01-02'"), "b; c");
  EXPECT_EQ(Rows("SELECT run FROM t WHERE score = '1' AND t.run < 'b'"), "a");
  EXPECT_EQ(Rows("SELECT x.run FROM t x WHERE x.run ILIKE '_' AND run LIKE 'a%'"), "a");
  EXPECT_EQ(Rows("SELECT run FROM t WHERE price > ?", {{"REAL", "2"}}), "b; NULL");
  // NULL is neither equal nor unequal.
  EXPECT_EQ(Rows("SELECT COUNT(*) FROM t WHERE run = NULL OR run <> NULL"), "0");
}

TEST_F(QueryTest, ExpressionsAndTheirTypes) {
  EXPECT_EQ(Rows("SELECT 1 + 2 * 3, -(2 - 5), 7 / 2, 7 % 4, 'a' || 1 || NULL, (1 = 1)::VARCHAR"),
            "7 3 3.500000 3 NULL true");
  EXPECT_EQ(Rows("SELECT 0.1 + 0.2, 12345678901234567890123456789012345678 - 1"),
            "0.3 12345678901234567890123456789012345677");
  EXPECT_EQ(Rows("SELECT CASE WHEN score = 1 THEN 'up' ELSE 'down' END FROM t ORDER BY run LIMIT 2"), "up; down");
  EXPECT_EQ(
      Rows("SELECT COALESCE(run, 'none'), IFF(ok, 1, 0), NVL(price, 0) FROM t WHERE price IS NULL OR run IS NULL"),
      "c 0 0.00; none 1 10.00");
  EXPECT_EQ(
      Rows("SELECT UPPER('aé'), LENGTH('👍é'), SUBSTR('héllo', 2, 3), TRIM('  x '), CONCAT('a', 1), LEFT('👍é', 1)"),
      "Aé 2 éll x a1 👍");
  EXPECT_EQ(Rows("SELECT TO_VARCHAR('2026-01-02'::DATE), '2026-01-02 03:04:05 +0130'::TIMESTAMP_TZ::VARCHAR, "
                 "TRY_CAST('x' AS INT), ROUND(1.255, 2), FLOOR(-1.5)"),
            "2026-01-02 2026-01-02 03:04:05.000 +0130 NULL 1.26 -2");
  EXPECT_EQ(
      Rows("SELECT DATEADD(day, 1, '2026-01-31'::DATE)::VARCHAR, DATEADD('month', 1, '2026-01-31'::DATE)::VARCHAR, "
           "DATEDIFF(hour, '2026-01-01 00:59:00', '2026-01-01 02:01:00')"),
      "2026-02-01 2026-02-28 2");
  const ResultSet result = account_.Run("SELECT score, price * 2 AS twice, at, day, ok, price / 3 FROM t LIMIT 0");
  std::vector<std::string> types;
  for (const Column& column : result.columns)
    types.push_back(absl::StrCat(column.name, " ", column.type, " ", column.scale));
  EXPECT_EQ(absl::StrJoin(types, ", "),
            "SCORE fixed 0, TWICE fixed 2, AT timestamp_ltz 9, DAY date 0, OK boolean 0, PRICE / 3 fixed 8");
}

TEST_F(QueryTest, PredicatesOfPredicatesTakeNoTime) {
  std::string in = "TRUE", between = "TRUE";
  for (int i = 0; i < 40; ++i) {
    in = absl::StrCat("(", in, ") IN (NULL, FALSE, TRUE)");
    between = absl::StrCat("(", between, ") BETWEEN FALSE AND TRUE");
  }
  EXPECT_EQ(Rows(absl::StrCat("SELECT ", in, ", ", between)), "true true");
  EXPECT_EQ(Rows("SELECT 1 IN ('1.0', 2), 1 IN (2, NULL), NULL BETWEEN 1 AND 2, 3 BETWEEN NULL AND 2"),
            "true NULL NULL false");
  EXPECT_EQ(Rows(absl::StrCat("SELECT '", std::string(2000, 'a'), "' LIKE '%a%a%a%a%a%a%a%a%a%a%a%a%b'")), "false");
}

TEST_F(QueryTest, NestedFunctionsHaveABound) {
  std::string null_if = "7", replaced = "'a'";
  for (int i = 0; i < 60; ++i) {
    null_if = absl::StrCat("NULLIF(", null_if, ", '1')");
    replaced = absl::StrCat("REPLACE(", replaced, ", 'a', 'aaaaaaaaaa')");
  }
  EXPECT_EQ(Rows(absl::StrCat("SELECT ", null_if)), "7");
  EXPECT_EQ(Rows("SELECT NULLIF(1, 1.0), NULLIF(1, NULL), NULLIF(NULL, 1), NULLIF('a', 'b')"), "NULL 1 NULL a");
  EXPECT_EQ(account_.Error(absl::StrCat("SELECT ", replaced)),
            "100078/22000 String is too long and would be truncated");
}

TEST_F(QueryTest, LongestChains) {
  std::string sum = "1", cast = "1";
  for (int i = 0; i < 1000; ++i) {
    sum += "+1";
    cast += "::INT";
  }
  EXPECT_EQ(Rows(absl::StrCat("SELECT ", sum, ", ", cast)), "1001 1");
}

TEST_F(QueryTest, GroupsAndOrder) {
  EXPECT_EQ(
      Rows("SELECT score, COUNT(*), SUM(price), AVG(price), MIN(run), MAX(at) FROM t GROUP BY score ORDER BY score"),
      "0 1 2.50 2.500000 b 1767267000.000000000; 1 2 1.25 1.250000 a 1767344400.000000000; NULL 1 10.00 10.000000 "
      "NULL NULL");
  EXPECT_EQ(Rows("SELECT DATE_TRUNC('day', at)::DATE::VARCHAR AS d, COUNT_IF(score = 1) AS ups FROM t WHERE at IS NOT "
                 "NULL GROUP BY d ORDER BY d DESC"),
            "2026-01-02 1; 2026-01-01 1");
  EXPECT_EQ(Rows("SELECT COUNT(DISTINCT score), COUNT(score), SUM(score) / COUNT(score) FROM t"), "2 3 0.666667");
  EXPECT_EQ(Rows("SELECT COUNT(*), SUM(score) FROM t WHERE run = 'nothing'"), "0 NULL");
  EXPECT_EQ(Rows("SELECT score FROM t GROUP BY 1 HAVING COUNT(*) > 1"), "1");
  EXPECT_EQ(Rows("SELECT DISTINCT day FROM t WHERE day IS NOT NULL ORDER BY day"), "20454; 20455");
  EXPECT_EQ(Rows("SELECT run FROM t ORDER BY price DESC, run LIMIT 2"), "c; NULL");
  EXPECT_EQ(Rows("SELECT run FROM t ORDER BY price NULLS FIRST LIMIT 1 OFFSET 1"), "a");
}

TEST_F(QueryTest, RefusesWhatTheServiceRefuses) {
  EXPECT_EQ(account_.Error("SELECT nosuch FROM t"), "000904/42000 SQL compilation error:\ninvalid identifier 'NOSUCH'");
  EXPECT_EQ(account_.Error("SELECT \"run\" FROM t"),
            "000904/42000 SQL compilation error:\ninvalid identifier '\"run\"'");
  EXPECT_EQ(account_.Error("SELECT u.run FROM t"), "000904/42000 SQL compilation error:\ninvalid identifier 'U.RUN'");
  EXPECT_EQ(account_.Error("SELECT run, COUNT(*) FROM t").substr(0, 12), "000979/42601");
  EXPECT_EQ(account_.Error("SELECT run FROM t WHERE COUNT(*) > 1").substr(0, 12), "002052/42601");
  EXPECT_EQ(account_.Error("SELECT run FROM t WHERE run = 1"), "100038/22018 Numeric value 'a' is not recognized");
  EXPECT_EQ(account_.Error("SELECT run FROM t WHERE at = TRUE"),
            "001038/22023 SQL compilation error:\nCan not convert parameter of type [BOOLEAN] into expected type "
            "[TIMESTAMP_LTZ(9)]");
  EXPECT_EQ(account_.Error("SELECT 1 / (score - score) FROM t"), "100051/22012 Division by zero");
  EXPECT_EQ(account_.Error("SELECT MEDIAN(score) FROM t"),
            "002141/42601 SQL compilation error:\nUnknown function MEDIAN");
  EXPECT_EQ(account_.Error("SELECT UPPER() FROM t").substr(0, 6), "000938");
  EXPECT_EQ(account_.Error("SELECT * FROM nosuch").substr(0, 12), "002003/42S02");
}

TEST_F(QueryTest, UpdateAndDelete) {
  const ResultSet updated = account_.Run("UPDATE t SET score = score + 1, price = DEFAULT WHERE score IS NOT NULL");
  EXPECT_EQ(updated.rows_affected, 3);
  EXPECT_EQ(updated.row_change, RowChange::kUpdated);
  EXPECT_EQ(Rows("SELECT score, price FROM t ORDER BY run"), "2 NULL; 1 NULL; 2 NULL; NULL 10.00");
  EXPECT_EQ(account_.Run("DELETE FROM t WHERE score = 2 OR run = ?", {{"TEXT", "b'; --"}}).rows_affected, 2);
  EXPECT_EQ(Rows("SELECT run FROM t"), "b; NULL");
  EXPECT_EQ(account_.Error("UPDATE t SET run = 'more than ten'").substr(0, 12), "100078/22000");
  EXPECT_EQ(account_.Error("UPDATE t SET nosuch = 1").substr(0, 6), "000904");
  account_.Run("CREATE TABLE copy (run STRING, score INT NOT NULL)");
  EXPECT_EQ(account_.Error("INSERT INTO copy SELECT run, score FROM t"),
            "100072/22000 NULL result in a non-nullable column SCORE");
  EXPECT_EQ(Rows("SELECT COUNT(*) FROM copy"), "0");
  EXPECT_EQ(account_.Run("INSERT INTO copy SELECT run, 5 FROM t WHERE score > 0").rows_affected, 1);
  account_.Run("TRUNCATE TABLE copy");
  EXPECT_EQ(Rows("SELECT COUNT(*) FROM copy"), "0");
}

TEST_F(QueryTest, PrivilegesAreOnesOwn) {
  account_.Admin({"CREATE ROLE writer", "GRANT ROLE writer TO USER spcs_demo_user",
                  "GRANT USAGE ON DATABASE d TO ROLE writer", "GRANT USAGE ON SCHEMA d.public TO ROLE writer",
                  "GRANT INSERT, DELETE ON TABLE d.public.t TO ROLE writer"});
  account_.session().role = "WRITER";
  account_.Run("INSERT INTO t (run) VALUES ('w')");
  EXPECT_EQ(account_.Error("SELECT run FROM t").substr(0, 12), "003001/42501");
  EXPECT_EQ(account_.Error("UPDATE t SET run = 'x'").substr(0, 12), "003001/42501");
  EXPECT_EQ(account_.Error("DELETE FROM t WHERE run = 'w'").substr(0, 12), "003001/42501");
  EXPECT_EQ(account_.Run("DELETE FROM t").rows_affected, 5);
}

TEST_F(QueryTest, BoundTimesAndRowsOfArrays) {
  account_.Run(
      "CREATE TABLE m (n TIMESTAMP_NTZ, l TIMESTAMP_LTZ, z TIMESTAMP_TZ, d DATE, c TIME, b BINARY, v VARIANT)");
  account_.Run("INSERT INTO m (n, l, z, d, c, b) VALUES (?, ?, ?, ?, ?, ?)",
               {{"TIMESTAMP_NTZ", "1767225600123456789"},
                {"TIMESTAMP_LTZ", "1767225600000000000"},
                {"TIMESTAMP_TZ", "1767225600000000000 1500"},
                {"DATE", "1767225600000"},
                {"TIME", "3661000000000"},
                {"BINARY", "00ff"}});
  EXPECT_EQ(Rows("SELECT n, l, z, d, c, b, v FROM m"),
            "1767225600.123456789 1767225600.000000000 1767225600.000000000 1500 20454 3661.000000000 00FF NULL");
  account_.Run("INSERT INTO m (b) VALUES (X'0aFF')");
  EXPECT_EQ(Rows("SELECT b FROM m WHERE b = X'0AFF'"), "0AFF");
  EXPECT_EQ(
      account_.Error("INSERT INTO m (v) VALUES ('x')"),
      "002023/22000 SQL compilation error:\nExpression type does not match column data type, expecting VARIANT but "
      "got VARCHAR(1) for column V");
  EXPECT_EQ(account_.Error("INSERT INTO m (v) VALUES (PARSE_JSON('{}'))").substr(0, 12), "002014/22000");
  account_.Run("INSERT INTO m (v) SELECT PARSE_JSON('{\"a\": [1, 2]}')");
  EXPECT_EQ(Rows("SELECT v FROM m WHERE v IS NOT NULL"), "{\"a\":[1,2]}");

  const std::vector<Binding> arrays = {{"TEXT", std::nullopt, {{"x", "y", std::nullopt}}},
                                       {"FIXED", std::nullopt, {{"1", "2", "3"}}}};
  EXPECT_EQ(account_.Run("INSERT INTO t (run, score) VALUES (?, ?)", arrays).rows_affected, 3);
  EXPECT_EQ(Rows("SELECT run, score FROM t WHERE score > 1 ORDER BY score"), "y 2; NULL 3");
  EXPECT_EQ(account_.Error("DELETE FROM t WHERE run = ?", arrays).substr(0, 6), "000002");
  EXPECT_EQ(account_.Error("INSERT INTO t (run, score) VALUES (?, ?)", {arrays[0], {"FIXED", "1"}}).substr(0, 6),
            "001008");
}

TEST(DecimalTest, ExactToTheLastDigit) {
  for (const char* text : {"0", "-0.5", "12.30", "99999999999999999999999999999999999999", "-1.000000000"}) {
    EXPECT_EQ(DecimalText(*ParseDecimal(text)), text);
  }
  EXPECT_EQ(DecimalText(*ParseDecimal("1.5e3")), "1500");
  EXPECT_EQ(DecimalText(*ParseDecimal("25e-1")), "2.5");
  for (const char* text : {"", "-", ".", "1.2.3", "1e", "x", "1e99", "999999999999999999999999999999999999999"}) {
    EXPECT_FALSE(ParseDecimal(text)) << text;
  }
  EXPECT_EQ(DecimalText(*Rescaled(*ParseDecimal("-0.05"), 1)), "-0.1");
  EXPECT_EQ(DecimalText(*Divided(*ParseDecimal("10"), *ParseDecimal("-3"), 4)), "-3.3333");
  EXPECT_FALSE(Divided({1, 0}, {0, 0}, 2));
  EXPECT_FALSE(Multiplied(*ParseDecimal("1e37"), *ParseDecimal("100")));
  EXPECT_EQ(Compared(*ParseDecimal("1.10"), *ParseDecimal("1.1")), 0);
  EXPECT_EQ(Compared(*ParseDecimal("-2"), *ParseDecimal("0.001")), -1);
}

TEST(TimeTextTest, TextsAndSeconds) {
  EXPECT_EQ(SecondsText(ParseTimestamp("1969-12-31 23:59:59.5")->time), "-0.500000000");
  EXPECT_EQ(SecondsText(TimeOfSeconds("-0.500000000")), "-0.500000000");
  EXPECT_EQ(SecondsText(ParseTimestamp("2026-01-01T00:00:00.123456+01:00")->time, 3), "1767222000.123000000");
  EXPECT_EQ(*ParseTimeOfDay("01:02:03.5"), "3723.500000000");
  for (const char* text : {"", "2026", "2026-13-01", "2026-01-01 25:00", "yesterday", "2026-01-01 00:00:00+1"}) {
    EXPECT_FALSE(ParseTimestamp(text)) << text;
  }
}

}  // namespace
}  // namespace spcs::engine
