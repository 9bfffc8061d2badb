// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/stage_surface.h"

#include <filesystem>
#include <fstream>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "emulator/engine/context.h"
#include "emulator/engine/stage_files.h"
#include "emulator/http/result_json.h"
#include "emulator/http/session.h"
#include "emulator/http/surface_faults.h"
#include "emulator/sql/parse_name.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/random.h"
#include "provider/base/status.h"

namespace spcs::emulator_http {
namespace {

constexpr absl::string_view kRoot = "/api/v2/databases/";
constexpr absl::string_view kAction = ":presigned-url";
constexpr absl::string_view kFiles = "/stage-files/";
constexpr int64_t kDefaultLife = 3600;
constexpr int64_t kLongestLife = 7 * 24 * 3600;
constexpr int kTokenLength = 40;

HttpReply Error(int status, absl::string_view code, absl::string_view message, absl::string_view request_id) {
  return ErrorReply(status, code, message, request_id);
}

HttpReply Refused(int status, absl::string_view request_id) {
  const absl::string_view message = status == 429   ? "Too many requests."
                                    : status == 503 ? "Service is temporarily unavailable."
                                                    : "Internal server error.";
  return Error(status, absl::StrCat(status), message, request_id);
}

// As object stores say it.
HttpReply StoreError(int status, absl::string_view code) {
  return {.status = status,
          .body = absl::StrCat("<Error><Code>", code, "</Code></Error>"),
          .content_type = "application/xml"};
}

HttpReply FromStatus(const absl::Status& status, absl::string_view request_id) {
  const int http = absl::IsNotFound(status)           ? 404
                   : absl::IsPermissionDenied(status) ? 403
                   : absl::IsInvalidArgument(status)  ? 400
                                                      : 500;
  return Error(http, FactOf(status, kVendorCode).value_or(absl::StrCat(http)), status.message(), request_id);
}

// One name of a path: bare or in double quotes.
absl::StatusOr<std::string> StoredName(const std::string& text) {
  const absl::StatusOr<sql::QualifiedName> name = sql::ParseWholeName(text);
  if (!name.ok() || name->parts.size() != 1) {
    return absl::InvalidArgumentError(absl::StrCat("'", text, "' is no identifier"));
  }
  return name->parts[0].name;
}

struct Target {
  engine::FullName stage;
  std::string path;
};

// {db}/schemas/{sc}/stages/{stage}/files/{path}
absl::StatusOr<Target> ParseTarget(absl::string_view text) {
  const std::vector<std::string> parts = absl::StrSplit(text, '/');
  const bool fits = parts.size() >= 7 && parts[1] == "schemas" && parts[3] == "stages" && parts[5] == "files";
  if (!fits) return absl::NotFoundError("The requested endpoint does not exist.");
  Target target;
  ASSIGN_OR_RETURN(target.stage.database, StoredName(parts[0]));
  ASSIGN_OR_RETURN(target.stage.schema, StoredName(parts[2]));
  ASSIGN_OR_RETURN(target.stage.name, StoredName(parts[4]));
  target.path = absl::StrJoin(parts.begin() + 6, parts.end(), "/");
  if (!engine::IsStagePath(target.path)) return absl::InvalidArgumentError("the path of the file is not valid");
  return target;
}

// Seconds that the URL is to be good for.
absl::StatusOr<int64_t> LifeOf(const HttpRequest& request) {
  if (request.body.empty()) return kDefaultLife;
  ASSIGN_OR_RETURN(const nlohmann::json body, ParseJson(request.body));
  if (!body.is_object()) return absl::InvalidArgumentError("the body must be an object");
  for (const auto& [name, value] : body.items()) {
    if (name != "expiration_time") return absl::InvalidArgumentError(absl::StrCat("unknown member ", name));
    if (!value.is_number_integer() || value.get<int64_t>() < 1 || value.get<int64_t>() > kLongestLife) {
      return absl::InvalidArgumentError("expiration_time must be whole seconds");
    }
    return value.get<int64_t>();
  }
  return kDefaultLife;
}

}  // namespace

bool StageSurface::Serves(absl::string_view path) {
  return absl::StartsWith(path, kFiles) || (absl::StartsWith(path, kRoot) && absl::EndsWith(path, kAction));
}

StageSurface::StageSurface(Parts parts) : parts_(std::move(parts)) {
  std::error_code ignored;
  std::filesystem::remove_all(UploadFolder(), ignored);  // what an earlier run did not finish
}

HttpReply StageSurface::Handle(const HttpRequest& request, Peer& peer, RequestNotes& notes) {
  const bool transfer = absl::StartsWith(request.path, kFiles);
  notes.kind = !transfer ? "STAGE URL" : request.method == "PUT" ? "STAGE UPLOAD" : "STAGE DOWNLOAD";
  const std::string request_id = NewUuid();
  HttpReply reply = ServeUnderFaults(
      {.faults = parts_.faults,
       .stats = parts_.stats,
       .scope = FaultScope::kStage,
       .latency = parts_.latency,
       .refuse = [&](int status) { return Refused(status, request_id); },
       .serve = [&](const Fault&) { return transfer ? Transfer(request, request_id) : GiveUrl(request, request_id); }},
      request, peer, notes);
  if (!transfer) reply.headers.emplace_back("X-Snowflake-Request-ID", request_id);
  return reply;
}

HttpReply StageSurface::GiveUrl(const HttpRequest& request, const std::string& request_id) {
  if (request.method != "POST") return Error(405, "405", "Method is not allowed.", request_id);
  const absl::StatusOr<engine::Session> session = SessionOfRequest(parts_.authenticator, parts_.sessions, request);
  if (!session.ok()) {
    const int status = absl::IsPermissionDenied(session.status()) ? 403 : 401;
    return Error(status, FactOf(session.status(), kVendorCode).value_or("390144"), session.status().message(),
                 request_id);
  }
  absl::string_view text = request.path;
  absl::ConsumePrefix(&text, kRoot);
  absl::ConsumeSuffix(&text, kAction);
  const absl::StatusOr<Target> target = ParseTarget(text);
  if (!target.ok()) return FromStatus(target.status(), request_id);
  const absl::StatusOr<int64_t> life = LifeOf(request);
  if (!life.ok()) return FromStatus(life.status(), request_id);
  const absl::Time now = parts_.clock.Now();
  Url url{.stage = 0, .path = target->path, .may_write = false, .expires = now + absl::Seconds(*life)};
  const absl::Status found = parts_.engine.Run(*session, [&](engine::ExecutionContext& context) -> absl::Status {
    ASSIGN_OR_RETURN(const engine::Object stage, context.Require(engine::Kind::kStage, target->stage));
    RETURN_IF_ERROR(context.RequireAnyPrivilege(stage, {"READ", "WRITE", "OWNERSHIP"}));
    if (JsonString(stage.props, "encryption") != "SNOWFLAKE_SSE") {
      return absl::InvalidArgumentError(
          "Presigned URLs are only supported for stages with server-side encryption (SNOWFLAKE_SSE).");
    }
    url.may_write = context.HasPrivilege(stage, "WRITE");
    url.stage = stage.id;
    return absl::OkStatus();
  });
  if (!found.ok()) return FromStatus(found, request_id);
  const std::string token = RandomName(kTokenLength);
  const std::string* host = request.Header("Host");
  const std::string address = absl::StrCat("http://", host == nullptr ? "localhost" : *host, kFiles, token);
  MutexLock lock(mu_);
  std::erase_if(urls_, [&](const auto& given) { return given.second.expires <= now; });
  urls_[token] = std::move(url);
  return {.body = DumpJson({{"presigned_url", address}})};
}

HttpReply StageSurface::Transfer(const HttpRequest& request, const std::string& request_id) {
  Url url;
  {
    MutexLock lock(mu_);
    const auto found = urls_.find(request.path.substr(kFiles.size()));
    if (found == urls_.end() || found->second.expires <= parts_.clock.Now()) return StoreError(403, "AccessDenied");
    url = found->second;
  }
  if (!IsThere(url.stage)) return StoreError(404, "NoSuchBucket");
  const bool write = request.method == "PUT";
  if (write ? !url.may_write : request.method != "GET" && request.method != "HEAD") {
    return StoreError(403, "AccessDenied");
  }
  const std::string file = absl::StrCat(engine::StageFolder(parts_.data_dir, url.stage), "/", url.path);
  if (write) return Store(request, url.stage, file, request_id);
  std::error_code error;
  const uint64_t size = std::filesystem::file_size(file, error);
  if (error) return StoreError(404, "NoSuchKey");
  return {.content_type = "application/octet-stream", .file = FilePart{file, 0, size}};
}

bool StageSurface::IsThere(int64_t stage) {
  bool there = false;
  const engine::Session admin{.user = "", .role = "ACCOUNTADMIN"};
  const absl::Status looked = parts_.engine.Run(admin, [&](engine::ExecutionContext& context) {
    there = context.store().Get(stage).has_value();
    return absl::OkStatus();
  });
  return looked.ok() && there;
}

// Whole or not at all, as object stores do.
HttpReply StageSurface::Store(const HttpRequest& request, int64_t stage, const std::string& file,
                              const std::string& request_id) {
  namespace fs = std::filesystem;
  std::error_code error;
  fs::create_directories(UploadFolder(), error);
  const std::string part = absl::StrCat(UploadFolder(), "/", NewUuid());
  std::ofstream out(part, std::ios::binary);
  const bool whole = request.stream && request.stream([&](const char* data, size_t size) {
    out.write(data, static_cast<std::streamsize>(size));
    return out.good();
  });
  out.close();
  if (!whole || !out) {
    fs::remove(part, error);
    return Error(500, "500", "the body ended early, or the disk is full", request_id);
  }
  fs::create_directories(fs::path(file).parent_path(), error);
  fs::rename(part, file, error);
  if (error) return Error(500, "500", error.message(), request_id);
  if (!IsThere(stage)) {  // dropped while the body came: its folder is not to come back
    fs::remove_all(engine::StageFolder(parts_.data_dir, stage), error);
    return StoreError(404, "NoSuchBucket");
  }
  parts_.stats.CountRegistry("stage_uploads", 1);
  return {.status = 200};
}

}  // namespace spcs::emulator_http
