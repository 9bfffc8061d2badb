// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/request_log.h"

#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"

namespace spcs::emulator_http {

namespace {

// A presigned URL is its own credential: what stands behind its root is left out.
std::string ShownPath(const std::string& path) {
  constexpr absl::string_view kPresigned = "/stage-files/";
  return absl::StartsWith(path, kPresigned) ? absl::StrCat(kPresigned, "***") : path;
}

}  // namespace

void LogRequest(int fd, const HttpRequest& request, const HttpReply& reply, const RequestNotes& notes,
                absl::Time started, absl::Time ended) {
  if (fd < 0) return;
  const bool answered = reply.delivery == Delivery::kWhole || reply.delivery == Delivery::kHalf;
  nlohmann::json line = {{"time", absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", started, absl::UTCTimeZone())},
                         {"method", request.method},
                         {"path", ShownPath(request.path)},
                         {"status", answered ? reply.status : 0},
                         {"ms", absl::ToDoubleMilliseconds(ended - started)}};
  if (!notes.kind.empty()) line["kind"] = notes.kind;
  if (!notes.object.empty()) line["object"] = notes.object;
  if (!notes.query_id.empty()) line["query_id"] = notes.query_id;
  if (!notes.fault.empty()) line["fault"] = notes.fault;
  const std::string text = DumpJson(line) + "\n";
  [[maybe_unused]] const ssize_t written = ::write(fd, text.data(), text.size());
}

}  // namespace spcs::emulator_http
