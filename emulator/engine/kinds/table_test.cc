// SPDX-License-Identifier: MPL-2.0
#include <gtest/gtest.h>

#include "emulator/engine/testing.h"

namespace spcs::engine {
namespace {

class TableTest : public ::testing::Test {
 protected:
  TableTest() {
    account_.Admin({"CREATE DATABASE d"});
    account_.session().database = "D";
    account_.session().schema = "PUBLIC";
  }
  TestAccount account_;
};

TEST_F(TableTest, FeedbackTable) {
  account_.Run(
      "CREATE TABLE feedback (run_id STRING, \"TIMESTAMP\" TIMESTAMP_LTZ, score INTEGER NOT NULL DEFAULT 0, note "
      "VARCHAR(5) COMMENT 'short') COMMENT = 'thumbs'");
  EXPECT_EQ(account_.ColumnOf("DESCRIBE TABLE feedback", "type"),
            "VARCHAR(16777216),TIMESTAMP_LTZ(9),NUMBER(38,0),VARCHAR(5)");
  EXPECT_EQ(account_.ColumnOf("DESC TABLE feedback", "null?"), "Y,Y,N,Y");
  EXPECT_EQ(account_.ColumnOf("DESC TABLE feedback", "default"), "NULL,NULL,0,NULL");
  const ResultSet inserted = account_.Run(
      "INSERT INTO feedback (run_id, timestamp, note) VALUES (?, '2026-01-02 03:04:05', NULL), ('b', "
      "CURRENT_TIMESTAMP(), 'x')",
      {{"TEXT", "a'; DROP TABLE feedback"}});
  EXPECT_EQ(inserted.rows_affected, 2);
  EXPECT_EQ(account_.Cell("SHOW TABLES", 0, "rows"), "2");
  EXPECT_EQ(account_.ColumnOf("SELECT * FROM feedback ORDER BY run_id", "RUN_ID"), "a'; DROP TABLE feedback,b");
  EXPECT_EQ(account_.ColumnOf("SELECT \"TIMESTAMP\" AS t FROM feedback ORDER BY run_id", "T"),
            "1767323045.000000000,1800000000.000000000");
  EXPECT_EQ(account_.Scalar("SELECT score FROM feedback LIMIT 1"), "0");
  EXPECT_EQ(account_.Scalar("SELECT COUNT(*) FROM feedback"), "2");
}

TEST_F(TableTest, RefusesWrongRows) {
  account_.Run("CREATE TABLE t (n NUMBER(10,2) NOT NULL, v VARCHAR(3), b BOOLEAN)");
  EXPECT_EQ(account_.Error("INSERT INTO t VALUES ('x', 'a', TRUE)"),
            "100038/22018 Numeric value 'x' is not recognized");
  EXPECT_EQ(account_.Error("INSERT INTO t VALUES (NULL, 'a', TRUE)"),
            "100072/22000 NULL result in a non-nullable column N");
  EXPECT_EQ(account_.Error("INSERT INTO t (v) VALUES ('a')"), "100072/22000 NULL result in a non-nullable column N");
  EXPECT_EQ(account_.Error("INSERT INTO t VALUES (1, 'abcd', TRUE)").substr(0, 12), "100078/22000");
  EXPECT_EQ(account_.Error("INSERT INTO t VALUES (1, 'abc', 'maybe')").substr(0, 6), "100037");
  EXPECT_EQ(account_.Error("INSERT INTO t VALUES (1)"),
            "002020/21S01 SQL compilation error:\nInsert value list does not match column list expecting 3 but got 1");
  EXPECT_EQ(account_.Error("INSERT INTO t (nosuch) VALUES (1)"),
            "000904/42000 SQL compilation error:\ninvalid identifier 'NOSUCH'");
  EXPECT_EQ(account_.Error("INSERT INTO nosuch VALUES (1)"),
            "002003/42S02 SQL compilation error:\nObject 'D.PUBLIC.NOSUCH' does not exist or not authorized.");
  account_.Run("INSERT INTO t VALUES (1.5, 'abc', TRUE)");
  EXPECT_EQ(account_.Scalar("SELECT n FROM t"), "1.50");
}

TEST_F(TableTest, ColumnsChange) {
  account_.Admin({"CREATE TABLE d.public.t (a INT, b VARCHAR(10))", "INSERT INTO d.public.t VALUES (1, 'x')"});
  account_.Run("ALTER TABLE t ADD COLUMN c INT DEFAULT 7");
  EXPECT_EQ(account_.Scalar("SELECT c FROM t"), "7");
  EXPECT_EQ(account_.Error("ALTER TABLE t ADD COLUMN c INT"),
            "001430/42601 SQL compilation error:\ncolumn 'C' already exists");
  account_.Run("ALTER TABLE t ADD COLUMN IF NOT EXISTS c INT");
  EXPECT_NE(account_.Error("ALTER TABLE t ADD COLUMN e INT NOT NULL"), "");
  account_.Run("ALTER TABLE t RENAME COLUMN b TO \"b b\"");
  EXPECT_EQ(account_.Scalar("SELECT \"b b\" FROM t"), "x");
  account_.Run("ALTER TABLE t ALTER COLUMN \"b b\" SET DATA TYPE VARCHAR(20), COLUMN a COMMENT 'first'");
  EXPECT_EQ(account_.ColumnOf("DESC TABLE t", "comment"), "first,NULL,NULL");
  EXPECT_EQ(account_.Error("ALTER TABLE t ALTER a SET DATA TYPE VARCHAR(5)"),
            "002108/22000 SQL compilation error: cannot change column A from type NUMBER(38,0) to VARCHAR(5)");
  account_.Run("INSERT INTO t (a) VALUES (NULL)");
  EXPECT_NE(account_.Error("ALTER TABLE t ALTER a SET NOT NULL"), "");
  account_.Run("ALTER TABLE t DROP COLUMN a, c");
  EXPECT_EQ(account_.ColumnOf("DESC TABLE t", "name"), "b b");
  EXPECT_NE(account_.Error("ALTER TABLE t DROP COLUMN \"b b\""), "");
  EXPECT_EQ(account_.Error("ALTER TABLE t DROP COLUMN a"),
            "000904/42000 SQL compilation error:\ninvalid identifier 'A'");
  EXPECT_EQ(account_.Scalar("SELECT COUNT(*) FROM t"), "2");
}

TEST_F(TableTest, Life) {
  EXPECT_EQ(account_.Error("CREATE TABLE t (a INT, A INT)"),
            "001430/42601 SQL compilation error:\ncolumn 'A' already exists");
  EXPECT_EQ(account_.Error("CREATE TABLE t (a INT DEFAULT 'x')"), "100038/22018 Numeric value 'x' is not recognized");
  account_.Admin({"CREATE TABLE d.public.t (a INT)", "INSERT INTO d.public.t VALUES (1)"});
  account_.Run("CREATE OR REPLACE TABLE t (b INT) DATA_RETENTION_TIME_IN_DAYS = 0");
  EXPECT_EQ(account_.Scalar("SELECT COUNT(*) FROM t"), "0");
  account_.Run("ALTER TABLE t SET COMMENT = 'c' CHANGE_TRACKING = TRUE");
  EXPECT_EQ(account_.Cell("SHOW TABLES", 0, "change_tracking"), "ON");
  account_.Run("ALTER TABLE t RENAME TO u");
  account_.Run("DROP TABLE u");
  EXPECT_EQ(account_.Error("DESCRIBE TABLE u"),
            "002003/42S02 SQL compilation error:\nObject 'D.PUBLIC.U' does not exist or not authorized.");
  EXPECT_EQ(account_.Scalar("DROP TABLE IF EXISTS u"), "Drop statement executed successfully (U already dropped).");
}

}  // namespace
}  // namespace spcs::engine
