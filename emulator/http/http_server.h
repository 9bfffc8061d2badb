// SPDX-License-Identifier: MPL-2.0
// The listening socket: takes HTTP/1.1 requests (keep-alive, gzip bodies, chunked, 100-continue through cpp-httplib)
// and gives each to one Handler. Meant for tests and one developer, yet hundreds of clients at once are served in
// parallel.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "emulator/http/message.h"

namespace spcs::emulator_http {

// Connections that are somebody else's: by the Host header of a request.
struct Diversion {
  std::function<bool(absl::string_view host)> takes;
  // Gets the socket, what becomes readable when the server stops, and what the client has sent so far. The connection
  // is closed when it returns.
  std::function<void(int socket, int stop_fd, std::string input)> serve;
};

class HttpServer {
 public:
  // Requests with a body whose path matches `streamed` (a regular expression) get it as HttpRequest::stream, of any
  // length; other bodies may have 64 MB, heads 64 KB. Connections beyond `most_connections` are closed at once.
  explicit HttpServer(Handler handler, std::string streamed = "", Diversion diversion = {},
                      int most_connections = 4096);
  ~HttpServer();  // stops

  // Binds `host` (an address, "127.0.0.1" or "::1") and `port` (0: any free one), serves on threads of its own and
  // returns the port. Connections are accepted from here on. Fails when the address cannot be bound.
  absl::StatusOr<int> Start(const std::string& host, int port);

  // Ends open connections and waits for the handlers in progress. Safe to call twice.
  void Stop();

  // TCP connections accepted since the start.
  int64_t connections() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace spcs::emulator_http
