// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/home.h"

#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "emulator/http/keys.h"
#include "provider/base/file.h"
#include "provider/base/status.h"

namespace spcs::emulator_http {
namespace {

constexpr unsigned kPrivate = 0600;

std::string KeyPath(const std::string& folder) {
  return absl::StrCat(folder, "/rsa_key.p8");
}

std::string TomlString(absl::string_view text) {
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\"", "\\\""}, {"\n", "\\n"}}), "\"");
}

std::string Connection(absl::string_view name, absl::string_view role, absl::string_view common) {
  return absl::StrCat("[", name, "]\nrole = ", TomlString(role), "\n", common, "\n");
}

}  // namespace

absl::Status MakeFolder(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  const bool made = fs::create_directories(path, error);
  if (error) return absl::InvalidArgumentError(absl::StrCat("cannot make the folder ", path, ": ", error.message()));
  if (made) fs::permissions(path, fs::perms::owner_all, error);
  if (!fs::is_directory(path, error)) return absl::InvalidArgumentError(absl::StrCat(path, " is not a folder"));
  return absl::OkStatus();
}

absl::StatusOr<std::string> LoadOrMakeKey(const std::string& folder) {
  absl::StatusOr<std::string> existing = ReadFile(KeyPath(folder));
  if (existing.ok()) {
    const absl::Status readable = PublicKeyOf(*existing).status();
    return readable.ok() ? existing : Annotate(readable, KeyPath(folder));
  }
  if (!absl::IsNotFound(existing.status())) return existing;
  ASSIGN_OR_RETURN(std::string key, NewRsaKey());
  RETURN_IF_ERROR(WriteFile(KeyPath(folder), key, kPrivate));
  return key;
}

absl::Status WriteConnections(const std::string& folder, const engine::AccountInfo& account, const std::string& user,
                              const std::string& host, int port) {
  const std::string key_path = std::filesystem::absolute(KeyPath(folder)).lexically_normal().string();
  const std::string common = absl::StrCat(
      "account = ", TomlString(absl::StrCat(account.organization, "-", account.account_name)),
      "\nuser = ", TomlString(user), "\nhost = ", TomlString(host), "\nport = ", port,
      "\nprotocol = \"http\"\nauthenticator = \"SNOWFLAKE_JWT\"\nprivate_key_file = ", TomlString(key_path),
      "\nwarehouse = \"DEMO_WH\"\n");
  const std::string head = "# Written by spcs-emulator at each start.\n";
  RETURN_IF_ERROR(WriteFile(absl::StrCat(folder, "/connections.toml"),
                            absl::StrCat(head, Connection("emulator", "SPCS_DEMO", common),
                                         Connection("emulator_admin", "ACCOUNTADMIN", common)),
                            kPrivate));
  return WriteFile(absl::StrCat(folder, "/config.toml"), absl::StrCat(head, "default_connection_name = \"emulator\"\n"),
                   kPrivate);
}

}  // namespace spcs::emulator_http
