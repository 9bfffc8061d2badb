// SPDX-License-Identifier: MPL-2.0
// Ephemeral resources, lists and actions through the server, as a client drives them.
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "provider/base/clock.h"
#include "provider/base/logger.h"
#include "provider/testing/model_check.h"
#include "provider/tf/codec.h"
#include "provider/tf/provider_server.h"
#include "provider/tf/things_for_test.h"

namespace spcs::tf {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class KindsTest : public ::testing::Test {
 protected:
  KindsTest() : server_([this] { return things::MakeRegistry(service_); }, clock_, logger_) {}

  static std::string Text(const Diagnostics& diagnostics) {
    std::string text;
    for (const Diagnostic& d : diagnostics.list()) absl::StrAppend(&text, d.summary, ": ", d.detail, "\n");
    return text;
  }
  static DynamicValue Ticket(Value name) {
    return Encode(Value(Value::Map{{"name", std::move(name)}, {"value", Value()}}),
                  things::TicketModel().schema().WireType());
  }
  static DynamicValue Name(Value name) {
    return Encode(Value(Value::Map{{"name", std::move(name)}}), things::PokeModel().schema().WireType());
  }
  std::vector<ListEvent> List(ListRequest request, Value like = Value(), size_t wanted = 1000) {
    request.type_name = "spcs_thing";
    request.config =
        Encode(Value(Value::Map{{"like", std::move(like)}}), things::ThingFilterModel().schema().WireType());
    std::vector<ListEvent> events;
    server_.List(request, {}, [&](ListEvent event) {
      events.push_back(std::move(event));
      return events.size() < wanted;
    });
    return events;
  }

  things::Service service_;
  FakeClock clock_;
  NullLogger logger_;
  ProviderServer server_;
};

TEST_F(KindsTest, ModelsAreSound) {
  ::spcs::testing::CheckModel(things::TicketModel());
  ::spcs::testing::CheckModel(things::ThingFilterModel());
  ::spcs::testing::CheckModel(things::PokeModel());
}

TEST_F(KindsTest, AnEphemeralLivesFromOpenOverRenewToClose) {
  const auto opened = server_.OpenEphemeral({.type_name = "spcs_ticket", .config = Ticket("a")}, {});
  EXPECT_TRUE(opened.diagnostics.empty()) << Text(opened.diagnostics);
  const auto result = Decode(opened.result, things::TicketModel().schema().WireType());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->Get("value").AsString(), "value of a");
  EXPECT_EQ(opened.renew_at, absl::FromUnixSeconds(1000));
  const auto once = server_.RenewEphemeral({.type_name = "spcs_ticket", .private_state = opened.private_state}, {});
  EXPECT_EQ(once.renew_at, absl::FromUnixSeconds(2000));
  const auto twice = server_.RenewEphemeral({.type_name = "spcs_ticket", .private_state = once.private_state}, {});
  EXPECT_EQ(twice.renew_at, std::nullopt);
  const auto closed = server_.CloseEphemeral({.type_name = "spcs_ticket", .private_state = twice.private_state}, {});
  EXPECT_TRUE(closed.diagnostics.empty()) << Text(closed.diagnostics);
  EXPECT_THAT(service_.calls, ElementsAre("open a", "renew a", "renew a", "close ayes"));
}

TEST_F(KindsTest, WhatWasMadeBeforeAFailedOpenCanBeClosed) {
  service_.fail_open = absl::UnavailableError("no ticket left");
  const auto opened = server_.OpenEphemeral({.type_name = "spcs_ticket", .config = Ticket("a")}, {});
  EXPECT_THAT(Text(opened.diagnostics), HasSubstr("Cannot open ticket"));
  server_.CloseEphemeral({.type_name = "spcs_ticket", .private_state = opened.private_state}, {});
  EXPECT_THAT(service_.calls, ElementsAre("open a", "close a"));
}

TEST_F(KindsTest, WhatWasOpenedIsGivenBackWhenTheProcessEnds) {
  server_.Shutdown();
  EXPECT_TRUE(service_.calls.empty()) << "nothing was opened, nothing is made";
  server_.OpenEphemeral({.type_name = "spcs_ticket", .config = Ticket("a")}, {});
  server_.Shutdown();
  EXPECT_THAT(service_.calls, ElementsAre("open a", "give back"));
}

TEST_F(KindsTest, EphemeralConfigurationsAreValidated) {
  const auto validate = [&](Value name) {
    return Text(server_.ValidateEphemeral({.type_name = "spcs_ticket", .config = Ticket(std::move(name))}).diagnostics);
  };
  EXPECT_EQ(validate("a"), "");
  EXPECT_EQ(validate(Value::Unknown()), "");
  EXPECT_THAT(validate("bad"), HasSubstr("Choose another"));
  EXPECT_THAT(validate(""), HasSubstr("must not be empty"));
}

