// SPDX-License-Identifier: MPL-2.0
// What a client finds in the data folder: the user's private key and a connections.toml, so that
// `export SNOWFLAKE_HOME=<folder>` is all it needs. Called by EmulatorServer.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "emulator/engine/engine.h"

namespace spcs::emulator_http {

// Makes the folder (mode 0700) when it is absent, and its parents.
absl::Status MakeFolder(const std::string& path);

// The private key of the emulator's user in PEM: that of the folder, else a new one, written with mode 0600.
absl::StatusOr<std::string> LoadOrMakeKey(const std::string& folder);

// Writes connections.toml (connections `emulator` and `emulator_admin`) and config.toml (the default connection), mode
// 0600, replacing those of an earlier run: the port may be another one.
absl::Status WriteConnections(const std::string& folder, const engine::AccountInfo& account, const std::string& user,
                              const std::string& host, int port);

}  // namespace spcs::emulator_http
