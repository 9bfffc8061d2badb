// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/column_type.h"

#include "gtest/gtest.h"

namespace spcs::resources {
namespace {

TEST(ColumnTypeTest, ResolvesSynonyms) {
  EXPECT_EQ(CanonicalType("string"), "VARCHAR(16777216)");
  EXPECT_EQ(CanonicalType("Text"), "VARCHAR(16777216)");
  EXPECT_EQ(CanonicalType("char"), "VARCHAR(1)");
  EXPECT_EQ(CanonicalType("integer"), "NUMBER(38,0)");
  EXPECT_EQ(CanonicalType("double precision"), "FLOAT");
  EXPECT_EQ(CanonicalType("timestamp"), "TIMESTAMP_NTZ(9)");
  EXPECT_EQ(CanonicalType("boolean"), "BOOLEAN");
  EXPECT_EQ(CanonicalType("date"), "DATE");
}

TEST(ColumnTypeTest, KeepsParameters) {
  EXPECT_EQ(CanonicalType("varchar( 20 )"), "VARCHAR(20)");
  EXPECT_EQ(CanonicalType("decimal(10, 2)"), "NUMBER(10,2)");
  EXPECT_EQ(CanonicalType("number(10)"), "NUMBER(10,0)");
  EXPECT_EQ(CanonicalType("vector(float, 256)"), "VECTOR(FLOAT,256)");
}

TEST(ColumnTypeTest, ComparesByMeaning) {
  EXPECT_TRUE(SameType("STRING", "varchar(16777216)"));
  EXPECT_TRUE(SameType("int", "NUMBER(38,0)"));
  EXPECT_TRUE(SameType("number(5)", "NUMBER(5, 0)"));
  EXPECT_FALSE(SameType("varchar(10)", "varchar"));
  EXPECT_FALSE(SameType("float", "number"));
  EXPECT_FALSE(SameType("timestamp_ltz", "timestamp_ntz"));
}

TEST(ColumnTypeTest, AcceptsTypes) {
  for (const char* type : {"VARCHAR", "varchar(20)", "NUMBER(38, 0)", "double precision", "TIMESTAMP_LTZ(9)", "VARIANT",
                           "VECTOR(FLOAT, 256)", " boolean "}) {
    EXPECT_TRUE(IsTypeText(type)) << type;
  }
}

TEST(ColumnTypeTest, RefusesWhatIsMoreOrLessThanAType) {
  for (const char* type :
       {"", "1", "(10)", "VARCHAR(", "VARCHAR)(", "VARCHAR()", "VARCHAR(10) NOT NULL", "INT NOT NULL", "INT DEFAULT 1",
        "VARCHAR(10))", "NUMBER(1,,2)", "VARCHAR; DROP TABLE X", "VARCHAR -- x", "VARCHAR 'a'"}) {
    EXPECT_FALSE(IsTypeText(type)) << type;
  }
}

TEST(ColumnTypeTest, NumbersOfTypesHaveBounds) {
  EXPECT_EQ(TypeFault("NUMBER(38, 37)"), "");
  EXPECT_EQ(TypeFault("decimal(39)"), "its digits must be from 1 to 38");
  EXPECT_EQ(TypeFault("NUMBER(10,2,1)"), "it has too many numbers");
  EXPECT_EQ(TypeFault("STRING(0)"), "its length must be from 1 to 134217728");
  EXPECT_EQ(TypeFault("TIMESTAMP_LTZ(10)"), "its precision must be from 0 to 9");
  EXPECT_EQ(TypeFault("VECTOR(FLOAT, 256)"), "");
  EXPECT_EQ(TypeFault("VARIANT"), "");
}

}  // namespace
}  // namespace spcs::resources