TEST_F(KindsTest, AListGivesIdentityNameAndOnRequestTheObject) {
  service_.comments = {{"a", "first"}, {"b", "second"}};
  const auto bare = List({});
  ASSERT_EQ(bare.size(), 2u);
  EXPECT_EQ(bare[0].display_name, "Thing a");
  EXPECT_FALSE(bare[0].object.has_value());
  const auto identity = Decode(*bare[0].identity, server_.GetSchema().identities.at("spcs_thing").WireType());
  ASSERT_TRUE(identity.ok()) << identity.status();
  EXPECT_EQ(identity->Get("name").AsString(), "a");
  const auto full = List({.type_name = "", .config = {}, .include_object = true}, "b");
  ASSERT_EQ(full.size(), 1u);
  ASSERT_TRUE(full[0].object.has_value()) << Text(full[0].diagnostics);
  const auto object = Decode(*full[0].object, things::ThingModel().schema().WireType());
  ASSERT_TRUE(object.ok()) << object.status();
  EXPECT_EQ(object->Get("comment").AsString(), "second");
  EXPECT_FALSE(object->Get("force").AsBool()) << "client-only attributes are at their defaults, as after an import";
}

TEST_F(KindsTest, AListStopsAtTheLimitAndWhenTheClientIsGone) {
  service_.comments = {{"a", ""}, {"b", ""}, {"c", ""}};
  EXPECT_EQ(List({.type_name = "", .config = {}, .include_object = false, .limit = 2}).size(), 2u);
  EXPECT_EQ(List({}, Value(), 1).size(), 1u);
  EXPECT_THAT(service_.calls, ElementsAre("list a", "list b", "list a")) << "nothing was looked up in vain";
}

TEST_F(KindsTest, AnObjectThatCannotBeReadIsListedWithAWarning) {
  service_.comments = {{"a", ""}};
  service_.fail_read = absl::PermissionDeniedError("not yours");
  const auto events = List({.type_name = "", .config = {}, .include_object = true});
  ASSERT_EQ(events.size(), 1u);
  EXPECT_TRUE(events[0].identity.has_value());
  EXPECT_FALSE(events[0].object.has_value());
  EXPECT_FALSE(events[0].diagnostics.HasErrors());
  EXPECT_THAT(Text(events[0].diagnostics), HasSubstr("not yours"));
}

TEST_F(KindsTest, AFailedListEndsWithTheError) {
  service_.comments = {{"a", ""}};
  service_.fail_list = absl::UnavailableError("line cut");
  const auto events = List({});
  ASSERT_EQ(events.size(), 2u);
  EXPECT_FALSE(events[1].identity.has_value());
  EXPECT_THAT(Text(events[1].diagnostics), HasSubstr("Cannot list things"));
}

TEST_F(KindsTest, AnActionTellsProgressAndFails) {
  std::vector<std::string> progress;
  const ProgressSink sink = [&](const std::string& message) { progress.push_back(message); };
  EXPECT_EQ(Text(server_.InvokeAction({.type_name = "spcs_poke", .config = Name("a")}, {}, sink).diagnostics), "");
  EXPECT_THAT(progress, ElementsAre("Poking a."));
  service_.fail_invoke = absl::FailedPreconditionError("asleep");
  EXPECT_THAT(Text(server_.InvokeAction({.type_name = "spcs_poke", .config = Name("a")}, {}, sink).diagnostics),
              HasSubstr("Cannot poke thing"));
  EXPECT_EQ(Text(server_.PlanAction({.type_name = "spcs_poke", .config = Name(Value::Unknown())}, {}).diagnostics), "");
  EXPECT_THAT(Text(server_.ValidateAction({.type_name = "spcs_poke", .config = Name("")}).diagnostics),
              HasSubstr("must not be empty"));
}

TEST_F(KindsTest, UnknownTypesAreNamed) {
  const std::string type = "spcs_nothing";
  std::vector<ListEvent> events;
  server_.List({.type_name = type}, {}, [&](ListEvent event) {
    events.push_back(std::move(event));
    return true;
  });
  ASSERT_EQ(events.size(), 1u);
  EXPECT_THAT(Text(events[0].diagnostics), HasSubstr(type));
  EXPECT_THAT(Text(server_.ValidateList({.type_name = type}).diagnostics), HasSubstr(type));
  EXPECT_THAT(Text(server_.ValidateAction({.type_name = type}).diagnostics), HasSubstr(type));
  EXPECT_THAT(Text(server_.PlanAction({.type_name = type}, {}).diagnostics), HasSubstr(type));
  EXPECT_THAT(Text(server_.InvokeAction({.type_name = type}, {}, [](const std::string&) {}).diagnostics),
              HasSubstr(type));
}

TEST_F(KindsTest, SchemasAreInMapsOfTheirOwn) {
  const ProviderSchema& schema = server_.GetSchema();
  EXPECT_EQ(schema.lists.count("spcs_thing"), 1u);
  EXPECT_EQ(schema.actions.count("spcs_poke"), 1u);
  EXPECT_EQ(schema.ephemeral_resources.count("spcs_ticket"), 1u);
  EXPECT_EQ(schema.resources.count("spcs_poke") + schema.resources.count("spcs_ticket"), 0u);
}

}  // namespace
}  // namespace spcs::tf
