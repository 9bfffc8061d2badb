// SPDX-License-Identifier: MPL-2.0
#include "gmock/gmock.h"
#include "provider/base/clock.h"
#include "provider/base/logger.h"
#include "provider/lists/all.h"
#include "provider/resources/resource_fixture_for_test.h"
#include "provider/testing/model_check.h"

namespace spcs::lists {
namespace {

using ::testing::ElementsAre;
using tf::Value;

class ListsTest : public ::testing::Test {
 protected:
  using Maker = std::unique_ptr<tf::ListResource> (*)(resources::Account&);

  // The import ids, one after the other.
  absl::StatusOr<std::vector<std::string>> List(Maker make, const Value::Map& members, size_t wanted = 1000) {
    const auto list = make(connected_);
    Value::Map config;
    for (const tf::Attribute& attribute : list->schema().attributes) config[attribute.name] = Value::Null();
    for (const auto& [name, value] : members) config[name] = value;
    tf::Context context{
        .stop = {}, .clock = clock_, .logger = logger_, .diagnostics = diagnostics_, .private_state = {}};
    std::vector<std::string> ids;
    RETURN_IF_ERROR(list->List(context, Value(config), [&](const tf::ListItem& item) {
      ids.push_back(item.import_id);
      items_.push_back(item);
      return ids.size() < wanted;
    }));
    return ids;
  }

  std::string Faults(Maker make, const Value::Map& members) {
    const auto list = make(connected_);
    Value::Map config;
    for (const tf::Attribute& attribute : list->schema().attributes) config[attribute.name] = Value::Null();
    for (const auto& [name, value] : members) config[name] = value;
    tf::Diagnostics found;
    list->Validate(Value(config), found);
    std::string paths;
    for (const tf::Diagnostic& one : found.list()) paths += one.path.ToString() + " ";
    return paths;
  }

  FakeClock clock_;
  NullLogger logger_;
  resources::PlayedAccount account_;
  resources::Account connected_{
      clock_, logger_,
      std::make_unique<resources::Session>(snowflake::ClientOptions{.base_url = "https://acct"},
                                           std::make_unique<resources::BorrowedTransport>(account_),
                                           std::make_unique<testing::FakeAuthenticator>(), clock_, logger_)};
  tf::Diagnostics diagnostics_;
  std::vector<tf::ListItem> items_;
};

TEST_F(ListsTest, PoolsAreListedByName) {
  account_.On("SHOW COMPUTE POOLS", {{"name"}, {{"P1"}, {"P2"}}});
  const auto ids = List(MakeComputePoolList, {});
  ASSERT_OK(ids);
  EXPECT_THAT(*ids, ElementsAre("P1", "P2"));
  EXPECT_TRUE(items_[0].identity == Value(Value::Map{{"account", "AB12345"}, {"name", "P1"}}));
  EXPECT_EQ(items_[0].display_name, "P1");
  EXPECT_EQ(List(MakeComputePoolList, {}, 1)->size(), 1u) << "the client wants no more";
  ASSERT_OK(List(MakeComputePoolList, {{"like", "ray%"}}));
  EXPECT_THAT(account_.statements(), ElementsAre("SHOW COMPUTE POOLS", "SHOW COMPUTE POOLS LIKE 'ray%'"));
}

TEST_F(ListsTest, ServicesAreListedByFullName) {
  account_.On("SHOW SERVICES EXCLUDE JOBS IN ACCOUNT", {{"name", "database_name", "schema_name"}, {{"WEB", "D", "S"}}});
  const auto ids = List(MakeServiceList, {});
  ASSERT_OK(ids);
  EXPECT_THAT(*ids, ElementsAre("D.S.WEB"));
  EXPECT_TRUE(items_[0].identity ==
              Value(Value::Map{{"account", "AB12345"}, {"database", "D"}, {"schema", "S"}, {"name", "WEB"}}));
  account_.Reset();
  ASSERT_OK(List(MakeServiceList, {{"compute_pool", "p"}}));
  ASSERT_OK(List(MakeServiceList, {{"like", "a"}, {"database", "d"}, {"schema", "s"}}));
  EXPECT_THAT(account_.statements(), ElementsAre("SHOW SERVICES EXCLUDE JOBS IN COMPUTE POOL P",
                                                 "SHOW SERVICES EXCLUDE JOBS LIKE 'a' IN SCHEMA D.S"));
}

TEST_F(ListsTest, RepositoriesAreListedByFullName) {
  account_.On("SHOW IMAGE REPOSITORIES IN DATABASE D", {{"name", "database_name", "schema_name"}, {{"R", "D", "S"}}});
  const auto ids = List(MakeImageRepositoryList, {{"database", "d"}});
  ASSERT_OK(ids);
  EXPECT_THAT(*ids, ElementsAre("D.S.R"));
  ASSERT_OK(List(MakeImageRepositoryList, {}));
  EXPECT_EQ(account_.statements().back(), "SHOW IMAGE REPOSITORIES IN ACCOUNT");
}

TEST_F(ListsTest, NamesThatNeedQuotesHaveThem) {
  account_.On("SHOW COMPUTE POOLS", {{"name"}, {{"lower"}}});
  EXPECT_THAT(*List(MakeComputePoolList, {}), ElementsAre("\"lower\""));
}

TEST_F(ListsTest, AFailedShowIsAnError) {
  account_.OnError("SHOW COMPUTE POOLS", "003001", "Insufficient privileges.");
  EXPECT_TRUE(absl::IsPermissionDenied(List(MakeComputePoolList, {}).status()));
}

TEST_F(ListsTest, PlacesThatDoNotGoTogetherAreRefused) {
  EXPECT_EQ(Faults(MakeServiceList, {{"schema", "s"}}), "schema ");
  EXPECT_EQ(Faults(MakeServiceList, {{"database", "d"}, {"compute_pool", "p"}}), "compute_pool ");
  EXPECT_EQ(Faults(MakeImageRepositoryList, {{"schema", "s"}}), "schema ");
  // What is not known yet may turn out to be null.
  EXPECT_EQ(Faults(MakeImageRepositoryList, {{"database", Value::Unknown()}, {"schema", "s"}}), "");
  EXPECT_EQ(Faults(MakeImageRepositoryList, {{"schema", Value::Unknown()}}), "");
  EXPECT_EQ(Faults(MakeServiceList, {{"database", Value::Unknown()}, {"compute_pool", "p"}}), "");
}

TEST_F(ListsTest, EverySchemaIsSoundAndHasAResource) {
  const auto resources = resources::MakeAll(connected_);
  for (const auto& list : lists::MakeAll(connected_)) {
    testing::CheckSchema(list->type_name(), list->schema());
    const bool managed = std::any_of(resources.begin(), resources.end(),
                                     [&](const auto& one) { return one->type_name() == list->type_name(); });
    EXPECT_TRUE(managed) << list->type_name();
  }
}

}  // namespace
}  // namespace spcs::lists
