// SPDX-License-Identifier: MPL-2.0
// The data sources that are one SHOW.
#include "gmock/gmock.h"
#include "provider/data_sources/show_source.h"
#include "provider/data_sources/source_fixture_for_test.h"

namespace spcs::data_sources {
namespace {

using ::testing::ElementsAre;
using tf::Value;

constexpr char kTime[] = "1767225600.000000000 0";  // as the SQL API writes the first second of 2026

const testing::FakeRows& Pools() {
  static const testing::FakeRows rows{
      {"name", "state", "min_nodes", "max_nodes", "instance_family", "auto_resume", "created_on", "comment"},
      {{"P1", "ACTIVE", "1", "3", "CPU_X64_XS", "true", kTime, "first"},
       {"P2", "SUSPENDED", "2", "2", "GPU_NV_S", "false", kTime, ""}}};
  return rows;
}

TEST(ComputePoolsTest, ReadsTheListingThatResourcesShare) {
  SourceFixture f(MakeComputePools);
  f.account.On("SHOW COMPUTE POOLS", Pools());
  const auto state = f.Read({});
  ASSERT_OK(state);
  const Value& pool = state->Get("compute_pools").Get("P1");
  EXPECT_EQ(pool.Get("state").AsString(), "ACTIVE");
  EXPECT_TRUE(pool.Get("max_nodes") == Value(3));
  EXPECT_TRUE(pool.Get("auto_resume") == Value(true));
  EXPECT_EQ(pool.Get("created_on").AsString(), "2026-01-01T00:00:00.000Z");
  EXPECT_TRUE(pool.Get("resumed_on").IsNull());
  EXPECT_TRUE(state->Get("compute_pools").Get("P2").Get("comment").IsNull());
  ASSERT_OK(f.Read({}));
  EXPECT_THAT(f.account.statements(), ElementsAre("SHOW COMPUTE POOLS")) << "one SHOW, and no DESCRIBE of a row";
}

TEST(ComputePoolsTest, FiltersAreTheServices) {
  SourceFixture f(MakeComputePools);
  ASSERT_OK(f.Read({{"like", "ray\\_%'"}, {"starts_with", "RAY"}}));
  EXPECT_THAT(f.account.statements(), ElementsAre("SHOW COMPUTE POOLS LIKE 'ray\\\\_%''' STARTS WITH 'RAY'"));
  EXPECT_EQ(f.Faults({{"like", ""}}), "like ");
}

TEST(ComputePoolsTest, AFailedShowIsAnError) {
  SourceFixture f(MakeComputePools);
  f.account.OnError("SHOW COMPUTE POOLS", "003001", "SQL access control error:\nInsufficient privileges.");
  EXPECT_TRUE(absl::IsPermissionDenied(f.Read({}).status()));
}

TEST(InstanceFamiliesTest, ReadsWhatANodeOffers) {
  SourceFixture f(MakeInstanceFamilies);
  f.account.On("SHOW COMPUTE POOL INSTANCE FAMILIES LIKE 'GPU%'",
               {{"name", "description", "vcpu", "memory_gib", "storage_gib", "gpu", "gpu_count", "gpu_memory_gib",
                 "current_node_usage", "message"},
                {{"GPU_NV_S", "GPU", "6", "27", "100.5", "NVIDIA A10G", "1", "24", "2", ""}}});
  const auto state = f.Read({{"like", "GPU%"}});
  ASSERT_OK(state);
  const Value& family = state->Get("instance_families").Get("GPU_NV_S");
  EXPECT_TRUE(family.Get("vcpu") == Value(6));
  EXPECT_TRUE(family.Get("storage_gib") == Value(100.5));
  EXPECT_EQ(family.Get("gpu").AsString(), "NVIDIA A10G");
  EXPECT_TRUE(family.Get("message").IsNull());
}

testing::FakeRows ServiceRows() {
  return {{"name", "status", "database_name", "schema_name", "compute_pool", "external_access_integrations",
           "target_instances", "is_upgrading"},
          {{"WEB", "RUNNING", "D", "S", "P1", "[\"EGRESS\",\"HUB\"]", "2", "false"},
           {"WEB", "PENDING", "D", "T", "P1", "", "1", "true"}}};
}

TEST(ServicesTest, AreNamedInFull) {
  SourceFixture f(MakeServices);
  f.account.On("SHOW SERVICES EXCLUDE JOBS IN ACCOUNT", ServiceRows());
  const auto state = f.Read({});
  ASSERT_OK(state);
  const Value& web = state->Get("services").Get("D.S.WEB");
  EXPECT_EQ(web.Get("schema").AsString(), "S");
  EXPECT_TRUE(web.Get("external_access_integrations") == Value(Value::List{"EGRESS", "HUB"}));
  EXPECT_TRUE(web.Get("is_job") == Value(false));
  EXPECT_TRUE(state->Get("services").Get("D.T.WEB").Get("external_access_integrations") == Value(Value::List{}));
  ASSERT_OK(f.Read({{"kind", "Services"}}));
  EXPECT_THAT(f.account.statements(), ElementsAre("SHOW SERVICES EXCLUDE JOBS IN ACCOUNT")) << "shared";
}

TEST(ServicesTest, AskForWhatTheFiltersSay) {
  SourceFixture f(MakeServices);
  ASSERT_OK(f.Read({{"kind", "jobs"}, {"database", "d"}, {"schema", "s"}}));
  ASSERT_OK(f.Read({{"kind", "all"}, {"compute_pool", "p1"}, {"like", "A%"}}));
  ASSERT_OK(f.Read({{"database", "d"}, {"starts_with", "RAY"}}));
  ASSERT_OK(f.Read({{"kind", "all"}}));
  EXPECT_THAT(f.account.statements(),
              ElementsAre("SHOW JOB SERVICES IN SCHEMA D.S", "SHOW SERVICES LIKE 'A%' IN COMPUTE POOL P1",
                          "SHOW SERVICES EXCLUDE JOBS IN DATABASE D STARTS WITH 'RAY'", "SHOW SERVICES IN ACCOUNT"));
}

TEST(ServicesTest, JobsAreToldFromServices) {
  SourceFixture f(MakeServices);
  f.account.On("SHOW JOB SERVICES IN ACCOUNT", ServiceRows());
  const auto state = f.Read({{"kind", "jobs"}});
  ASSERT_OK(state);
  EXPECT_TRUE(state->Get("services").Get("D.S.WEB").Get("is_job") == Value(true));
}

TEST(ServicesTest, FiltersThatExcludeEachOtherAreRefused) {
  SourceFixture f(MakeServices);
  EXPECT_EQ(f.Faults({{"schema", "s"}}), "schema ");
  EXPECT_EQ(f.Faults({{"database", "d"}, {"compute_pool", "p"}}), "compute_pool ");
  EXPECT_EQ(f.Faults({{"kind", "both"}}), "kind ");
  EXPECT_EQ(f.Faults({{"database", "\"my db\""}}), "database ");
  EXPECT_EQ(f.Faults({{"database", "d"}, {"schema", "s"}, {"kind", "all"}}), "");
  // What is not known yet may turn out to be null.
  EXPECT_EQ(f.Faults({{"database", Value::Unknown()}, {"schema", "s"}}), "");
  EXPECT_EQ(f.Faults({{"schema", Value::Unknown()}}), "");
  EXPECT_EQ(f.Faults({{"database", "d"}, {"compute_pool", Value::Unknown()}}), "");
}

TEST(ServicesTest, AListingThatWasCutIsAWarning) {
  SourceFixture f(MakeServices);
  testing::FakeRows rows{{"name", "database_name", "schema_name"}, {}};
  for (int i = 0; i < 10'000; ++i) rows.rows.push_back({absl::StrCat("W", i), "D", "S"});
  f.account.On("SHOW SERVICES IN ACCOUNT", rows);
  ASSERT_OK(f.Read({{"kind", "all"}}));
  ASSERT_EQ(f.diagnostics.list().size(), 1u);
  EXPECT_EQ(f.diagnostics.list()[0].summary, "The listing may be incomplete");
}

TEST(ImagesTest, ReadsTagsAndDigests) {
  SourceFixture f(MakeImages);
  f.account.On("SHOW IMAGES LIKE 'app%' IN IMAGE REPOSITORY D.S.R",
               {{"created_on", "image_name", "tags", "digest", "image_path"},
                {{kTime, "app", "1.0", "sha256:aa", "d/s/r/app:1.0"}, {kTime, "app", "", "sha256:bb", "d/s/r/app"}}});
  const auto state = f.Read({{"database", "d"}, {"schema", "s"}, {"repository", "r"}, {"like", "app%"}});
  ASSERT_OK(state);
  const Value& tagged = state->Get("images").Get("app:1.0");
  EXPECT_EQ(tagged.Get("digest").AsString(), "sha256:aa");
  EXPECT_EQ(tagged.Get("path").AsString(), "d/s/r/app:1.0");
  EXPECT_TRUE(tagged.Get("tags") == Value(Value::List{"1.0"}));
  EXPECT_TRUE(state->Get("images").Get("app@sha256:bb").Get("tags") == Value(Value::List{}));
}

TEST(RowValueTest, ListsAreReadAsTheServiceWritesThem) {
  EXPECT_THAT(NamesIn("[A, B]"), ElementsAre("A", "B"));
  EXPECT_THAT(NamesIn("[\"A\",\"B\"]"), ElementsAre("A", "B"));
  EXPECT_THAT(NamesIn("A"), ElementsAre("A"));
  EXPECT_THAT(NamesIn(""), ElementsAre());
  EXPECT_THAT(NamesIn("[]"), ElementsAre());
}

TEST(RowValueTest, WhatIsNoNumberIsNull) {
  tf::Attribute number{.name = "n", .type = tf::Type::Number()};
  resources::ObjectRow row;
  row.Set("n", "many");
  EXPECT_TRUE(RowValue({number}, row).Get("n").IsNull());
}

TEST(RowValueTest, KeysAreQuotedWhereNamesNeedIt) {
  resources::ObjectRow row;
  row.Set("name", "lower");
  EXPECT_EQ(NameOf(row), "\"lower\"");
}

}  // namespace
}  // namespace spcs::data_sources
