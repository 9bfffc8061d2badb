// SPDX-License-Identifier: MPL-2.0
#include "provider/oci/remote.h"

#include <unistd.h>

#include <cerrno>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "provider/base/status.h"
#include "provider/oci/digest.h"

namespace spcs::oci {
namespace {

constexpr int kAttempts = 8;
constexpr int kRedirects = 5;
constexpr absl::Duration kPause = absl::Milliseconds(500);

// Appends what comes to a file and hashes it.
class FileSink : public http::BodySink {
 public:
  FileSink(const File& file, int64_t limit) : file_(file), limit_(limit) {}

  absl::Status Write(absl::string_view piece) override {
    if (size_ + static_cast<int64_t>(piece.size()) > limit_) {
      return absl::FailedPreconditionError("the registry sends more than the manifest says");
    }
    sha_.Update(piece);
    while (!piece.empty()) {
      const ssize_t count = ::pwrite(file_.fd(), piece.data(), piece.size(), size_);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return absl::ErrnoToStatus(errno, "cannot write to a temporary file (see TMPDIR)");
      size_ += count;
      piece.remove_prefix(static_cast<size_t>(count));
    }
    return absl::OkStatus();
  }
  int64_t size() const { return size_; }
  std::string Digest() { return sha_.Digest(); }

 private:
  const File& file_;
  const int64_t limit_;
  int64_t size_ = 0;
  Sha256 sha_;
};

// One request for the rest of the blob, following the registry to its storage.
absl::Status FetchRest(RegistryClient& client, const std::string& repository, const Descriptor& blob, FileSink& sink,
                       std::stop_token stop) {
  std::string url = absl::StrCat("/v2/", repository, "/blobs/", blob.digest);
  for (int hop = 0; hop <= kRedirects; ++hop) {
    const int64_t before = sink.size();
    http::Headers headers;
    if (before > 0) headers.emplace_back("Range", absl::StrCat("bytes=", before, "-"));
    ASSIGN_OR_RETURN(const http::Response response,
                     client.Send({.url = url, .repository = repository, .headers = headers, .sink = &sink}, stop));
    if (response.status == 301 || response.status == 302 || response.status == 303 || response.status == 307 ||
        response.status == 308) {
      url = client.LocationOf(response);
      continue;
    }
    if (response.status == 206 || (response.status == 200 && before == 0)) return absl::OkStatus();
    const absl::Status refusal = RefusalOf(response, absl::StrCat("cannot pull ", blob.digest), client.origin());
    const bool passes = response.status == 401 || response.status == 429 || response.status >= 500;
    return passes ? absl::AbortedError(refusal.message()) : refusal;
  }
  return absl::UnavailableError(absl::StrCat("cannot pull ", blob.digest, ": redirected too often"));
}

absl::StatusOr<FilePart> Fetch(RegistryClient& client, const std::string& repository, const Descriptor& blob,
                               std::stop_token stop) {
  ASSIGN_OR_RETURN(std::shared_ptr<const File> file, File::Temporary());
  FileSink sink(*file, blob.size);
  for (int attempt = 1; sink.size() < blob.size || attempt == 1; ++attempt) {
    const absl::Status status = FetchRest(client, repository, blob, sink, stop);
    const bool passes =
        absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) || absl::IsAborted(status) || status.ok();
    if (!passes) return status;
    if (sink.size() >= blob.size) break;
    if (attempt >= kAttempts) {
      return status.ok() ? absl::UnavailableError(absl::StrCat("cannot pull ", blob.digest, " whole")) : status;
    }
    if (!client.clock().Sleep(kPause, stop)) return absl::CancelledError("stopped while pulling an image");
  }
  if (const std::string actual = sink.Digest(); actual != blob.digest) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the registry ", client.origin(), " sent something with the digest ", actual, " for ", blob.digest));
  }
  return FilePart{file, 0, blob.size};
}

absl::StatusOr<std::string> PlatformOf(RegistryClient& client, const std::string& repository, const Manifest& manifest,
                                       std::stop_token stop) {
  constexpr int64_t kLargestConfig = 4 << 20;
  if (manifest.config.size > kLargestConfig) return absl::InvalidArgumentError("its configuration is too large");
  ASSIGN_OR_RETURN(const FilePart part, Fetch(client, repository, manifest.config, stop));
  std::string text(static_cast<size_t>(part.size), '\0');
  RETURN_IF_ERROR(part.file->ReadAt(0, text.data(), text.size()));
  return PlatformOfConfig(text);
}

absl::Status WrongPlatform(const Reference& reference, const std::string& platform,
                           const std::set<std::string>& there) {
  return absl::InvalidArgumentError(absl::StrCat(reference.ToString(), " has no image for ", platform,
                                                 there.empty() ? "" : ", only for ", absl::StrJoin(there, ", ")));
}

}  // namespace

absl::StatusOr<Image> OpenRemote(RegistryClient& client, const Reference& reference, const std::string& platform,
                                 std::stop_token stop) {
  const std::string& repository = reference.repository;
  ASSIGN_OR_RETURN(ManifestInfo info, client.GetManifest(repository, reference.version(), stop));
  std::set<std::string> there;
  if (IsIndexType(info.media_type)) {
    ASSIGN_OR_RETURN(const std::vector<Descriptor> entries, ParseIndex(info.bytes));
    std::string chosen;
    for (const Descriptor& entry : entries) {
      if (entry.platform == platform && chosen.empty()) chosen = entry.digest;
      if (entry.platform != "unknown/unknown") there.insert(entry.platform);
    }
    if (chosen.empty()) return WrongPlatform(reference, platform, there);
    ASSIGN_OR_RETURN(info, client.GetManifest(repository, chosen, stop));
  }
  if (!IsManifestType(info.media_type)) {
    return absl::InvalidArgumentError(
        absl::StrCat(reference.ToString(), " is no image: its media type is \"", info.media_type, "\""));
  }
  ASSIGN_OR_RETURN(const Manifest manifest, ParseManifest(info.bytes));
  if (there.empty()) {
    ASSIGN_OR_RETURN(const std::string actual, PlatformOf(client, repository, manifest, stop));
    if (actual != platform) return WrongPlatform(reference, platform, {actual});
  }
  Image image{.manifest = std::move(info.bytes),
              .media_type = info.media_type,
              .digest = info.digest,
              .platform = platform,
              .source = reference.ToString(),
              .blobs = {},
              .mount_from = {}};
  for (Descriptor& blob : BlobsOf(manifest)) {
    Descriptor copy = blob;
    image.blobs.push_back({std::move(blob), [&client, repository, copy](std::stop_token when) {
                             return Fetch(client, repository, copy, when);
                           }});
  }
  return image;
}

}  // namespace spcs::oci
