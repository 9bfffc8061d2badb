// SPDX-License-Identifier: MPL-2.0
// Keys, clustering, identities and collations of tables, and file formats of stages.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/engine/testing.h"

namespace spcs::engine {
namespace {

using ::testing::HasSubstr;

class TableKeysTest : public ::testing::Test {
 protected:
  TableKeysTest() {
    account_.Admin({"CREATE DATABASE d"});
    account_.session().database = "D";
    account_.session().schema = "PUBLIC";
  }
  TestAccount account_;
};

TEST_F(TableKeysTest, KeysOfCreateTable) {
  account_.Run(
      "CREATE TABLE t (id NUMBER, at DATE UNIQUE, x TEXT, CONSTRAINT pk PRIMARY KEY (id), UNIQUE (at, x)) "
      "CLUSTER BY (TO_DATE(at), id)");
  EXPECT_EQ(account_.ColumnOf("DESCRIBE TABLE t", "primary key"), "Y,N,N");
  EXPECT_EQ(account_.ColumnOf("DESCRIBE TABLE t", "unique key"), "N,Y,Y");
  EXPECT_EQ(account_.ColumnOf("DESCRIBE TABLE t", "null?"), "N,Y,Y");
  EXPECT_EQ(account_.Cell("SHOW TABLES", 0, "cluster_by"), "LINEAR(TO_DATE(at), id)");
  EXPECT_EQ(account_.Cell("SHOW TABLES", 0, "automatic_clustering"), "ON");
  EXPECT_EQ(account_.ColumnOf("SHOW UNIQUE KEYS IN TABLE t", "column_name"), "AT,AT,X");
  EXPECT_EQ(account_.ColumnOf("SHOW UNIQUE KEYS IN TABLE t", "key_sequence"), "1,1,2");
  EXPECT_EQ(account_.Cell("SHOW PRIMARY KEYS IN t", 0, "constraint_name"), "PK");
}

TEST_F(TableKeysTest, KeysChange) {
  account_.Run("CREATE TABLE t (a INT, b INT)");
  account_.Run("ALTER TABLE t ADD PRIMARY KEY (a)");
  account_.Run("ALTER TABLE t ADD CONSTRAINT u UNIQUE (b)");
  account_.Run("ALTER TABLE t CLUSTER BY (b)");
  EXPECT_THAT(account_.Error("ALTER TABLE t ADD PRIMARY KEY (b)"), HasSubstr("already exists"));
  EXPECT_THAT(account_.Error("ALTER TABLE t DROP COLUMN b"), HasSubstr("clustering key"));
  EXPECT_THAT(account_.Error("ALTER TABLE t ALTER COLUMN a DROP NOT NULL"), HasSubstr("primary key"));
  account_.Run("ALTER TABLE t DROP CLUSTERING KEY");
  account_.Run("ALTER TABLE t DROP UNIQUE (b)");
  EXPECT_THAT(account_.Error("ALTER TABLE t DROP CONSTRAINT u"), HasSubstr("does not exist"));
  account_.Run("ALTER TABLE t DROP PRIMARY KEY");
  EXPECT_EQ(account_.ColumnOf("DESCRIBE TABLE t", "primary key"), "N,N");
  EXPECT_EQ(account_.ColumnOf("DESCRIBE TABLE t", "unique key"), "N,N");
  EXPECT_EQ(account_.Cell("SHOW TABLES", 0, "cluster_by"), "");
  account_.Run("ALTER TABLE t SET ENABLE_SCHEMA_EVOLUTION = TRUE");
  EXPECT_EQ(account_.Cell("SHOW TABLES", 0, "enable_schema_evolution"), "Y");
  account_.Run("ALTER TABLE t UNSET ENABLE_SCHEMA_EVOLUTION");
  EXPECT_EQ(account_.Cell("SHOW TABLES", 0, "enable_schema_evolution"), "N");
}

TEST_F(TableKeysTest, IdentitiesAndCollations) {
  account_.Run(
      "CREATE TABLE t (id INT AUTOINCREMENT START 10 INCREMENT 5 ORDER, n INT IDENTITY(1, 2), v TEXT COLLATE 'en-ci')");
  EXPECT_EQ(account_.ColumnOf("DESCRIBE TABLE t", "default"),
            "IDENTITY START 10 INCREMENT 5 ORDER,IDENTITY START 1 INCREMENT 2 NOORDER,NULL");
  EXPECT_EQ(account_.Cell("DESCRIBE TABLE t", 2, "type"), "VARCHAR(16777216) COLLATE 'en-ci'");
  EXPECT_NE(account_.Error("ALTER TABLE t ALTER COLUMN id DROP DEFAULT"), "");
  account_.Run("INSERT INTO t (v) VALUES ('a'), ('b')");
  EXPECT_EQ(account_.ColumnOf("SELECT id FROM t ORDER BY v", "ID"), "10,15");
  EXPECT_EQ(account_.ColumnOf("SELECT n FROM t ORDER BY v", "N"), "1,3");
}

TEST_F(TableKeysTest, RefusesWhatTheServiceRefuses) {
  for (const char* sql : {
           "CREATE TABLE x (PRIMARY KEY (a))",
           "CREATE TABLE x (a INT, PRIMARY KEY (b))",
           "CREATE TABLE x (a INT, PRIMARY KEY (a, a))",
           "CREATE TABLE x (a INT PRIMARY KEY, PRIMARY KEY (a))",
           "CREATE TABLE x (a INT REFERENCES y (a))",
           "CREATE TABLE x (a INT, FOREIGN KEY (a) REFERENCES y (a))",
           "CREATE TABLE x (a INT) CLUSTER BY (b)",
           "CREATE TABLE x (a INT) CLUSTER BY ()",
           "CREATE TABLE x (a INT) CLUSTER BY (f(a)",
           "CREATE TABLE x (a INT COLLATE 'en')",
           "CREATE TABLE x (a TEXT COLLATE 'en;')",
           "CREATE TABLE x (a TEXT AUTOINCREMENT)",
           "CREATE TABLE x (a INT AUTOINCREMENT DEFAULT 1)",
           "CREATE TABLE x (a INT AUTOINCREMENT START 1 INCREMENT 0)",
           "CREATE TABLE x (a INT CONSTRAINT c)",
       }) {
    EXPECT_NE(account_.Error(sql), "") << sql;
  }
  EXPECT_EQ(account_.Rows("SHOW TABLES"), 0u);
}

TEST_F(TableKeysTest, FileFormatsOfStages) {
  const auto shown = [&](const char* property) -> std::string {
    const ResultSet rows = account_.Run("DESCRIBE STAGE st");
    for (const Row& row : rows.rows) {
      if (row[1] == property) return *row[3];
    }
    return "(none)";
  };
  account_.Run(
      "CREATE STAGE st DIRECTORY = (ENABLE = TRUE AUTO_REFRESH = TRUE) FILE_FORMAT = (TYPE = CSV FIELD_DELIMITER = '|' "
      "SKIP_HEADER = 1 NULL_IF = ('a', '\\\\N'))");
  EXPECT_EQ(shown("FIELD_DELIMITER"), "|");
  EXPECT_EQ(shown("SKIP_HEADER"), "1");
  EXPECT_EQ(shown("NULL_IF"), "[a, \\\\N]");
  EXPECT_EQ(shown("RECORD_DELIMITER"), "\\n");
  EXPECT_EQ(shown("AUTO_REFRESH"), "true");
  account_.Run("ALTER STAGE st SET FILE_FORMAT = (TYPE = JSON STRIP_OUTER_ARRAY = TRUE)");
  EXPECT_EQ(shown("TYPE"), "JSON");
  EXPECT_EQ(shown("FIELD_DELIMITER"), "(none)");
  account_.Run("CREATE FILE FORMAT f TYPE = CSV");
  account_.Run("ALTER STAGE st SET FILE_FORMAT = (FORMAT_NAME = 'f')");
  EXPECT_EQ(shown("FORMAT_NAME"), "D.PUBLIC.F");
  for (const char* sql : {
           "CREATE STAGE x FILE_FORMAT = (TYPE = EXCEL)",
           "CREATE STAGE x FILE_FORMAT = (SKIP_HEADER = 1)",
           "CREATE STAGE x FILE_FORMAT = (TYPE = JSON SKIP_HEADER = 1)",
           "CREATE STAGE x FILE_FORMAT = (TYPE = CSV SKIP_HEADER = 'x')",
           "CREATE STAGE x FILE_FORMAT = (TYPE = CSV TRIM_SPACE = 1)",
           "CREATE STAGE x FILE_FORMAT = (FORMAT_NAME = 'nosuch')",
           "CREATE STAGE x FILE_FORMAT = (FORMAT_NAME = 'f' SKIP_HEADER = 1)",
           "CREATE STAGE x DIRECTORY = (ENABLE = FALSE AUTO_REFRESH = TRUE)",
           "CREATE STAGE x DIRECTORY = (ENABLE = TRUE REFRESH_ON_CREATE = TRUE)",
           "ALTER STAGE st SET DIRECTORY = (ENABLE = TRUE AUTO_REFRESH = FALSE)",
       }) {
    EXPECT_NE(account_.Error(sql), "") << sql;
  }
}

}  // namespace
}  // namespace spcs::engine
