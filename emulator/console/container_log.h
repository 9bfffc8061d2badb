// SPDX-License-Identifier: MPL-2.0
// What one container has printed, for the console: asked with the statement that every client would send, as the role
// that owns the service.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "emulator/engine/engine.h"

namespace spcs::console {

struct ContainerName {
  std::string service;  // "DB.SCHEMA.NAME"
  int instance = 0;
  std::string container;
};

// The last `lines` lines, joined by newlines. InvalidArgument: the service's name is not of that form; otherwise what
// the statement says, as that there is no such service, instance or container.
absl::StatusOr<std::string> ContainerLog(engine::Engine& engine, const ContainerName& container, int lines);

}  // namespace spcs::console
