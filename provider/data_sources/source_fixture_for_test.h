// SPDX-License-Identifier: MPL-2.0
// For the tests of data sources: one that reads an account played statement by statement.
#pragma once

#include <memory>
#include <string>

#include "provider/base/clock.h"
#include "provider/base/logger.h"
#include "provider/data_sources/all.h"
#include "provider/resources/resource_fixture_for_test.h"

namespace spcs::data_sources {

class SourceFixture {
 public:
  explicit SourceFixture(std::unique_ptr<tf::DataSource> (*make)(resources::Account&))
      : connected(clock, logger,
                  std::make_unique<resources::Session>(snowflake::ClientOptions{.base_url = "https://acct"},
                                                       std::make_unique<resources::BorrowedTransport>(account),
                                                       std::make_unique<testing::FakeAuthenticator>(), clock, logger)),
        source(make(connected)) {}

  // The whole object of a configuration: what is not given is null.
  tf::Value Object(const tf::Value::Map& members) const {
    tf::Value::Map object;
    for (const tf::Attribute& attribute : source->schema().attributes) object[attribute.name] = tf::Value::Null();
    for (const auto& [name, value] : members) {
      EXPECT_TRUE(object.count(name) == 1) << "no attribute " << name;
      object[name] = value;
    }
    return tf::Value(std::move(object));
  }

  absl::StatusOr<tf::Value> Read(const tf::Value::Map& config) {
    tf::Context context{.stop = {}, .clock = clock, .logger = logger, .diagnostics = diagnostics, .private_state = {}};
    absl::StatusOr<tf::Value> state = source->Read(context, Object(config));
    EXPECT_TRUE(!state.ok() || state->IsWhollyKnown());
    return state;
  }

  // Paths of the errors that the configuration gets, each followed by a space.
  std::string Faults(const tf::Value::Map& config) const {
    tf::Diagnostics found;
    for (const tf::Attribute& attribute : source->schema().attributes) {
      const auto value = config.find(attribute.name);
      if (value == config.end() || !value->second.IsKnown()) continue;
      for (const tf::Validator& check : attribute.validators) check(value->second, tf::Path(attribute.name), found);
    }
    if (!found.HasErrors()) source->Validate(Object(config), found);
    std::string paths;
    for (const tf::Diagnostic& diagnostic : found.list()) paths += diagnostic.path.ToString() + " ";
    return paths;
  }

  resources::PlayedAccount account;
  FakeClock clock;
  NullLogger logger;
  resources::Account connected;
  std::unique_ptr<tf::DataSource> source;
  tf::Diagnostics diagnostics;
};

}  // namespace spcs::data_sources
