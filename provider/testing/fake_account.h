// SPDX-License-Identifier: MPL-2.0
// The SQL API played by a test: statements in, rows or errors out. Also the envelopes alone, for FakeTransport.
//
//   FakeAccount account;
//   account.On("SHOW DATABASES", {{"name", "owner"}, {{"DB", "ME"}}});
//   SqlFixture sql(account);   // a Client on it, with a fake clock
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "nlohmann/json.hpp"
#include "provider/base/clock.h"
#include "provider/base/logger.h"
#include "provider/base/mutex.h"
#include "provider/http/transport.h"
#include "provider/snowflake/auth.h"
#include "provider/snowflake/client.h"

namespace spcs::testing {

struct FakeRows {
  std::vector<std::string> columns{};
  std::vector<std::vector<std::optional<std::string>>> rows{};
};

// The body of a 200 with all rows in one partition, or with `partitions` announced.
inline std::string ResultBody(const FakeRows& rows, int partitions = 1, int total_rows = -1) {
  nlohmann::json body{{"code", "090001"}, {"sqlState", "00000"}, {"statementHandle", "01-query"}};
  nlohmann::json& meta = body["resultSetMetaData"];
  meta["numRows"] = total_rows < 0 ? int(rows.rows.size()) : total_rows;
  meta["rowType"] = nlohmann::json::array();
  for (const std::string& column : rows.columns) meta["rowType"].push_back({{"name", column}, {"type", "text"}});
  for (int i = 0; i < partitions; ++i) meta["partitionInfo"].push_back({{"rowCount", 1}});
  body["data"] = nlohmann::json::array();
  for (const auto& row : rows.rows) {
    nlohmann::json cells = nlohmann::json::array();
    for (const auto& cell : row) cells.push_back(cell ? nlohmann::json(*cell) : nlohmann::json());
    body["data"].push_back(cells);
  }
  return body.dump();
}

// The body of a 422.
inline std::string ErrorBody(const std::string& code, const std::string& message,
                             const std::string& sql_state = "42000") {
  return nlohmann::json{{"code", code}, {"sqlState", sql_state}, {"message", message}, {"statementHandle", "01-failed"}}
      .dump();
}

// The body of a 202.
inline std::string RunningBody(const std::string& handle = "01-running") {
  return nlohmann::json{{"code", "333334"}, {"statementHandle", handle}, {"message", "in progress"}}.dump();
}

// Thread-safe once it is set up.
class FakeAccount : public http::Transport {
 public:
  using Handler = std::function<absl::StatusOr<http::Response>(const std::string& sql, std::stop_token)>;

  // What the statement with exactly this text answers, each time; a later call replaces an earlier one.
  void On(const std::string& sql, FakeRows rows) {
    MutexLock lock(mu_);
    answers_[sql] = http::Response{200, {}, ResultBody(rows)};
  }
  void OnError(const std::string& sql, const std::string& code, const std::string& message) {
    MutexLock lock(mu_);
    answers_[sql] = http::Response{422, {}, ErrorBody(code, message)};
  }
  // What everything else answers; without it a syntax error.
  void Otherwise(Handler handler) { otherwise_ = std::move(handler); }

  absl::StatusOr<http::Response> Send(const http::Request& request, std::stop_token stop) override {
    if (stop.stop_requested()) return absl::CancelledError("stopped");
    const std::string sql = nlohmann::json::parse(request.body).value("statement", "");
    {
      MutexLock lock(mu_);
      statements_.push_back(sql);
      const auto found = answers_.find(sql);
      if (found != answers_.end()) return found->second;
    }
    if (otherwise_) return otherwise_(sql, stop);
    return http::Response{422, {}, ErrorBody("001003", "SQL compilation error:\nsyntax error in " + sql)};
  }

  // The texts in the order of arrival.
  std::vector<std::string> statements() const {
    MutexLock lock(mu_);
    return statements_;
  }
  size_t Count(const std::string& sql) const {
    MutexLock lock(mu_);
    return size_t(std::count(statements_.begin(), statements_.end(), sql));
  }

 private:
  mutable Mutex mu_;
  std::map<std::string, http::Response> answers_ ABSL_GUARDED_BY(mu_);
  std::vector<std::string> statements_ ABSL_GUARDED_BY(mu_);
  Handler otherwise_;
};

// Gives "token-1", and the next number after each Invalidate().
class FakeAuthenticator : public snowflake::Authenticator {
 public:
  absl::StatusOr<snowflake::Authorization> Authorize() override {
    MutexLock lock(mu_);
    return snowflake::Authorization{"token-" + std::to_string(number_), "KEYPAIR_JWT"};
  }
  void Invalidate() override {
    MutexLock lock(mu_);
    ++number_;
  }

 private:
  Mutex mu_;
  int number_ ABSL_GUARDED_BY(mu_) = 1;
};

// A Client on any transport, with what it needs around it.
struct SqlFixture {
  explicit SqlFixture(http::Transport& transport, snowflake::ClientOptions options = {.base_url = "https://acct"})
      : client(std::move(options), transport, authenticator, clock, logger) {}
  FakeClock clock;
  NullLogger logger;
  FakeAuthenticator authenticator;
  snowflake::Client client;
};

}  // namespace spcs::testing
