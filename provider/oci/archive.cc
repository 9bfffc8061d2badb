// SPDX-License-Identifier: MPL-2.0
// Tar files of `docker save`. Newer ones hold an OCI layout. The older form has a configuration and uncompressed
// layers; its manifest is made here. The configuration tells the digests of those layers, so nothing large is read for
// it.
#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"
#include "provider/oci/content.h"
#include "provider/oci/digest.h"

namespace spcs::oci {
namespace {

constexpr absl::string_view kConfigType = "application/vnd.oci.image.config.v1+json";
constexpr absl::string_view kTarType = "application/vnd.oci.image.layer.v1.tar";
constexpr absl::string_view kGzipType = "application/vnd.oci.image.layer.v1.tar+gzip";
constexpr size_t kPiece = 1u << 20;

absl::Status NoImage(const Content& content, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(content.description(), " is no image of `docker save`: ", why));
}

std::vector<std::string> Strings(const nlohmann::json& json, const char* member) {
  std::vector<std::string> texts;
  if (!json.is_object() || !json.contains(member) || !json[member].is_array()) return texts;
  for (const nlohmann::json& item : json[member]) {
    if (item.is_string()) texts.push_back(item.get<std::string>());
  }
  return texts;
}

// The entry of manifest.json that is wanted.
absl::StatusOr<nlohmann::json> ChooseEntry(const Content& content, const Choice& choice) {
  ASSIGN_OR_RETURN(const std::string text, content.Read("manifest.json"));
  const absl::StatusOr<nlohmann::json> list = ParseJson(text);
  if (!list.ok() || !list->is_array() || list->empty())
    return NoImage(content, "its manifest.json is no list of images");
  std::vector<nlohmann::json> fitting;
  std::set<std::string> names;
  for (const nlohmann::json& entry : *list) {
    const std::vector<std::string> tags = Strings(entry, "RepoTags");
    names.insert(tags.begin(), tags.end());
    const bool fits = choice.name.empty() || std::any_of(tags.begin(), tags.end(), [&](const std::string& tag) {
                        return tag == choice.name || absl::EndsWith(tag, absl::StrCat("/", choice.name));
                      });
    if (fits) fitting.push_back(entry);
  }
  if (fitting.size() == 1) return fitting[0];
  return WithFact(absl::InvalidArgumentError(absl::StrCat(
                      content.description(), fitting.empty() ? " has no image named \"" : " holds several images",
                      fitting.empty() ? absl::StrCat(choice.name, "\"") : "", ": ", absl::StrJoin(names, ", "))),
                  kAdvice, "Say which one with `image`.");
}

absl::StatusOr<std::string> DigestOfPart(const FilePart& part) {
  Sha256 sha;
  std::string buffer(kPiece, '\0');
  for (int64_t done = 0; done < part.size;) {
    const auto count = static_cast<size_t>(std::min<int64_t>(part.size - done, kPiece));
    RETURN_IF_ERROR(part.file->ReadAt(part.offset + done, buffer.data(), count));
    sha.Update({buffer.data(), count});
    done += static_cast<int64_t>(count);
  }
  return sha.Digest();
}

// A layer as it is: plain, whose digest the configuration knows, or compressed, which has to be read for it.
absl::StatusOr<Descriptor> LayerOf(const Content& content, const std::string& file, const std::string& diff_id) {
  const absl::StatusOr<FilePart> part = content.Open(file);
  if (!part.ok()) return NoImage(content, absl::StrCat("the layer ", file, " is missing"));
  char magic[2] = {};
  if (part->size >= 2) RETURN_IF_ERROR(part->file->ReadAt(part->offset, magic, sizeof magic));
  const bool gzip = magic[0] == '\x1f' && magic[1] == '\x8b';
  Descriptor layer{.media_type = std::string(gzip ? kGzipType : kTarType),
                   .digest = diff_id,
                   .size = part->size,
                   .platform = {},
                   .name = {}};
  if (gzip) {
    ASSIGN_OR_RETURN(layer.digest, DigestOfPart(*part));
  }
  return layer;
}

nlohmann::ordered_json ToJson(const Descriptor& descriptor) {
  return {{"mediaType", descriptor.media_type}, {"digest", descriptor.digest}, {"size", descriptor.size}};
}

absl::StatusOr<Image> ReadLegacy(std::shared_ptr<const Content> content, const Choice& choice) {
  ASSIGN_OR_RETURN(const nlohmann::json entry, ChooseEntry(*content, choice));
  const std::string config_file = JsonString(entry, "Config");
  const std::vector<std::string> files = Strings(entry, "Layers");
  const absl::StatusOr<std::string> config = content->Read(config_file);
  if (!config.ok()) return NoImage(*content, absl::StrCat("its configuration ", config_file, " is missing"));
  const absl::StatusOr<nlohmann::json> json = ParseJson(*config);
  if (!json.ok() || !json->is_object()) return NoImage(*content, "its configuration is no JSON");
  ASSIGN_OR_RETURN(const std::string platform, PlatformOfConfig(*config));
  if (platform != choice.platform) {
    return WithFact(
        absl::InvalidArgumentError(absl::StrCat(content->description(), " has no image for ", choice.platform,
                                                ", only for ", platform.empty() ? "an unnamed platform" : platform)),
        kAdvice, absl::StrCat("Build the image for it: `docker build --platform ", choice.platform, " …`."));
  }
  const std::vector<std::string> diff_ids =
      json->contains("rootfs") ? Strings((*json)["rootfs"], "diff_ids") : std::vector<std::string>();
  if (diff_ids.size() != files.size() || !std::all_of(diff_ids.begin(), diff_ids.end(), IsDigest)) {
    return NoImage(*content, "its configuration does not tell the digests of its layers");
  }
  Image image{.manifest = {},
              .media_type = std::string(kOciManifest),
              .digest = {},
              .platform = platform,
              .source = content->description(),
              .blobs = {},
              .mount_from = {}};
  const Descriptor config_descriptor{.media_type = std::string(kConfigType),
                                     .digest = DigestOf(*config),
                                     .size = static_cast<int64_t>(config->size()),
                                     .platform = {},
                                     .name = {}};
  image.blobs.push_back(BlobIn(content, config_file, config_descriptor));
  nlohmann::ordered_json manifest = {
      {"schemaVersion", 2}, {"mediaType", std::string(kOciManifest)}, {"config", ToJson(config_descriptor)}};
  manifest["layers"] = nlohmann::ordered_json::array();
  std::set<std::string> seen;
  for (size_t i = 0; i < files.size(); ++i) {
    ASSIGN_OR_RETURN(Descriptor layer, LayerOf(*content, files[i], diff_ids[i]));
    manifest["layers"].push_back(ToJson(layer));
    if (seen.insert(layer.digest).second) image.blobs.push_back(BlobIn(content, files[i], std::move(layer)));
  }
  image.manifest = manifest.dump();
  image.digest = DigestOf(image.manifest);
  return image;
}

}  // namespace

absl::StatusOr<Image> OpenArchive(const std::string& path, const Choice& choice) {
  ASSIGN_OR_RETURN(std::shared_ptr<const Content> content, TarContent(path));
  if (content->Has("index.json") && content->Has("oci-layout")) return ReadLayout(std::move(content), choice);
  if (!content->Has("manifest.json")) return NoImage(*content, "it has neither an index.json nor a manifest.json");
  return ReadLegacy(std::move(content), choice);
}

}  // namespace spcs::oci
