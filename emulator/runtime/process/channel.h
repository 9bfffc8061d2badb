// SPDX-License-Identifier: MPL-2.0
// Messages between the emulator and the process that holds its sandbox: one JSON object each, with an open file
// descriptor along with it where needed, over a socket that keeps their bounds.
#pragma once

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "nlohmann/json.hpp"

namespace spcs::runtime::process {

// Owns a file descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd();

  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

struct Message {
  nlohmann::json body;
  Fd fd;  // may be none
};

// Both ends of a new connection; close-on-exec. Fails with Internal.
absl::StatusOr<std::pair<Fd, Fd>> MakeChannel();

// Sends one message of at most kMaxMessage bytes. Unavailable when the other end is gone.
absl::Status Send(int channel, const nlohmann::json& body, int fd = -1);

// Waits for one. Unavailable when the other end is gone, InvalidArgument for what is no JSON.
absl::StatusOr<Message> Receive(int channel);

inline constexpr size_t kMaxMessage = 256 * 1024;

}  // namespace spcs::runtime::process
