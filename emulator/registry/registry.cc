// SPDX-License-Identifier: MPL-2.0
#include "emulator/registry/registry.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "emulator/engine/hash.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/random.h"
#include "provider/base/status.h"

namespace spcs::registry {
namespace {

constexpr absl::string_view kRoot = "/v2/";
constexpr absl::string_view kLogin = "/login";
constexpr int kTokenLength = 48;
constexpr absl::Duration kTokenLife = absl::Minutes(60);

HttpReply Challenge(const HttpRequest& request) {
  HttpReply reply = Refusal(401, "UNAUTHORIZED", "authentication required");
  const std::string* host = request.Header("Host");
  reply.headers.emplace_back("WWW-Authenticate",
                             absl::StrCat("Bearer realm=\"http://", host == nullptr ? "localhost" : *host, kLogin,
                                          "\",service=\"snowflake-registry\""));
  return reply;
}

// The text behind the scheme's word; nullopt when the header has another scheme.
std::optional<std::string> Credentials(const HttpRequest& request, absl::string_view scheme) {
  const std::string* header = request.Header("Authorization");
  if (header == nullptr) return std::nullopt;
  const size_t blank = header->find(' ');
  if (blank == std::string::npos || !absl::EqualsIgnoreCase(header->substr(0, blank), scheme)) return std::nullopt;
  return std::string(absl::StripAsciiWhitespace(header->substr(blank)));
}

enum class What { kUploads, kBlob, kManifest, kTags };

// What a path behind /v2/ is about.
struct Target {
  What what = What::kTags;
  std::string image;     // "db/schema/repository/image", as written
  std::string argument;  // digest, tag or upload; "" for tags and for a new upload
};

// nullopt when the registry has no such path. A name may hold the words that paths are made of, so the last one counts.
std::optional<Target> ParseTarget(absl::string_view path) {
  if (absl::string_view image = path; absl::ConsumeSuffix(&image, "/tags/list")) {
    return Target{.what = What::kTags, .image = std::string(image), .argument = {}};
  }
  constexpr std::pair<absl::string_view, What> kWords[] = {
      {"/blobs/uploads", What::kUploads}, {"/blobs/", What::kBlob}, {"/manifests/", What::kManifest}};
  for (const auto& [word, what] : kWords) {
    const size_t found = path.rfind(word);
    if (found == absl::string_view::npos) continue;
    absl::string_view argument = path.substr(found + word.size());
    if (what == What::kUploads) absl::ConsumePrefix(&argument, "/");
    return Target{.what = what, .image = std::string(path.substr(0, found)), .argument = std::string(argument)};
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Registry>> Registry::Open(engine::Engine& engine, const std::string& folder,
                                                         LogIn log_in, Counter counter) {
  ASSIGN_OR_RETURN(std::unique_ptr<BlobStore> blobs, BlobStore::Open(folder));
  std::unique_ptr<Registry> made(new Registry(engine, std::move(blobs), std::move(log_in), std::move(counter)));
  // What dropped repositories have left.
  made->blobs_->Sweep(
      [used = made->repositories_.Digests()](const std::string& digest) { return used.contains(digest); });
  return made;
}

bool Registry::Serves(absl::string_view path) {
  return path == "/v2" || absl::StartsWith(path, kRoot) || path == kLogin;
}

HttpReply Registry::Handle(const HttpRequest& request) {
  if (request.path == kLogin || request.path == "/v2/token") return GiveToken(request);
  const absl::StatusOr<engine::Session> session = Authenticate(request);
  HttpReply reply;
  if (!session.ok()) {
    reply = Challenge(request);
  } else if (request.path == "/v2" || request.path == kRoot) {
    reply.body = "{}";
  } else {
    Call call{.request = request, .session = *session, .text = {}, .image = {}, .access = {}};
    reply = Route(call, absl::string_view(request.path).substr(kRoot.size()));
  }
  reply.headers.emplace_back("Docker-Distribution-Api-Version", "registry/2.0");
  return reply;
}

HttpReply Registry::GiveToken(const HttpRequest& request) {
  if (request.method != "GET" && request.method != "HEAD")
    return Refusal(405, "UNSUPPORTED", "tokens are asked for by GET");
  std::string pair;
  const std::optional<std::string> basic = Credentials(request, "Basic");
  const bool readable = basic && absl::Base64Unescape(*basic, &pair) && absl::StrContains(pair, ":");
  const size_t colon = readable ? pair.find(':') : 0;
  const absl::StatusOr<engine::Session> session =
      readable ? log_in_(pair.substr(0, colon), pair.substr(colon + 1))
               : absl::StatusOr<engine::Session>(absl::UnauthenticatedError("no user and password"));
  if (!session.ok()) return Refusal(401, "UNAUTHORIZED", "incorrect username or password was specified");
  const std::string token = RandomName(kTokenLength);
  Count("logins");
  MutexLock lock(mu_);
  tokens_[engine::Sha256Hex(token)] = {*session, absl::Now() + kTokenLife};
  return {.body = DumpJson({{"token", token},
                            {"access_token", token},
                            {"expires_in", absl::ToInt64Seconds(kTokenLife)},
                            {"issued_at", absl::FormatTime(absl::RFC3339_sec, absl::Now(), absl::UTCTimeZone())}})};
}

absl::StatusOr<engine::Session> Registry::Authenticate(const HttpRequest& request) {
  const std::optional<std::string> token = Credentials(request, "Bearer");
  if (!token) return absl::UnauthenticatedError("no token");
  MutexLock lock(mu_);
  const auto found = tokens_.find(engine::Sha256Hex(*token));
  if (found == tokens_.end() || found->second.expires < absl::Now()) return absl::UnauthenticatedError("bad token");
  return found->second.session;
}

HttpReply Registry::Route(Call& call, absl::string_view path) {
  const std::optional<Target> target = ParseTarget(path);
  if (!target) return Refusal(404, "UNSUPPORTED", "the registry has no such path");
  call.text = target->image;
  const std::optional<ImageName> image = ParseImageName(call.text);
  if (!image) {
    return Refusal(400, "NAME_INVALID", "invalid repository name",
                   "it must be database/schema/repository/image in lower case");
  }
  call.image = *image;
  const absl::StatusOr<Access> access = repositories_.Open(call.session, *image);
  if (!access.ok()) return Refusal(404, "NAME_UNKNOWN", "repository name not known to registry", call.text);
  call.access = *access;
  const bool reads = call.request.method == "GET" || call.request.method == "HEAD";
  if (!(reads && target->what != What::kUploads ? access->pull : access->push)) {
    return Refusal(
        403, "DENIED", "requested access to the resource is denied",
        reads ? "the role needs READ on the image repository" : "the role needs WRITE on the image repository");
  }
  const std::string& argument = target->argument;
  switch (target->what) {
    case What::kUploads: return argument.empty() ? StartUpload(call) : ContinueUpload(call, argument);
    case What::kBlob: return Blob(call, argument);
    case What::kManifest: return Manifest(call, argument);
    case What::kTags: return Tags(call);
  }
  return {};
}

}  // namespace spcs::registry
