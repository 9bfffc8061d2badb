// SPDX-License-Identifier: MPL-2.0
// Waiting for a socket in a way that ends with the server. For connections and for the ingress.
#pragma once

#include "absl/time/time.h"

namespace spcs::emulator_http {

// Waits until `events` of poll() come on the socket. False after `timeout`, on an error of poll(), and as soon as
// `stop_fd` can be read: the server stops.
bool WaitForSocket(int socket, int stop_fd, short events, absl::Duration timeout);

// Waits for `timeout`. False when `events` come on the socket or the server stops before that.
bool StaysQuiet(int socket, int stop_fd, short events, absl::Duration timeout);

}  // namespace spcs::emulator_http
