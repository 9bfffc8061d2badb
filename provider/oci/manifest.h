// SPDX-License-Identifier: MPL-2.0
// Manifests and indexes as far as pushing and choosing needs them. The bytes of a manifest are never written anew:
// its digest is that of its bytes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace spcs::oci {

inline constexpr absl::string_view kOciManifest = "application/vnd.oci.image.manifest.v1+json";
inline constexpr absl::string_view kOciIndex = "application/vnd.oci.image.index.v1+json";
inline constexpr absl::string_view kDockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
inline constexpr absl::string_view kDockerList = "application/vnd.docker.distribution.manifest.list.v2+json";

// For Accept headers.
std::string ManifestTypes();
bool IsIndexType(absl::string_view media_type);
bool IsManifestType(absl::string_view media_type);

struct Descriptor {
  std::string media_type, digest;
  int64_t size = 0;
  std::string platform;  // "linux/amd64" of an index's entry; "" when it does not say
  std::string name;      // the name that an index gives its entry; "" when there is none
  bool foreign = false;  // its content is elsewhere and is not pushed
};

struct Manifest {
  std::string media_type;  // as written inside; "" when it is not
  Descriptor config;
  std::vector<Descriptor> layers;
};

// InvalidArgument says what is wrong.
absl::StatusOr<Manifest> ParseManifest(absl::string_view text);
absl::StatusOr<std::vector<Descriptor>> ParseIndex(absl::string_view text);

// "linux/amd64" of an image's configuration.
absl::StatusOr<std::string> PlatformOfConfig(absl::string_view text);

}  // namespace spcs::oci
