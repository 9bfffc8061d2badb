// SPDX-License-Identifier: MPL-2.0
// For the tests of resources: an account played statement by statement, and a resource that is planned and applied on
// it as the provider server does.
//
//   ResourceFixture f(MakeStage);
//   f.account.On("SHOW STAGES IN SCHEMA D.S", {{"name", "database_name", "schema_name"}, {{"X", "D", "S"}}});
//   ASSERT_OK(f.Create({{"database", "d"}, {"schema", "s"}, {"name", "x"}}));
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "provider/base/status.h"
#include "provider/resources/account.h"
#include "provider/resources/all.h"
#include "provider/testing/fake_account.h"
#include "provider/tf/plan.h"
#include "provider/tf/resource.h"
#include "provider/tf/validate.h"

#define ASSERT_OK(expression)                                    \
  do {                                                           \
    const absl::Status ok_status = spcs::ToStatus((expression)); \
    ASSERT_TRUE(ok_status.ok()) << ok_status;                    \
  } while (false)

namespace spcs {

inline absl::Status ToStatus(const absl::Status& status) {
  return status;
}
template <class T>
absl::Status ToStatus(const absl::StatusOr<T>& result) {
  return result.status();
}

}  // namespace spcs

namespace spcs::resources {

inline constexpr char kUnknownObject[] =
    "SQL compilation error:\nObject does not exist, or operation cannot be performed.";

// Holds a database D with a schema S. Answers what it was told for a statement; else SHOW with no rows, DESCRIBE with
// "does not exist", and success for what changes something. Thread-safe once it is set up.
class PlayedAccount : public http::Transport {
 public:
  std::string locator = "AB12345", role = "ME";
  std::vector<std::string> available_roles{"ME", "OTHER"};

  PlayedAccount() {
    On("SHOW DATABASES", {{"name"}, {{"D"}}});
    On("SHOW SCHEMAS IN DATABASE D", {{"name", "database_name"}, {{"S", "D"}}});
  }

  // What the statement answers, each time. With `as`, only under that role.
  void On(const std::string& sql, const testing::FakeRows& rows, const std::string& as = "") {
    always_[as + ":" + sql] = http::Response{200, {}, testing::ResultBody(rows)};
  }
  void OnError(const std::string& sql, const std::string& code, const std::string& message) {
    always_[":" + sql] = http::Response{422, {}, testing::ErrorBody(code, message)};
  }
  void Forget(const std::string& sql) { always_.erase(":" + sql); }
  // What it answers next, before that.
  void LoseNext(const std::string& sql) { next_[sql].push_back(absl::UnavailableError("connection lost")); }
  void ErrorNext(const std::string& sql, const std::string& code, const std::string& message) {
    next_[sql].push_back(http::Response{422, {}, testing::ErrorBody(code, message)});
  }
  void Next(const std::string& sql, const testing::FakeRows& rows) {
    next_[sql].push_back(http::Response{200, {}, testing::ResultBody(rows)});
  }

  absl::StatusOr<http::Response> Send(const http::Request& request, std::stop_token) override {
    const nlohmann::json body = nlohmann::json::parse(request.body);
    const std::string sql = body.value("statement", "");
    if (absl::StartsWith(sql, "SELECT CURRENT_ACCOUNT()")) return Facts();
    statements_.push_back(sql);
    if (auto next = next_.find(sql); next != next_.end() && !next->second.empty()) {
      auto answer = std::move(next->second.front());
      next->second.pop_front();
      return answer;
    }
    const std::string as = body.value("role", "");
    for (const std::string& key : {as + ":" + sql, ":" + sql}) {
      if (const auto found = always_.find(key); found != always_.end()) return found->second;
    }
    if (absl::StartsWith(sql, "DESCRIBE")) {
      return http::Response{422, {}, testing::ErrorBody("002003", kUnknownObject)};
    }
    return http::Response{200, {}, testing::ResultBody({.columns = {"status"}})};
  }

