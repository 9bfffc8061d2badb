// SPDX-License-Identifier: MPL-2.0
// Image references of specifications: /db/schema/repository/name[:tag][@digest], with or without the registry's host.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace spcs::spec {

struct ImageReference {
  std::string host;                          // "" when it was not written
  std::string database, schema, repository;  // folded to upper case
  std::string name;                          // "ray-head", may hold slashes; lower case as the registry has it
  std::string tag;                           // "latest" when neither tag nor digest was written
  std::string digest;                        // "sha256:…" or ""

  // "/db/schema/repository/name", in lower case.
  std::string Path() const;
  // The name's last part, by which scenario files are found.
  std::string BaseName() const;
};

// Fails with 395018. `path` names the member for the message.
absl::StatusOr<ImageReference> ParseImage(absl::string_view image, absl::string_view path);

}  // namespace spcs::spec
