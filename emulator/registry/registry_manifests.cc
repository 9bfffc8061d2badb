// SPDX-License-Identifier: MPL-2.0
// Manifests and indexes by tag and digest, and the list of tags.
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "emulator/registry/manifest.h"
#include "emulator/registry/registry.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"

namespace spcs::registry {
namespace {

constexpr size_t kLargestManifest = 4u << 20;
constexpr size_t kLongestTag = 128;

bool IsTag(absl::string_view tag) {
  if (tag.empty() || tag.size() > kLongestTag || !(absl::ascii_isalnum(tag[0]) || tag[0] == '_')) return false;
  for (const char c : tag) {
    if (!absl::ascii_isalnum(c) && c != '_' && c != '.' && c != '-') return false;
  }
  return true;
}

}  // namespace

HttpReply Registry::Manifest(Call& call, const std::string& reference) {
  if (!IsTag(reference) && !IsDigest(reference)) {
    return Refusal(400, "MANIFEST_INVALID", "the reference is neither a tag nor a digest", reference);
  }
  if (call.request.method == "GET" || call.request.method == "HEAD") return GetManifest(call, reference);
  if (call.request.method == "PUT") return PutManifest(call, reference);
  return Refusal(405, "UNSUPPORTED", "images cannot be deleted one by one: drop the image repository");
}

HttpReply Registry::GetManifest(Call& call, const std::string& reference) {
  std::string digest = reference;
  if (!IsDigest(reference)) {
    const auto tags = repositories_.Tags(call.session, call.image);
    if (!tags.ok()) return InternalFault(tags.status());
    const auto found = tags->find(reference);
    if (found == tags->end()) return Refusal(404, "MANIFEST_UNKNOWN", "manifest unknown", reference);
    digest = found->second;
  }
  const auto manifest = repositories_.FindManifest(call.access, call.image, digest);
  const std::optional<uint64_t> size = blobs_->SizeOf(digest);
  if (!manifest || !size) return Refusal(404, "MANIFEST_UNKNOWN", "manifest unknown", reference);
  HttpReply reply{.content_type = manifest->media_type,
                  .file = emulator_http::FilePart{blobs_->PathOf(digest), 0, *size}};
  reply.headers = {{"Docker-Content-Digest", digest}, {"ETag", absl::StrCat("\"", digest, "\"")}};
  return reply;
}

// Checks that everything the manifest names is here, and says for which architectures it is. A refusal is in `refusal`.
absl::StatusOr<std::vector<std::string>> Registry::Architectures(Call& call, absl::string_view media_type,
                                                                 absl::string_view text, HttpReply& refusal) {
  const auto fail = [&](HttpReply reply) {
    refusal = std::move(reply);
    return absl::InvalidArgumentError("refused");
  };
  const absl::StatusOr<registry::Manifest> manifest = ParseManifest(media_type, text);
  if (!manifest.ok()) return fail(Refusal(400, "MANIFEST_INVALID", "manifest invalid", manifest.status().message()));
  std::vector<std::string> architectures;
  for (const Descriptor& item : manifest->layers) {
    if (manifest->is_index) {
      const auto known = repositories_.FindManifest(call.access, call.image, item.digest);
      if (!known || blobs_->SizeOf(item.digest) != item.size) {
        return fail(Refusal(404, "MANIFEST_UNKNOWN", "the index names a manifest that is not here", item.digest));
      }
      if (!item.architecture.empty() && item.architecture != "unknown") architectures.push_back(item.architecture);
    } else if (!item.foreign && (!repositories_.HasBlob(call.access, call.image, item.digest) ||
                                 blobs_->SizeOf(item.digest) != item.size)) {
      return fail(Refusal(404, "MANIFEST_BLOB_UNKNOWN", "the manifest names a blob that is not here", item.digest));
    }
  }
  if (manifest->is_index) return architectures;
  const Descriptor& config = manifest->config;
  if (!repositories_.HasBlob(call.access, call.image, config.digest) || blobs_->SizeOf(config.digest) != config.size) {
    return fail(Refusal(404, "MANIFEST_BLOB_UNKNOWN", "the configuration is not here", config.digest));
  }
  // Other artifacts than images have other configurations; they say nothing of an architecture.
  if (config.size > kLargestManifest) return architectures;
  const absl::StatusOr<std::string> bytes = blobs_->Read(config.digest);
  const absl::StatusOr<nlohmann::json> json = bytes.ok() ? ParseJson(*bytes) : bytes.status();
  if (json.ok() && !JsonString(*json, "architecture").empty()) {
    architectures.push_back(JsonString(*json, "architecture"));
  }
  return architectures;
}

HttpReply Registry::PutManifest(Call& call, const std::string& reference) {
  const std::string* type_header = call.request.Header("Content-Type");
  const std::string type(
      type_header == nullptr
          ? ""
          : absl::StripAsciiWhitespace(absl::string_view(*type_header).substr(0, type_header->find(';'))));
  if (!IsManifestType(type)) return Refusal(400, "MANIFEST_INVALID", "Content-Type is no manifest's", type);
  std::string text;
  const bool whole = call.request.stream && call.request.stream([&](const char* data, size_t size) {
    text.append(data, size);
    return text.size() <= kLargestManifest;
  });
  if (text.size() > kLargestManifest) return Refusal(413, "SIZE_INVALID", "a manifest may have 4 MiB");
  if (!whole) return Refusal(400, "MANIFEST_INVALID", "the body ended early");
  const std::string digest = DigestOf(text);
  if (IsDigest(reference) && reference != digest) {
    return Refusal(400, "DIGEST_INVALID", "provided digest did not match uploaded content", digest);
  }
  HttpReply refusal;
  absl::StatusOr<std::vector<std::string>> architectures = Architectures(call, type, text, refusal);
  if (!architectures.ok()) return refusal;
  absl::Status kept = blobs_->Put(digest, text);
  if (kept.ok())
    kept = repositories_.RecordManifest(call.access, call.image, digest, {type, *std::move(architectures)});
  if (kept.ok() && !IsDigest(reference)) kept = repositories_.Tag(call.session, call.image, reference, digest);
  if (!kept.ok()) return InternalFault(kept);
  Count("manifest_puts");
  HttpReply reply{.status = 201};
  reply.headers = {{"Location", absl::StrCat("/v2/", call.text, "/manifests/", digest)},
                   {"Docker-Content-Digest", digest}};
  return reply;
}

HttpReply Registry::Tags(Call& call) {
  if (call.request.method != "GET") return Refusal(405, "UNSUPPORTED", "tags are listed by GET");
  const auto tags = repositories_.Tags(call.session, call.image);
  if (!tags.ok()) return InternalFault(tags.status());
  if (tags->empty()) return Refusal(404, "NAME_UNKNOWN", "repository name not known to registry", call.text);
  int64_t limit = -1;
  const std::optional<std::string> n = call.request.Query("n");
  if (n && (!absl::SimpleAtoi(*n, &limit) || limit < 0)) {
    return Refusal(400, "PAGINATION_NUMBER_INVALID", "n must be a whole number from 0");
  }
  const std::string last = call.request.Query("last").value_or("");
  nlohmann::json names = nlohmann::json::array();
  bool more = false;
  for (const auto& [tag, digest] : *tags) {
    if (tag <= last) continue;
    more = limit >= 0 && static_cast<int64_t>(names.size()) == limit;
    if (more) break;
    names.push_back(tag);
  }
  HttpReply reply;
  if (more && !names.empty()) {
    reply.headers.emplace_back("Link", absl::StrCat("</v2/", call.text, "/tags/list?n=", limit,
                                                    "&last=", names.back().get<std::string>(), ">; rel=\"next\""));
  }
  reply.body = DumpJson({{"name", call.text}, {"tags", std::move(names)}});
  return reply;
}

}  // namespace spcs::registry
