// SPDX-License-Identifier: MPL-2.0
#include "provider/oci/upload.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "provider/base/status.h"
#include "provider/http/url.h"

namespace spcs::oci {
namespace {

// A chunk on its way.
class ChunkSource : public http::BodySource {
 public:
  ChunkSource(HashedPart& content, int64_t begin, int64_t end)
      : content_(content), at_(begin), begin_(begin), end_(end) {}
  int64_t size() const override { return end_ - begin_; }
  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    const auto count = static_cast<size_t>(std::min<int64_t>(static_cast<int64_t>(size), end_ - at_));
    RETURN_IF_ERROR(content_.ReadAt(at_, buffer, count));
    at_ += static_cast<int64_t>(count);
    return count;
  }
  int64_t sent() const { return at_ - begin_; }

 private:
  HashedPart& content_;
  int64_t at_;
  const int64_t begin_, end_;
};

// "0-1023" -> 1024; nullopt when the header is absent or unreadable, and for "0-0", which means nothing or one byte.
std::optional<int64_t> EndOfRange(const http::Response& response) {
  const std::optional<std::string> range = http::FindHeader(response.headers, "Range");
  int64_t last = 0;
  if (!range) return std::nullopt;
  const size_t dash = range->find('-');
  if (dash == std::string::npos || !absl::SimpleAtoi(range->substr(dash + 1), &last) || last <= 0) return std::nullopt;
  return last + 1;
}

std::string WithDigest(absl::string_view location, absl::string_view digest) {
  return absl::StrCat(location, absl::StrContains(location, "?") ? "&" : "?", "digest=", http::PercentEncode(digest));
}

}  // namespace

absl::Status HashedPart::ReadAt(int64_t offset, char* buffer, size_t size) {
  RETURN_IF_ERROR(part_.file->ReadAt(part_.offset + offset, buffer, size));
  const int64_t end = offset + static_cast<int64_t>(size);
  if (end <= hashed_) return absl::OkStatus();
  if (offset > hashed_) return absl::InternalError("a part of the content was skipped");
  const auto known = static_cast<size_t>(hashed_ - offset);
  sha_.Update({buffer + known, size - known});
  hashed_ = end;
  return absl::OkStatus();
}

std::string BlobUpload::What() const {
  return absl::StrCat("cannot push ", blob_.descriptor.digest, " to ", repository_);
}

bool BlobUpload::MayPass(const absl::Status& status) const {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) || absl::IsAborted(status);
}

