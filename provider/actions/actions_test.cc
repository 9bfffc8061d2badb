// SPDX-License-Identifier: MPL-2.0
#include "gmock/gmock.h"
#include "provider/actions/all.h"
#include "provider/base/clock.h"
#include "provider/base/logger.h"
#include "provider/resources/resource_fixture_for_test.h"
#include "provider/testing/model_check.h"

namespace spcs::actions {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using tf::Value;

const Value::Map kWeb{{"database", "d"}, {"schema", "s"}, {"name", "web"}};
constexpr char kDescribe[] = "DESCRIBE SERVICE D.S.WEB";

class ActionsTest : public ::testing::Test {
 protected:
  using Maker = std::unique_ptr<tf::Action> (*)(resources::Account&);

  static Value Config(const tf::Action& action, const Value::Map& members) {
    Value::Map config;
    for (const tf::Attribute& attribute : action.schema().attributes) config[attribute.name] = Value::Null();
    for (const auto& [name, value] : members) config[name] = value;
    return Value(std::move(config));
  }

  absl::Status Invoke(Maker make, const Value::Map& members) {
    const auto action = make(connected_);
    tf::Context context{
        .stop = {}, .clock = clock_, .logger = logger_, .diagnostics = diagnostics_, .private_state = {}};
    progress_.clear();
    account_.Reset();
    return action->Invoke(context, Config(*action, members),
                          [&](const std::string& message) { progress_.push_back(message); });
  }

