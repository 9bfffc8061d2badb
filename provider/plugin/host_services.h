// SPDX-License-Identifier: MPL-2.0
// The services that go-plugin's client expects beside the provider itself: controller, output, broker, health.
#pragma once

#include <functional>

#include "provider/plugin/method.h"

namespace spcs::plugin {

// Adds them. `shutdown` is called right after the answer to Shutdown has left: the client then waits two seconds and
// kills, so it should end the process.
void AddHostServices(MethodTable& table, std::function<void()> shutdown);

}  // namespace spcs::plugin
