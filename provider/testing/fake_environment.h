// SPDX-License-Identifier: MPL-2.0
// Variables and files of a machine that does not exist.
#pragma once

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "provider/snowflake/environment.h"

namespace spcs::testing {

class FakeEnvironment : public snowflake::Environment {
 public:
  struct File {
    std::string content;
    unsigned mode = 0600;
    bool readable = true;
  };
  std::map<std::string, std::string> variables{{"HOME", "/home/me"}};
  std::map<std::string, File> files{};

  std::optional<std::string> Variable(const std::string& name) const override {
    const auto found = variables.find(name);
    if (found == variables.end() || found->second.empty()) return std::nullopt;
    return found->second;
  }
  // A folder exists when a file is in it.
  bool Exists(const std::string& path) const override {
    const auto next = files.lower_bound(path);
    return next != files.end() && (next->first == path || absl::StartsWith(next->first, path + "/"));
  }
  absl::StatusOr<std::string> Read(const std::string& path) const override {
    const auto found = files.find(path);
    if (found == files.end()) return absl::NotFoundError(absl::StrCat("cannot read ", path));
    if (!found->second.readable) return absl::PermissionDeniedError(absl::StrCat("cannot read ", path));
    return found->second.content;
  }
  absl::StatusOr<unsigned> Mode(const std::string& path) const override {
    const auto found = files.find(path);
    if (found == files.end()) return absl::NotFoundError(absl::StrCat("cannot read ", path));
    return found->second.mode;
  }
};

}  // namespace spcs::testing
