// SPDX-License-Identifier: MPL-2.0
#include "provider/oci/manifest.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"
#include "provider/oci/digest.h"

namespace spcs::oci {
namespace {

constexpr char kRefName[] = "org.opencontainers.image.ref.name";
constexpr char kContainerdName[] = "io.containerd.image.name";

absl::Status Invalid(absl::string_view what) {
  return absl::InvalidArgumentError(what);
}

std::string PlatformOf(const nlohmann::json& json) {
  const std::string os = JsonString(json, "os"), architecture = JsonString(json, "architecture");
  return os.empty() && architecture.empty() ? "" : absl::StrCat(os, "/", architecture);
}

absl::StatusOr<Descriptor> ParseDescriptor(const nlohmann::json& json, absl::string_view place) {
  Descriptor descriptor{.media_type = JsonString(json, "mediaType"),
                        .digest = JsonString(json, "digest"),
                        .size = JsonInt(json, "size"),
                        .platform = {},
                        .name = {}};
  if (!IsDigest(descriptor.digest)) return Invalid(absl::StrCat(place, ".digest is no sha256 digest"));
  if (descriptor.size < 0) return Invalid(absl::StrCat(place, ".size is negative"));
  if (json.contains("platform")) descriptor.platform = PlatformOf(json["platform"]);
  if (json.contains("annotations")) {
    descriptor.name = JsonString(json["annotations"], kContainerdName);
    if (descriptor.name.empty()) descriptor.name = JsonString(json["annotations"], kRefName);
  }
  descriptor.foreign = json.contains("urls") && json["urls"].is_array() && !json["urls"].empty();
  return descriptor;
}

absl::StatusOr<std::vector<Descriptor>> ParseDescriptors(const nlohmann::json& json, const std::string& member) {
  if (!json.contains(member) || !json[member].is_array()) return Invalid(absl::StrCat("it has no list ", member));
  std::vector<Descriptor> all;
  for (const nlohmann::json& item : json[member]) {
    ASSIGN_OR_RETURN(Descriptor descriptor, ParseDescriptor(item, absl::StrCat(member, "[", all.size(), "]")));
    all.push_back(std::move(descriptor));
  }
  return all;
}

absl::StatusOr<nlohmann::json> ParseVersion2(absl::string_view text) {
  ASSIGN_OR_RETURN(nlohmann::json json, ParseJson(text));
  if (!json.is_object() || JsonInt(json, "schemaVersion") != 2) return Invalid("its schemaVersion is not 2");
  return json;
}

}  // namespace

std::string ManifestTypes() {
  return absl::StrJoin({kOciManifest, kOciIndex, kDockerManifest, kDockerList}, ", ");
}

bool IsIndexType(absl::string_view media_type) {
  return media_type == kOciIndex || media_type == kDockerList;
}

bool IsManifestType(absl::string_view media_type) {
  return media_type == kOciManifest || media_type == kDockerManifest;
}

absl::StatusOr<Manifest> ParseManifest(absl::string_view text) {
  ASSIGN_OR_RETURN(const nlohmann::json json, ParseVersion2(text));
  Manifest manifest{.media_type = JsonString(json, "mediaType"), .config = {}, .layers = {}};
  if (!json.contains("config")) return Invalid("it has no config");
  ASSIGN_OR_RETURN(manifest.config, ParseDescriptor(json["config"], "config"));
  ASSIGN_OR_RETURN(manifest.layers, ParseDescriptors(json, "layers"));
  return manifest;
}

absl::StatusOr<std::vector<Descriptor>> ParseIndex(absl::string_view text) {
  ASSIGN_OR_RETURN(const nlohmann::json json, ParseVersion2(text));
  return ParseDescriptors(json, "manifests");
}

absl::StatusOr<std::string> PlatformOfConfig(absl::string_view text) {
  ASSIGN_OR_RETURN(const nlohmann::json json, ParseJson(text));
  if (!json.is_object()) return Invalid("the configuration is no object");
  return PlatformOf(json);
}

}  // namespace spcs::oci