absl::Status BlobUpload::Run() {
  ASSIGN_OR_RETURN(const bool present, IsPresent());
  if (present) {
    ++result_.present;
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const bool mounted, Start());
  if (mounted) {
    ++result_.mounted;
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(FilePart part, blob_.open(stop_));
  content_ = std::make_unique<HashedPart>(std::move(part));
  absl::Duration pause = options_.first_pause;
  for (int failures = 0;;) {
    const int64_t before = offset_;
    absl::Status status = SendRest();
    if (status.ok()) break;
    if (!MayPass(status)) return status;
    const absl::Status resumed = Resume();
    if (!resumed.ok() && !MayPass(resumed)) return resumed;
    if (offset_ > before) failures = 0, pause = options_.first_pause;
    if (++failures >= options_.attempts) return status;
    client_.logger().Warn(
        "upload interrupted, going on",
        {{"blob", blob_.descriptor.digest}, {"offset", absl::StrCat(offset_)}, {"why", std::string(status.message())}});
    ++result_.resumed;
    if (!client_.clock().Sleep(pause, stop_)) return absl::CancelledError("stopped while pushing an image");
    pause = std::min(pause * 2, options_.longest_pause);
  }
  ++result_.sent;
  return absl::OkStatus();
}

absl::StatusOr<bool> BlobUpload::IsPresent() {
  ASSIGN_OR_RETURN(const http::Response response,
                   client_.Send({.method = "HEAD",
                                 .url = absl::StrCat("/v2/", repository_, "/blobs/", blob_.descriptor.digest),
                                 .repository = repository_,
                                 .also_pull = mount_from_},
                                stop_));
  // Storage behind a redirect has it too.
  if (response.status == 200 || response.status == 307 || response.status == 302) return true;
  if (response.status == 404) return false;
  return RefusalOf(response, What(), client_.origin());
}

absl::StatusOr<bool> BlobUpload::Start() {
  std::string url = absl::StrCat("/v2/", repository_, "/blobs/uploads/");
  if (!mount_from_.empty()) {
    absl::StrAppend(&url, "?mount=", http::PercentEncode(blob_.descriptor.digest),
                    "&from=", http::PercentEncode(mount_from_));
  }
  // A forgotten upload costs the registry nothing, so this may be repeated.
  ASSIGN_OR_RETURN(
      const http::Response response,
      client_.Send({.method = "POST", .url = url, .repository = repository_, .also_pull = mount_from_}, stop_));
  if (response.status == 201) return true;
  location_ = client_.LocationOf(response);
  if (response.status != 202 || location_.empty()) return RefusalOf(response, What(), client_.origin());
  offset_ = 0;
  return false;
}

absl::Status BlobUpload::SendRest() {
  while (offset_ < content_->size()) {
    RETURN_IF_ERROR(SendChunk(std::min(offset_ + options_.chunk, content_->size())));
  }
  RETURN_IF_ERROR(CheckContent());
  return Finish();
}

absl::Status BlobUpload::SendChunk(int64_t end) {
  ChunkSource source(*content_, offset_, end);
  const absl::StatusOr<http::Response> response =
      client_.Send({.method = "PATCH",
                    .url = location_,
                    .repository = repository_,
                    .headers = {{"Content-Type", "application/octet-stream"},
                                {"Content-Range", absl::StrCat(offset_, "-", end - 1)}},
                    .source = &source,
                    .also_pull = mount_from_},
                   stop_);
  result_.sent_bytes += source.sent();
  RETURN_IF_ERROR(response.status());
  if (response->status == 202) {
    if (std::string next = client_.LocationOf(*response); !next.empty()) location_ = next;
    offset_ = EndOfRange(*response).value_or(end);
    return offset_ <= end ? absl::OkStatus() : absl::InternalError(absl::StrCat(What(), ": the registry counts wrong"));
  }
  const absl::Status refusal = RefusalOf(*response, What(), client_.origin());
  // A token that ran out, an upload that is forgotten, an offset that is another: asking for the state clears it up.
  const int status = response->status;
  const bool passes =
      status == 401 || status == 404 || status == 416 || status == 409 || status == 429 || status >= 500;
  return passes ? absl::AbortedError(refusal.message()) : refusal;
}

absl::Status BlobUpload::CheckContent() {
  if (checked_) return absl::OkStatus();
  // An empty blob, or one that the registry had to the end, has not been read.
  if (content_->hashed() < content_->size()) return absl::InternalError(absl::StrCat(What(), ": not all was read"));
  const std::string actual = content_->Digest();
  if (actual != blob_.descriptor.digest) {
    (void)client_.Send({.method = "DELETE", .url = location_, .repository = repository_}, stop_);
    return WithFact(absl::FailedPreconditionError(absl::StrCat("the content of ", blob_.descriptor.digest,
                                                               " is damaged: its digest is ", actual)),
                    kAdvice, "Build or save the image again.");
  }
  checked_ = true;
  return absl::OkStatus();
}

absl::Status BlobUpload::Finish() {
  const absl::StatusOr<http::Response> response =
      client_.Send({.method = "PUT",
                    .url = WithDigest(location_, blob_.descriptor.digest),
                    .repository = repository_,
                    .headers = {{"Content-Type", "application/octet-stream"}},
                    .also_pull = mount_from_,
                    .repeat = http::Repeat::kUnlessReached},
                   stop_);
  if (response.ok() && (response->status == 201 || response->status == 204)) return absl::OkStatus();
  if (absl::IsCancelled(response.status())) return response.status();
  // Should only the answer be lost, then the blob is there.
  ASSIGN_OR_RETURN(const bool present, IsPresent());
  if (present) return absl::OkStatus();
  if (!response.ok()) return response.status();
  const absl::Status refusal = RefusalOf(*response, What(), client_.origin());
  const bool passes = response->status == 404 || response->status == 429 || response->status >= 500;
  return passes ? absl::AbortedError(refusal.message()) : refusal;
}

absl::Status BlobUpload::Resume() {
  ASSIGN_OR_RETURN(const http::Response response,
                   client_.Send({.url = location_, .repository = repository_, .also_pull = mount_from_}, stop_));
  if (response.status == 204 || response.status == 202) {
    if (std::string next = client_.LocationOf(response); !next.empty()) location_ = next;
    const std::optional<int64_t> end = EndOfRange(response);
    if (end && *end <= content_->hashed()) {
      offset_ = *end;
      return absl::OkStatus();
    }
  }
  return Start().status();
}

}  // namespace spcs::oci
