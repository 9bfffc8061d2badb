// SPDX-License-Identifier: MPL-2.0
// Whole files and the environment, with errors that name the file.
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace spcs {

// Reads the file. NotFound, PermissionDenied or Internal, with the path and the reason in the message.
absl::StatusOr<std::string> ReadFile(const std::string& path);

// Writes the file whole or not at all (temporary file, fsync, rename). `mode` is its permission bits.
absl::Status WriteFile(const std::string& path, absl::string_view content, unsigned mode = 0644);

// Permission bits of the file (0777 and below).
absl::StatusOr<unsigned> FileMode(const std::string& path);

// "~/x" with the home directory in place of "~"; other paths unchanged.
std::string ExpandHome(absl::string_view path);

// The variable, or nullopt when it is unset or empty.
std::optional<std::string> GetEnv(const std::string& name);

}  // namespace spcs
