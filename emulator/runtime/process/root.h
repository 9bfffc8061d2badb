// SPDX-License-Identifier: MPL-2.0
// The file system of one container: the machine's own, read-only, with the container's mounts in it. Runs in a child
// process that has mount and process namespaces of its own; nothing here is seen outside of them.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "emulator/runtime/process/plan.h"

namespace spcs::runtime::process {

// Builds the file system and makes it the root of this process: /proc of the new process namespace, the plan's mounts
// (whose places are made where the machine has none), everything else read-only. Fails with the step that did.
// The caller is the first process of its process namespace and alone in its mount namespace.
absl::Status EnterRoot(const ContainerPlan& plan);

}  // namespace spcs::runtime::process