  // In the order of arrival, without those that ask for the account; and those alone that change something.
  const std::vector<std::string>& statements() const { return statements_; }
  std::vector<std::string> changes() const {
    std::vector<std::string> changes;
    for (const std::string& sql : statements_) {
      const bool reads = absl::StartsWith(sql, "SHOW") || absl::StartsWith(sql, "DESC") || absl::StartsWith(sql, "SEL");
      if (!reads) changes.push_back(sql);
    }
    return changes;
  }
  void Reset() { statements_.clear(); }

 private:
  http::Response Facts() const {
    return {200,
            {},
            testing::ResultBody(
                {{"ACCOUNT_LOCATOR", "ORGANIZATION", "ACCOUNT_NAME", "ROLE_NAME", "USER_NAME", "AVAILABLE_ROLES"},
                 {{locator, "ORG", "ACCT", role, "USER", nlohmann::json(available_roles).dump()}}})};
  }

  std::map<std::string, http::Response> always_;
  std::map<std::string, std::deque<absl::StatusOr<http::Response>>> next_;
  std::vector<std::string> statements_;
};

// Hands a session the transport of a test, which outlives it.
class BorrowedTransport : public http::Transport {
 public:
  explicit BorrowedTransport(http::Transport& transport) : transport_(transport) {}
  absl::StatusOr<http::Response> Send(const http::Request& request, std::stop_token stop) override {
    return transport_.Send(request, std::move(stop));
  }

 private:
  http::Transport& transport_;
};

struct LogLine {
  LogLevel level;
  std::string message;
  std::map<std::string, std::string> fields;
};

// Keeps what is logged. Thread-safe.
class RecordingLogger : public Logger {
 public:
  bool Enabled(LogLevel) const override { return true; }
  void Write(LogLevel level, absl::string_view message, Fields fields) override {
    LogLine line{level, std::string(message), {}};
    for (const auto& [name, value] : fields) line.fields[std::string(name)] = value;
    MutexLock lock(mu_);
    lines_.push_back(std::move(line));
  }
  std::vector<LogLine> lines() const {
    MutexLock lock(mu_);
    return lines_;
  }

 private:
  mutable Mutex mu_;
  std::vector<LogLine> lines_ ABSL_GUARDED_BY(mu_);
};

class ResourceFixture {
 public:
  using Members = tf::Value::Map;

  using Wrapper = std::function<std::unique_ptr<http::Transport>(PlayedAccount&)>;

  // `wrap` may put a transport of its own before the account.
  explicit ResourceFixture(
      std::unique_ptr<tf::Resource> (*make)(Account&),
      const Wrapper& wrap = [](PlayedAccount& played) { return std::make_unique<BorrowedTransport>(played); })
      : connected(clock, logger,
                  std::make_unique<Session>(snowflake::ClientOptions{.base_url = "https://acct"}, wrap(account),
                                            std::make_unique<testing::FakeAuthenticator>(), clock, logger)),
        resource(make(connected)) {}

  // The whole object of a configuration or state: what is not given is null.
  tf::Value Object(const Members& members) const {
    Members object;
    for (const tf::Attribute& attribute : resource->schema().attributes) object[attribute.name] = tf::Value::Null();
    for (const auto& [name, value] : members) {
      EXPECT_TRUE(object.count(name) == 1) << "no attribute " << name;
      object[name] = value;
    }
    return tf::Value(std::move(object));
  }

  tf::Diagnostics Validate(const Members& config) const {
    tf::Diagnostics found;
    resource->Validate(Object(config), found);
    tf::ValidateAttributes(resource->schema(), Object(config), found);
    return found;
  }

  // The plan of `config` over `state`; `replaces` gets the paths that replace.
  absl::StatusOr<tf::Value> Plan(const Members& config) {
    const tf::Value whole = Object(config);
    const tf::Value base = tf::PlanChange(resource->schema(), whole, state).planned;
    tf::Value planned = base;
    tf::PlanContext context{
        .stop = {}, .clock = clock, .diagnostics = diagnostics, .private_state = private_state, .requires_replace = {}};
    RETURN_IF_ERROR(resource->ModifyPlan(context, whole, state, planned));
    tf::MarkUnknown(resource->schema(), whole, base, planned);
    replaces.clear();
    for (const tf::Path& path : tf::ReplacedPaths(resource->schema(), state, planned)) {
      replaces.push_back(path.ToString());
    }
    for (const tf::Path& path : context.requires_replace) replaces.push_back(path.ToString());
    return planned;
  }

