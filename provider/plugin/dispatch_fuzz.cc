// SPDX-License-Identifier: MPL-2.0
// Any bytes at any method of the provider: an answer or a status, never a crash.
#include <array>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/tfplugin6.pb.h"
#include "provider/plugin/fake_server_for_test.h"
#include "provider/plugin/provider_service.h"

namespace {

class QuietServer : public spcs::plugin::FakeServer {
  spcs::tf::ValidateResponse ValidateProvider(const spcs::tf::ValidateRequest&) override { return {}; }
};

constexpr std::array kMethods = {"GetProviderSchema",      "ValidateProviderConfig",
                                 "ValidateResourceConfig", "UpgradeResourceState",
                                 "ReadResource",           "UpgradeResourceIdentity",
                                 "PlanResourceChange",     "ApplyResourceChange",
                                 "ConfigureProvider",      "ImportResourceState",
                                 "MoveResourceState",      "ReadDataSource",
                                 "CallFunction",           "OpenEphemeralResource",
                                 "RenewEphemeralResource", "CloseEphemeralResource",
                                 "StopProvider",           "ListResource",
                                 "InvokeAction",           "PlanAction"};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static QuietServer server;
  static spcs::plugin::StopHub hub;
  static const spcs::plugin::MethodTable* const methods = [] {
    auto* table = new spcs::plugin::MethodTable;
    spcs::plugin::AddProviderService(*table, server, hub);
    return table;
  }();
  if (size == 0) return 0;
  const spcs::plugin::Method* method =
      methods->Find(absl::StrCat("/tfplugin6.Provider/", kMethods[data[0] % kMethods.size()]));
  if (method == nullptr) std::abort();
  const absl::string_view request(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::stop_source stopped;  // nothing waits
  stopped.request_stop();
  if (method->unary) {
    (void)method->unary(request, stopped.get_token());
  } else {
    (void)method->streaming(request, stopped.get_token(), [](std::string) { return true; });
  }
  return 0;
}
