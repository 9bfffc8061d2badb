// SPDX-License-Identifier: MPL-2.0
// List resources and actions as a client of Terraform 1.14 would use them: protocol 6 over the real socket, the whole
// provider, an emulator behind it. No client here can run them, so this is where they are driven.
#include <thread>

#include "acceptance-tests/integration/emulator_fixture.h"
#include "gmock/gmock.h"
#include "proto/tfplugin6.pb.h"
#include "provider/plugin/client_for_test.h"
#include "provider/plugin/provider_service.h"
#include "provider/provider.h"
#include "provider/tf/codec.h"

namespace spcs::testing {
namespace {

using namespace tfplugin6;  // NOLINT: this file is about nothing else
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr char kSpec[] =
    "spec:\n  containers:\n  - name: main\n    image: /acc/s/repo/plain:v1\n  endpoints:\n  - name: web\n    port: "
    "8080\n";

class ListsActionsTest : public EmulatorFixture {
 protected:
  ListsActionsTest() {
    Start();
    ::setenv("SNOWFLAKE_HOME", options_.data_dir.c_str(), 1);
    ::setenv("SNOWFLAKE_DEFAULT_CONNECTION_NAME", "emulator_admin", 1);
    admin_ = Connect("emulator_admin");
    provider_ = MakeServer();
    plugin::AddProviderService(methods_, *provider_, hub_);
    socket_ = options_.data_dir + "/plugin.sock";
    auto server = plugin::GrpcServer::Start(methods_, hub_, {.socket_path = socket_});
    EXPECT_TRUE(server.ok()) << server.status();
    grpc_ = *std::move(server);
    thread_ = std::thread([this] { grpc_->Run(); });
    client_ = std::make_unique<plugin::TestClient>(socket_);
    Configure();
    Seed();
  }
  ~ListsActionsTest() override {
    EXPECT_EQ(client_->failures(), 0);
    client_.reset();
    grpc_->Stop();
    thread_.join();
  }

  // The provider block of an empty configuration: all attributes null.
  void Configure() {
    const auto schema = client_->Provider<GetProviderSchema_Response>("GetProviderSchema", GetProviderSchema_Request());
    nlohmann::json block = nlohmann::json::object();
    for (const auto& attribute : schema.provider().block().attributes()) block[attribute.name()] = nullptr;
    ConfigureProvider_Request request;
    request.set_terraform_version("1.14.0");
    request.mutable_config()->set_json(block.dump());
    const auto response = client_->Provider<ConfigureProvider_Response>("ConfigureProvider", request);
    EXPECT_EQ(response.diagnostics_size(), 0) << response.ShortDebugString();
    schema_ = schema;
  }

  void Sql(const snowflake::Statement& statement) {
    const auto result = admin_.client->Execute(statement, {});
    ASSERT_TRUE(result.ok()) << result.status();
  }
  std::string Cell(const snowflake::Statement& statement, const char* column) {
    const auto result = admin_.client->Execute(statement, {});
    return result.ok() && result->size() > 0 ? result->row(0).Text(column) : "";
  }

  void Seed() {
    Sql(snowflake::Statement("CREATE DATABASE ACC"));
    Sql(snowflake::Statement("CREATE SCHEMA ACC.S"));
    Sql(snowflake::Statement("CREATE IMAGE REPOSITORY ACC.S.REPO"));
    Sql(snowflake::Statement("CREATE COMPUTE POOL P1 MIN_NODES = 1 MAX_NODES = 2 INSTANCE_FAMILY = CPU_X64_S"));
    Sql(snowflake::Statement("CREATE COMPUTE POOL P2 MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_XS"));
    Sql(snowflake::Statement("CREATE SERVICE ACC.S.WEB IN COMPUTE POOL P1").Spec(kSpec));
  }

  template <class Event, class Request>
  std::vector<Event> Stream(const char* method, const Request& request) {
    const auto stream = client_->Open(absl::StrCat("/tfplugin6.Provider/", method), request.SerializeAsString());
    std::vector<Event> events;
    while (const auto bytes = stream->Next()) EXPECT_TRUE(events.emplace_back().ParseFromString(*bytes));
    EXPECT_TRUE(stream->Finish().ok());
    return events;
  }

