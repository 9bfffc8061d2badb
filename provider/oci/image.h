// SPDX-License-Identifier: MPL-2.0
// One image that can be pushed: its manifest's bytes and where the content of each blob is. Made by the sources
// (layout.h, archive.h, remote.h), taken by PushImage.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "provider/oci/manifest.h"

namespace spcs::oci {

// An open file; closed when the last user is gone.
class File {
 public:
  // NotFound, PermissionDenied or Internal with the path.
  static absl::StatusOr<std::shared_ptr<const File>> Open(const std::string& path);
  // A new one that has no name and goes when it is closed, in TMPDIR or /tmp.
  static absl::StatusOr<std::shared_ptr<const File>> Temporary();
  ~File();
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  int fd() const { return fd_; }
  const std::string& path() const { return path_; }
  absl::StatusOr<int64_t> Size() const;
  // Exactly `size` bytes from `offset` on; OutOfRange when the file ends before.
  absl::Status ReadAt(int64_t offset, char* buffer, size_t size) const;

 private:
  File(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  const std::string path_;
  const int fd_;
};

// A part of a file: the content of a blob.
struct FilePart {
  std::shared_ptr<const File> file;
  int64_t offset = 0, size = 0;
};

struct Blob {
  Descriptor descriptor;
  // Brings the content to this machine, or only opens it. Called when the blob is to be sent.
  std::function<absl::StatusOr<FilePart>(std::stop_token)> open;
};

struct Image {
  std::string manifest;     // its bytes
  std::string media_type;   // of the manifest
  std::string digest;       // of the manifest
  std::string platform;     // "linux/amd64"
  std::string source;       // for messages: "the OCI layout /images/app"
  std::vector<Blob> blobs;  // the configuration and the layers, each once
  // The repository of the same registry that has the blobs already; "" when they come from elsewhere.
  std::string mount_from;
};

// The blobs that the manifest names, each once; foreign layers are left out.
std::vector<Descriptor> BlobsOf(const Manifest& manifest);

}  // namespace spcs::oci
