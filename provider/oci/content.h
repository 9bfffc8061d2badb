// SPDX-License-Identifier: MPL-2.0
// Files by name, in a folder or in a tar file: what OCI layouts are read from. Used by the local sources.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "provider/oci/image.h"
#include "provider/oci/local_source.h"

namespace spcs::oci {

class Content {
 public:
  virtual ~Content() = default;
  // For messages: "the OCI layout /images/app".
  virtual const std::string& description() const = 0;
  virtual bool Has(const std::string& name) const = 0;
  // NotFound when there is no such file.
  virtual absl::StatusOr<FilePart> Open(const std::string& name) const = 0;

  // The text of a small file: no more than 4 MiB.
  absl::StatusOr<std::string> Read(const std::string& name) const;
};

std::unique_ptr<Content> FolderContent(const std::string& folder);
absl::StatusOr<std::unique_ptr<Content>> TarContent(const std::string& path);

// The image of an OCI layout: files oci-layout, index.json and blobs/sha256/….
absl::StatusOr<Image> ReadLayout(std::shared_ptr<const Content> content, const Choice& choice);

// A blob as a file of the content.
Blob BlobIn(std::shared_ptr<const Content> content, const std::string& file, Descriptor descriptor);

// FailedPrecondition unless `text` has the digest.
absl::Status CheckDigest(absl::string_view text, const std::string& digest, absl::string_view what);

}  // namespace spcs::oci
