// SPDX-License-Identifier: MPL-2.0
#include "provider/plugin/provider_service.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/tfplugin6.pb.h"
#include "provider/plugin/fake_server_for_test.h"

namespace spcs::plugin {
namespace {

using namespace tfplugin6;
using ::testing::HasSubstr;
using ::testing::IsNull;
using ::testing::NotNull;

class ProviderServiceTest : public ::testing::Test {
 protected:
  ProviderServiceTest() { AddProviderService(methods_, server_, hub_); }

  template <typename Response, typename Request>
  Response Call(const std::string& name, const Request& request) {
    const Method* method = methods_.Find(absl::StrCat("/tfplugin6.Provider/", name));
    Response response;
    if (method == nullptr || !method->unary) {
      ADD_FAILURE() << "no method " << name;
      return response;
    }
    const absl::StatusOr<std::string> bytes = method->unary(request.SerializeAsString(), std::stop_token());
    if (!bytes.ok() || !response.ParseFromString(*bytes)) ADD_FAILURE() << name << ": " << bytes.status();
    return response;
  }

  // The events of a streaming method; the client goes after `wanted` of them.
  template <typename Event, typename Request>
  std::vector<Event> Stream(const std::string& name, const Request& request, size_t wanted = 1000) {
    std::vector<Event> events;
    const Method* method = methods_.Find(absl::StrCat("/tfplugin6.Provider/", name));
    const SendMessage collect = [&](std::string message) {
      Event event;
      EXPECT_TRUE(event.ParseFromString(message));
      events.push_back(std::move(event));
      return events.size() < wanted;
    };
    EXPECT_TRUE(method->streaming(request.SerializeAsString(), std::stop_token(), collect).ok());
    return events;
  }

