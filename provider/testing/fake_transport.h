// SPDX-License-Identifier: MPL-2.0
// A transport that answers from a script and remembers what it was asked. For tests of the clients.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "provider/base/mutex.h"
#include "provider/http/transport.h"

namespace spcs::testing {

// Thread-safe. Answers come from the queue; when it is empty, from the handler; without one, Internal.
class FakeTransport : public http::Transport {
 public:
  using Handler = std::function<absl::StatusOr<http::Response>(const http::Request&, std::stop_token)>;

  FakeTransport() = default;
  explicit FakeTransport(Handler handler) : handler_(std::move(handler)) {}

  void Push(int status, std::string body = "", http::Headers headers = {}) {
    MutexLock lock(mu_);
    script_.push_back(http::Response{status, std::move(headers), std::move(body)});
  }
  void Push(absl::Status failure) {
    MutexLock lock(mu_);
    script_.push_back(std::move(failure));
  }
  void PushLostAnswer() { Push(absl::UnavailableError("connection lost")); }

  absl::StatusOr<http::Response> Send(const http::Request& request, std::stop_token stop) override {
    {
      MutexLock lock(mu_);
      requests_.push_back(request);
      if (stop.stop_requested()) return absl::CancelledError("stopped");
      if (!script_.empty()) {
        absl::StatusOr<http::Response> answer = std::move(script_.front());
        script_.pop_front();
        return answer;
      }
    }
    if (handler_) return handler_(request, stop);
    return absl::InternalError("the script of FakeTransport has ended");
  }

  // In the order of arrival.
  std::vector<http::Request> requests() const {
    MutexLock lock(mu_);
    return requests_;
  }

 private:
  const Handler handler_;
  mutable Mutex mu_;
  std::deque<absl::StatusOr<http::Response>> script_ ABSL_GUARDED_BY(mu_);
  std::vector<http::Request> requests_ ABSL_GUARDED_BY(mu_);
};

}  // namespace spcs::testing
