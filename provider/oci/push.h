// SPDX-License-Identifier: MPL-2.0
// Pushes an image: blobs that the registry has are not sent, a few others at once, and an upload that is cut goes on
// where the registry says it ends. The manifest comes last, so a tag never leads to half an image.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "absl/status/statusor.h"
#include "provider/oci/image.h"
#include "provider/oci/registry_client.h"

namespace spcs::oci {

struct PushOptions {
  int parallel = 4;
  // What is sent in one request. A registry that forgets a request that was cut loses no more than this.
  int64_t chunk = int64_t{256} << 20;
  // Tries of one blob without progress, and the pause between them, which grows.
  int attempts = 8;
  absl::Duration first_pause = absl::Milliseconds(300);
  absl::Duration longest_pause = absl::Seconds(15);
};

struct PushResult {
  int sent = 0, present = 0, mounted = 0;  // blobs
  int64_t sent_bytes = 0;                  // what was sent twice counts twice
  int resumed = 0;                         // how often an upload went on behind a fault
};

// `repository` is the image's path in the registry, `reference` a tag or the manifest's digest. Each blob's content is
// hashed while it is sent, and refused (FailedPrecondition) before the registry keeps it when its digest is not the
// manifest's. Cancelled on `stop`.
absl::StatusOr<PushResult> PushImage(RegistryClient& client, const std::string& repository,
                                     const std::string& reference, const Image& image, const PushOptions& options,
                                     std::stop_token stop);

}  // namespace spcs::oci
