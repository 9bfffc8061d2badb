// SPDX-License-Identifier: MPL-2.0
// For the tests of this folder: an emulator in process with a data folder of its own, and a client that signs like a
// real one.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "emulator/http/emulator_server.h"
#include "emulator/http/jwt.h"
#include "httplib.h"
#include "nlohmann/json.hpp"

namespace spcs::emulator_http {

struct Answer {
  int status = 0;  // 0: no answer came
  nlohmann::json body;
  httplib::Headers headers;

  std::string code() const { return body.is_object() && body.contains("code") ? body["code"].get<std::string>() : ""; }
  std::string handle() const { return body.value("statementHandle", ""); }
  std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }
};

// What one statement is sent with.
struct Send {
  std::string role = "ACCOUNTADMIN";
  std::map<std::string, std::string> query;
  nlohmann::json body = nlohmann::json::object();  // merged into the request's body
};

class EmulatorTest : public ::testing::Test {
 protected:
  EmulatorTest();
  ~EmulatorTest() override;

  // Starts (again, on the same folder). Changes to options() count from the next start on.
  void Start();
  void Stop();
  EmulatorOptions& options() { return options_; }
  EmulatorServer& server() { return *server_; }
  const std::string& folder() const { return options_.data_dir; }
  std::string KeyFile() const { return options_.data_dir + "/rsa_key.p8"; }
  int port() const { return port_; }

  // A token of the emulator's user that is valid now.
  std::string Token(const JwtParts& parts = {}) const;
  httplib::Headers Headers(const std::string& token, const std::string& type = "KEYPAIR_JWT") const;

  Answer Statement(const std::string& sql, const Send& send = {});
  Answer StatementAs(const httplib::Headers& headers, const std::string& sql, const Send& send = {});
  Answer Poll(const std::string& handle, const std::string& query = "");
  Answer Cancel(const std::string& handle);
  Answer Admin(const std::string& method, const std::string& path, const nlohmann::json& body = nullptr);

  // Sets one fault rule and expects that to work.
  void SetFault(const nlohmann::json& rule);
  // The names that SHOW DATABASES answers, as ACCOUNTADMIN.
  std::vector<std::string> Databases();
  nlohmann::json LastLogEntry();
  // For what is not asked above.
  httplib::Client Client() const;

  // Waits until the condition holds; false after ten seconds.
  template <typename Condition>
  static bool Eventually(Condition condition) {
    for (int i = 0; i < 2000; ++i) {
      if (condition()) return true;
      absl::SleepFor(absl::Milliseconds(5));
    }
    return false;
  }

 private:
  static Answer ToAnswer(const httplib::Result& result);

  EmulatorOptions options_;
  std::unique_ptr<EmulatorServer> server_;
  int port_ = 0;
};

// "?a=b&c=d", "" for none.
std::string QueryText(const std::map<std::string, std::string>& query);

}  // namespace spcs::emulator_http
