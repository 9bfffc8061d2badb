// SPDX-License-Identifier: MPL-2.0
// Blobs: reading them whole or in part, and uploads in one piece, in chunks, or by mounting what another image has.
#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "emulator/registry/registry.h"

namespace spcs::registry {
namespace {

struct Span {
  uint64_t first = 0, last = 0;  // both included
};

// "bytes=5-", "bytes=0-9", "bytes=-3"; nullopt when it cannot be met.
std::optional<Span> ParseRange(absl::string_view text, uint64_t size) {
  if (!absl::ConsumePrefix(&text, "bytes=")) return std::nullopt;
  const std::vector<std::string> parts = absl::StrSplit(text, '-');
  uint64_t first = 0, last = size == 0 ? 0 : size - 1, tail = 0;
  if (parts.size() != 2) return std::nullopt;
  if (parts[0].empty()) {
    if (!absl::SimpleAtoi(parts[1], &tail) || tail == 0 || size == 0) return std::nullopt;
    return Span{size - std::min(tail, size), last};
  }
  if (!absl::SimpleAtoi(parts[0], &first) || first >= size) return std::nullopt;
  if (!parts[1].empty() && (!absl::SimpleAtoi(parts[1], &last) || last < first)) return std::nullopt;
  return Span{first, std::min(last, size - 1)};
}

// "0-1023" of an upload's Content-Range.
std::optional<Span> ParseContentRange(absl::string_view text) {
  absl::ConsumePrefix(&text, "bytes ");
  const std::vector<std::string> parts = absl::StrSplit(text.substr(0, text.find('/')), '-');
  Span span;
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &span.first) || !absl::SimpleAtoi(parts[1], &span.last) ||
      span.last < span.first) {
    return std::nullopt;
  }
  return span;
}

std::string ScopeOf(const Access& access, const ImageName& image) {
  return absl::StrCat(access.repository, "/", image.name);
}

HttpReply UploadState(int status, absl::string_view image, const Upload& upload) {
  HttpReply reply{.status = status};
  reply.headers = {{"Location", absl::StrCat("/v2/", image, "/blobs/uploads/", upload.id())},
                   {"Docker-Upload-UUID", upload.id()},
                   {"Range", absl::StrCat("0-", upload.size() == 0 ? 0 : upload.size() - 1)}};
  return reply;
}

HttpReply Created(absl::string_view image, absl::string_view digest) {
  HttpReply reply{.status = 201};
  reply.headers = {{"Location", absl::StrCat("/v2/", image, "/blobs/", digest)},
                   {"Docker-Content-Digest", std::string(digest)}};
  return reply;
}

}  // namespace

HttpReply Registry::Blob(Call& call, const std::string& digest) {
  if (!IsDigest(digest)) return Refusal(400, "DIGEST_INVALID", "invalid digest", digest);
  const std::string& method = call.request.method;
  if (method != "GET" && method != "HEAD") {
    return Refusal(405, "UNSUPPORTED", "images cannot be deleted one by one: drop the image repository");
  }
  Count(method == "HEAD" ? "blob_checks" : "blob_reads");
  const std::optional<uint64_t> size = blobs_->SizeOf(digest);
  const bool known = size && (repositories_.HasBlob(call.access, call.image, digest) ||
                              repositories_.FindManifest(call.access, call.image, digest));
  if (!known) return Refusal(404, "BLOB_UNKNOWN", "blob unknown to registry", digest);
  HttpReply reply{.content_type = "application/octet-stream",
                  .file = emulator_http::FilePart{blobs_->PathOf(digest), 0, *size}};
  reply.headers = {
      {"Docker-Content-Digest", digest}, {"Accept-Ranges", "bytes"}, {"ETag", absl::StrCat("\"", digest, "\"")}};
  const std::string* range = call.request.Header("Range");
  if (range == nullptr || method == "HEAD") return reply;
  const std::optional<Span> span = ParseRange(*range, *size);
  if (!span) {
    HttpReply refused = Refusal(416, "RANGE_INVALID", "the range cannot be met", *range);
    refused.headers.emplace_back("Content-Range", absl::StrCat("bytes */", *size));
    return refused;
  }
  reply.status = 206;
  reply.file->offset = span->first;
  reply.file->length = span->last - span->first + 1;
  reply.headers.emplace_back("Content-Range", absl::StrCat("bytes ", span->first, "-", span->last, "/", *size));
  return reply;
}

HttpReply Registry::StartUpload(Call& call) {
  if (call.request.method != "POST") return Refusal(405, "UNSUPPORTED", "uploads are started by POST");
  const std::optional<std::string> mount = call.request.Query("mount"), digest = call.request.Query("digest");
  if (mount) {
    HttpReply reply = Mount(call, *mount);
    if (reply.status != 202) return reply;
  }
  const absl::StatusOr<std::shared_ptr<Upload>> upload = blobs_->Start(ScopeOf(call.access, call.image));
  if (!upload.ok()) return InternalFault(upload.status());
  if (!digest) return UploadState(202, call.text, **upload);
  (*upload)->Claim();
  HttpReply received = Receive(call, **upload, /*last=*/true);
  if (received.status != 202) {
    blobs_->Cancel((*upload)->id());
    return received;
  }
  return FinishUpload(call, **upload, *digest);
}