  void Pool(const char* state) {
    account_.On("SHOW COMPUTE POOLS", {{"name", "state", "num_services", "num_jobs"}, {{"P", state, "2", "1"}}});
  }
  testing::FakeRows Service(const char* status) {
    return {{"name", "status", "spec_digest", "target_instances"}, {{"WEB", status, "x", "1"}}};
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
  std::vector<std::string> progress_;
};

TEST_F(ActionsTest, APoolIsSuspendedAndResumedWhereThatChangesSomething) {
  Pool("ACTIVE");
  ASSERT_OK(Invoke(MakeSuspendComputePool, {{"name", "p"}}));
  EXPECT_THAT(account_.changes(), ElementsAre("ALTER COMPUTE POOL P SUSPEND"));
  EXPECT_THAT(progress_, ElementsAre("Suspending compute pool P (ACTIVE, 2 services, 1 jobs)."));
  ASSERT_OK(Invoke(MakeResumeComputePool, {{"name", "p"}}));
  EXPECT_THAT(account_.changes(), IsEmpty());
  Pool("SUSPENDED");
  ASSERT_OK(Invoke(MakeSuspendComputePool, {{"name", "p"}}));
  EXPECT_THAT(account_.changes(), IsEmpty());
  ASSERT_OK(Invoke(MakeResumeComputePool, {{"name", "p"}}));
  EXPECT_THAT(account_.changes(), ElementsAre("ALTER COMPUTE POOL P RESUME"));
}

TEST_F(ActionsTest, APoolThatIsNotSeenIsAnError) {
  for (Maker make : {MakeSuspendComputePool, MakeResumeComputePool}) {
    EXPECT_TRUE(absl::IsNotFound(Invoke(make, {{"name", "p"}})));
  }
  EXPECT_TRUE(absl::IsNotFound(Invoke(MakeStopAll, {{"compute_pool", "p"}})));
  EXPECT_THAT(account_.changes(), IsEmpty());
}

TEST_F(ActionsTest, StopAllTellsWhatGoes) {
  Pool("ACTIVE");
  account_.On("SHOW SERVICES IN COMPUTE POOL P",
              {{"name", "database_name", "schema_name", "status", "is_job"},
               {{"WEB", "D", "S", "RUNNING", "false"}, {"LOAD", "D", "S", "PENDING", "true"}}});
  ASSERT_OK(Invoke(MakeStopAll, {{"compute_pool", "p"}}));
  EXPECT_THAT(account_.changes(), ElementsAre("ALTER COMPUTE POOL P STOP ALL"));
  EXPECT_THAT(progress_, ElementsAre("Dropping service D.S.WEB (RUNNING).", "Cancelling job D.S.LOAD (PENDING).",
                                     "Compute pool P is being emptied."));
}

TEST_F(ActionsTest, AServiceIsSuspendedOnce) {
  account_.On(kDescribe, Service("RUNNING"));
  ASSERT_OK(Invoke(MakeSuspendService, kWeb));
  EXPECT_THAT(account_.changes(), ElementsAre("ALTER SERVICE D.S.WEB SUSPEND"));
  account_.On(kDescribe, Service("SUSPENDING"));
  ASSERT_OK(Invoke(MakeSuspendService, kWeb));
  EXPECT_THAT(account_.changes(), IsEmpty());
}

TEST_F(ActionsTest, AServiceIsResumedWithoutWaitingWhereThatIsAskedFor) {
  Value::Map config = kWeb;
  config["wait_for"] = "none";
  account_.On(kDescribe, Service("SUSPENDED"));
  ASSERT_OK(Invoke(MakeResumeService, config));
  EXPECT_THAT(account_.changes(), ElementsAre("ALTER SERVICE D.S.WEB RESUME"));
  account_.On(kDescribe, Service("RUNNING"));
  ASSERT_OK(Invoke(MakeResumeService, config));
  EXPECT_THAT(account_.changes(), IsEmpty());
}

TEST_F(ActionsTest, ARestartWaitsForTheEndAndForTheStart) {
  account_.Next(kDescribe, Service("RUNNING"));
  account_.Next(kDescribe, Service("SUSPENDING"));
  account_.Next(kDescribe, Service("SUSPENDED"));
  account_.On("SHOW SERVICES EXCLUDE JOBS IN ACCOUNT",
              {{"name", "database_name", "schema_name", "status", "spec_digest", "target_instances", "is_upgrading"},
               {{"WEB", "D", "S", "RUNNING", "x", "1", "false"}}});
  account_.On("SHOW SERVICE INSTANCES IN SERVICE D.S.WEB",
              {{"instance_id", "status", "spec_digest"}, {{"0", "READY", "x"}}});
  account_.On("SHOW SERVICE CONTAINERS IN SERVICE D.S.WEB",
              {{"instance_id", "container_name", "status", "message"}, {{"0", "main", "READY", "Running"}}});
  ASSERT_OK(Invoke(MakeRestartService, kWeb));
  EXPECT_THAT(account_.changes(), ElementsAre("ALTER SERVICE D.S.WEB SUSPEND", "ALTER SERVICE D.S.WEB RESUME"));
  EXPECT_THAT(progress_, ElementsAre("Suspending D.S.WEB (RUNNING).", "Resuming D.S.WEB.",
                                     "Waiting until D.S.WEB is ready.", "D.S.WEB is ready."));
}

TEST_F(ActionsTest, ARestartThatStopsMidwaySaysThatTheServiceIsDown) {
  account_.On(kDescribe, Service("SUSPENDING"));
  Value::Map config = kWeb;
  config["timeout"] = "2s";
  const absl::Status status = Invoke(MakeRestartService, config);
  EXPECT_TRUE(absl::IsDeadlineExceeded(status));
  EXPECT_THAT(FactOf(status, kAdvice).value_or(""), HasSubstr("ALTER SERVICE D.S.WEB RESUME"));
}

TEST_F(ActionsTest, AServiceThatIsNotSeenIsAnError) {
  for (Maker make : {MakeSuspendService, MakeResumeService, MakeRestartService}) {
    EXPECT_TRUE(absl::IsNotFound(Invoke(make, kWeb)));
  }
}

TEST_F(ActionsTest, BadInputIsRefusedAtPlan) {
  const std::vector<std::tuple<Maker, const char*, const char*>> tried = {
      {MakeSuspendComputePool, "name", "\"quoted name\""},
      {MakeStopAll, "compute_pool", ""},
      {MakeRestartService, "timeout", "soon"},
      {MakeRestartService, "timeout", "-5m"},
      {MakeRestartService, "wait_for", "never"},
      {MakeResumeService, "name", "a.b"}};
  for (const auto& [make, attribute, text] : tried) {
    const auto action = make(connected_);
    tf::Diagnostics found;
    for (const tf::Attribute& one : action->schema().attributes) {
      if (one.name != attribute) continue;
      for (const tf::Validator& check : one.validators) check(Value(text), tf::Path(attribute), found);
    }
    EXPECT_TRUE(found.HasErrors()) << attribute << " = " << text;
  }
}

TEST_F(ActionsTest, EverySchemaIsSound) {
  for (const auto& action : actions::MakeAll(connected_)) testing::CheckSchema(action->type_name(), action->schema());
}

}  // namespace
}  // namespace spcs::actions
