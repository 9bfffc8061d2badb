// SPDX-License-Identifier: MPL-2.0
// Which images the account's registry holds: those that were pushed (objects of kind IMAGE), those of the file given
// with --images, or any. SHOW IMAGES lists them; CREATE SERVICE resolves its images here.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "emulator/engine/context.h"
#include "emulator/engine/kind_handler.h"
#include "emulator/engine/spec/image.h"
#include "emulator/runtime/scenario.h"

namespace spcs::engine {

class ImageCatalog {
 public:
  // `images` as EngineOptions.images. Fails when the file cannot be read or a line is no reference: a full path
  // ("/db/sc/repo/app:1"), or name[:tag] in any repository, each with an optional digest behind a blank.
  static absl::StatusOr<ImageCatalog> Load(const std::string& images);

  // The digest ("sha256:…") of an image of a repository that exists; nullopt when the image is not known.
  std::optional<std::string> DigestOf(ExecutionContext& context, const spec::ImageReference& image,
                                      const runtime::Scenarios& scenarios) const;

  // An image that can be listed.
  struct Listed {
    absl::Time created_on;
    std::string name, tag, digest;
  };
  std::vector<Listed> List(ExecutionContext& context, const Object& repository) const;

 private:
  bool any_ = false;
  std::map<std::string, std::string> listed_;  // reference as in the file -> digest, "" when none was given
};

// A manifest or index that was pushed; kept as a record beside the tags, because a digest stays when its tag moves.
struct PushedManifest {
  std::string media_type;
  std::vector<std::string> architectures;  // "amd64"; empty when it does not say

  std::string Serialize() const;
  static std::optional<PushedManifest> Parse(const std::string& text);
  // Whether it runs on nodes of this architecture; true when it does not say.
  bool RunsOn(absl::string_view architecture) const;
};

inline constexpr char kManifestSpace[] = "registry-manifest";
// The key of content of an image of the repository with this id, in kManifestSpace and the registry's own spaces.
std::string ContentKey(int64_t repository, absl::string_view image, absl::string_view digest);
// Forgets all content of the repository.
void ForgetContent(ExecutionContext& context, int64_t repository);

// Fails when the image was pushed, and not for the architecture ("amd64", "arm64").
absl::Status CheckArchitecture(ExecutionContext& context, const Object& repository, const spec::ImageReference& image,
                               absl::string_view digest, absl::string_view architecture);

// Records a pushed image, or moves its tag to the digest. The registry's caller checked the repository.
void RecordImage(ExecutionContext& context, const spec::ImageReference& image, const std::string& digest);

// SHOW IMAGES IN IMAGE REPOSITORY.
void RegisterImages(Registry& registry, std::shared_ptr<const ImageCatalog> catalog);

// "<org>-<account>.registry.snowflakecomputing.com" of this account.
std::string RegistryName(ExecutionContext& context);
// Where the registry is served: the emulator's own address, else RegistryName().
std::string RegistryHost(ExecutionContext& context);

}  // namespace spcs::engine
