// SPDX-License-Identifier: MPL-2.0
// The network: HTTP/1.1 and HTTP/2 by libcurl. One thread drives all transfers of a process, so connections are kept
// alive and shared (over HTTP/2 all requests use one), and a stop ends a transfer at once. Made by provider.cc.
#pragma once

#include <memory>
#include <string>

#include "provider/http/transport.h"

namespace spcs::http {

class CurlTransport : public Transport {
 public:
  // `user_agent` is sent with each request. Nothing happens before the first Send(): no thread, no libcurl.
  explicit CurlTransport(std::string user_agent);

  // No Send() may be under way.
  ~CurlTransport() override;

  // Proxies are taken from https_proxy, http_proxy, all_proxy and no_proxy.
  absl::StatusOr<Response> Send(const Request& request, std::stop_token stop) override;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace spcs::http
