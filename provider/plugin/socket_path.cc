// SPDX-License-Identifier: MPL-2.0
#include "provider/plugin/socket_path.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "provider/base/file.h"
#include "provider/base/random.h"
#include "provider/base/status.h"

namespace spcs::plugin {
namespace {

// The path in that folder, or what is wrong with the folder.
absl::StatusOr<std::string> PathIn(absl::string_view folder) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(std::string(folder), error);
  if (error) return absl::FailedPreconditionError(absl::StrCat(folder, ": ", error.message()));
  const std::string path = (absolute / absl::StrCat("plugin", RandomName(8))).string();
  if (path.size() > kMaxSocketPath) {
    return absl::FailedPreconditionError(absl::StrCat(folder, ": too long: a socket's path has at most ",
                                                      kMaxSocketPath, " bytes, this would have ", path.size()));
  }
  if (path.find('\n') != path.npos || path.find('|') != path.npos) {
    return absl::FailedPreconditionError(absl::StrCat(folder, ": the handshake cannot carry \"|\" or a line break"));
  }
  if (!std::filesystem::is_directory(absolute, error)) {
    return absl::FailedPreconditionError(absl::StrCat(folder, ": no such folder"));
  }
  if (::access(absolute.c_str(), W_OK | X_OK) != 0) {
    return absl::FailedPreconditionError(absl::StrCat(folder, ": cannot be written: ", std::strerror(errno)));
  }
  return path;
}

absl::StatusOr<gid_t> FindGroup(absl::string_view group) {
  unsigned number = 0;
  if (absl::SimpleAtoi(group, &number)) return number;
  // Not getgrnam(): in a static binary it would load shared libraries.
  ASSIGN_OR_RETURN(const std::string file, ReadFile("/etc/group"));
  for (absl::string_view line : absl::StrSplit(file, '\n')) {
    const std::vector<absl::string_view> cells = absl::StrSplit(line, ':');
    if (cells.size() >= 3 && cells[0] == group && absl::SimpleAtoi(cells[2], &number)) return number;
  }
  return absl::NotFoundError(absl::StrCat("PLUGIN_UNIX_SOCKET_GROUP: /etc/group has no group \"", group, "\""));
}

}  // namespace

absl::StatusOr<std::string> NewSocketPath(absl::string_view folder, const Environment& environment) {
  std::vector<std::string> folders;
  if (!folder.empty()) {
    folders = {std::string(folder)};  // the client may see no other folder
  } else {
    if (const std::optional<std::string> tmp = environment("TMPDIR")) folders.push_back(*tmp);
    folders.insert(folders.end(), {"/tmp", "."});
  }
  std::vector<std::string> problems;
  for (const std::string& candidate : folders) {
    absl::StatusOr<std::string> path = PathIn(candidate);
    if (path.ok()) return path;
    problems.push_back(absl::StrCat("  ", path.status().message()));
  }
  return absl::FailedPreconditionError(
      absl::StrCat("no folder for the provider's socket. Set TMPDIR to a short, writable one. Tried:\n",
                   absl::StrJoin(problems, "\n")));
}

absl::Status ShareWithGroup(const std::string& socket_path, absl::string_view group) {
  ASSIGN_OR_RETURN(const gid_t id, FindGroup(group));
  if (::chown(socket_path.c_str(), static_cast<uid_t>(-1), id) != 0 || ::chmod(socket_path.c_str(), 0660) != 0) {
    return absl::PermissionDeniedError(absl::StrCat("PLUGIN_UNIX_SOCKET_GROUP: cannot give the socket to group \"",
                                                    group, "\": ", std::strerror(errno)));
  }
  return absl::OkStatus();
}

}  // namespace spcs::plugin
