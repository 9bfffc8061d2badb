// SPDX-License-Identifier: MPL-2.0
#include "provider/http/curl_transport.h"

#include <curl/curl.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "provider/base/mutex.h"
#include "provider/base/status.h"
#include "provider/http/curl_transfer.h"
#include "provider/http/url.h"

namespace spcs::http {
namespace {

constexpr long kConnectionsPerHost = 32;
constexpr size_t kSpareHandles = 32;
constexpr absl::Duration kLongestPoll = absl::Seconds(60);

bool InitCurl() {
  static const bool ok = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return ok;
}

}  // namespace

// The thread and what it owns. Other threads only put transfers into the two queues and wake it.
class CurlTransport::Loop {
 public:
  explicit Loop(std::string user_agent) : user_agent_(std::move(user_agent)) {}

  ~Loop() {
    if (multi_ == nullptr) return;
    {
      MutexLock lock(mu_);
      ending_ = true;
    }
    curl_multi_wakeup(multi_);
    thread_.join();
    spare_.clear();
    curl_multi_cleanup(multi_);
  }

  absl::StatusOr<Response> Send(const Request& request, std::stop_token stop) {
    if (stop.stop_requested()) return absl::CancelledError("stopped before the request was sent");
    std::call_once(started_, [this] { Start(); });
    if (multi_ == nullptr) return absl::InternalError("libcurl cannot be started");
    CurlTransfer transfer(next_id_++, request, user_agent_);
    Submit(&transfer);
    std::stop_callback on_stop(stop, [this, id = transfer.id()] { Cancel(id); });
    return transfer.Wait();
  }

 private:
  void Start() {
    if (!InitCurl()) return;
    multi_ = curl_multi_init();
    if (multi_ == nullptr) return;
    curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, kConnectionsPerHost);
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kConnectionsPerHost * 2);
    thread_ = std::thread([this] { Run(); });
  }

  void Submit(CurlTransfer* transfer) {
    {
      MutexLock lock(mu_);
      submitted_.push_back(transfer);
    }
    curl_multi_wakeup(multi_);
  }

  void Cancel(uint64_t id) {
    {
      MutexLock lock(mu_);
      cancelled_.push_back(id);
    }
    curl_multi_wakeup(multi_);
  }

  void Run() {
    while (TakeQueues()) {
      int running = 0;
      curl_multi_perform(multi_, &running);
      FinishDone();
      EndOverdue();
      curl_multi_poll(multi_, nullptr, 0, PollMilliseconds(), nullptr);
    }
  }

  // Returns false once the loop is to end.
  bool TakeQueues() {
    std::vector<CurlTransfer*> submitted;
    std::vector<uint64_t> cancelled;
    {
      MutexLock lock(mu_);
      submitted.swap(submitted_);
      cancelled.swap(cancelled_);
      if (ending_) return false;
    }
    for (CurlTransfer* transfer : submitted) Begin(transfer);
    for (const uint64_t id : cancelled) {
      const auto entry = active_.find(id);  // it may be done by now
      if (entry != active_.end()) entry->second.end = absl::Now() + entry->second.transfer->stop_grace();
    }
    return true;
  }

  void Begin(CurlTransfer* transfer) {
    CurlEasy handle;
    if (spare_.empty()) {
      handle.reset(curl_easy_init());
    } else {
      handle = std::move(spare_.back());
      spare_.pop_back();
    }
    if (handle == nullptr) return transfer->Finish(absl::ResourceExhaustedError("libcurl has no memory left"));
    if (const absl::Status status = transfer->Prepare(std::move(handle)); !status.ok()) {
      Keep(transfer->TakeHandle());
      return transfer->Finish(status);
    }
    active_.emplace(transfer->id(), Active{transfer, absl::InfiniteFuture()});
    curl_multi_add_handle(multi_, transfer->handle());
  }

  void FinishDone() {
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CurlTransfer* transfer = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      End(transfer, transfer->Outcome(message->data.result));
    }
  }

  // Ends what was cancelled and has used up its grace.
  void EndOverdue() {
    const absl::Time now = absl::Now();
    std::vector<CurlTransfer*> overdue;
    for (const auto& [id, active] : active_) {
      if (active.end <= now) overdue.push_back(active.transfer);
    }
    for (CurlTransfer* transfer : overdue) End(transfer, absl::CancelledError("stopped while waiting for an answer"));
  }

  void End(CurlTransfer* transfer, absl::StatusOr<Response> outcome) {
    active_.erase(transfer->id());
    curl_multi_remove_handle(multi_, transfer->handle());
    Keep(transfer->TakeHandle());
    transfer->Finish(std::move(outcome));
  }

  void Keep(CurlEasy handle) {
    if (spare_.size() >= kSpareHandles) return;
    curl_easy_reset(handle.get());
    spare_.push_back(std::move(handle));
  }

  int PollMilliseconds() const {
    absl::Duration wait = kLongestPoll;
    const absl::Time now = absl::Now();
    for (const auto& [id, active] : active_) wait = std::min(wait, active.end - now);
    return int(std::max<int64_t>(0, absl::ToInt64Milliseconds(absl::Ceil(wait, absl::Milliseconds(1)))));
  }

  const std::string user_agent_;
  std::once_flag started_;
  CURLM* multi_ = nullptr;
  std::thread thread_;

  std::atomic<uint64_t> next_id_ = 1;

  // The thread's own.
  struct Active {
    CurlTransfer* transfer;
    absl::Time end;  // when it has to end because it was cancelled
  };
  std::map<uint64_t, Active> active_;
  std::vector<CurlEasy> spare_;

  Mutex mu_;
  std::vector<CurlTransfer*> submitted_ ABSL_GUARDED_BY(mu_);
  std::vector<uint64_t> cancelled_ ABSL_GUARDED_BY(mu_);
  bool ending_ ABSL_GUARDED_BY(mu_) = false;
};

CurlTransport::CurlTransport(std::string user_agent) : loop_(std::make_unique<Loop>(std::move(user_agent))) {}

CurlTransport::~CurlTransport() = default;

absl::StatusOr<Response> CurlTransport::Send(const Request& request, std::stop_token stop) {
  return loop_->Send(request, std::move(stop));
}

}  // namespace spcs::http
