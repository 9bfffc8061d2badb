// SPDX-License-Identifier: MPL-2.0
// One JSON line for each request on a file descriptor: time, method, path, status, duration, and of a statement its
// kind, object and query id. No query string, header, body or statement text: nothing that can hold a secret.
#pragma once

#include "absl/time/time.h"
#include "emulator/http/exchange.h"
#include "emulator/http/message.h"

namespace spcs::emulator_http {

// Writes the line in one write(), so lines of threads do not mix. `fd` -1: nothing.
void LogRequest(int fd, const HttpRequest& request, const HttpReply& reply, const RequestNotes& notes,
                absl::Time started, absl::Time ended);

}  // namespace spcs::emulator_http
