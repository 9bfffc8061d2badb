// SPDX-License-Identifier: MPL-2.0
// Where the provider's unix socket goes, and who may open it.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "provider/plugin/handshake.h"

namespace spcs::plugin {

// The longest path that the kernel takes for a unix socket (sun_path without its final zero).
inline constexpr size_t kMaxSocketPath = 107;

// A new path: in `folder` when the client asked for one, else in the first of $TMPDIR, /tmp and the current folder that
// can be written and is not too long. Fails with FailedPrecondition, naming each folder and what is wrong with it.
absl::StatusOr<std::string> NewSocketPath(absl::string_view folder, const Environment& environment);

// Opens the socket to a group, given by name (of /etc/group) or number. NotFound for an unknown group.
absl::Status ShareWithGroup(const std::string& socket_path, absl::string_view group);

}  // namespace spcs::plugin
