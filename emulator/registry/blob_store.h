// SPDX-License-Identifier: MPL-2.0
// The content of the image registry on disk: files named by their SHA-256, and uploads that are growing. Which image
// may see which content is not known here (see repositories.h). Used by Registry; nothing is held in memory but the
// state of running hashes.
#pragma once

#include <openssl/evp.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "provider/base/mutex.h"

namespace spcs::registry {

// "sha256:" and 64 lower-case digits.
bool IsDigest(absl::string_view digest);
std::string DigestOf(absl::string_view bytes);

// One blob that is being uploaded. Used by one request at a time: see Claim().
class Upload {
 public:
  Upload(std::string id, std::string scope, std::string path, int fd);
  ~Upload();  // removes the file unless it was committed
  Upload(const Upload&) = delete;
  Upload& operator=(const Upload&) = delete;

  const std::string& id() const { return id_; }
  const std::string& scope() const { return scope_; }  // whose upload it is: opaque here
  uint64_t size() const { return size_; }

  // False while another request writes to it.
  bool Claim();
  void Release();

  // Adds bytes and hashes them. Written through at Flush() at the latest.
  absl::Status Append(absl::string_view bytes);
  absl::Status Flush();

 private:
  friend class BlobStore;
  struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };

  const std::string id_, scope_, path_;
  int fd_;
  uint64_t size_ = 0;
  std::string buffer_;
  std::unique_ptr<EVP_MD_CTX, FreeContext> hash_;
  bool committed_ = false;
  Mutex mu_;
  bool claimed_ ABSL_GUARDED_BY(mu_) = false;
};

// Thread-safe.
class BlobStore {
 public:
  // Makes the folder when it is absent; uploads of an earlier run are gone.
  static absl::StatusOr<std::unique_ptr<BlobStore>> Open(const std::string& folder);

  std::string PathOf(absl::string_view digest) const;
  std::optional<uint64_t> SizeOf(absl::string_view digest) const;
  // A small blob whole: manifests and configurations.
  absl::StatusOr<std::string> Read(absl::string_view digest) const;
  // Keeps small content under its digest.
  absl::Status Put(absl::string_view digest, absl::string_view bytes);

  // Removes the blobs for which `is_used` is false. To be called before anything is uploaded.
  void Sweep(const std::function<bool(const std::string& digest)>& is_used) const;

  absl::StatusOr<std::shared_ptr<Upload>> Start(const std::string& scope);
  // nullptr when there is no such upload in this scope.
  std::shared_ptr<Upload> Find(const std::string& id, absl::string_view scope);
  void Cancel(const std::string& id);
  // The claimed upload becomes the blob `digest`. InvalidArgument, and the upload is gone, when its content is another.
  absl::Status Commit(Upload& upload, absl::string_view digest);

 private:
  explicit BlobStore(std::string folder) : folder_(std::move(folder)) {}

  const std::string folder_;
  Mutex mu_;
  std::map<std::string, std::shared_ptr<Upload>> uploads_ ABSL_GUARDED_BY(mu_);
};

}  // namespace spcs::registry
