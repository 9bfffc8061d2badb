// SPDX-License-Identifier: MPL-2.0
// connections.toml and config.toml, as Snowflake's own clients look for and read them. Used by ResolveConnection().
#pragma once

#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "provider/snowflake/environment.h"

namespace spcs::snowflake {

struct ConnectionFile {
  std::string path;                         // "" when there is no file with connections
  std::string folder;                       // where they were looked for
  std::optional<std::string> default_name;  // default_connection_name of config.toml

  // Section -> key (lower case) -> value as text.
  std::map<std::string, std::map<std::string, std::string>> sections;
};

// Reads the files of the configuration folder; no file is no error. Fails when one is not protected, not readable or
// not TOML; messages never quote a file's content.
absl::StatusOr<ConnectionFile> ReadConnectionFiles(const Environment& environment);

}  // namespace spcs::snowflake
