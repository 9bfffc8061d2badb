// SPDX-License-Identifier: MPL-2.0
#include "provider/http/curl_transfer.h"

#include <openssl/ssl.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "provider/base/status.h"
#include "provider/http/ca_store.h"
#include "provider/http/url.h"

namespace spcs::http {
namespace {

constexpr absl::Duration kConnectTimeout = absl::Seconds(15);
constexpr long kUploadBuffer = 1L << 20;
constexpr long kDownloadBuffer = 256L << 10;

absl::Status NotSent(absl::Status status) {
  return WithFact(std::move(status), kNotSent, "1");
}

bool IsHttps(absl::string_view url) {
  return absl::StartsWithIgnoreCase(url, "https:");
}

}  // namespace

absl::Status CurlTransfer::Prepare(CurlEasy handle) {
  handle_ = std::move(handle);
  CURL* curl = handle_.get();
  curl_easy_setopt(curl, CURLOPT_PRIVATE, this);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error_);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_URL, request_.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, user_agent_.c_str());
  if (request_.sink == nullptr) curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");  // all that this libcurl can undo
  if (request_.source != nullptr) curl_easy_setopt(curl, CURLOPT_UPLOAD_BUFFERSIZE, kUploadBuffer);
  if (request_.sink != nullptr) curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, kDownloadBuffer);
  if (request_.longest_stall != absl::InfiniteDuration()) {
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, std::max(1L, long(absl::ToInt64Seconds(request_.longest_stall))));
  }
  curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, std::max(1L, long(absl::ToInt64Milliseconds(request_.timeout))));
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, long(absl::ToInt64Milliseconds(kConnectTimeout)));
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &CurlTransfer::OnBody);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &CurlTransfer::OnHeader);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, this);
  if (IsLoopbackHost(HostOf(request_.url))) curl_easy_setopt(curl, CURLOPT_PROXY, "");  // no proxy leads back here
  SetMethod();
  SetHeaders();
  return IsHttps(request_.url) ? SetTrust() : absl::OkStatus();
}

void CurlTransfer::SetMethod() {
  CURL* curl = handle_.get();
  const std::string& method = request_.method;
  if (method == "HEAD") {
    curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    return;
  }
  if (BodySize() > 0 || method == "POST" || method == "PUT" || method == "PATCH") {
    // The body comes from a callback, not from a buffer that libcurl knows: with a buffer it would by itself send a
    // POST again when a kept-alive connection ends without an answer, and so execute a statement twice.
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(BodySize()));
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, &CurlTransfer::OnRead);
    curl_easy_setopt(curl, CURLOPT_READDATA, this);
    curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, &CurlTransfer::OnSeek);
    curl_easy_setopt(curl, CURLOPT_SEEKDATA, this);
  }
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
}

void CurlTransfer::SetHeaders() {
  curl_slist* list = curl_slist_append(nullptr, "Expect:");  // no pause for "100 Continue"
  for (const auto& [name, value] : request_.headers) {
    // "Name;" is how libcurl spells a header without a value; "Name:" would drop it.
    const std::string line = value.empty() ? absl::StrCat(name, ";") : absl::StrCat(name, ": ", value);
    list = curl_slist_append(list, line.c_str());
  }
  header_list_.reset(list);
  curl_easy_setopt(handle_.get(), CURLOPT_HTTPHEADER, list);
}

absl::Status CurlTransfer::SetTrust() {
  CURL* curl = handle_.get();
  const absl::StatusOr<X509_STORE*> store = SharedCaStore();
  if (!store.ok()) return NotSent(store.status());
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
  curl_easy_setopt(curl, CURLOPT_SSL_CTX_FUNCTION, &CurlTransfer::OnSslContext);
  curl_easy_setopt(curl, CURLOPT_SSL_CTX_DATA, *store);
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_2TLS});
  curl_easy_setopt(curl, CURLOPT_PIPEWAIT, 1L);  // requests that start together share one handshake
  return absl::OkStatus();
}

CURLcode CurlTransfer::OnSslContext(CURL*, void* context, void* store) {
  return SSL_CTX_set1_cert_store(static_cast<SSL_CTX*>(context), static_cast<X509_STORE*>(store)), CURLE_OK;
}

size_t CurlTransfer::OnBody(char* data, size_t size, size_t count, void* self) {
  auto* transfer = static_cast<CurlTransfer*>(self);
  const size_t bytes = size * count;
  if (transfer->ToSink()) {
    transfer->piece_error_ = transfer->request_.sink->Write({data, bytes});
    return transfer->piece_error_.ok() ? bytes : 0;
  }
  if (int64_t(transfer->response_.body.size() + bytes) > transfer->request_.max_response_bytes) {
    transfer->too_large_ = true;
    return 0;  // ends the transfer
  }
  transfer->response_.body.append(data, bytes);
  return bytes;
}

