// SPDX-License-Identifier: MPL-2.0
#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "provider/snowflake/connection_keys.h"

namespace spcs::snowflake {
namespace {

using Lookup = std::function<std::optional<std::string>(const std::string& key)>;
using Describe = std::function<SettingSource(const std::string& key)>;

constexpr size_t kNowhere = ~size_t{0};

SettingLevel MakeLevel(const Lookup& lookup, const Describe& describe) {
  SettingLevel level;
  for (const ConnectionKey& key : kConnectionKeys) {
    for (const char* spelling : {key.name, key.alias}) {
      if (spelling == nullptr || level.Has(key.name)) continue;
      if (const auto value = lookup(spelling); value && !value->empty()) {
        level.settings[key.name] = *value;
        level.sources[key.name] = describe(spelling);
      }
    }
  }
  return level;
}

Lookup InMap(const ConnectionSettings& settings) {
  return [&settings](const std::string& key) -> std::optional<std::string> {
    const auto found = settings.find(key);
    return found == settings.end() ? std::nullopt : std::optional(found->second);
  };
}

SettingLevel VariableLevel(const Environment& environment, const std::string& prefix) {
  const auto name = [prefix](const std::string& key) { return prefix + absl::AsciiStrToUpper(key); };
  return MakeLevel([&](const std::string& key) { return environment.Variable(name(key)); },
                   [&](const std::string& key) { return SettingSource{name(key), ""}; });
}

size_t FirstLevel(const std::vector<SettingLevel>& levels, std::initializer_list<const char*> keys) {
  for (size_t i = 0; i < levels.size(); ++i) {
    for (const char* key : keys) {
      if (levels[i].Has(key)) return i;
    }
  }
  return kNowhere;
}

void Drop(ConnectionConfig& config, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    config.settings.erase(key);
    config.sources.erase(key);
  }
}

// Which way of naming the account is stronger.
void ChooseAccount(const std::vector<SettingLevel>& levels, ConnectionConfig& config) {
  if (FirstLevel(levels, {"account"}) <= FirstLevel(levels, {"organization_name", "account_name"})) {
    Drop(config, {"organization_name", "account_name"});
  } else {
    Drop(config, {"account"});
  }
}

bool IsTokenAuthenticator(absl::string_view name) {
  return absl::EqualsIgnoreCase(name, "OAUTH") || absl::EqualsIgnoreCase(name, "PROGRAMMATIC_ACCESS_TOKEN");
}

// A key and a token exclude each other: the stronger level decides, and takes a weaker authenticator that does not fit
// out of the way.
void ChooseCredential(const std::vector<SettingLevel>& levels, ConnectionConfig& config) {
  const size_t key = FirstLevel(levels, {"private_key_raw", "private_key_file"});
  const size_t token = FirstLevel(levels, {"token", "token_file_path"});
  const size_t named = FirstLevel(levels, {"authenticator"});
  const size_t credential = std::min(key, token);
  const std::string authenticator = config.Get("authenticator");
  const bool fits =
      key <= token ? absl::EqualsIgnoreCase(authenticator, "SNOWFLAKE_JWT") : IsTokenAuthenticator(authenticator);
  if (named != kNowhere && credential < named && !fits) Drop(config, {"authenticator"});
  if (!config.Get("authenticator").empty()) {
    if (absl::EqualsIgnoreCase(authenticator, "SNOWFLAKE_JWT")) Drop(config, {"token", "token_file_path"});
    if (IsTokenAuthenticator(authenticator)) Drop(config, {"private_key_raw", "private_key_file"});
  } else if (credential != kNowhere) {
    if (key <= token) Drop(config, {"token", "token_file_path"});
    if (key > token) Drop(config, {"private_key_raw", "private_key_file"});
  }
  if (FirstLevel(levels, {"private_key_raw"}) <= FirstLevel(levels, {"private_key_file"})) {
    Drop(config, {"private_key_file"});
  } else {
    Drop(config, {"private_key_raw"});
  }
  if (FirstLevel(levels, {"token"}) <= FirstLevel(levels, {"token_file_path"})) {
    Drop(config, {"token_file_path"});
  } else {
    Drop(config, {"token"});
  }
}

}  // namespace

const std::vector<ConnectionKey> kConnectionKeys = {
    {"account", nullptr},
    {"organization_name", nullptr},
    {"account_name", nullptr},
    {"user", nullptr},
    {"password", nullptr},
    {"host", nullptr},
    {"port", nullptr},
    {"protocol", nullptr},
    {"role", nullptr},
    {"warehouse", nullptr},
    {"database", nullptr},
    {"schema", nullptr},
    {"authenticator", nullptr},
    {"private_key_file", "private_key_path"},
    {"private_key_raw", "private_key"},
    {"private_key_file_pwd", "private_key_passphrase"},
    {"token", nullptr},
    {"token_file_path", nullptr},
};

std::vector<SettingLevel> SettingLevels(const ConnectionBlock& block, const std::string& name,
                                        const ConnectionFile& file, const Environment& environment) {
  static const ConnectionSettings* const kEmpty = new ConnectionSettings();
  const auto section = file.sections.find(name);
  std::vector<SettingLevel> levels;
  levels.push_back(MakeLevel(InMap(block.settings),
                             [](const std::string& key) { return SettingSource{"the provider block", key}; }));
  levels.push_back(
      VariableLevel(environment, absl::StrCat("SNOWFLAKE_CONNECTIONS_", absl::AsciiStrToUpper(name), "_")));
  levels.push_back(MakeLevel(
      InMap(section == file.sections.end() ? *kEmpty : section->second),
      [&](const std::string&) { return SettingSource{absl::StrCat("section [", name, "] of ", file.path), ""}; }));
  levels.push_back(VariableLevel(environment, "SNOWFLAKE_"));
  // The command-line client's own name for it.
  SettingLevel& generic = levels.back();
  if (const auto phrase = environment.Variable("PRIVATE_KEY_PASSPHRASE");
      phrase && !generic.Has("private_key_file_pwd")) {
    generic.settings["private_key_file_pwd"] = *phrase;
    generic.sources["private_key_file_pwd"] = {"PRIVATE_KEY_PASSPHRASE", ""};
  }
  return levels;
}

void MergeLevels(const std::vector<SettingLevel>& levels, ConnectionConfig& config) {
  for (const SettingLevel& level : levels) {
    config.settings.insert(level.settings.begin(), level.settings.end());  // keeps what a stronger level has set
    config.sources.insert(level.sources.begin(), level.sources.end());
  }
  ChooseAccount(levels, config);
  ChooseCredential(levels, config);
}

}  // namespace spcs::snowflake
