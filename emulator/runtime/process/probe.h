// SPDX-License-Identifier: MPL-2.0
// A readiness probe, really carried out: one HTTP GET over a connection that is open already.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "emulator/runtime/process/channel.h"

namespace spcs::runtime::process {

// Whether the server at the other end answers GET `path` with 2xx or 3xx within `timeout`. Redirects are not followed.
bool AnswersGet(const Fd& connection, const std::string& path, absl::Duration timeout);

}  // namespace spcs::runtime::process
