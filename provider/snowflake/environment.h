// SPDX-License-Identifier: MPL-2.0
// What the connection's configuration sees of the machine: variables and files. Injected, so that tests need neither.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"

namespace spcs::snowflake {

// Thread-safe.
class Environment {
 public:
  virtual ~Environment() = default;

  // The variable, or nullopt when it is unset or empty.
  virtual std::optional<std::string> Variable(const std::string& name) const = 0;

  virtual bool Exists(const std::string& path) const = 0;

  // The whole file; the status names the file and the reason.
  virtual absl::StatusOr<std::string> Read(const std::string& path) const = 0;

  // Permission bits (0777 and below).
  virtual absl::StatusOr<unsigned> Mode(const std::string& path) const = 0;
};

// The machine's own.
class SystemEnvironment : public Environment {
 public:
  std::optional<std::string> Variable(const std::string& name) const override;
  bool Exists(const std::string& path) const override;
  absl::StatusOr<std::string> Read(const std::string& path) const override;
  absl::StatusOr<unsigned> Mode(const std::string& path) const override;
};

// Checks that nobody else may change or read the file, as it holds or leads to a credential. PermissionDenied names
// the file, its mode and the command that mends it. Reading by others is let pass when the user has set
// SF_SKIP_TOKEN_FILE_PERMISSIONS_VERIFICATION=true, as for Snowflake's own clients.
absl::Status CheckPrivate(const Environment& environment, const std::string& path);

// "~/x" with HOME in place of "~".
std::string ExpandHome(const Environment& environment, const std::string& path);

}  // namespace spcs::snowflake
