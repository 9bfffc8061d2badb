// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/stage_upload.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"
#include "provider/http/url.h"

namespace spcs::snowflake {
namespace {

constexpr int kAttempts = 5;
constexpr absl::Duration kPause = absl::Milliseconds(500);
constexpr absl::Duration kTransferTimeout = absl::Hours(6);
constexpr absl::Duration kLongestStall = absl::Seconds(60);

// An open file, from its start.
class FileSource : public http::BodySource {
 public:
  static absl::StatusOr<std::unique_ptr<FileSource>> Open(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat info;
    if (fd < 0 || ::fstat(fd, &info) != 0) {
      const absl::Status status = absl::ErrnoToStatus(errno, absl::StrCat("cannot read ", path));
      if (fd >= 0) ::close(fd);
      return status;
    }
    return std::unique_ptr<FileSource>(new FileSource(path, fd, info.st_size));
  }
  ~FileSource() override { ::close(fd_); }
  int64_t size() const override { return size_; }
  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    const ssize_t count = ::read(fd_, buffer, size);
    if (count < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot read ", path_));
    if (count == 0) return absl::FailedPreconditionError(absl::StrCat(path_, " became shorter while it was sent"));
    return static_cast<size_t>(count);
  }

 private:
  FileSource(std::string path, int fd, int64_t size) : path_(std::move(path)), fd_(fd), size_(size) {}
  const std::string path_;
  const int fd_;
  const int64_t size_;
};

std::string UrlPath(const ObjectName& stage, const std::string& path) {
  std::string url = "/api/v2";
  const char* kinds[] = {"databases", "schemas", "stages"};
  for (size_t i = 0; i < stage.parts().size(); ++i) {
    absl::StrAppend(&url, "/", kinds[i], "/", http::PercentEncode(stage.parts()[i].Sql()));
  }
  absl::StrAppend(&url, "/files");
  for (const absl::string_view part : absl::StrSplit(path, '/')) absl::StrAppend(&url, "/", http::PercentEncode(part));
  return absl::StrCat(url, ":presigned-url");
}

absl::Status Refused(const http::Response& response, const std::string& what) {
  const absl::StatusOr<nlohmann::json> json = ParseJson(response.body);
  const std::string said = json.ok() ? JsonString(*json, "message") : "";
  const std::string text = absl::StrCat(what, ": HTTP ", response.status, said.empty() ? "" : ", ", said);
  switch (response.status) {
    case 400: return absl::InvalidArgumentError(text);
    case 401: return absl::UnauthenticatedError(text);
    case 403: return absl::PermissionDeniedError(text);
    case 404: return absl::NotFoundError(text);
    default: return absl::UnavailableError(text);
  }
}

// What the storage wants beside the URL: Azure's has to be told what kind of blob it is.
http::Headers StorageHeaders(absl::string_view url) {
  http::Headers headers{{"Content-Type", "application/octet-stream"}};
  if (absl::EndsWith(http::HostOf(url), ".blob.core.windows.net")) headers.emplace_back("x-ms-blob-type", "BlockBlob");
  return headers;
}

}  // namespace

absl::StatusOr<std::string> StageUpload::PresignedUrl(const ObjectName& stage, const std::string& path,
                                                      std::stop_token stop) const {
  const http::Retrier retrier(transport_, clock_, logger_, options_.retry);
  const auto make = [&](int) -> absl::StatusOr<http::Request> {
    ASSIGN_OR_RETURN(const Authorization authorization, authenticator_.Authorize());
    http::Request request{.method = "POST", .url = options_.base_url + UrlPath(stage, path), .body = "{}"};
    request.headers = {{"Accept", "application/json"},
                       {"Content-Type", "application/json"},
                       {"Authorization", absl::StrCat("Bearer ", authorization.token)}};
    if (!authorization.token_type.empty()) {
      request.headers.emplace_back("X-Snowflake-Authorization-Token-Type", authorization.token_type);
    }
    if (options_.role) request.headers.emplace_back("X-Snowflake-Role", options_.role->Sql());
    return request;
  };
  ASSIGN_OR_RETURN(const http::Response response, retrier.Send(http::Repeat::kSafe, make, stop));
  const std::string what = absl::StrCat("cannot get an upload URL for ", path, " in stage ", stage.Sql());
  if (response.status != 200) return Refused(response, what);
  const absl::StatusOr<nlohmann::json> json = ParseJson(response.body);
  const std::string url = json.ok() ? JsonString(*json, "presigned_url") : "";
  const bool safe = absl::StartsWith(url, "https://") || http::IsLoopbackHost(http::HostOf(url));
  if (!safe) return absl::InternalError(absl::StrCat(what, ": the answer has no URL that is safe to send to"));
  return url;
}

namespace {

// Sends until it is there. `open` makes the body anew for each try.
absl::Status Send(http::Transport& transport, Clock& clock, Logger& logger, const std::string& url,
                  const std::function<absl::StatusOr<std::unique_ptr<http::BodySource>>()>& open,
                  const std::string& text, const std::string& path, std::stop_token stop) {
  for (int attempt = 1;; ++attempt) {
    http::Request request{.method = "PUT",
                          .url = url,
                          .headers = StorageHeaders(url),
                          .body = text,
                          .timeout = kTransferTimeout,
                          .longest_stall = kLongestStall};
    std::unique_ptr<http::BodySource> source;
    if (open) {
      ASSIGN_OR_RETURN(source, open());
      request.source = source.get();
    }
    const absl::StatusOr<http::Response> response = transport.Send(request, stop);
    if (response.ok() && response->status >= 200 && response->status < 300) return absl::OkStatus();
    if (!http::ShouldRepeat(response, http::Repeat::kSafe) || attempt >= kAttempts) {
      // The URL is a credential: no part of it but the host may be told.
      return response.ok() ? Refused(*response, absl::StrCat("cannot store ", path)) : response.status();
    }
    logger.Warn("upload failed, repeating it", {{"file", path}, {"attempt", absl::StrCat(attempt)}});
    if (!clock.Sleep(kPause * attempt, stop)) return absl::CancelledError("stopped while uploading a file");
  }
}

}  // namespace

absl::Status StageUpload::PutFile(const ObjectName& stage, const std::string& path, const std::string& file,
                                  std::stop_token stop) const {
  ASSIGN_OR_RETURN(const std::string url, PresignedUrl(stage, path, stop));
  const auto open = [&]() -> absl::StatusOr<std::unique_ptr<http::BodySource>> { return FileSource::Open(file); };
  return Send(transport_, clock_, logger_, url, open, "", path, stop);
}

absl::Status StageUpload::PutText(const ObjectName& stage, const std::string& path, const std::string& text,
                                  std::stop_token stop) const {
  ASSIGN_OR_RETURN(const std::string url, PresignedUrl(stage, path, stop));
  return Send(transport_, clock_, logger_, url, nullptr, text, path, stop);
}

}  // namespace spcs::snowflake