  FakeServer server_;
  StopHub hub_;
  MethodTable methods_;
};

TEST_F(ProviderServiceTest, HasEveryMethodThatAClientCalls) {
  for (const char* name : {"GetMetadata",
                           "GetProviderSchema",
                           "GetResourceIdentitySchemas",
                           "ValidateProviderConfig",
                           "ValidateResourceConfig",
                           "ValidateDataResourceConfig",
                           "UpgradeResourceState",
                           "UpgradeResourceIdentity",
                           "ConfigureProvider",
                           "ReadResource",
                           "PlanResourceChange",
                           "ApplyResourceChange",
                           "ImportResourceState",
                           "MoveResourceState",
                           "ReadDataSource",
                           "ValidateEphemeralResourceConfig",
                           "OpenEphemeralResource",
                           "RenewEphemeralResource",
                           "CloseEphemeralResource",
                           "ListResource",
                           "ValidateListResourceConfig",
                           "GetFunctions",
                           "CallFunction",
                           "ValidateActionConfig",
                           "PlanAction",
                           "InvokeAction",
                           "StopProvider"}) {
    EXPECT_THAT(methods_.Find(absl::StrCat("/tfplugin6.Provider/", name)), NotNull()) << name;
  }
  EXPECT_THAT(methods_.Find("/tfplugin6.Provider/GetStates"), IsNull()) << "we are no state store";
}

TEST_F(ProviderServiceTest, SchemaIsTranslatedAndMadeOnce) {
  tf::Attribute secret{.name = "secret", .type = tf::Type::String()};
  secret.optional = secret.sensitive = secret.write_only = true;
  secret.deprecation = "Use `token`.";
  tf::Attribute size{.name = "size", .type = tf::Type::Number()};
  size.optional = true;
  size.default_value = tf::Value();
  tf::Attribute inner{.name = "inner", .type = tf::Type::List(tf::Type::Bool())};
  inner.computed = true;
  tf::Attribute nested{.name = "nested", .type = {}};
  nested.nested = std::make_shared<tf::NestedObject>(
      tf::NestedObject{.nesting = tf::NestedObject::Nesting::kMap, .attributes = {inner}});
  server_.schema().data_sources["fake_data"] = {.version = 0, .doc = "Data.", .attributes = {secret, size, nested}};
  server_.schema().ephemeral_resources["fake_token"] = {};

  const auto schema = Call<GetProviderSchema_Response>("GetProviderSchema", GetProviderSchema_Request());
  Call<GetProviderSchema_Response>("GetProviderSchema", GetProviderSchema_Request());
  EXPECT_EQ(server_.schema_calls, 1);
  EXPECT_EQ(schema.provider().block().description(), "Fake.");
  EXPECT_EQ(schema.resource_schemas().at("fake_thing").version(), 3);
  EXPECT_EQ(schema.resource_schemas().at("fake_thing").block().attributes(0).type(), "\"string\"");
  EXPECT_TRUE(schema.resource_schemas().at("fake_thing").block().attributes(0).required());
  EXPECT_EQ(schema.ephemeral_resource_schemas().count("fake_token"), 1u);
  EXPECT_TRUE(schema.server_capabilities().plan_destroy());
  EXPECT_TRUE(schema.server_capabilities().get_provider_schema_optional());

  const auto& data = schema.data_source_schemas().at("fake_data").block();
  EXPECT_TRUE(data.attributes(0).sensitive() && data.attributes(0).write_only() && data.attributes(0).deprecated());
  EXPECT_EQ(data.attributes(0).deprecation_message(), "Use `token`.");
  EXPECT_FALSE(data.attributes(0).computed());
  EXPECT_TRUE(data.attributes(1).optional() && data.attributes(1).computed()) << "a default is computed on the wire";
  EXPECT_EQ(data.attributes(2).type(), "");
  EXPECT_EQ(data.attributes(2).nested_type().nesting(), Schema_Object::MAP);
  EXPECT_EQ(data.attributes(2).nested_type().attributes(0).type(), "[\"list\",\"bool\"]");
}

TEST_F(ProviderServiceTest, IdentityFunctionsAndMetadata) {
  server_.schema().identities["fake_thing"] = {.version = 2,
                                               .attributes = {{.name = "name",
                                                               .type = tf::Type::String(),
                                                               .required_for_import = true,
                                                               .optional_for_import = false,
                                                               .doc = "Name."}}};
  server_.schema().functions["join"] = {
      .summary = "Joins.",
      .doc = "Joins all.",
      .parameters = {{.name = "a", .type = tf::Type::String(), .allow_null = true, .allow_unknown = false, .doc = ""}},
      .variadic = tf::FunctionParameter{.name = "rest", .type = tf::Type::Number()},
      .result = tf::Type::Bool()};
  const auto identity =
      Call<GetResourceIdentitySchemas_Response>("GetResourceIdentitySchemas", GetResourceIdentitySchemas_Request());
  EXPECT_EQ(identity.identity_schemas().at("fake_thing").version(), 2);
  EXPECT_TRUE(identity.identity_schemas().at("fake_thing").identity_attributes(0).required_for_import());

  const auto functions = Call<GetFunctions_Response>("GetFunctions", GetFunctions_Request());
  const Function& join = functions.functions().at("join");
  EXPECT_EQ(join.return_().type(), "\"bool\"");
  EXPECT_TRUE(join.parameters(0).allow_null_value());
  EXPECT_EQ(join.variadic_parameter().name(), "rest");

  const auto metadata = Call<GetMetadata_Response>("GetMetadata", GetMetadata_Request());
  EXPECT_EQ(metadata.resources(0).type_name(), "fake_thing");
  EXPECT_EQ(metadata.functions(0).name(), "join");
}

TEST_F(ProviderServiceTest, ValidationCarriesDiagnosticsWithTheirPlace) {
  ValidateResourceConfig_Request request;
  request.set_type_name("t");
  request.mutable_config()->set_msgpack("bytes");
  request.mutable_client_capabilities()->set_write_only_attributes_allowed(true);
  const auto response = Call<ValidateResourceConfig_Response>("ValidateResourceConfig", request);
  ASSERT_EQ(response.diagnostics_size(), 2);
  EXPECT_EQ(response.diagnostics(0).severity(), Diagnostic::ERROR);
  EXPECT_EQ(response.diagnostics(0).summary(), "resource t");
  EXPECT_EQ(response.diagnostics(0).detail(), "At a.b: bytes");
  ASSERT_EQ(response.diagnostics(0).attribute().steps_size(), 2);
  EXPECT_EQ(response.diagnostics(0).attribute().steps(1).attribute_name(), "b");
  EXPECT_EQ(response.diagnostics(1).severity(), Diagnostic::WARNING);
  EXPECT_FALSE(response.diagnostics(1).has_attribute());
}

TEST_F(ProviderServiceTest, QuotedBytesNeverSpoilTheAnswer) {
  ValidateResourceConfig_Request request;
  request.mutable_config()->set_msgpack("cut \xe2\x82");
  const auto response = Call<ValidateResourceConfig_Response>("ValidateResourceConfig", request);
  EXPECT_EQ(response.diagnostics(0).detail(), "At a.b: cut \xef\xbf\xbd\xef\xbf\xbd");
}

TEST_F(ProviderServiceTest, EachKindOfValidationArrivesAtItsOwn) {
  ValidateDataResourceConfig_Request data;
  data.set_type_name("d");
  EXPECT_EQ(Call<ValidateDataResourceConfig_Response>("ValidateDataResourceConfig", data).diagnostics(0).summary(),
            "data source d");
  ValidateEphemeralResourceConfig_Request ephemeral;
  ephemeral.set_type_name("e");
  EXPECT_EQ(Call<ValidateEphemeralResourceConfig_Response>("ValidateEphemeralResourceConfig", ephemeral)
                .diagnostics(0)
                .summary(),
            "ephemeral e");
  ConfigureProvider_Request configure;
  configure.set_terraform_version("1.13.0");
  EXPECT_EQ(Call<ConfigureProvider_Response>("ConfigureProvider", configure).diagnostics(0).detail(), "1.13.0");
}

TEST_F(ProviderServiceTest, ReadEchoesStatePrivateAndIdentity) {
  ReadResource_Request request;
  request.mutable_current_state()->set_msgpack("state");
  request.set_private_("private");
  auto response = Call<ReadResource_Response>("ReadResource", request);
  EXPECT_EQ(response.new_state().msgpack(), "state");
  EXPECT_EQ(response.private_(), "private");
  EXPECT_FALSE(response.has_new_identity()) << "none came";
  request.mutable_current_identity()->mutable_identity_data()->set_json("{}");
  response = Call<ReadResource_Response>("ReadResource", request);
  EXPECT_EQ(response.new_identity().identity_data().json(), "{}");
}

TEST_F(ProviderServiceTest, PlanAndApply) {
  PlanResourceChange_Request plan;
  plan.mutable_proposed_new_state()->set_msgpack("proposed");
  plan.set_prior_private("private");
  plan.mutable_prior_identity()->mutable_identity_data()->set_msgpack("id");
  const auto planned = Call<PlanResourceChange_Response>("PlanResourceChange", plan);
  EXPECT_EQ(planned.planned_state().msgpack(), "proposed");
  EXPECT_EQ(planned.planned_private(), "private");
  EXPECT_EQ(planned.planned_identity().identity_data().msgpack(), "id");
  EXPECT_FALSE(planned.legacy_type_system());
  ASSERT_EQ(planned.requires_replace_size(), 1);
  const AttributePath& path = planned.requires_replace(0);
  ASSERT_EQ(path.steps_size(), 4);
  EXPECT_EQ(path.steps(0).attribute_name(), "spec");
  EXPECT_EQ(path.steps(1).element_key_string(), "head");
  EXPECT_EQ(path.steps(2).element_key_int(), 7);
  EXPECT_EQ(path.steps(3).attribute_name(), "image");

  ApplyResourceChange_Request apply;
  apply.mutable_planned_state()->set_msgpack("planned");
  apply.set_planned_private("private");
  const auto applied = Call<ApplyResourceChange_Response>("ApplyResourceChange", apply);
  EXPECT_EQ(applied.new_state().msgpack(), "planned");
  EXPECT_EQ(applied.private_(), "private");
}

TEST_F(ProviderServiceTest, UpgradeImportAndMove) {
  UpgradeResourceState_Request upgrade;
  upgrade.mutable_raw_state()->set_json("{\"a\":1}");
  EXPECT_EQ(Call<UpgradeResourceState_Response>("UpgradeResourceState", upgrade).upgraded_state().json(), "{\"a\":1}");
  UpgradeResourceIdentity_Request identity;
  identity.mutable_raw_identity()->set_json("{}");
  EXPECT_EQ(Call<UpgradeResourceIdentity_Response>("UpgradeResourceIdentity", identity)
                .upgraded_identity()
                .identity_data()
                .json(),
            "{}");
  ImportResourceState_Request import;
  import.set_type_name("fake_thing");
  import.set_id("db.name");
  const auto imported = Call<ImportResourceState_Response>("ImportResourceState", import);
  ASSERT_EQ(imported.imported_resources_size(), 1);
  EXPECT_EQ(imported.imported_resources(0).state().msgpack(), "db.name");
  EXPECT_EQ(imported.imported_resources(0).type_name(), "fake_thing");
  MoveResourceState_Request move;
  move.set_source_provider_address("host/a/b");
  move.mutable_source_state()->set_json("{}");
  EXPECT_EQ(Call<MoveResourceState_Response>("MoveResourceState", move).target_private(), "host/a/b");
}

TEST_F(ProviderServiceTest, EphemeralLife) {
  OpenEphemeralResource_Request open;
  open.mutable_config()->set_msgpack("c");
  const auto opened = Call<OpenEphemeralResource_Response>("OpenEphemeralResource", open);
  EXPECT_EQ(opened.result().msgpack(), "c");
  EXPECT_EQ(opened.renew_at().seconds(), 1'800'000'000);
  EXPECT_EQ(opened.renew_at().nanos(), 250'000'000);
  EXPECT_EQ(opened.private_(), "session");
  RenewEphemeralResource_Request renew;
  renew.set_private_("session");
  const auto renewed = Call<RenewEphemeralResource_Response>("RenewEphemeralResource", renew);
  EXPECT_FALSE(renewed.has_renew_at());
  EXPECT_EQ(renewed.private_(), "session");
  CloseEphemeralResource_Request close;
  close.set_private_("session");
  EXPECT_EQ(Call<CloseEphemeralResource_Response>("CloseEphemeralResource", close).diagnostics(0).detail(), "session");
}

TEST_F(ProviderServiceTest, FunctionsAnswerOrNameTheArgument) {
  CallFunction_Request request;
  const auto failed = Call<CallFunction_Response>("CallFunction", request);
  EXPECT_EQ(failed.error().text(), "too few");
  EXPECT_TRUE(failed.error().has_function_argument());
  EXPECT_EQ(failed.error().function_argument(), 0);
  EXPECT_FALSE(failed.has_result());
  request.add_arguments()->set_msgpack("x");
  EXPECT_EQ(Call<CallFunction_Response>("CallFunction", request).result().msgpack(), "x");
}

TEST_F(ProviderServiceTest, ExceptionsBecomeDiagnosticsWithoutTheirText) {
  ReadResource_Request read;
  read.set_type_name("throws");
  const auto response = Call<ReadResource_Response>("ReadResource", read);
  ASSERT_EQ(response.diagnostics_size(), 1);
  EXPECT_THAT(response.diagnostics(0).detail(), HasSubstr("ReadResource"));
  EXPECT_EQ(response.ShortDebugString().find("secret"), std::string::npos);
  CallFunction_Request function;
  function.set_name("throws");
  EXPECT_THAT(Call<CallFunction_Response>("CallFunction", function).error().text(), HasSubstr("failed internally"));
}

TEST_F(ProviderServiceTest, BytesThatAreNoMessageAreRefused) {
  for (const char* name : {"ReadResource", "ValidateProviderConfig", "CallFunction", "PlanAction"}) {
    const auto result =
        methods_.Find(absl::StrCat("/tfplugin6.Provider/", name))->unary("\xff\xff\xff", std::stop_token());
    EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument) << name;
  }
}

TEST_F(ProviderServiceTest, ListsStreamOneEventAnObject) {
  ListResource_Request request;
  request.set_type_name("fake_thing");
  request.mutable_config()->set_msgpack("c");
  request.set_limit(2);
  request.set_include_resource_object(true);
  const auto events = Stream<ListResource_Event>("ListResource", request);
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[0].identity().identity_data().msgpack(), "c");
  EXPECT_EQ(events[0].display_name(), "0");
  EXPECT_EQ(events[1].resource_object().msgpack(), "c");
  EXPECT_FALSE(events[2].has_identity());
  EXPECT_EQ(events[2].diagnostic(0).summary(), "end");
  request.set_include_resource_object(false);
  EXPECT_FALSE(Stream<ListResource_Event>("ListResource", request)[0].has_resource_object());
}

TEST_F(ProviderServiceTest, AListEndsWhenTheClientIsGone) {
  ListResource_Request request;
  request.set_type_name("waits");
  EXPECT_EQ(Stream<ListResource_Event>("ListResource", request, 5).size(), 5u);
}

TEST_F(ProviderServiceTest, ActionsTellTheirProgressAndEndOnce) {
  InvokeAction_Request request;
  request.set_action_type("fake_restart");
  request.mutable_config()->set_msgpack("c");
  const auto events = Stream<InvokeAction_Event>("InvokeAction", request);
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[0].progress().message(), "one");
  EXPECT_EQ(events[1].progress().message(), "two");
  EXPECT_EQ(events[2].completed().diagnostics(0).detail(), "c");
  PlanAction_Request plan;
  plan.set_action_type("fake_restart");
  EXPECT_EQ(Call<PlanAction_Response>("PlanAction", plan).diagnostics(0).summary(), "planned fake_restart");
}

