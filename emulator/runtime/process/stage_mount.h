// SPDX-License-Identifier: MPL-2.0
// Mounts a folder with the limits that a stage has in a container: a small FUSE file system (stage_tree.h), served by a
// process beside the container's own. root.cc calls it in the container's first process.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace spcs::runtime::process {

// `shown` is the path in the container, for what is said on stderr, which is the container's log: each thing that was
// refused, once a path. Unavailable where the machine has no /dev/fuse; nothing is mounted then.
absl::Status MountStage(const std::string& folder, const std::string& target, const std::string& shown);

}  // namespace spcs::runtime::process
