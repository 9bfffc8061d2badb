// SPDX-License-Identifier: MPL-2.0
// One request on its way through libcurl: the options of its handle, what has come back so far, and what libcurl's
// result code means to us. Used by CurlTransport only.
#pragma once

#include <curl/curl.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "provider/base/mutex.h"
#include "provider/http/transport.h"

namespace spcs::http {

struct CurlEasyDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using CurlEasy = std::unique_ptr<CURL, CurlEasyDeleter>;

struct CurlListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlList = std::unique_ptr<curl_slist, CurlListDeleter>;

// The thread that sends waits on `done`; the transport's thread does everything else with it.
class CurlTransfer {
 public:
  // `request` outlives the transfer.
  CurlTransfer(uint64_t id, const Request& request, const std::string& user_agent)
      : id_(id), request_(request), user_agent_(user_agent) {}

  // Tells transfers apart: a later one may live at the same address.
  uint64_t id() const { return id_; }

  // Takes the handle and sets all its options. Fails when there are no roots to check an https server against.
  absl::Status Prepare(CurlEasy handle);

  CURL* handle() const { return handle_.get(); }
  CurlEasy TakeHandle() { return std::move(handle_); }
  absl::Duration stop_grace() const { return request_.stop_grace; }

  // Turns libcurl's verdict into the outcome.
  absl::StatusOr<Response> Outcome(CURLcode code);

  // Hands the outcome to the waiting thread. The transfer must not be touched afterwards.
  void Finish(absl::StatusOr<Response> outcome);
  absl::StatusOr<Response> Wait();

 private:
  static size_t OnBody(char* data, size_t size, size_t count, void* self);
  static size_t OnHeader(char* data, size_t size, size_t count, void* self);
  static size_t OnRead(char* buffer, size_t size, size_t count, void* self);
  static int OnSeek(void* self, curl_off_t offset, int origin);
  static CURLcode OnSslContext(CURL* handle, void* context, void* self);

  void SetMethod();
  void SetHeaders();
  absl::Status SetTrust();
  bool SentAnything() const;
  int64_t BodySize() const;
  bool ToSink() const;

  const uint64_t id_;
  const Request& request_;
  const std::string& user_agent_;
  CurlEasy handle_;
  CurlList header_list_;
  char error_[CURL_ERROR_SIZE] = "";
  Response response_;
  int64_t body_sent_ = 0;
  absl::Status piece_error_;  // of the source or the sink
  bool too_large_ = false;

  Mutex mu_;
  CondVar done_;
  std::optional<absl::StatusOr<Response>> outcome_ ABSL_GUARDED_BY(mu_);
};

}  // namespace spcs::http
