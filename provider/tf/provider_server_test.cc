// SPDX-License-Identifier: MPL-2.0
// The life of a resource through the server, as a client drives it.
#include "provider/tf/provider_server.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "provider/base/clock.h"
#include "provider/base/logger.h"
#include "provider/base/status.h"
#include "provider/testing/model_check.h"
#include "provider/tf/codec.h"
#include "provider/tf/things_for_test.h"

namespace spcs::tf {
namespace {

using things::Service;
using things::ThingConfig;

constexpr char kThing[] = "spcs_thing";

class ProviderServerTest : public ::testing::Test {
 protected:
  ProviderServerTest() : server_([this] { return things::MakeRegistry(service_); }, clock_, logger_) {}

  static Type ThingType() { return things::ThingModel().schema().WireType(); }
  static DynamicValue Wire(const Value& value) { return Encode(value, ThingType()); }
  static Value Read(const DynamicValue& value) {
    const auto decoded = Decode(value, ThingType());
    EXPECT_TRUE(decoded.ok()) << decoded.status();
    return decoded.value_or(Value::Null());
  }
  static std::string Text(const Diagnostics& diagnostics) {
    std::string text;
    for (const Diagnostic& d : diagnostics.list()) absl::StrAppend(&text, d.summary, ": ", d.detail, "\n");
    return text;
  }

  PlanResponse Plan(const Value& config, const Value& prior, const std::string& private_state = "") {
    return server_.Plan({.type_name = kThing,
                         .prior_state = Wire(prior),
                         .proposed_new_state = Wire(config),
                         .config = Wire(config),
                         .prior_private = private_state},
                        {});
  }
  ApplyResponse Apply(const Value& config, const Value& prior, const PlanResponse& plan) {
    return server_.Apply({.type_name = kThing,
                          .prior_state = Wire(prior),
                          .planned_state = plan.planned_state,
                          .config = Wire(config),
                          .planned_private = plan.planned_private},
                         {});
  }
  // Plans and applies; both must go well. Returns the new state.
  ApplyResponse Run(const Value& config, const Value& prior, const std::string& private_state = "") {
    const PlanResponse plan = Plan(config, prior, private_state);
    EXPECT_TRUE(plan.diagnostics.empty()) << Text(plan.diagnostics);
    const ApplyResponse apply = Apply(config, prior, plan);
    EXPECT_TRUE(apply.diagnostics.empty()) << Text(apply.diagnostics);
    // What was planned and known is what came out.
    const Value planned = Read(plan.planned_state);
    const Value state = Read(apply.new_state);
    for (const auto& [name, member] : planned.AsMap()) {
      EXPECT_TRUE(!member.IsWhollyKnown() || member == state.Get(name)) << name;
    }
    return apply;
  }