TEST_F(ProviderServiceTest, ListAndActionConfigurationsAreValidated) {
  ValidateListResourceConfig_Request list;
  list.set_type_name("fake_thing");
  EXPECT_EQ(Call<ValidateListResourceConfig_Response>("ValidateListResourceConfig", list).diagnostics(0).summary(),
            "list fake_thing");
  ValidateActionConfig_Request action;
  action.set_action_type("fake_restart");
  EXPECT_EQ(Call<ValidateActionConfig_Response>("ValidateActionConfig", action).diagnostics(0).summary(),
            "action fake_restart");
}

TEST_F(ProviderServiceTest, AnExceptionInAStreamIsItsLastEvent) {
  ListResource_Request list;
  list.set_type_name("throws");
  const auto listed = Stream<ListResource_Event>("ListResource", list);
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_THAT(listed[0].diagnostic(0).detail(), HasSubstr("ListResource"));
  EXPECT_EQ(listed[0].ShortDebugString().find("secret"), std::string::npos);
  InvokeAction_Request invoke;
  invoke.set_action_type("throws");
  const auto invoked = Stream<InvokeAction_Event>("InvokeAction", invoke);
  ASSERT_EQ(invoked.size(), 1u);
  EXPECT_THAT(invoked[0].completed().diagnostics(0).detail(), HasSubstr("InvokeAction"));
}

