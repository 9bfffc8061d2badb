// SPDX-License-Identifier: MPL-2.0
// The keys of a connection with their other spellings, and the levels that give them values. Private to
// connection_config.cc and its parts.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "provider/snowflake/connection_config.h"
#include "provider/snowflake/connection_file.h"

namespace spcs::snowflake {

struct ConnectionKey {
  const char* name;
  const char* alias;  // the same in another client's words; null: none
};
extern const std::vector<ConnectionKey> kConnectionKeys;

// One place that settings come from, by canonical key.
struct SettingLevel {
  ConnectionSettings settings;
  std::map<std::string, SettingSource> sources;

  bool Has(const std::string& key) const { return settings.count(key) == 1; }
};

// The four levels for the connection `name`, the strongest first.
std::vector<SettingLevel> SettingLevels(const ConnectionBlock& block, const std::string& name,
                                        const ConnectionFile& file, const Environment& environment);

// Takes each key from the strongest level that has it; account and credentials as groups.
void MergeLevels(const std::vector<SettingLevel>& levels, ConnectionConfig& config);

}  // namespace spcs::snowflake
