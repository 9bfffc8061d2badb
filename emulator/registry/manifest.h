// SPDX-License-Identifier: MPL-2.0
// What a manifest or index must look like, and what it names. Checked before it is kept.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace spcs::registry {

struct Descriptor {
  std::string media_type, digest;
  uint64_t size = 0;
  bool foreign = false;      // has urls: its content is elsewhere
  std::string architecture;  // of an index's entry; "" when it does not say
};

struct Manifest {
  bool is_index = false;
  Descriptor config;               // of a manifest
  std::vector<Descriptor> layers;  // of a manifest; the manifests of an index
};

// Whether the registry takes manifests of this media type.
bool IsManifestType(absl::string_view media_type);

// InvalidArgument says what is wrong with the text.
absl::StatusOr<Manifest> ParseManifest(absl::string_view media_type, absl::string_view text);

}  // namespace spcs::registry
