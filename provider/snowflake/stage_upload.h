// SPDX-License-Identifier: MPL-2.0
// Puts a file into a stage without a driver: the object API gives a presigned URL for it, to which the file is sent.
// SQL has no word for this. Used by spcs_stage_file.
//
// Facts: POST …/stages/{stage}/files/{path}:presigned-url answers {"presigned_url": …}, for stages with server-side
// encryption only (OpenAPI of the service). That such a URL takes uploads is not verified.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "provider/base/clock.h"
#include "provider/base/logger.h"
#include "provider/http/retry.h"
#include "provider/http/transport.h"
#include "provider/snowflake/auth.h"
#include "provider/snowflake/identifier.h"

namespace spcs::snowflake {

struct StageUploadOptions {
  std::string base_url;  // "https://host"
  std::optional<Identifier> role{};
  http::RetryPolicy retry{};
};

// Keeps references to all but the options.
class StageUpload {
 public:
  StageUpload(StageUploadOptions options, http::Transport& transport, Authenticator& authenticator, Clock& clock,
              Logger& logger)
      : options_(std::move(options)),
        transport_(transport),
        authenticator_(authenticator),
        clock_(clock),
        logger_(logger) {}

  // Reads the file while it is sent, and again when a fault passes: storage keeps a file whole or not at all.
  // InvalidArgument when the stage has no server-side encryption, NotFound when it is not there or not visible.
  absl::Status PutFile(const ObjectName& stage, const std::string& path, const std::string& file,
                       std::stop_token stop) const;
  // The same with the content in memory.
  absl::Status PutText(const ObjectName& stage, const std::string& path, const std::string& text,
                       std::stop_token stop) const;

 private:
  absl::StatusOr<std::string> PresignedUrl(const ObjectName& stage, const std::string& path,
                                           std::stop_token stop) const;

  const StageUploadOptions options_;
  http::Transport& transport_;
  Authenticator& authenticator_;
  Clock& clock_;
  Logger& logger_;
};

}  // namespace spcs::snowflake
