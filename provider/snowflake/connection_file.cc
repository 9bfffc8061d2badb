// SPDX-License-Identifier: MPL-2.0
// The only file that includes toml++, whose exceptions are off here.
#include "provider/snowflake/connection_file.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "provider/base/status.h"

#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace spcs::snowflake {
namespace {

std::string ConfigurationFolder(const Environment& environment) {
  if (const auto home = environment.Variable("SNOWFLAKE_HOME")) {
    const std::string folder = ExpandHome(environment, *home);
    if (environment.Exists(folder)) return folder;
  }
  const std::string own = ExpandHome(environment, "~/.snowflake");
  if (environment.Exists(own)) return own;
  const std::string base = environment.Variable("XDG_CONFIG_HOME").value_or(ExpandHome(environment, "~/.config"));
  return absl::StrCat(base, "/snowflake");
}

absl::StatusOr<toml::table> ReadToml(const Environment& environment, const std::string& path) {
  RETURN_IF_ERROR(CheckPrivate(environment, path));
  ASSIGN_OR_RETURN(const std::string text, environment.Read(path));
  toml::parse_result parsed = toml::parse(std::string_view(text));
  if (parsed.failed()) {
    // The parser's own words quote the line, which may hold a password.
    const toml::source_position at = parsed.error().source().begin;
    return WithFact(
        absl::InvalidArgumentError(absl::StrCat(path, " is not valid TOML: line ", at.line, ", column ", at.column)),
        kAdvice, "Correct the file; texts in TOML stand in double quotes.");
  }
  return std::move(parsed).table();
}

// The scalar as text; other values are not ours.
std::optional<std::string> AsText(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return absl::StrCat(number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  return std::nullopt;
}

void AddSections(const toml::table& table, ConnectionFile& file) {
  for (const auto& [name, node] : table) {
    const toml::table* section = node.as_table();
    if (section == nullptr) continue;
    auto& settings = file.sections[std::string(name.str())];
    for (const auto& [key, value] : *section) {
      if (auto text = AsText(value)) settings[absl::AsciiStrToLower(std::string(key.str()))] = *std::move(text);
    }
  }
}

}  // namespace

absl::StatusOr<ConnectionFile> ReadConnectionFiles(const Environment& environment) {
  ConnectionFile file;
  file.folder = ConfigurationFolder(environment);
  const std::string config_path = absl::StrCat(file.folder, "/config.toml");
  const std::string connections_path = absl::StrCat(file.folder, "/connections.toml");
  const bool has_connections = environment.Exists(connections_path);
  if (environment.Exists(config_path)) {
    ASSIGN_OR_RETURN(const toml::table config, ReadToml(environment, config_path));
    if (const auto* name = config["default_connection_name"].as_string()) file.default_name = name->get();
    const toml::table* connections = config["connections"].as_table();
    if (connections != nullptr && !has_connections) {
      file.path = config_path;
      AddSections(*connections, file);
    }
  }
  if (has_connections) {
    ASSIGN_OR_RETURN(const toml::table connections, ReadToml(environment, connections_path));
    file.path = connections_path;
    AddSections(connections, file);
  }
  return file;
}

}  // namespace spcs::snowflake
