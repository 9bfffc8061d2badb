// SPDX-License-Identifier: MPL-2.0
// Refusals in the form of the distribution specification: {"errors": [{code, message, detail}]}.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "emulator/http/message.h"

namespace spcs::registry {

using emulator_http::HttpReply;
using emulator_http::HttpRequest;

// `code` is one of the specification: "BLOB_UNKNOWN".
HttpReply Refusal(int status, absl::string_view code, absl::string_view message, absl::string_view detail = "");

// A fault of the emulator itself: disk full and the like.
HttpReply InternalFault(const absl::Status& status);

}  // namespace spcs::registry
