// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/socket_wait.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <limits>

#include "absl/time/clock.h"

namespace spcs::emulator_http {
namespace {

enum class Outcome { kTime, kSocket, kOther };

int Milliseconds(absl::Duration duration) {
  return static_cast<int>(std::clamp<int64_t>(absl::ToInt64Milliseconds(absl::Ceil(duration, absl::Milliseconds(1))), 0,
                                              std::numeric_limits<int>::max()));
}

Outcome Wait(int socket, int stop_fd, short events, absl::Duration timeout) {
  const absl::Time end = absl::Now() + timeout;
  while (true) {
    pollfd fds[2] = {{socket, events, 0}, {stop_fd, POLLIN, 0}};
    const int ready = ::poll(fds, 2, Milliseconds(end - absl::Now()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0) return Outcome::kTime;
    return ready > 0 && fds[1].revents == 0 ? Outcome::kSocket : Outcome::kOther;
  }
}

}  // namespace

bool WaitForSocket(int socket, int stop_fd, short events, absl::Duration timeout) {
  return Wait(socket, stop_fd, events, timeout) == Outcome::kSocket;
}

bool StaysQuiet(int socket, int stop_fd, short events, absl::Duration timeout) {
  return Wait(socket, stop_fd, events, timeout) == Outcome::kTime;
}

}  // namespace spcs::emulator_http