  std::vector<ListResource_Event> List(const char* type, const char* config, int64_t limit = 0, bool object = false) {
    ValidateListResourceConfig_Request validate;
    validate.set_type_name(type);
    validate.mutable_config()->set_json(config);
    const auto valid = client_->Provider<ValidateListResourceConfig_Response>("ValidateListResourceConfig", validate);
    EXPECT_EQ(valid.diagnostics_size(), 0) << valid.ShortDebugString();
    ListResource_Request request;
    request.set_type_name(type);
    request.mutable_config()->set_json(config);
    request.set_limit(limit);
    request.set_include_resource_object(object);
    return Stream<ListResource_Event>("ListResource", request);
  }
  static std::vector<std::string> NamesOf(const std::vector<ListResource_Event>& events) {
    std::vector<std::string> names;
    for (const ListResource_Event& event : events) {
      EXPECT_EQ(event.diagnostic_size(), 0) << event.ShortDebugString();
      EXPECT_FALSE(event.identity().identity_data().msgpack().empty());
      names.push_back(event.display_name());
    }
    return names;
  }

  // What the user is shown: progress, then the errors.
  std::vector<std::string> Invoke(const char* type, const char* config) {
    PlanAction_Request plan;
    plan.set_action_type(type);
    plan.mutable_config()->set_json(config);
    const auto planned = client_->Provider<PlanAction_Response>("PlanAction", plan);
    EXPECT_EQ(planned.diagnostics_size(), 0) << planned.ShortDebugString();
    InvokeAction_Request request;
    request.set_action_type(type);
    request.mutable_config()->set_json(config);
    const auto events = Stream<InvokeAction_Event>("InvokeAction", request);
    std::vector<std::string> told;
    for (size_t i = 0; i < events.size(); ++i) {
      EXPECT_EQ(events[i].has_completed(), i + 1 == events.size()) << "the last event, and no other, completes";
      if (events[i].has_progress()) told.push_back(events[i].progress().message());
      for (const Diagnostic& diagnostic : events[i].completed().diagnostics()) {
        told.push_back("error: " + diagnostic.summary() + ": " + diagnostic.detail());
      }
    }
    return told;
  }

  Connected admin_;
  std::unique_ptr<tf::ServerInterface> provider_;
  plugin::StopHub hub_;
  plugin::MethodTable methods_;
  std::string socket_;
  std::unique_ptr<plugin::GrpcServer> grpc_;
  std::thread thread_;
  std::unique_ptr<plugin::TestClient> client_;
  GetProviderSchema_Response schema_;
};

TEST_F(ListsActionsTest, ClientsWithoutThemSeeNothingOfThem) {
  for (const char* list : {"spcs_compute_pool", "spcs_service", "spcs_image_repository"}) {
    EXPECT_EQ(schema_.list_resource_schemas().count(list), 1u) << list;
    EXPECT_EQ(schema_.resource_schemas().count(list), 1u) << list << " is listed and managed";
  }
  for (const char* action : {"spcs_suspend_compute_pool", "spcs_resume_compute_pool", "spcs_stop_all",
                             "spcs_suspend_service", "spcs_resume_service", "spcs_restart_service"}) {
    EXPECT_EQ(schema_.action_schemas().count(action), 1u) << action;
    EXPECT_EQ(schema_.resource_schemas().count(action) + schema_.data_source_schemas().count(action), 0u) << action;
  }
}

TEST_F(ListsActionsTest, ListsFindWhatExists) {
  EXPECT_THAT(NamesOf(List("spcs_compute_pool", R"({"like": null})")), UnorderedElementsAre("P1", "P2"));
  EXPECT_THAT(NamesOf(List("spcs_compute_pool", R"({"like": "%2"})")), ElementsAre("P2"));
  EXPECT_EQ(List("spcs_compute_pool", R"({"like": null})", 1).size(), 1u);
  EXPECT_THAT(
      NamesOf(List("spcs_service", R"({"like": null, "database": null, "schema": null, "compute_pool": "p1"})")),
      ElementsAre("ACC.S.WEB"));
  EXPECT_THAT(
      NamesOf(List("spcs_service", R"({"like": null, "database": null, "schema": null, "compute_pool": "p2"})")),
      IsEmpty());
  EXPECT_THAT(NamesOf(List("spcs_image_repository", R"({"like": null, "database": "acc", "schema": "s"})")),
              ElementsAre("ACC.S.REPO"));
}

TEST_F(ListsActionsTest, ListsReadTheObjectOnRequest) {
  const char* everything = R"({"like": null, "database": null, "schema": null, "compute_pool": null})";
  const auto events = List("spcs_service", everything, 0, true);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].diagnostic_size(), 0) << events[0].ShortDebugString();
  EXPECT_THAT(events[0].resource_object().msgpack(), HasSubstr("/acc/s/repo/plain:v1"));
  EXPECT_FALSE(List("spcs_service", everything)[0].has_resource_object());
}

