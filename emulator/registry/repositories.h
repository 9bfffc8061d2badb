// SPDX-License-Identifier: MPL-2.0
// The account's side of the registry: which repositories there are, what a role may do with them, which image has which
// blobs, manifests and tags. All of it is kept in the engine's store, so it survives a restart and goes with the
// repository. Used by Registry.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/engine/engine.h"
#include "emulator/engine/kinds/image.h"

namespace spcs::registry {

// One image of a repository: db/schema/repository/name.
struct ImageName {
  std::string database, schema, repository;  // as stored: upper case
  std::string name;                          // lower case; may hold slashes
};

// "db/schema/repository/name"; nullopt when it has fewer parts or characters that no image has.
std::optional<ImageName> ParseImageName(absl::string_view text);

// What a session may do with an image.
struct Access {
  int64_t repository = 0;
  bool pull = false, push = false;
};

// Thread-safe. Keeps a reference to the engine.
class Repositories {
 public:
  explicit Repositories(engine::Engine& engine) : engine_(engine) {}

  // NotFound when there is no such repository or the role sees none.
  absl::StatusOr<Access> Open(const engine::Session& session, const ImageName& image);

  bool HasBlob(const Access& access, const ImageName& image, absl::string_view digest);
  absl::Status LinkBlob(const Access& access, const ImageName& image, absl::string_view digest);

  std::optional<engine::PushedManifest> FindManifest(const Access& access, const ImageName& image,
                                                     absl::string_view digest);
  absl::Status RecordManifest(const Access& access, const ImageName& image, const std::string& digest,
                              const engine::PushedManifest& manifest);

  // Of every blob and manifest that a repository has.
  std::set<std::string> Digests();

  // Makes or moves the tag.
  absl::Status Tag(const engine::Session& session, const ImageName& image, const std::string& tag,
                   const std::string& digest);
  // Tag -> digest.
  absl::StatusOr<std::map<std::string, std::string>> Tags(const engine::Session& session, const ImageName& image);

 private:
  engine::Engine& engine_;
};

}  // namespace spcs::registry
