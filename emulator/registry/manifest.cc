// SPDX-License-Identifier: MPL-2.0
#include "emulator/registry/manifest.h"

#include <array>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "emulator/registry/blob_store.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::registry {
namespace {

constexpr absl::string_view kOciManifest = "application/vnd.oci.image.manifest.v1+json";
constexpr absl::string_view kOciIndex = "application/vnd.oci.image.index.v1+json";
constexpr absl::string_view kDockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
constexpr absl::string_view kDockerList = "application/vnd.docker.distribution.manifest.list.v2+json";

absl::Status Invalid(absl::string_view what) {
  return absl::InvalidArgumentError(what);
}

absl::StatusOr<Descriptor> ParseDescriptor(const nlohmann::json& json, absl::string_view place) {
  if (!json.is_object()) return Invalid(absl::StrCat(place, " must be a descriptor"));
  Descriptor descriptor{.media_type = JsonString(json, "mediaType"), .digest = JsonString(json, "digest")};
  if (descriptor.media_type.empty()) return Invalid(absl::StrCat(place, ".mediaType is missing"));
  if (!IsDigest(descriptor.digest)) return Invalid(absl::StrCat(place, ".digest is no sha256 digest"));
  const auto size = json.find("size");
  if (size == json.end() || !size->is_number_unsigned()) {
    return Invalid(absl::StrCat(place, ".size must be a whole number"));
  }
  descriptor.size = size->get<uint64_t>();
  descriptor.foreign = json.contains("urls") && json["urls"].is_array() && !json["urls"].empty();
  if (json.contains("platform")) descriptor.architecture = JsonString(json["platform"], "architecture");
  return descriptor;
}

absl::StatusOr<std::vector<Descriptor>> ParseDescriptors(const nlohmann::json& json, absl::string_view member) {
  const auto list = json.find(std::string(member));
  if (list == json.end() || !list->is_array()) return Invalid(absl::StrCat(member, " must be a list"));
  std::vector<Descriptor> descriptors;
  for (const nlohmann::json& item : *list) {
    ASSIGN_OR_RETURN(Descriptor descriptor, ParseDescriptor(item, absl::StrCat(member, "[", descriptors.size(), "]")));
    descriptors.push_back(std::move(descriptor));
  }
  return descriptors;
}

}  // namespace

bool IsManifestType(absl::string_view media_type) {
  return media_type == kOciManifest || media_type == kOciIndex || media_type == kDockerManifest ||
         media_type == kDockerList;
}

absl::StatusOr<Manifest> ParseManifest(absl::string_view media_type, absl::string_view text) {
  ASSIGN_OR_RETURN(const nlohmann::json json, ParseJson(text));
  if (!json.is_object()) return Invalid("the manifest is no object");
  if (JsonInt(json, "schemaVersion") != 2) return Invalid("schemaVersion must be 2");
  const std::string written = JsonString(json, "mediaType");
  if (!written.empty() && written != media_type) {
    return Invalid(absl::StrCat("mediaType ", written, " is not the Content-Type ", media_type));
  }
  const bool is_docker = media_type == kDockerManifest || media_type == kDockerList;
  if (written.empty() && is_docker) return Invalid("mediaType is missing");
  Manifest manifest{.is_index = media_type == kOciIndex || media_type == kDockerList};
  if (manifest.is_index) {
    if (json.contains("layers") || json.contains("config")) return Invalid("an index has neither config nor layers");
    ASSIGN_OR_RETURN(manifest.layers, ParseDescriptors(json, "manifests"));
    return manifest;
  }
  if (json.contains("manifests")) return Invalid("a manifest has no manifests");
  if (!json.contains("config")) return Invalid("config is missing");
  ASSIGN_OR_RETURN(manifest.config, ParseDescriptor(json["config"], "config"));
  ASSIGN_OR_RETURN(manifest.layers, ParseDescriptors(json, "layers"));
  return manifest;
}

}  // namespace spcs::registry