TEST_F(ListsActionsTest, IdentitiesImportWhatWasListed) {
  const auto events = List("spcs_service", R"({"like": null, "database": null, "schema": null, "compute_pool": null})");
  ASSERT_EQ(events.size(), 1u);
  const tf::Type type = provider_->GetSchema().identities.at("spcs_service").WireType();
  const auto identity = tf::Decode({.msgpack = events[0].identity().identity_data().msgpack()}, type);
  ASSERT_TRUE(identity.ok()) << identity.status();
  EXPECT_EQ(identity->Get("name").AsString(), "WEB");
  EXPECT_EQ(identity->Get("database").AsString(), "ACC");
  EXPECT_FALSE(identity->Get("account").IsNull());
  ImportResourceState_Request import;
  import.set_type_name("spcs_service");
  *import.mutable_identity() = events[0].identity();
  const auto imported = client_->Provider<ImportResourceState_Response>("ImportResourceState", import);
  EXPECT_EQ(imported.diagnostics_size(), 0) << imported.ShortDebugString();
  EXPECT_EQ(imported.imported_resources_size(), 1);
}

TEST_F(ListsActionsTest, WrongFiltersAreRefused) {
  ValidateListResourceConfig_Request request;
  request.set_type_name("spcs_service");
  request.mutable_config()->set_json(R"({"like": null, "database": null, "schema": "s", "compute_pool": null})");
  const auto response = client_->Provider<ValidateListResourceConfig_Response>("ValidateListResourceConfig", request);
  ASSERT_EQ(response.diagnostics_size(), 1);
  EXPECT_EQ(response.diagnostics(0).attribute().steps(0).attribute_name(), "schema");
}

TEST_F(ListsActionsTest, PoolsAreSuspendedAndResumed) {
  EXPECT_THAT(Invoke("spcs_suspend_compute_pool", R"({"name": "p2"})"), ElementsAre(HasSubstr("Suspending")));
  EXPECT_EQ(Cell(snowflake::Statement("DESCRIBE COMPUTE POOL P2"), "state"), "SUSPENDED");
  EXPECT_THAT(Invoke("spcs_suspend_compute_pool", R"({"name": "p2"})"), ElementsAre(HasSubstr("already")));
  EXPECT_THAT(Invoke("spcs_resume_compute_pool", R"({"name": "p2"})"), ElementsAre(HasSubstr("Resuming")));
  EXPECT_NE(Cell(snowflake::Statement("DESCRIBE COMPUTE POOL P2"), "state"), "SUSPENDED");
  EXPECT_THAT(Invoke("spcs_suspend_compute_pool", R"({"name": "nothing"})"),
              ElementsAre(HasSubstr("error: Cannot suspend compute pool: ")));
}

TEST_F(ListsActionsTest, ServicesAreSuspendedResumedAndRestarted) {
  EXPECT_THAT(Invoke("spcs_suspend_service", R"({"database": "acc", "schema": "s", "name": "web"})"),
              ElementsAre(HasSubstr("Suspending ACC.S.WEB")));
  EXPECT_EQ(Cell(snowflake::Statement("DESCRIBE SERVICE ACC.S.WEB"), "status"), "SUSPENDED");
  const char* web = R"({"database": "acc", "schema": "s", "name": "web", "wait_for": null, "timeout": "1m"})";
  EXPECT_THAT(Invoke("spcs_resume_service", web),
              ElementsAre("Resuming ACC.S.WEB.", "Waiting until ACC.S.WEB is ready.", "ACC.S.WEB is ready."));
  EXPECT_THAT(Invoke("spcs_restart_service", web),
              ElementsAre(HasSubstr("Suspending"), "Resuming ACC.S.WEB.", "Waiting until ACC.S.WEB is ready.",
                          "ACC.S.WEB is ready."));
  EXPECT_EQ(Cell(snowflake::Statement("DESCRIBE SERVICE ACC.S.WEB"), "status"), "RUNNING");
}

TEST_F(ListsActionsTest, StopAllEmptiesAPool) {
  EXPECT_THAT(Invoke("spcs_stop_all", R"({"compute_pool": "p1"})"),
              ElementsAre(HasSubstr("Dropping service ACC.S.WEB"), HasSubstr("is being emptied")));
  EXPECT_THAT(
      NamesOf(List("spcs_service", R"({"like": null, "database": "acc", "schema": null, "compute_pool": null})")),
      IsEmpty());
}

}  // namespace
}  // namespace spcs::testing
