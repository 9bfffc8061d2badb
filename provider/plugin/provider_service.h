// SPDX-License-Identifier: MPL-2.0
// The service tfplugin6.Provider: translates each call of protocol 6 to a method of tf::ServerInterface and back, and
// does nothing else.
#pragma once

#include "provider/plugin/method.h"
#include "provider/plugin/ready_answer.h"
#include "provider/plugin/stop_hub.h"
#include "provider/tf/server.h"

namespace spcs::plugin {

// Adds all methods. `server` and `hub` outlive the table. An exception of the server becomes a diagnostic; bytes that
// are no message become the gRPC status InvalidArgument. What is in `ready` is answered without the server.
void AddProviderService(MethodTable& table, tf::ServerInterface& server, StopHub& hub, const ReadyAnswers& ready = {});

}  // namespace spcs::plugin