// 201 when it is mounted; 202 when an upload has to be started instead, as the specification says.
HttpReply Registry::Mount(Call& call, const std::string& digest) {
  const std::optional<std::string> from = call.request.Query("from");
  const std::optional<ImageName> source = from ? ParseImageName(*from) : std::nullopt;
  if (!IsDigest(digest)) return Refusal(400, "DIGEST_INVALID", "invalid digest", digest);
  if (!source) return {.status = 202};
  const absl::StatusOr<Access> access = repositories_.Open(call.session, *source);
  if (!access.ok() || !access->pull || !repositories_.HasBlob(*access, *source, digest)) return {.status = 202};
  const absl::Status linked = repositories_.LinkBlob(call.access, call.image, digest);
  if (!linked.ok()) return InternalFault(linked);
  Count("mounts");
  return Created(call.text, digest);
}

HttpReply Registry::ContinueUpload(Call& call, const std::string& id) {
  const std::shared_ptr<Upload> upload = blobs_->Find(id, ScopeOf(call.access, call.image));
  if (upload == nullptr) return Refusal(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry", id);
  const std::string& method = call.request.method;
  if (method == "GET") return UploadState(204, call.text, *upload);
  if (method == "DELETE") {
    blobs_->Cancel(id);
    return {.status = 204};
  }
  if (method != "PATCH" && method != "PUT") return Refusal(405, "UNSUPPORTED", "uploads go on by PATCH and PUT");
  const std::optional<std::string> digest = call.request.Query("digest");
  if (method == "PUT" && (!digest || !IsDigest(*digest))) {
    return Refusal(400, "DIGEST_INVALID", "PUT ends an upload and needs ?digest=sha256:…");
  }
  if (!upload->Claim()) return Refusal(409, "BLOB_UPLOAD_INVALID", "another request writes to this upload", id);
  HttpReply reply = Receive(call, *upload, method == "PUT");
  if (method == "PUT" && reply.status == 202) reply = FinishUpload(call, *upload, *digest);
  upload->Release();
  return reply;
}

// Takes the request's body. 202 when it has arrived; what came before a cut is kept.
HttpReply Registry::Receive(Call& call, Upload& upload, bool last) {
  const std::string* range = call.request.Header("Content-Range");
  const std::string* length_text = call.request.Header("Content-Length");
  uint64_t length = 0;
  const bool has_length = length_text != nullptr && absl::SimpleAtoi(*length_text, &length);
  if (range != nullptr && !(last && has_length && length == 0)) {
    const std::optional<Span> span = ParseContentRange(*range);
    if (!span) return Refusal(400, "BLOB_UPLOAD_INVALID", "Content-Range must be FIRST-LAST", *range);
    if (span->first != upload.size()) {
      HttpReply refused = UploadState(416, call.text, upload);
      const HttpReply text =
          Refusal(416, "BLOB_UPLOAD_INVALID", "the chunk does not begin where the upload ends", *range);
      refused.body = text.body;
      return refused;
    }
    if (has_length && length != span->last - span->first + 1) {
      return Refusal(400, "SIZE_INVALID", "Content-Length is not that of Content-Range", *range);
    }
  }
  if (!call.request.stream) return UploadState(202, call.text, upload);
  absl::Status written;
  const uint64_t before = upload.size();
  const bool whole = call.request.stream([&](const char* data, size_t size) {
    written = upload.Append({data, size});
    return written.ok();
  });
  if (written.ok()) written = upload.Flush();
  Count("uploaded_bytes", static_cast<int64_t>(upload.size() - before));
  if (!written.ok()) return InternalFault(written);
  if (!whole) return Refusal(400, "BLOB_UPLOAD_INVALID", "the body ended early");
  return UploadState(202, call.text, upload);
}

HttpReply Registry::FinishUpload(Call& call, Upload& upload, const std::string& digest) {
  if (!IsDigest(digest)) {
    blobs_->Cancel(upload.id());
    return Refusal(400, "DIGEST_INVALID", "invalid digest", digest);
  }
  const absl::Status committed = blobs_->Commit(upload, digest);
  if (absl::IsInvalidArgument(committed)) return Refusal(400, "DIGEST_INVALID", committed.message(), digest);
  if (!committed.ok()) return InternalFault(committed);
  const absl::Status linked = repositories_.LinkBlob(call.access, call.image, digest);
  if (!linked.ok()) return InternalFault(linked);
  Count("blob_uploads");
  return Created(call.text, digest);
}

}  // namespace spcs::registry
