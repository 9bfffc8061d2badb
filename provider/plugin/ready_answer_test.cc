// SPDX-License-Identifier: MPL-2.0
#include "provider/plugin/ready_answer.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "provider/plugin/fake_server_for_test.h"
#include "provider/plugin/provider_service.h"

namespace spcs::plugin {
namespace {

std::string Answer(const MethodTable& methods, absl::string_view name) {
  return *methods.Find(absl::StrCat("/tfplugin6.Provider/", name))->unary("", std::stop_token());
}

TEST(ReadyAnswerTest, IsGivenAsItIs) {
  FakeServer server;
  StopHub hub;
  MethodTable methods;
  AddProviderService(methods, server, hub, {{.method = "GetProviderSchema", .bytes = "ready"}});
  EXPECT_EQ(Answer(methods, "GetProviderSchema"), "ready");
  EXPECT_EQ(Answer(methods, "GetFunctions"), MakeConstantAnswer("GetFunctions", server.GetSchema()));
}

TEST(ReadyAnswerTest, CanBeMadeForEachConstantMethod) {
  FakeServer server;
  StopHub hub;
  MethodTable methods;
  AddProviderService(methods, server, hub);
  ASSERT_EQ(ConstantMethods().size(), 4u);
  for (const absl::string_view method : ConstantMethods()) {
    EXPECT_EQ(Answer(methods, method), MakeConstantAnswer(method, server.GetSchema())) << method;
  }
  EXPECT_EQ(MakeConstantAnswer("ReadResource", server.GetSchema()), "");
}

TEST(ReadyAnswerTest, TheSameSchemaGivesTheSameBytes) {
  tf::ProviderSchema schema;
  for (int i = 0; i < 50; ++i) schema.resources[absl::StrCat("thing_", i)].doc = "A thing.";
  const std::string bytes = MakeConstantAnswer("GetProviderSchema", schema);
  // Protobuf seeds the order of each map anew, so one that is written as it lies would soon differ.
  for (int i = 0; i < 20; ++i) EXPECT_EQ(MakeConstantAnswer("GetProviderSchema", schema), bytes);
}

}  // namespace
}  // namespace spcs::plugin
