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
#include "emulator/sql/cursor.h"
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
constexpr absl::Duration kForever = absl::Hours(1);

HttpReply Error(int status, absl::string_view code, absl::string_view message) {
  return ErrorReply(status, code, message, NewUuid());
}

HttpReply FromStatus(const absl::Status& status) {
  const int http = absl::IsNotFound(status)           ? 404
                   : absl::IsPermissionDenied(status) ? 403
                   : absl::IsInvalidArgument(status)  ? 400
                                                      : 500;
  return Error(http, FactOf(status, kVendorCode).value_or(absl::StrCat(http)), status.message());
}

// One name of a path: bare or in double quotes.
absl::StatusOr<std::string> StoredName(const std::string& text) {
  const auto bad = absl::InvalidArgumentError(absl::StrCat("'", text, "' is no identifier"));
  absl::StatusOr<std::vector<sql::Token>> tokens = sql::Tokenize(text);
  if (!tokens.ok()) return bad;
  sql::TokenCursor cursor(*std::move(tokens));
  const absl::StatusOr<sql::QualifiedName> name = cursor.ExpectName();
  if (!name.ok() || !cursor.AtEnd() || name->parts.size() != 1) return bad;
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

HttpReply StageSurface::Handle(const HttpRequest& request, Peer& peer, RequestNotes& notes) {
  const bool transfer = absl::StartsWith(request.path, kFiles);
  notes.kind = !transfer ? "STAGE URL" : request.method == "PUT" ? "STAGE UPLOAD" : "STAGE DOWNLOAD";
  parts_.stats.Enter();
  const Fault fault = parts_.faults.Match(notes.kind, "", request.path);
  notes.fault = std::string(FaultName(fault.action));
  if (!notes.fault.empty()) parts_.stats.CountFault(notes.fault);
  HttpReply reply;
  switch (fault.action) {
    case FaultAction::k429: reply = Error(429, "429", "Too many requests."); break;
    case FaultAction::k500: reply = Error(500, "500", "Internal server error."); break;
    case FaultAction::k503: reply = Error(503, "503", "Service is temporarily unavailable."); break;
    case FaultAction::kReset: reply = {.delivery = Delivery::kReset}; break;
    case FaultAction::kHang:
      while (peer.Wait(kForever)) {
      }
      reply = {.delivery = Delivery::kNothing};
      break;
    default:
      reply = transfer ? Transfer(request) : GiveUrl(request);
      if (fault.action == FaultAction::kLoseResponse) reply = {.delivery = Delivery::kNothing};
  }
  const bool answered = reply.delivery == Delivery::kWhole;
  parts_.stats.CountRequest(request.path, answered ? reply.status : 0);
  parts_.stats.Leave();
  return reply;
}

HttpReply StageSurface::GiveUrl(const HttpRequest& request) {
  if (request.method != "POST") return Error(405, "405", "Method is not allowed.");
  const absl::StatusOr<Identity> identity = parts_.authenticator.Authenticate(request);
  if (!identity.ok()) {
    return Error(401, FactOf(identity.status(), kVendorCode).value_or("390144"), identity.status().message());
  }
  absl::string_view text = request.path;
  absl::ConsumePrefix(&text, kRoot);
  absl::ConsumeSuffix(&text, kAction);
  const absl::StatusOr<Target> target = ParseTarget(text);
  if (!target.ok()) return FromStatus(target.status());
  const absl::StatusOr<int64_t> life = LifeOf(request);
  if (!life.ok()) return FromStatus(life.status());
  const absl::StatusOr<engine::Session> session = ResolveSession(*identity, {}, request);
  if (!session.ok()) return Error(403, FactOf(session.status(), kVendorCode).value_or(""), session.status().message());
  Url url{.file = {}, .may_write = false, .expires = parts_.clock.Now() + absl::Seconds(*life)};
  const absl::Status found = parts_.engine.Run(*session, [&](engine::ExecutionContext& context) -> absl::Status {
    ASSIGN_OR_RETURN(const engine::Object stage, context.Require(engine::Kind::kStage, target->stage));
    RETURN_IF_ERROR(context.RequireAnyPrivilege(stage, {"READ", "WRITE", "OWNERSHIP"}));
    if (JsonString(stage.props, "encryption") != "SNOWFLAKE_SSE") {
      return absl::InvalidArgumentError(
          "Presigned URLs are only supported for stages with server-side encryption (SNOWFLAKE_SSE).");
    }
    url.may_write = context.HasPrivilege(stage, "WRITE");
    url.file = absl::StrCat(engine::StageFolder(parts_.data_dir, stage.id), "/", target->path);
    return absl::OkStatus();
  });
  if (!found.ok()) return FromStatus(found);
  const std::string token = RandomName(kTokenLength);
  const std::string* host = request.Header("Host");
  const std::string address = absl::StrCat("http://", host == nullptr ? "localhost" : *host, kFiles, token);
  MutexLock lock(mu_);
  urls_[token] = std::move(url);
  return {.body = DumpJson({{"presigned_url", address}})};
}

HttpReply StageSurface::Transfer(const HttpRequest& request) {
  Url url;
  {
    MutexLock lock(mu_);
    const auto found = urls_.find(request.path.substr(kFiles.size()));
    if (found == urls_.end() || found->second.expires <= parts_.clock.Now()) {
      return {.status = 403, .body = "<Error><Code>AccessDenied</Code></Error>", .content_type = "application/xml"};
    }
    url = found->second;
  }
  if (request.method == "PUT" && url.may_write) return Store(request, url);
  if (request.method != "GET" && request.method != "HEAD") {
    return {.status = 403, .body = "<Error><Code>AccessDenied</Code></Error>", .content_type = "application/xml"};
  }
  std::error_code error;
  const uint64_t size = std::filesystem::file_size(url.file, error);
  if (error) return {.status = 404, .body = "<Error><Code>NoSuchKey</Code></Error>", .content_type = "application/xml"};
  return {.content_type = "application/octet-stream", .file = FilePart{url.file, 0, size}};
}

// Whole or not at all, as object stores do.
HttpReply StageSurface::Store(const HttpRequest& request, const Url& url) {
  namespace fs = std::filesystem;
  std::error_code error;
  fs::create_directories(parts_.data_dir + "/uploads", error);
  const std::string part = absl::StrCat(parts_.data_dir, "/uploads/", NewUuid());
  std::ofstream out(part, std::ios::binary);
  const bool whole = request.stream && request.stream([&](const char* data, size_t size) {
    out.write(data, static_cast<std::streamsize>(size));
    return out.good();
  });
  out.close();
  if (!whole || !out) {
    fs::remove(part, error);
    return Error(500, "500", "the body ended early, or the disk is full");
  }
  fs::create_directories(fs::path(url.file).parent_path(), error);
  fs::rename(part, url.file, error);
  if (error) return Error(500, "500", error.message());
  parts_.stats.CountRegistry("stage_uploads", 1);
  return {.status = 200};
}

}  // namespace spcs::emulator_http
