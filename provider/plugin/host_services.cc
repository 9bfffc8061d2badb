// SPDX-License-Identifier: MPL-2.0
#include "provider/plugin/host_services.h"

#include <string>
#include <utility>

#include "proto/grpc_controller.pb.h"

namespace spcs::plugin {

void AddHostServices(MethodTable& table, std::function<void()> shutdown) {
  table.Add("/plugin.GRPCController/Shutdown",
            {.where = Method::Where::kInline,
             .unary = [](absl::string_view, std::stop_token) -> absl::StatusOr<std::string> {
               return ::plugin::Empty().SerializeAsString();
             },
             .after = std::move(shutdown)});
  // The client reads our stderr itself and never brokers a connection: both streams stay open and silent.
  table.Add("/plugin.GRPCStdio/StreamStdio", Method::Silent());
  table.Add("/plugin.GRPCBroker/StartStream", Method::Silent());
  table.Add("/grpc.health.v1.Health/Check",
            {.where = Method::Where::kInline, .unary = [](absl::string_view, std::stop_token) {
               // HealthCheckResponse with status (field 1) SERVING (1): not worth a .proto file.
               return absl::StatusOr<std::string>("\x08\x01");
             }});
}

}  // namespace spcs::plugin
