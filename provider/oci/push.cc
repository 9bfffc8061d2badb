// SPDX-License-Identifier: MPL-2.0
#include "provider/oci/push.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "provider/base/mutex.h"
#include "provider/base/status.h"
#include "provider/oci/upload.h"

namespace spcs::oci {
namespace {

// The blobs of one image, pushed by a few threads. The first failure stops the others.
class Pusher {
 public:
  Pusher(RegistryClient& client, const std::string& repository, const Image& image, const PushOptions& options,
         std::stop_token stop)
      : client_(client), repository_(repository), image_(image), options_(options), outer_(stop) {}

  absl::StatusOr<PushResult> Run() {
    std::stop_callback forward(outer_, [this] { stop_.request_stop(); });
    // Large ones first: the last thread to end then has little left.
    std::vector<const Blob*> blobs;
    for (const Blob& blob : image_.blobs) blobs.push_back(&blob);
    std::stable_sort(blobs.begin(), blobs.end(),
                     [](const Blob* a, const Blob* b) { return a->descriptor.size > b->descriptor.size; });
    std::vector<std::thread> threads;
    const size_t count = std::min<size_t>(std::max(1, options_.parallel), blobs.size());
    for (size_t i = 0; i < count; ++i) threads.emplace_back([&] { Work(blobs); });
    for (std::thread& thread : threads) thread.join();
    MutexLock lock(mu_);
    RETURN_IF_ERROR(failure_);
    return total_;
  }

 private:
  void Work(const std::vector<const Blob*>& blobs) {
    while (!stop_.stop_requested()) {
      const size_t index = next_.fetch_add(1);
      if (index >= blobs.size()) return;
      PushResult result;
      const absl::Status status =
          BlobUpload(client_, repository_, *blobs[index], image_.mount_from, options_, result, stop_.get_token()).Run();
      MutexLock lock(mu_);
      total_.sent += result.sent;
      total_.present += result.present;
      total_.mounted += result.mounted;
      total_.sent_bytes += result.sent_bytes;
      total_.resumed += result.resumed;
      if (status.ok()) continue;
      if (failure_.ok()) failure_ = status;
      stop_.request_stop();
    }
    MutexLock lock(mu_);
    if (failure_.ok()) failure_ = absl::CancelledError("stopped while pushing an image");
  }

  RegistryClient& client_;
  const std::string& repository_;
  const Image& image_;
  const PushOptions& options_;
  const std::stop_token outer_;
  std::stop_source stop_;
  std::atomic<size_t> next_ = 0;
  Mutex mu_;
  PushResult total_ ABSL_GUARDED_BY(mu_);
  absl::Status failure_ ABSL_GUARDED_BY(mu_);
};

}  // namespace

absl::StatusOr<PushResult> PushImage(RegistryClient& client, const std::string& repository,
                                     const std::string& reference, const Image& image, const PushOptions& options,
                                     std::stop_token stop) {
  ASSIGN_OR_RETURN(const PushResult result, Pusher(client, repository, image, options, stop).Run());
  RETURN_IF_ERROR(client.PutManifest(repository, reference, image.media_type, image.manifest, stop));
  client.logger().Info("image pushed", {{"image", absl::StrCat(repository, ":", reference)},
                                        {"digest", image.digest},
                                        {"sent", absl::StrCat(result.sent)},
                                        {"present", absl::StrCat(result.present)},
                                        {"mounted", absl::StrCat(result.mounted)},
                                        {"bytes", absl::StrCat(result.sent_bytes)}});
  return result;
}

}  // namespace spcs::oci