TEST_F(ProviderServiceTest, ListsAndActionsAreInMapsOfTheirOwn) {
  server_.schema().lists["fake_thing"] = {.version = 0, .doc = "Finds things.", .attributes = {}};
  server_.schema().actions["fake_restart"] = {.version = 0, .doc = "Restarts.", .attributes = {}};
  const auto schema = Call<GetProviderSchema_Response>("GetProviderSchema", GetProviderSchema_Request());
  EXPECT_EQ(schema.list_resource_schemas().at("fake_thing").block().description(), "Finds things.");
  EXPECT_EQ(schema.action_schemas().at("fake_restart").schema().block().description(), "Restarts.");
  EXPECT_EQ(schema.resource_schemas().at("fake_thing").block().description(), "A thing.");
  const auto metadata = Call<GetMetadata_Response>("GetMetadata", GetMetadata_Request());
  EXPECT_EQ(metadata.list_resources(0).type_name(), "fake_thing");
  EXPECT_EQ(metadata.actions(0).type_name(), "fake_restart");
}

TEST_F(ProviderServiceTest, StopProviderStopsRunningCallsOnly) {
  const std::stop_token running = hub_.Token();
  EXPECT_EQ(Call<StopProvider_Response>("StopProvider", StopProvider_Request()).error(), "");
  EXPECT_TRUE(running.stop_requested());
  EXPECT_FALSE(hub_.Token().stop_requested());
}

}  // namespace
}  // namespace spcs::plugin