size_t CurlTransfer::OnHeader(char* data, size_t size, size_t count, void* self) {
  auto* transfer = static_cast<CurlTransfer*>(self);
  const absl::string_view line(data, size * count);
  if (absl::StartsWithIgnoreCase(line, "HTTP/")) {
    transfer->response_.headers.clear();  // the headers so far were those of a "100 Continue" or of a proxy
  } else if (const size_t colon = line.find(':'); colon != absl::string_view::npos) {
    transfer->response_.headers.emplace_back(line.substr(0, colon), absl::StripAsciiWhitespace(line.substr(colon + 1)));
  }
  return size * count;
}

size_t CurlTransfer::OnRead(char* buffer, size_t size, size_t count, void* self) {
  auto* transfer = static_cast<CurlTransfer*>(self);
  const int64_t left = transfer->BodySize() - transfer->body_sent_;
  size_t bytes = size_t(std::min<int64_t>(int64_t(size * count), left));
  if (transfer->request_.source == nullptr) {
    std::memcpy(buffer, transfer->request_.body.data() + transfer->body_sent_, bytes);
  } else if (bytes > 0) {
    const absl::StatusOr<size_t> given = transfer->request_.source->Read(buffer, bytes);
    if (!given.ok()) {
      transfer->piece_error_ = given.status();
      return CURL_READFUNC_ABORT;
    }
    bytes = *given;
  }
  transfer->body_sent_ += int64_t(bytes);
  return bytes;
}

int64_t CurlTransfer::BodySize() const {
  return request_.source != nullptr ? request_.source->size() : int64_t(request_.body.size());
}

bool CurlTransfer::ToSink() const {
  if (request_.sink == nullptr) return false;
  long status = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
  return status == 200 || status == 206;
}

int CurlTransfer::OnSeek(void* self, curl_off_t offset, int origin) {
  // Only a body of which nothing has left may start over.
  const bool untouched = static_cast<CurlTransfer*>(self)->body_sent_ == 0;
  return untouched && offset == 0 && origin == SEEK_SET ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL;
}

bool CurlTransfer::SentAnything() const {
  long bytes = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_REQUEST_SIZE, &bytes);
  return bytes > 0 || body_sent_ > 0;
}

absl::StatusOr<Response> CurlTransfer::Outcome(CURLcode code) {
  const std::string server = OriginOf(request_.url);
  const std::string why = error_[0] != '\0' ? error_ : curl_easy_strerror(code);
  if (!piece_error_.ok()) return piece_error_;
  const auto text = [&](absl::string_view what) { return absl::StrCat(what, " ", server, ": ", why); };
  switch (code) {
    case CURLE_OK: {
      long status = 0;
      curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
      response_.status = int(status);
      return std::move(response_);
    }
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return NotSent(absl::InvalidArgumentError(absl::StrCat("not a URL that can be called: ", server)));
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return NotSent(WithFact(absl::UnavailableError(text("cannot find the host of")), kAdvice,
                              "Check the host or account name for typing errors, and that this machine's DNS works."));
    case CURLE_COULDNT_CONNECT:
      return NotSent(WithFact(absl::UnavailableError(text("cannot connect to")), kAdvice,
                              "Check host and port, and whether a firewall or proxy is in between."));
    case CURLE_OPERATION_TIMEDOUT:
      if (!SentAnything()) return NotSent(absl::UnavailableError(text("cannot connect in time to")));
      return absl::DeadlineExceededError(
          absl::StrCat("no answer from ", server, " within ", absl::FormatDuration(request_.timeout)));
    case CURLE_PEER_FAILED_VERIFICATION:
      return NotSent(WithFact(absl::FailedPreconditionError(text("cannot trust the certificate of")), kAdvice,
                              "Check the host name. Behind a proxy that opens TLS, put its root certificate into the "
                              "file that SSL_CERT_FILE names."));
    case CURLE_SSL_CONNECT_ERROR: return NotSent(absl::UnavailableError(text("TLS handshake failed with")));
    case CURLE_WRITE_ERROR:
      if (too_large_) {
        return absl::ResourceExhaustedError(
            absl::StrCat("the answer of ", server, " is larger than ", request_.max_response_bytes, " bytes"));
      }
      [[fallthrough]];
    default: {
      const absl::Status lost = absl::UnavailableError(text("connection lost to"));
      return SentAnything() ? lost : NotSent(lost);
    }
  }
}

void CurlTransfer::Finish(absl::StatusOr<Response> outcome) {
  MutexLock lock(mu_);
  outcome_ = std::move(outcome);
  done_.NotifyAll();
}

absl::StatusOr<Response> CurlTransfer::Wait() {
  MutexLock lock(mu_);
  while (!outcome_) done_.Wait(lock);
  return *std::move(outcome_);
}

}  // namespace spcs::http
