// SPDX-License-Identifier: MPL-2.0
// OCI layouts: the index that is their root, and the one image that is wanted in it.
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "provider/base/status.h"
#include "provider/oci/content.h"
#include "provider/oci/digest.h"

namespace spcs::oci {
namespace {

constexpr int kDeepestIndex = 4;

std::string BlobFile(absl::string_view digest) {
  return absl::StrCat("blobs/sha256/", absl::StripPrefix(digest, "sha256:"));
}

// What is found on the way through the indexes.
struct Found {
  std::vector<Descriptor> images;  // of the platform
  std::set<std::string> others;    // platforms that are not wanted
};

// "docker.io/library/app:1" is also known as "app:1", and "app:1" as "1".
bool NameFits(absl::string_view name, absl::string_view wanted) {
  return wanted.empty() || name == wanted || absl::EndsWith(name, absl::StrCat("/", wanted)) ||
         absl::EndsWith(name, absl::StrCat(":", wanted));
}

class LayoutReader {
 public:
  LayoutReader(std::shared_ptr<const Content> content, const Choice& choice)
      : content_(std::move(content)), choice_(choice) {}

  absl::StatusOr<Image> Read() {
    ASSIGN_OR_RETURN(const std::string root, content_->Read("index.json"));
    absl::StatusOr<std::vector<Descriptor>> entries = ParseIndex(root);
    if (!entries.ok()) return Annotate(entries.status(), absl::StrCat("index.json of ", content_->description()));
    std::vector<Descriptor> wanted;
    std::set<std::string> names;
    for (const Descriptor& entry : *entries) {
      if (NameFits(entry.name, choice_.name)) wanted.push_back(entry);
      if (!entry.name.empty()) names.insert(entry.name);
    }
    if (wanted.empty() && !entries->empty()) {
      return absl::InvalidArgumentError(absl::StrCat(content_->description(), " has no image named \"", choice_.name,
                                                     "\", but ", absl::StrJoin(names, ", ")));
    }
    Found found;
    for (const Descriptor& entry : wanted) RETURN_IF_ERROR(Visit(entry, 0, found));
    ASSIGN_OR_RETURN(const Descriptor chosen, Only(found, names));
    return Open(chosen);
  }

 private:
  absl::StatusOr<std::string> ReadBlob(const Descriptor& descriptor) {
    const absl::StatusOr<std::string> text = content_->Read(BlobFile(descriptor.digest));
    if (absl::IsNotFound(text.status())) {
      return absl::FailedPreconditionError(
          absl::StrCat(content_->description(), " lacks the content of ", descriptor.digest));
    }
    RETURN_IF_ERROR(text.status());
    RETURN_IF_ERROR(CheckDigest(*text, descriptor.digest, content_->description()));
    return text;
  }

  absl::Status Visit(const Descriptor& entry, int depth, Found& found) {
    if (depth > kDeepestIndex) return absl::InvalidArgumentError("indexes in indexes without end");
    if (IsIndexType(entry.media_type)) {
      ASSIGN_OR_RETURN(const std::string text, ReadBlob(entry));
      ASSIGN_OR_RETURN(const std::vector<Descriptor> entries, ParseIndex(text));
      for (const Descriptor& inner : entries) RETURN_IF_ERROR(Visit(inner, depth + 1, found));
      return absl::OkStatus();
    }
    if (!IsManifestType(entry.media_type)) return absl::OkStatus();  // not an image
    std::string platform = entry.platform;
    if (platform.empty()) {
      ASSIGN_OR_RETURN(const std::string text, ReadBlob(entry));
      ASSIGN_OR_RETURN(const Manifest manifest, ParseManifest(text));
      ASSIGN_OR_RETURN(const std::string config, ReadBlob(manifest.config));
      ASSIGN_OR_RETURN(platform, PlatformOfConfig(config));
    }
    if (platform == "unknown/unknown") return absl::OkStatus();  // an attestation
    if (platform != choice_.platform) {
      found.others.insert(platform);
      return absl::OkStatus();
    }
    for (const Descriptor& known : found.images) {
      if (known.digest == entry.digest) return absl::OkStatus();
    }
    found.images.push_back(entry);
    return absl::OkStatus();
  }

  absl::StatusOr<Descriptor> Only(const Found& found, const std::set<std::string>& names) {
    if (found.images.size() == 1) return found.images[0];
    if (found.images.empty()) {
      return WithFact(
          absl::InvalidArgumentError(absl::StrCat(content_->description(), " has no image for ", choice_.platform,
                                                  found.others.empty() ? ": it is empty" : ", only for ",
                                                  absl::StrJoin(found.others, ", "))),
          kAdvice, absl::StrCat("Build the image for it: `docker buildx build --platform ", choice_.platform, " …`."));
    }
    return WithFact(
        absl::InvalidArgumentError(absl::StrCat(content_->description(), " holds ", found.images.size(), " images for ",
                                                choice_.platform, ": ", absl::StrJoin(names, ", "))),
        kAdvice, "Say which one with `image`.");
  }

  absl::StatusOr<Image> Open(const Descriptor& chosen) {
    Image image{.manifest = {},
                .media_type = chosen.media_type,
                .digest = chosen.digest,
                .platform = choice_.platform,
                .source = content_->description(),
                .blobs = {},
                .mount_from = {}};
    ASSIGN_OR_RETURN(image.manifest, ReadBlob(chosen));
    const absl::StatusOr<Manifest> manifest = ParseManifest(image.manifest);
    if (!manifest.ok()) return Annotate(manifest.status(), absl::StrCat("the manifest in ", image.source));
    for (Descriptor& blob : BlobsOf(*manifest)) {
      const std::string file = BlobFile(blob.digest);
      if (!content_->Has(file)) {
        return absl::FailedPreconditionError(absl::StrCat(image.source, " lacks the content of ", blob.digest));
      }
      image.blobs.push_back(BlobIn(content_, file, std::move(blob)));
    }
    return image;
  }

  std::shared_ptr<const Content> content_;
  const Choice& choice_;
};

}  // namespace

absl::StatusOr<Image> ReadLayout(std::shared_ptr<const Content> content, const Choice& choice) {
  return LayoutReader(std::move(content), choice).Read();
}

absl::StatusOr<Image> OpenLayout(const std::string& folder, const Choice& choice) {
  std::shared_ptr<const Content> content = FolderContent(folder);
  if (!content->Has("oci-layout") || !content->Has("index.json")) {
    return WithFact(absl::NotFoundError(absl::StrCat(folder, " is no OCI layout: it has no oci-layout or index.json")),
                    kAdvice,
                    "Write one with `skopeo copy … oci:FOLDER` or `docker buildx build --output type=oci,tar=false`.");
  }
  return ReadLayout(std::move(content), choice);
}

}  // namespace spcs::oci
