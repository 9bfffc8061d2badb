// SPDX-License-Identifier: MPL-2.0
#include "emulator/rest/path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/rest/errors.h"
#include "emulator/rest/text.h"

namespace spcs::rest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Target Parsed(absl::string_view path) {
  const absl::StatusOr<Target> target = ParsePath(path);
  EXPECT_TRUE(target.ok()) << path << ": " << target.status();
  return target.ok() ? *target : Target{};
}

int StatusOf(absl::string_view path) {
  const absl::StatusOr<Target> target = ParsePath(path);
  return target.ok() ? 200 : HttpStatusOf(target.status());
}

TEST(PathTest, CollectionsAndObjectsAtEachLevel) {
  EXPECT_EQ(Parsed("/api/v2/compute-pools").kind->segment, "compute-pools");
  EXPECT_EQ(Parsed("/api/v2/compute-pools/").name, "");
  EXPECT_EQ(Parsed("/api/v2/compute-pools/p").FullName(), "P");
  EXPECT_EQ(Parsed("/api/v2/databases/d").kind->segment, "databases");
  EXPECT_EQ(Parsed("/api/v2/databases/d/schemas").kind->segment, "schemas");
  EXPECT_EQ(Parsed("/api/v2/databases/d/schemas/s").FullName(), "D.S");
  EXPECT_EQ(Parsed("/api/v2/databases/d/schemas/s/services").FullName(), "D.S");
  EXPECT_EQ(Parsed("/api/v2/databases/d/schemas/s/image-repositories/r").FullName(), "D.S.R");
}

TEST(PathTest, ActionsStandBehindTheLastColon) {
  const Target suspend = Parsed("/api/v2/databases/d/schemas/s/services/x:suspend");
  EXPECT_EQ(suspend.name, "X");
  EXPECT_EQ(suspend.action, "suspend");
  const Target job = Parsed("/api/v2/databases/d/schemas/s/services:execute-job");
  EXPECT_EQ(job.name, "");
  EXPECT_EQ(job.action, "execute-job");
  EXPECT_EQ(Parsed("/api/v2/roles/r/grants:revoke").action, "revoke");
}

TEST(PathTest, QuotedNamesMayHoldAnything) {
  const Target table = Parsed("/api/v2/databases/\"a/b\"/schemas/s/tables/\"x:y\"");
  EXPECT_EQ(table.FullName(), "\"a/b\".S.\"x:y\"");
  EXPECT_EQ(table.action, "");
  EXPECT_EQ(Parsed("/api/v2/databases/\"x:y\":undrop").action, "undrop");
}

TEST(PathTest, WhatFollowsAnObject) {
  EXPECT_THAT(Parsed("/api/v2/databases/d/schemas/s/services/x/logs").rest, ElementsAre("logs"));
  EXPECT_THAT(Parsed("/api/v2/databases/d/schemas/s/services/x/roles/r/grants-of").rest,
              ElementsAre("roles", "r", "grants-of"));
  const Target families = Parsed("/api/v2/compute-pools/instance-families");
  EXPECT_EQ(families.name, "");
  EXPECT_THAT(families.rest, ElementsAre("instance-families"));
  EXPECT_THAT(Parsed("/api/v2/roles").rest, IsEmpty());
}

TEST(PathTest, UnknownPathsAndBadNames) {
  EXPECT_EQ(StatusOf("/api/v2/pools"), 404);
  EXPECT_EQ(StatusOf("/api/v2/"), 404);
  EXPECT_EQ(StatusOf("/api/v2/services"), 404);
  EXPECT_EQ(StatusOf("/api/v2/databases/d/compute-pools"), 404);
  EXPECT_EQ(StatusOf("/api/v2/databases/d/schemas/s/compute-pools"), 404);
  EXPECT_EQ(StatusOf("/api/v2/compute-pools/instance-families/x"), 404);
  EXPECT_EQ(StatusOf("/api/v2/compute-pools/a b"), 400);
  EXPECT_EQ(StatusOf("/api/v2/compute-pools/p;DROP"), 400);
  EXPECT_EQ(StatusOf("/api/v2/databases/d.e/schemas"), 400);
  EXPECT_EQ(StatusOf("/api/v2/databases/\"open/schemas"), 400);
}

TEST(TextTest, LiteralsAndPatternsAreEscaped) {
  EXPECT_EQ(Literal("it's \\ $$"), "'it''s \\\\ $$'");
  EXPECT_EQ(ExactPattern("A_B%"), "A\\_B\\%");
  EXPECT_EQ(*IdentifierSql("aB"), "AB");
  EXPECT_EQ(*IdentifierSql("\"aB\""), "\"aB\"");
  EXPECT_EQ(*NameSql("d.s.\"x\""), "D.S.\"x\"");
  EXPECT_FALSE(NameSql("a.b.c.d").ok());
  EXPECT_FALSE(IdentifierSql("").ok());
  EXPECT_EQ(StoredName("\"aB\""), "aB");
  EXPECT_EQ(*WordsSql("create_service"), "CREATE SERVICE");
  EXPECT_FALSE(WordsSql("USAGE ON ACCOUNT --").ok());
}

}  // namespace
}  // namespace spcs::rest