  absl::Status Create(const Members& config) {
    state = tf::Value::Null();
    return Apply(config);
  }

  // Create or update, as `state` is; what is stored behind it becomes `state`.
  absl::Status Apply(const Members& config) {
    ASSIGN_OR_RETURN(const tf::Value planned, Plan(config));
    tf::Context context = MakeContext();
    tf::Value now = state;
    const bool create = state.IsNull();
    const absl::Status status = create ? resource->Create(context, Object(config), planned, now)
                                       : resource->Update(context, Object(config), state, planned, now);
    if (status.ok()) ExpectConsistent(planned, now);
    state = tf::UnknownsAsNull(now);
    private_state = context.private_state;
    return status;
  }

  absl::Status Read() {
    tf::Context context = MakeContext();
    ASSIGN_OR_RETURN(state, resource->Read(context, state));
    private_state = context.private_state;
    return absl::OkStatus();
  }

  absl::Status Delete() {
    tf::Context context = MakeContext();
    return resource->Delete(context, state);
  }

  // Import by id, with the defaults that the server fills in, then the read.
  absl::Status Import(const std::string& id) {
    tf::Context context = MakeContext();
    return KeepImported(context, resource->Import(context, id));
  }

  absl::Status ImportIdentity(const Members& identity) {
    tf::Context context = MakeContext();
    return KeepImported(context, resource->ImportIdentity(context, tf::Value(identity)));
  }

  // What the server does with an import: defaults for what nothing shows, then a read.
  absl::Status KeepImported(const tf::Context& context, absl::StatusOr<tf::Value> imported) {
    ASSIGN_OR_RETURN(state, std::move(imported));
    private_state = context.private_state;
    for (const tf::Attribute& attribute : resource->schema().attributes) {
      tf::Value& member = state.AsMap()[attribute.name];
      const bool unseen = attribute.client_only || attribute.unreadable;
      if (unseen && attribute.default_value && member.IsNull()) member = *attribute.default_value;
    }
    return Read();
  }

  // Whether a plan of `config` over `state` changes nothing.
  ::testing::AssertionResult PlansNothing(const Members& config) {
    const auto planned = Plan(config);
    if (!planned.ok()) return ::testing::AssertionFailure() << planned.status();
    std::string different;
    for (const auto& [name, value] : planned->AsMap()) {
      if (!(value == state.Get(name))) absl::StrAppend(&different, " ", name);
    }
    if (different.empty()) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << "planned to change:" << different;
  }

  std::string Text(const char* attribute) const {
    const tf::Value& value = state.Get(attribute);
    return value.IsString() ? value.AsString() : "(none)";
  }

  PlayedAccount account;
  FakeClock clock;
  RecordingLogger logger;
  Account connected;
  std::unique_ptr<tf::Resource> resource;
  tf::Diagnostics diagnostics;
  tf::PrivateState private_state;
  tf::Value state;
  std::vector<std::string> replaces;

 private:
  tf::Context MakeContext() {
    return {.stop = {}, .clock = clock, .logger = logger, .diagnostics = diagnostics, .private_state = private_state};
  }

  // Clients refuse a result that differs from a known part of the plan.
  void ExpectConsistent(const tf::Value& planned, const tf::Value& now) const {
    for (const auto& [name, value] : planned.AsMap()) {
      EXPECT_TRUE(!value.IsWhollyKnown() || value == now.Get(name)) << name << " is not what was planned";
      EXPECT_TRUE(now.Get(name).IsWhollyKnown()) << name << " is still unknown";
    }
  }
};

}  // namespace spcs::resources
