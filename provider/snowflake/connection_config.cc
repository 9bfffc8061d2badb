// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/connection_config.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "provider/base/status.h"
#include "provider/http/url.h"
#include "provider/snowflake/connection_file.h"
#include "provider/snowflake/connection_keys.h"

namespace spcs::snowflake {
namespace {

// Where the service puts the token of a container.
constexpr char kContainerToken[] = "/snowflake/session/token";

constexpr absl::string_view kWaysToLogIn =
    "Use authenticator SNOWFLAKE_JWT (user and private_key_file), PROGRAMMATIC_ACCESS_TOKEN or OAUTH (token or "
    "token_file_path).";

absl::Status Bad(absl::string_view what, absl::string_view advice) {
  return WithFact(absl::InvalidArgumentError(what), kAdvice, advice);
}

struct ConnectionName {
  std::string name;
  std::string source;  // "" when nobody asked for it by name
  bool in_block = false;
};

ConnectionName ChooseName(const ConnectionBlock& block, const ConnectionFile& file, const Environment& environment) {
  if (block.connection && !block.connection->empty()) return {*block.connection, "the provider block", true};
  if (const auto name = environment.Variable("SNOWFLAKE_DEFAULT_CONNECTION_NAME")) {
    return {*name, "SNOWFLAKE_DEFAULT_CONNECTION_NAME"};
  }
  if (file.default_name && !file.default_name->empty()) {
    return {*file.default_name, absl::StrCat("default_connection_name of ", file.folder, "/config.toml")};
  }
  return {"default", ""};
}

// A connection that somebody asked for has to exist somewhere.
absl::Status CheckName(const ConnectionName& name, const ConnectionFile& file, const SettingLevel& variables) {
  if (name.source.empty() || file.sections.count(name.name) == 1 || !variables.settings.empty()) {
    return absl::OkStatus();
  }
  std::string advice;
  if (file.path.empty()) {
    advice = absl::StrCat("There is no connections.toml or config.toml with connections in ", file.folder,
                          ". SNOWFLAKE_HOME names another folder.");
  } else {
    const std::string names =
        absl::StrJoin(file.sections, ", ", [](std::string* out, const auto& section) { out->append(section.first); });
    advice = absl::StrCat(file.path, " has these connections: ", names.empty() ? "none" : names, ".");
  }
  absl::Status status =
      Bad(absl::StrCat("there is no connection \"", name.name, "\" (asked for by ", name.source, ")"), advice);
  return name.in_block ? WithFact(status, kAttributePath, "connection") : status;
}

absl::Status ResolveAccount(ConnectionConfig& config) {
  const std::string organization = config.Get("organization_name"), name = config.Get("account_name");
  if (organization.empty() != name.empty()) {
    const char* set = name.empty() ? "organization_name" : "account_name";
    const char* missing = name.empty() ? "account_name" : "organization_name";
    return config.Blame(Bad(absl::StrCat("set without ", missing), "Set both, or account = \"ORGANIZATION-ACCOUNT\"."),
                        set);
  }
  config.account = name.empty() ? config.Get("account") : absl::StrCat(organization, "-", name);
  const std::string key = name.empty() ? "account" : "account_name";
  for (const char c : config.account) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.') continue;
    return config.Blame(Bad(absl::StrCat("not an account: ", config.account),
                            "Write it as ORGANIZATION-ACCOUNT, without https:// and without .snowflakecomputing.com."),
                        key);
  }
  constexpr absl::string_view kDomain = ".snowflakecomputing.com";
  if (absl::EndsWithIgnoreCase(config.account, kDomain)) config.account.resize(config.account.size() - kDomain.size());
  if (config.account.empty() && config.Get("host").empty()) {
    return Bad("no account is set",
               "Set account in the provider block, in a section of connections.toml, or "
               "SNOWFLAKE_ACCOUNT.");
  }
  return absl::OkStatus();
}

absl::Status ResolveUrl(ConnectionConfig& config) {
  const std::string protocol = config.Get("protocol").empty() ? "https" : absl::AsciiStrToLower(config.Get("protocol"));
  if (protocol != "https" && protocol != "http") {
    return config.Blame(Bad(absl::StrCat("not a protocol: ", protocol), "Use https."), "protocol");
  }
  std::string host = config.Get("host");
  if (host.empty()) {
    // An underscore is not allowed in the name of a TLS server; the service answers to the hyphen.
    host = absl::StrCat(absl::StrReplaceAll(absl::AsciiStrToLower(config.account), {{"_", "-"}}),
                        ".snowflakecomputing.com");
  }
  if (host.find_first_of("/@?# ") != std::string::npos) {
    return config.Blame(Bad(absl::StrCat("not a host name: ", http::OriginOf(host)),
                            "Write the host alone, without https:// and without a path."),
                        "host");
  }
  if (protocol == "http" && !http::IsLoopbackHost(host)) {
    return config.Blame(
        Bad(absl::StrCat("http is refused for the host ", host, ": tokens would be readable on the way"),
            "Remove protocol, or use https. http is for an emulator on this machine."),
        "protocol");
  }
  int port = 0;
  const std::string port_text = config.Get("port");
  if (!port_text.empty() && (!absl::SimpleAtoi(port_text, &port) || port < 1 || port > 65535)) {
    return config.Blame(Bad(absl::StrCat("not a port: ", port_text), "Use a number from 1 to 65535."), "port");
  }
  if (absl::StrContains(host, ":") && host[0] != '[') host = absl::StrCat("[", host, "]");
  config.base_url = absl::StrCat(protocol, "://", host);
  if (port != 0) absl::StrAppend(&config.base_url, ":", port);
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Identifier>> ResolveName(const ConnectionConfig& config, const std::string& key) {
  if (config.Get(key).empty()) return std::optional<Identifier>();
  absl::StatusOr<Identifier> name = Identifier::Parse(config.Get(key));
  if (!name.ok()) return config.Blame(name.status(), key);
  return std::optional(*std::move(name));
}

// The authenticator that was named, or nullopt when none was.
absl::StatusOr<std::optional<Authentication>> NamedAuthentication(const ConnectionConfig& config) {
  const std::string name = absl::AsciiStrToUpper(config.Get("authenticator"));
  if (name.empty()) return std::optional<Authentication>();
  if (name == "SNOWFLAKE_JWT") return std::optional(Authentication::kKeyPair);
  if (name == "OAUTH") return std::optional(Authentication::kOauth);
  if (name == "PROGRAMMATIC_ACCESS_TOKEN") return std::optional(Authentication::kProgrammaticToken);
  constexpr absl::string_view kOthers[] = {"SNOWFLAKE",         "EXTERNALBROWSER",          "USERNAME_PASSWORD_MFA",
                                           "WORKLOAD_IDENTITY", "OAUTH_CLIENT_CREDENTIALS", "OAUTH_AUTHORIZATION_CODE"};
  const bool known = std::find(std::begin(kOthers), std::end(kOthers), name) != std::end(kOthers);
  return config.Blame(Bad(known ? absl::StrCat(name, " is not supported by this provider")
                                : absl::StrCat("unknown authenticator ", config.Get("authenticator")),
                          kWaysToLogIn),
                      "authenticator");
}

absl::Status CheckCredential(const ConnectionConfig& config) {
  const bool has_key = !config.Get("private_key_raw").empty() || !config.Get("private_key_file").empty();
  const bool has_token = !config.Get("token").empty() || !config.Get("token_file_path").empty();
  if (config.authentication != Authentication::kKeyPair) {
    if (has_token) return absl::OkStatus();
    return config.Blame(Bad("no token is set", "Set token or token_file_path."), "authenticator");
  }
  if (!has_key) {
    return config.Blame(Bad("no private key is set", "Set private_key_file or private_key_raw."), "authenticator");
  }
  const std::string key = config.Get("private_key_raw").empty() ? "private_key_file" : "private_key_raw";
  if (config.user.empty()) return config.Blame(Bad("set without user", "Set user: the one whose key this is."), key);
  if (config.account.empty()) {
    return config.Blame(Bad("set without account", "Set account: a key pair login names it."), key);
  }
  return absl::OkStatus();
}

absl::Status ResolveAuthentication(ConnectionConfig& config, const Environment& environment) {
  ASSIGN_OR_RETURN(const std::optional<Authentication> named, NamedAuthentication(config));
  const bool has_key = !config.Get("private_key_raw").empty() || !config.Get("private_key_file").empty();
  const bool has_token = !config.Get("token").empty() || !config.Get("token_file_path").empty();
  if (!has_key && !has_token && named.value_or(Authentication::kOauth) == Authentication::kOauth &&
      environment.Exists(kContainerToken)) {
    config.settings["token_file_path"] = kContainerToken;
    config.sources["token_file_path"] = {"the container", ""};
    config.authentication = Authentication::kOauth;
    return absl::OkStatus();
  }
  if (named) {
    config.authentication = *named;
  } else if (has_key) {
    config.authentication = Authentication::kKeyPair;
  } else if (has_token) {
    config.authentication = Authentication::kTokenOfUnknownKind;
  } else if (!config.Get("password").empty()) {
    return config.Blame(Bad("a password alone is no way to log in here",
                            absl::StrCat(kWaysToLogIn, " A programmatic access token goes into token.")),
                        "password");
  } else {
    return Bad("no credentials are set",
               absl::StrCat(kWaysToLogIn,
                            " Set them in the provider block, in a section of connections.toml, or as "
                            "SNOWFLAKE_* variables."));
  }
  return CheckCredential(config);
}

}  // namespace

const std::vector<std::string>& ConnectionKeys() {
  static const std::vector<std::string>* const kKeys = [] {
    auto* keys = new std::vector<std::string>();
    for (const ConnectionKey& key : kConnectionKeys) keys->push_back(key.name);
    return keys;
  }();
  return *kKeys;
}

std::string ConnectionConfig::Get(const std::string& key) const {
  const auto found = settings.find(key);
  return found == settings.end() ? "" : found->second;
}

absl::Status ConnectionConfig::Blame(const absl::Status& status, const std::string& key) const {
  const auto source = sources.find(key);
  if (source == sources.end()) return Annotate(status, key);
  absl::Status blamed = Annotate(status, absl::StrCat(key, " (from ", source->second.text, ")"));
  if (source->second.attribute.empty()) return blamed;
  return WithFact(blamed, kAttributePath, source->second.attribute);
}

absl::StatusOr<ConnectionConfig> ResolveConnection(const ConnectionBlock& block, const Environment& environment) {
  ASSIGN_OR_RETURN(const ConnectionFile file, ReadConnectionFiles(environment));
  const ConnectionName name = ChooseName(block, file, environment);
  const std::vector<SettingLevel> levels = SettingLevels(block, name.name, file, environment);
  RETURN_IF_ERROR(CheckName(name, file, levels[1]));
  ConnectionConfig config;
  MergeLevels(levels, config);
  config.user = config.Get("user");
  RETURN_IF_ERROR(ResolveAccount(config));
  RETURN_IF_ERROR(ResolveUrl(config));
  ASSIGN_OR_RETURN(config.role, ResolveName(config, "role"));
  ASSIGN_OR_RETURN(config.warehouse, ResolveName(config, "warehouse"));
  RETURN_IF_ERROR(ResolveAuthentication(config, environment));
  return config;
}

}  // namespace spcs::snowflake
