// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/environment.h"

#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "provider/base/file.h"
#include "provider/base/status.h"

namespace spcs::snowflake {

std::optional<std::string> SystemEnvironment::Variable(const std::string& name) const {
  return GetEnv(name);
}
bool SystemEnvironment::Exists(const std::string& path) const {
  return ::access(path.c_str(), F_OK) == 0;
}
absl::StatusOr<std::string> SystemEnvironment::Read(const std::string& path) const {
  return ReadFile(path);
}
absl::StatusOr<unsigned> SystemEnvironment::Mode(const std::string& path) const {
  return FileMode(path);
}

absl::Status CheckPrivate(const Environment& environment, const std::string& path) {
  ASSIGN_OR_RETURN(const unsigned mode, environment.Mode(path));
  const bool skip =
      absl::EqualsIgnoreCase(environment.Variable("SF_SKIP_TOKEN_FILE_PERMISSIONS_VERIFICATION").value_or(""), "true");
  const char* who_may = (mode & 0022) != 0 ? "change" : (mode & 0055) != 0 && !skip ? "read" : nullptr;
  if (who_may == nullptr) return absl::OkStatus();
  return WithFact(absl::PermissionDeniedError(absl::StrFormat(
                      "%s is not protected: other users of this machine may %s it (mode %04o)", path, who_may, mode)),
                  kAdvice, absl::StrCat("Run: chmod 600 '", path, "'"));
}

std::string ExpandHome(const Environment& environment, const std::string& path) {
  if (path != "~" && !absl::StartsWith(path, "~/")) return path;
  return absl::StrCat(environment.Variable("HOME").value_or(""), path.substr(1));
}

}  // namespace spcs::snowflake
