// SPDX-License-Identifier: MPL-2.0
#include <gtest/gtest.h>

#include "provider/base/clock.h"
#include "provider/base/logger.h"
#include "provider/data_sources/all.h"
#include "provider/resources/resource_fixture_for_test.h"
#include "provider/testing/model_check.h"

namespace spcs::data_sources {
namespace {

using resources::PlayedAccount;
using tf::Value;

class ServiceEndpointsTest : public ::testing::Test {
 protected:
  absl::StatusOr<Value> Read() {
    tf::Context context{
        .stop = {}, .clock = clock_, .logger = logger_, .diagnostics = diagnostics_, .private_state = {}};
    const Value config(Value::Map{{"database", "d"}, {"schema", "s"}, {"service", "web"}, {"endpoints", Value()}});
    return source_->Read(context, config);
  }

  FakeClock clock_;
  NullLogger logger_;
  tf::Diagnostics diagnostics_;
  PlayedAccount played_;
  resources::Account account_{
      clock_, logger_,
      std::make_unique<resources::Session>(snowflake::ClientOptions{.base_url = "https://acct"},
                                           std::make_unique<resources::BorrowedTransport>(played_),
                                           std::make_unique<spcs::testing::FakeAuthenticator>(), clock_, logger_)};
  std::unique_ptr<tf::DataSource> source_ = MakeServiceEndpoints(account_);
};

TEST_F(ServiceEndpointsTest, TellsPublicAndPrivateEndpoints) {
  played_.On("SHOW ENDPOINTS IN SERVICE D.S.WEB",
             {{"name", "port", "port_range", "protocol", "is_public", "ingress_url"},
              {{"ui", "8080", "", "HTTP", "true", "abc-org-acct.snowflakecomputing.app"},
               {"nodes", "", "10000-10010", "TCP", "false", ""}}});
  const auto state = Read();
  ASSERT_OK(state);
  const Value& endpoints = state->Get("endpoints");
  EXPECT_EQ(endpoints.Get("ui").Get("url").AsString(), "https://abc-org-acct.snowflakecomputing.app");
  EXPECT_TRUE(endpoints.Get("ui").Get("port") == Value(8080));
  EXPECT_TRUE(endpoints.Get("nodes").Get("url").IsNull());
  EXPECT_TRUE(endpoints.Get("nodes").Get("port").IsNull());
  EXPECT_EQ(endpoints.Get("nodes").Get("port_range").AsString(), "10000-10010");
}

TEST_F(ServiceEndpointsTest, AUrlThatIsBeingMadeIsNull) {
  played_.On(
      "SHOW ENDPOINTS IN SERVICE D.S.WEB",
      {{"name", "port", "port_range", "protocol", "is_public", "ingress_url"},
       {{"ui", "8080", "", "HTTP", "true", "Endpoints provisioning in progress... check back in a few minutes"}}});
  const auto state = Read();
  ASSERT_OK(state);
  EXPECT_TRUE(state->Get("endpoints").Get("ui").Get("url").IsNull());
}

TEST_F(ServiceEndpointsTest, AServiceThatIsNotThereIsAnError) {
  played_.OnError("SHOW ENDPOINTS IN SERVICE D.S.WEB", "002003",
                  "SQL compilation error:\nService 'WEB' does not exist or not authorized.");
  EXPECT_TRUE(absl::IsNotFound(Read().status()));
}

TEST(DataSourcesTest, EverySchemaIsSound) {
  FakeClock clock;
  NullLogger logger;
  resources::Account account(clock, logger);
  for (const auto& source : data_sources::MakeAll(account))
    spcs::testing::CheckSchema(source->type_name(), source->schema());
}

}  // namespace
}  // namespace spcs::data_sources
