// SPDX-License-Identifier: MPL-2.0
#include "provider/oci/content.h"

#include <sys/stat.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "provider/base/status.h"
#include "provider/oci/digest.h"
#include "provider/oci/tar.h"

namespace spcs::oci {
namespace {

constexpr int64_t kLargestText = 4 << 20;

class Folder : public Content {
 public:
  explicit Folder(std::string folder)
      : folder_(std::move(folder)), description_(absl::StrCat("the OCI layout ", folder_)) {}

  const std::string& description() const override { return description_; }
  bool Has(const std::string& name) const override {
    struct stat info;
    return ::stat(Path(name).c_str(), &info) == 0 && S_ISREG(info.st_mode);
  }
  absl::StatusOr<FilePart> Open(const std::string& name) const override {
    FilePart part;
    ASSIGN_OR_RETURN(part.file, File::Open(Path(name)));
    ASSIGN_OR_RETURN(part.size, part.file->Size());
    return part;
  }

 private:
  std::string Path(const std::string& name) const { return absl::StrCat(folder_, "/", name); }
  const std::string folder_, description_;
};

class Tar : public Content {
 public:
  explicit Tar(TarIndex index)
      : index_(std::move(index)), description_(absl::StrCat("the archive ", index_.file()->path())) {}

  const std::string& description() const override { return description_; }
  bool Has(const std::string& name) const override { return index_.Find(name) != nullptr; }
  absl::StatusOr<FilePart> Open(const std::string& name) const override {
    const TarMember* member = index_.Find(name);
    if (member == nullptr) return absl::NotFoundError(absl::StrCat(description_, " has no ", name));
    return FilePart{index_.file(), member->offset, member->size};
  }

 private:
  const TarIndex index_;
  const std::string description_;
};

}  // namespace

absl::StatusOr<std::string> Content::Read(const std::string& name) const {
  ASSIGN_OR_RETURN(const FilePart part, Open(name));
  if (part.size > kLargestText) {
    return absl::InvalidArgumentError(absl::StrCat(name, " in ", description(), " is too large for what it should be"));
  }
  std::string text(static_cast<size_t>(part.size), '\0');
  RETURN_IF_ERROR(part.file->ReadAt(part.offset, text.data(), text.size()));
  return text;
}

std::unique_ptr<Content> FolderContent(const std::string& folder) {
  return std::make_unique<Folder>(folder);
}

absl::StatusOr<std::unique_ptr<Content>> TarContent(const std::string& path) {
  ASSIGN_OR_RETURN(auto file, File::Open(path));
  ASSIGN_OR_RETURN(TarIndex index, TarIndex::Read(std::move(file)));
  return std::make_unique<Tar>(std::move(index));
}

Blob BlobIn(std::shared_ptr<const Content> content, const std::string& file, Descriptor descriptor) {
  const int64_t size = descriptor.size;
  const auto open = [content = std::move(content), file, size](std::stop_token) -> absl::StatusOr<FilePart> {
    ASSIGN_OR_RETURN(const FilePart part, content->Open(file));
    if (part.size == size) return part;
    return absl::FailedPreconditionError(
        absl::StrCat(file, " in ", content->description(), " has ", part.size, " bytes, its manifest says ", size));
  };
  return {std::move(descriptor), open};
}

absl::Status CheckDigest(absl::string_view text, const std::string& digest, absl::string_view what) {
  const std::string actual = DigestOf(text);
  if (actual == digest) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(what, " is damaged: its content has the digest ", actual, " and not ", digest));
}

}  // namespace spcs::oci
