// SPDX-License-Identifier: MPL-2.0
// An emulator in process with a data folder of its own, and the provider's way to it: SNOWFLAKE_HOME, connections.toml,
// key, network. Used by the tests of this folder.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>

#include "emulator/http/emulator_server.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/http/curl_transport.h"
#include "provider/snowflake/auth.h"
#include "provider/snowflake/client.h"
#include "provider/snowflake/inventory.h"

namespace spcs::testing {

// The machine's environment with one variable of our own, so that tests need no setenv.
class HomeEnvironment : public snowflake::SystemEnvironment {
 public:
  explicit HomeEnvironment(std::string home) : home_(std::move(home)) {}
  std::optional<std::string> Variable(const std::string& name) const override {
    return name == "SNOWFLAKE_HOME" ? std::optional(home_) : std::nullopt;
  }

 private:
  const std::string home_;
};

// A client of one connection, with all that belongs to it.
struct Connected {
  snowflake::ConnectionConfig config;
  std::unique_ptr<snowflake::Authenticator> authenticator;
  std::unique_ptr<snowflake::Client> client;
};

class EmulatorFixture : public ::testing::Test {
 protected:
  EmulatorFixture() {
    char folder[] = "/tmp/spcs-integration-XXXXXX";
    options_.data_dir = ::mkdtemp(folder);
    options_.speed = 0;
    options_.images = "any";
    environment_ = std::make_unique<HomeEnvironment>(options_.data_dir);
  }
  ~EmulatorFixture() override {
    server_.reset();
    std::filesystem::remove_all(options_.data_dir);
  }

  void Start() {
    server_.reset();
    server_ = std::make_unique<emulator_http::EmulatorServer>();
    const absl::StatusOr<int> port = server_->Start(options_);
    ASSERT_TRUE(port.ok()) << port.status();
    options_.port = *port;
  }

  // The connection, with changes to what its section says.
  Connected Connect(const std::string& connection, snowflake::ConnectionSettings changes = {},
                    Clock* jwt_clock = nullptr, absl::Duration answer_timeout = absl::Seconds(20)) {
    Connected made;
    auto config = ResolveConnection({.connection = connection, .settings = std::move(changes)}, *environment_);
    EXPECT_TRUE(config.ok()) << config.status();
    made.config = *std::move(config);
    auto authenticator = MakeAuthenticator(made.config, *environment_, jwt_clock == nullptr ? clock_ : *jwt_clock);
    EXPECT_TRUE(authenticator.ok()) << authenticator.status();
    made.authenticator = *std::move(authenticator);
    snowflake::ClientOptions options = OptionsFor(made.config);
    options.retry.first_pause = absl::Milliseconds(5);
    options.answer_timeout = answer_timeout;
    made.client =
        std::make_unique<snowflake::Client>(std::move(options), transport_, *made.authenticator, clock_, logger_);
    return made;
  }

  nlohmann::json Admin(const std::string& method, const std::string& path, const nlohmann::json& body = nullptr) {
    const auto response = transport_.Send({.method = method,
                                           .url = "http://127.0.0.1:" + std::to_string(options_.port) + path,
                                           .headers = {{"Content-Type", "application/json"}},
                                           .body = body.is_null() ? "" : body.dump()},
                                          {});
    EXPECT_TRUE(response.ok()) << response.status();
    EXPECT_EQ(response->status / 100, 2) << response->body;
    return ParseJson(response->body).value_or(nlohmann::json());
  }
  void SetFault(const nlohmann::json& rule) { Admin("PUT", "/emulator/faults", nlohmann::json::array({rule})); }

  emulator_http::EmulatorOptions options_;
  std::unique_ptr<emulator_http::EmulatorServer> server_;
  std::unique_ptr<HomeEnvironment> environment_;
  RealClock clock_;
  NullLogger logger_;
  http::CurlTransport transport_{"spcs-integration-test/1"};
};

}  // namespace spcs::testing
