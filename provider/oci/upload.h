// SPDX-License-Identifier: MPL-2.0
// The upload of one blob, from the question whether it is there to the end. Used by PushImage.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "provider/oci/digest.h"
#include "provider/oci/image.h"
#include "provider/oci/push.h"
#include "provider/oci/registry_client.h"

namespace spcs::oci {

// Reads a part of a file in pieces, hashing each byte once however often it is read.
class HashedPart {
 public:
  explicit HashedPart(FilePart part) : part_(std::move(part)) {}
  int64_t size() const { return part_.size; }
  absl::Status ReadAt(int64_t offset, char* buffer, size_t size);
  // How far the hash has come: reading must not skip anything.
  int64_t hashed() const { return hashed_; }
  // Of the whole. Everything must have been read; called once.
  std::string Digest() { return sha_.Digest(); }

 private:
  const FilePart part_;
  Sha256 sha_;
  int64_t hashed_ = 0;
};

// Used by one thread, once.
class BlobUpload {
 public:
  // All references outlive it. `result` gets what happened.
  BlobUpload(RegistryClient& client, const std::string& repository, const Blob& blob, const std::string& mount_from,
             const PushOptions& options, PushResult& result, std::stop_token stop)
      : client_(client),
        repository_(repository),
        blob_(blob),
        mount_from_(mount_from),
        options_(options),
        result_(result),
        stop_(std::move(stop)) {}

  absl::Status Run();

 private:
  absl::StatusOr<bool> IsPresent();
  // Begins a new upload; true when the blob was mounted instead.
  absl::StatusOr<bool> Start();
  // Sends what is left. Any failure that may pass is left to the caller.
  absl::Status SendRest();
  absl::Status SendChunk(int64_t end);
  absl::Status Finish();
  // Asks the registry how far the upload is; starts anew when it knows nothing of it.
  absl::Status Resume();
  absl::Status CheckContent();
  bool MayPass(const absl::Status& status) const;
  std::string What() const;

  RegistryClient& client_;
  const std::string& repository_;
  const Blob& blob_;
  const std::string& mount_from_;
  const PushOptions& options_;
  PushResult& result_;
  const std::stop_token stop_;

  std::unique_ptr<HashedPart> content_;
  std::string location_;
  int64_t offset_ = 0;  // what the registry has
  bool checked_ = false;
};

}  // namespace spcs::oci