  Service service_;
  FakeClock clock_;
  NullLogger logger_;
  ProviderServer server_;
};

TEST_F(ProviderServerTest, ATableOfTheTestHoldsWhatEveryModelMust) {
  ::spcs::testing::CheckModel(things::ThingModel());
}

TEST_F(ProviderServerTest, AThingLives) {
  const Value config = ThingConfig("a", "first");
  const PlanResponse plan = Plan(config, Value::Null());
  EXPECT_TRUE(Read(plan.planned_state).Get("id").IsUnknown());
  const ApplyResponse created = Apply(config, Value::Null(), plan);
  ASSERT_TRUE(created.diagnostics.empty()) << Text(created.diagnostics);
  const Value state = Read(created.new_state);
  EXPECT_EQ(state.Get("id"), Value("id of a"));
  EXPECT_EQ(state.Get("digest"), Value("digest of first"));

  const PlanResponse nothing = Plan(config, state, created.private_state);
  EXPECT_EQ(Read(nothing.planned_state), state);
  EXPECT_TRUE(nothing.requires_replace.empty());

  const Value changed = ThingConfig("a", "second");
  const PlanResponse update = Plan(changed, state, created.private_state);
  EXPECT_TRUE(update.requires_replace.empty());
  EXPECT_TRUE(Read(update.planned_state).Get("digest").IsUnknown());
  EXPECT_EQ(Read(update.planned_state).Get("id"), Value("id of a"));
  const ApplyResponse updated = Apply(changed, state, update);
  EXPECT_EQ(Read(updated.new_state).Get("digest"), Value("digest of second"));

  const PlanResponse renamed = Plan(ThingConfig("b", "second"), Read(updated.new_state));
  ASSERT_EQ(renamed.requires_replace.size(), 1u);
  EXPECT_EQ(renamed.requires_replace[0], Path("name"));

  const PlanResponse destroy = Plan(Value::Null(), Read(updated.new_state));
  EXPECT_TRUE(Read(destroy.planned_state).IsNull());
  const ApplyResponse destroyed = Apply(Value::Null(), Read(updated.new_state), destroy);
  EXPECT_TRUE(destroyed.diagnostics.empty()) << Text(destroyed.diagnostics);
  EXPECT_TRUE(Read(destroyed.new_state).IsNull());
  EXPECT_TRUE(service_.comments.empty());
  EXPECT_EQ(service_.calls, (std::vector<std::string>{"create a", "update a", "delete a"}));
}

TEST_F(ProviderServerTest, AChangeForTheStateAloneSendsNothing) {
  const ApplyResponse created = Run(ThingConfig("a", "x"), Value::Null());
  Value config = ThingConfig("a", "x");
  config.AsMap()["force"] = true;
  const ApplyResponse updated = Run(config, Read(created.new_state));
  EXPECT_EQ(Read(updated.new_state).Get("force"), Value(true));
  EXPECT_EQ(service_.calls, std::vector<std::string>{"create a"});
}

TEST_F(ProviderServerTest, APlanThatChangesSomethingIsReviewedOnce) {
  const Value config = ThingConfig("a", "first");
  const Value prior = Read(Run(config, Value::Null()).new_state);
  service_.review = true;
  EXPECT_EQ(Text(Plan(config, Value::Null()).diagnostics), "Reviewed: creates\n");
  EXPECT_EQ(Text(Plan(config, prior).diagnostics), "");
  EXPECT_EQ(Text(Plan(ThingConfig("a", "second"), prior).diagnostics), "Reviewed: changes\n");
  const PlanResponse replaced = Plan(ThingConfig("b", "first"), prior);
  EXPECT_EQ(Text(replaced.diagnostics), "Reviewed: replaces\n");
  const PlanResponse recreated = Plan(ThingConfig("b", "first"), Value::Null(), replaced.planned_private);
  EXPECT_EQ(Text(recreated.diagnostics), "");
  // The mark does not outlive the plan.
  EXPECT_EQ(Text(Plan(ThingConfig("b", "first"), Value::Null(), recreated.planned_private).diagnostics),
            "Reviewed: creates\n");
}

TEST_F(ProviderServerTest, SecretsReachTheServiceAndNothingElse) {
  Value config = ThingConfig("a", "x");
  config.AsMap()["secret"] = "hunter2";
  const PlanResponse plan = Plan(config, Value::Null());
  EXPECT_FALSE(absl::StrContains(plan.planned_state.msgpack, "hunter2"));
  const ApplyResponse created = Apply(config, Value::Null(), plan);
  EXPECT_FALSE(absl::StrContains(created.new_state.msgpack, "hunter2"))
      << "the fake leaves it in; the server removes it";
  EXPECT_FALSE(absl::StrContains(created.private_state, "hunter2"));
  EXPECT_EQ(service_.secret, "hunter2");
}

TEST_F(ProviderServerTest, AnErrorBeforeAnythingExistsLeavesNoState) {
  service_.fail_before_create = absl::PermissionDeniedError("not allowed");
  const ApplyResponse apply = Apply(ThingConfig("a", "x"), Value::Null(), Plan(ThingConfig("a", "x"), Value::Null()));
  EXPECT_TRUE(Read(apply.new_state).IsNull());
  EXPECT_FALSE(apply.new_identity.has_value());
  ASSERT_EQ(apply.diagnostics.list().size(), 1u);
  EXPECT_EQ(apply.diagnostics.list()[0].summary, "Cannot create thing");
}

TEST_F(ProviderServerTest, AnErrorAfterItExistsKeepsTheStateWithoutUnknowns) {
  service_.fail_after_create = WithFact(absl::UnavailableError("it never became ready"), kAttributePath, "comment");
  const ApplyResponse apply = Apply(ThingConfig("a", "x"), Value::Null(), Plan(ThingConfig("a", "x"), Value::Null()));
  ASSERT_TRUE(apply.diagnostics.HasErrors());
  EXPECT_EQ(apply.diagnostics.list()[0].path, Path("comment"));
  const Value state = Read(apply.new_state);
  EXPECT_EQ(state.Get("name"), Value("a"));
  EXPECT_TRUE(state.IsWhollyKnown());
  EXPECT_TRUE(apply.new_identity.has_value());
}

TEST_F(ProviderServerTest, AFailedUpdateKeepsWhatWasDone) {
  const Value prior = Read(Run(ThingConfig("a", "x"), Value::Null()).new_state);
  service_.fail_update = absl::UnavailableError("no");
  const Value config = ThingConfig("a", "y");
  const ApplyResponse apply = Apply(config, prior, Plan(config, prior));
  EXPECT_EQ(apply.diagnostics.list()[0].summary, "Cannot update thing");
  EXPECT_EQ(Read(apply.new_state), prior);
}

TEST_F(ProviderServerTest, AFailedDeleteKeepsTheState) {
  const Value prior = Read(Run(ThingConfig("a", "x"), Value::Null()).new_state);
  service_.fail_delete = absl::FailedPreconditionError("it is in use");
  const ApplyResponse apply = Apply(Value::Null(), prior, Plan(Value::Null(), prior));
  EXPECT_EQ(apply.diagnostics.list()[0].summary, "Cannot delete thing");
  EXPECT_EQ(Read(apply.new_state), prior);
}

TEST_F(ProviderServerTest, AnUnknownLeftAfterAnApplyIsAnError) {
  service_.leave_unknown = true;
  const ApplyResponse apply = Apply(ThingConfig("a", "x"), Value::Null(), Plan(ThingConfig("a", "x"), Value::Null()));
  ASSERT_TRUE(apply.diagnostics.HasErrors());
  EXPECT_TRUE(absl::StrContains(apply.diagnostics.list()[0].detail, "unknown"));
  EXPECT_TRUE(Read(apply.new_state).IsWhollyKnown());
}

TEST_F(ProviderServerTest, MalformedApplyKeepsThePriorStateAndCallsNothing) {
  const ApplyResponse created = Run(ThingConfig("a", "x"), Value::Null());
  const ApplyResponse apply = server_.Apply({.type_name = kThing,
                                             .prior_state = created.new_state,
                                             .planned_state = {.msgpack = "\x80"},
                                             .config = created.new_state,
                                             .planned_private = created.private_state,
                                             .planned_identity = created.new_identity},
                                            {});
  EXPECT_TRUE(apply.diagnostics.HasErrors());
  EXPECT_EQ(apply.new_state.msgpack, created.new_state.msgpack);
  EXPECT_EQ(apply.private_state, created.private_state);
  ASSERT_TRUE(apply.new_identity.has_value());
  EXPECT_EQ(apply.new_identity->msgpack, created.new_identity->msgpack);
  EXPECT_EQ(service_.calls, std::vector<std::string>{"create a"});
}

TEST_F(ProviderServerTest, ReadFollowsTheServiceAndSaysWhenItIsGone) {
  const ApplyResponse created = Run(ThingConfig("a", "x"), Value::Null());
  ReadRequest request{.type_name = kThing,
                      .current_state = created.new_state,
                      .private_state = created.private_state,
                      .current_identity = created.new_identity};
  const ReadResponse same = server_.Read(request, {});
  EXPECT_EQ(same.new_state.msgpack, created.new_state.msgpack);
  EXPECT_EQ(same.private_state, created.private_state);
  EXPECT_EQ(same.new_identity->msgpack, created.new_identity->msgpack);

  service_.comments["a"] = "changed outside";
  EXPECT_EQ(Read(server_.Read(request, {}).new_state).Get("comment"), Value("changed outside"));

  service_.comments.clear();
  const ReadResponse gone = server_.Read(request, {});
  EXPECT_TRUE(gone.diagnostics.empty());
  EXPECT_TRUE(Read(gone.new_state).IsNull());
  EXPECT_FALSE(gone.new_identity.has_value());
}

TEST_F(ProviderServerTest, AFailedReadKeepsTheState) {
  const ApplyResponse created = Run(ThingConfig("a", "x"), Value::Null());
  service_.fail_read = absl::UnavailableError("no network");
  const ReadResponse read = server_.Read({.type_name = kThing, .current_state = created.new_state}, {});
  EXPECT_EQ(read.diagnostics.list()[0].summary, "Cannot read thing");
  EXPECT_EQ(read.diagnostics.list()[0].detail, "No network");
  EXPECT_EQ(read.new_state.msgpack, created.new_state.msgpack);
}

TEST_F(ProviderServerTest, ImportByIdLeadsToAnEmptyPlan) {
  service_.comments["a"] = "x";
  const ImportResponse import = server_.Import({.type_name = kThing, .id = "a"}, {});
  ASSERT_TRUE(import.diagnostics.empty()) << Text(import.diagnostics);
  ASSERT_EQ(import.resources.size(), 1u);
  EXPECT_EQ(import.resources[0].type_name, kThing);
  const ReadResponse read = server_.Read({.type_name = kThing,
                                          .current_state = import.resources[0].state,
                                          .private_state = import.resources[0].private_state},
                                         {});
  EXPECT_EQ(Read(read.new_state).Get("force"), Value(false)) << "client-only attributes are at their defaults";
  const PlanResponse plan = Plan(ThingConfig("a", "x"), Read(read.new_state));
  EXPECT_EQ(Read(plan.planned_state), Read(read.new_state));
}

TEST_F(ProviderServerTest, ImportByIdentity) {
  service_.comments["a"] = "x";
  const ApplyResponse created = Run(ThingConfig("a", "x"), Value::Null());
  const ImportResponse import = server_.Import({.type_name = kThing, .identity = created.new_identity}, {});
  ASSERT_TRUE(import.diagnostics.empty()) << Text(import.diagnostics);
  EXPECT_EQ(Read(import.resources[0].state).Get("name"), Value("a"));
}

TEST_F(ProviderServerTest, ImportOfWhatCannotBeImportedIsAnError) {
  EXPECT_TRUE(server_.Import({.type_name = kThing, .id = "no such"}, {}).diagnostics.HasErrors());
  EXPECT_TRUE(server_.Import({.type_name = kThing, .id = ""}, {}).diagnostics.HasErrors());
  const auto malformed = server_.Import({.type_name = kThing, .identity = DynamicValue{.msgpack = "\x80"}}, {});
  EXPECT_TRUE(malformed.diagnostics.HasErrors());
  const auto plain = server_.Import({.type_name = "spcs_plain", .identity = DynamicValue{.msgpack = "\x80"}}, {});
  ASSERT_TRUE(plain.diagnostics.HasErrors());
  EXPECT_TRUE(absl::StrContains(plain.diagnostics.list()[0].detail, "no identity")) << Text(plain.diagnostics);
  EXPECT_EQ(server_.GetSchema().identities.count("spcs_plain"), 0u);
}

TEST_F(ProviderServerTest, StateOfTheSameVersionIsReadLeniently) {
  const UpgradeStateResponse response = server_.UpgradeState(
      {.type_name = kThing, .version = 2, .raw_state = {.json = R"({"name":"a","comment":"x","dropped":[1]})"}});
  ASSERT_TRUE(response.diagnostics.empty()) << Text(response.diagnostics);
  EXPECT_EQ(Read(response.upgraded_state).Get("name"), Value("a"));
  EXPECT_TRUE(Read(response.upgraded_state).Get("id").IsNull());
}

TEST_F(ProviderServerTest, StateOfAnOlderVersionIsUpgraded) {
  const UpgradeStateResponse response =
      server_.UpgradeState({.type_name = kThing, .version = 1, .raw_state = {.json = R"({"name":"a","text":12})"}});
  ASSERT_TRUE(response.diagnostics.empty()) << Text(response.diagnostics);
  EXPECT_EQ(Read(response.upgraded_state).Get("comment"), Value("12"));
  EXPECT_EQ(Read(response.upgraded_state).Get("name"), Value("a"));
}

TEST_F(ProviderServerTest, StateThatCannotBeUpgradedIsAnError) {
  const auto summary = [&](int64_t version, RawState state) {
    const UpgradeStateResponse response =
        server_.UpgradeState({.type_name = kThing, .version = version, .raw_state = std::move(state)});
    return response.diagnostics.HasErrors() ? response.diagnostics.list()[0].summary : "no error";
  };
  EXPECT_EQ(summary(3, {.json = "{}"}), "State of a newer provider");
  EXPECT_EQ(summary(0, {.json = "{}"}), "Cannot upgrade the state of thing");
  EXPECT_EQ(summary(1, {.json = "null"}), "Cannot upgrade the state of thing");
  EXPECT_EQ(summary(2, {.json = "{"}), "Cannot upgrade the state of thing");
  EXPECT_EQ(summary(2, {.json = R"({"name":["a"]})"}), "Cannot upgrade the state of thing");
  EXPECT_EQ(summary(2, {.flatmap = {{"name", "a"}}}), "Cannot upgrade the state of thing");
}

TEST_F(ProviderServerTest, IdentitiesAreUpgraded) {
  const UpgradeIdentityResponse response =
      server_.UpgradeIdentity({.type_name = kThing, .raw_identity = {.json = R"({"name":"a","account":"XY"})"}});
  EXPECT_TRUE(response.diagnostics.empty());
  const Type type = Type::Object({{"name", Type::String()}, {"account", Type::String()}});
  EXPECT_EQ(Decode(response.upgraded_identity, type)->Get("account"), Value("XY"));
}

TEST_F(ProviderServerTest, ValidationRunsTheTableThenTheResource) {
  const auto details = [&](const Value& config, bool write_only_allowed = true) {
    return Text(
        server_
            .ValidateResource({.type_name = kThing, .config = Wire(config), .write_only_allowed = write_only_allowed})
            .diagnostics);
  };
  EXPECT_EQ(details(ThingConfig("a", "x")), "");
  EXPECT_EQ(details(ThingConfig(Value::Unknown(), "x")), "");
  EXPECT_TRUE(absl::StrContains(details(ThingConfig("", "x")), "must not be empty"));
  EXPECT_TRUE(absl::StrContains(details(ThingConfig("a", "a")), "comment repeats the name"));
  Value secret = ThingConfig("a", "x");
  secret.AsMap()["secret"] = "hunter2";
  EXPECT_EQ(details(secret), "");
  EXPECT_TRUE(absl::StrContains(details(secret, false), "1.11"));
}

TEST_F(ProviderServerTest, ThePlanOfAResourceIsKeptToTheLastWord) {
  service_.plan_id = "known at plan";
  const PlanResponse plan = Plan(ThingConfig("a", "x"), Value::Null());
  EXPECT_EQ(Read(plan.planned_state).Get("id"), Value("known at plan"));
  service_.plan_replace = true;
  const PlanResponse again = Plan(ThingConfig("a", "x"), Read(Run(ThingConfig("a", "x"), Value::Null()).new_state));
  ASSERT_EQ(again.requires_replace.size(), 1u);
  EXPECT_EQ(again.requires_replace[0], Path("comment"));
}

TEST_F(ProviderServerTest, ADestroyMayBeRefusedAtPlan) {
  const Value prior = Read(Run(ThingConfig("a", "x"), Value::Null()).new_state);
  service_.refuse_destroy = true;
  const PlanResponse plan = Plan(Value::Null(), prior);
  EXPECT_TRUE(plan.diagnostics.HasErrors());
}

TEST_F(ProviderServerTest, UnknownTypesAreErrorsThatNameTheType) {
  const std::string type = "spcs_nothing";
  const DynamicValue null;
  const std::vector<Diagnostics> all = {
      server_.ValidateResource({.type_name = type}).diagnostics,
      server_.ValidateDataSource({.type_name = type}).diagnostics,
      server_.ValidateEphemeral({.type_name = type}).diagnostics,
      server_.UpgradeState({.type_name = type}).diagnostics,
      server_.Read({.type_name = type}, {}).diagnostics,
      server_.Plan({.type_name = type}, {}).diagnostics,
      server_.Apply({.type_name = type}, {}).diagnostics,
      server_.Import({.type_name = type, .id = "x"}, {}).diagnostics,
      server_.Move({.target_type_name = type}).diagnostics,
      server_.ReadData({.type_name = type}, {}).diagnostics,
      server_.OpenEphemeral({.type_name = type}, {}).diagnostics,
      server_.RenewEphemeral({.type_name = type}, {}).diagnostics,
      server_.CloseEphemeral({.type_name = type}, {}).diagnostics,
  };
  for (size_t i = 0; i < all.size(); ++i) {
    ASSERT_EQ(all[i].list().size(), 1u) << i;
    EXPECT_TRUE(absl::StrContains(Text(all[i]), type)) << i << ": " << Text(all[i]);
  }
}

TEST_F(ProviderServerTest, ARefusedMoveSaysSo) {
  const MoveResponse response = server_.Move({.source_type_name = "other_thing", .target_type_name = kThing});
  ASSERT_TRUE(response.diagnostics.HasErrors());
  EXPECT_TRUE(absl::StrContains(Text(response.diagnostics), "other_thing"));
}

TEST_F(ProviderServerTest, TheProviderBlockIsCheckedAndConfigured) {
  const Type type = Type::Object({{"account", Type::String()}});
  const auto config = [&](Value account) { return Encode(Value(Value::Map{{"account", account}}), type); };
  EXPECT_TRUE(server_.ValidateProvider({.config = config("XY")}).diagnostics.empty());
  EXPECT_TRUE(server_.ValidateProvider({.config = config("")}).diagnostics.HasErrors());
  EXPECT_TRUE(server_.ValidateProvider({.config = {.msgpack = "\x80"}}).diagnostics.HasErrors());
  EXPECT_TRUE(server_.Configure({.client_version = "1.13.0", .config = config("XY")}).diagnostics.empty());
  EXPECT_EQ(service_.configured, "XY for 1.13.0");
  EXPECT_TRUE(server_.Configure({.config = {.msgpack = "\x80"}}).diagnostics.HasErrors());
}

TEST_F(ProviderServerTest, FunctionsTakeTheirArguments) {
  const auto text = [](const char* value) { return Encode(Value(value), Type::String()); };
  const CallFunctionResponse response =
      server_.CallFunction({.name = "join", .arguments = {text("-"), text("a"), text("b")}});
  ASSERT_FALSE(response.error.has_value()) << *response.error;
  EXPECT_EQ(*Decode(response.result, Type::String()), Value("a-b"));
  EXPECT_TRUE(server_.CallFunction({.name = "join"}).error.has_value()) << "an argument is missing";
  EXPECT_TRUE(server_.CallFunction({.name = "nothing"}).error.has_value());
  const auto wrong = server_.CallFunction({.name = "join", .arguments = {text("-"), {.msgpack = "\x01"}}});
  EXPECT_EQ(wrong.error_argument, 1);
  EXPECT_EQ(server_.CallFunction({.name = "join", .arguments = {text("-"), {}}}).error_argument, 1) << "null";
  const auto unknown = server_.CallFunction({.name = "join", .arguments = {Encode(Value::Unknown(), Type::String())}});
  EXPECT_EQ(unknown.error_argument, 0);
  const auto refused = server_.CallFunction({.name = "join", .arguments = {text("-"), text("")}});
  EXPECT_EQ(refused.error, "an empty part");
  EXPECT_EQ(refused.error_argument, 1);
}

TEST_F(ProviderServerTest, TheSchemaHoldsEverythingRegistered) {
  const ProviderSchema& schema = server_.GetSchema();
  EXPECT_EQ(&schema, &server_.GetSchema());
  EXPECT_EQ(schema.resources.count(kThing), 1u);
  EXPECT_EQ(schema.functions.count("join"), 1u);
  ASSERT_EQ(schema.identities.count(kThing), 1u);
  const auto& attributes = schema.identities.at(kThing).attributes;
  ASSERT_EQ(attributes.size(), 2u);
  EXPECT_EQ(attributes[0].name, "name");
  EXPECT_TRUE(attributes[0].required_for_import);
  EXPECT_EQ(attributes[1].name, "account");
  EXPECT_TRUE(attributes[1].optional_for_import);
}

TEST(PrivateStateTest, SurvivesTheClientAndIgnoresRubbish) {
  PrivateState state;
  state.Set("account", "XY \"quoted\"");
  EXPECT_EQ(PrivateState::Parse(state.Serialize()).Get("account"), "XY \"quoted\"");
  EXPECT_EQ(PrivateState().Serialize(), "");
  for (const char* bytes : {"", "{", "[]", "\xff\xfe", R"({"account":1})"}) {
    EXPECT_EQ(PrivateState::Parse(bytes).Get("account"), "") << bytes;
  }
}

}  // namespace
}  // namespace spcs::tf
