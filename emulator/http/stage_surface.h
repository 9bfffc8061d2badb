// SPDX-License-Identifier: MPL-2.0
// Files into stages without a driver: the one call of the REST object API that SQL has no word for, and the URLs that
// it gives out.
//
//   POST /api/v2/databases/{db}/schemas/{sc}/stages/{stage}/files/{path}:presigned-url -> {"presigned_url": …}
//   PUT <presigned_url>   stores the body;  GET <presigned_url>   returns it;  neither wants a login
//
// Only stages with server-side encryption have such URLs. That they take uploads is inferred.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "emulator/engine/engine.h"
#include "emulator/http/authenticator.h"
#include "emulator/http/driver_sessions.h"
#include "emulator/http/exchange.h"
#include "emulator/http/faults.h"
#include "emulator/http/message.h"
#include "emulator/http/stats.h"
#include "provider/base/mutex.h"

namespace spcs::emulator_http {

// The paths whose bodies are streamed, for HttpServer.
inline constexpr char kStagePaths[] = "/stage-files/.*";

// Thread-safe.
class StageSurface {
 public:
  // Everything here must outlive the surface.
  struct Parts {
    engine::Engine& engine;
    const engine::EmulatorClock& clock;
    const Authenticator& authenticator;
    const DriverSessions& sessions;
    Faults& faults;
    Stats& stats;
    std::string data_dir;
    absl::Duration latency = absl::ZeroDuration();
  };
  // Uploads that an earlier run did not finish are removed.
  explicit StageSurface(Parts parts);

  // Whether the path is of this surface.
  static bool Serves(absl::string_view path);

  // Fault rules see "STAGE UPLOAD" for the PUT and "STAGE URL" for the POST.
  HttpReply Handle(const HttpRequest& request, Peer& peer, RequestNotes& notes);

 private:
  struct Url {
    int64_t stage = 0;
    std::string path;  // in the stage
    bool may_write = false;
    absl::Time expires;
  };
  HttpReply GiveUrl(const HttpRequest& request, const std::string& request_id);
  HttpReply Transfer(const HttpRequest& request, const std::string& request_id);
  HttpReply Store(const HttpRequest& request, int64_t stage, const std::string& file, const std::string& request_id);
  // Whether the stage has not been dropped.
  bool IsThere(int64_t stage);
  std::string UploadFolder() const { return parts_.data_dir + "/uploads"; }

  const Parts parts_;
  Mutex mu_;
  std::map<std::string, Url> urls_ ABSL_GUARDED_BY(mu_);
};

}  // namespace spcs::emulator_http
