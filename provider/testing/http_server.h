// SPDX-License-Identifier: MPL-2.0
// A raw HTTP/1.1 server on loopback for tests of transports: the test decides byte by byte what goes back, so that
// broken connections and slow answers can be played.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "provider/base/mutex.h"

namespace spcs::testing {

class HttpServer {
 public:
  // What is sent back for a request (head and body as received), then whether the connection stays open.
  struct Answer {
    std::string bytes;
    bool close = false;
  };
  // Called on the connection's thread. `connection` counts from 1.
  using Handler = std::function<Answer(const std::string& request, int connection)>;

  explicit HttpServer(Handler handler);
  ~HttpServer();

  // "http://127.0.0.1:PORT".
  std::string url() const;
  int connections() const { return connections_; }

 private:
  void Accept();
  void Serve(int fd, int connection);

  const Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_ = 0;
  std::thread acceptor_;
  Mutex mu_;
  std::vector<std::thread> workers_ ABSL_GUARDED_BY(mu_);
  std::vector<int> open_ ABSL_GUARDED_BY(mu_);
};

// A whole answer with a Content-Length.
std::string HttpAnswer(int status, const std::string& body, const std::string& headers = "");

}  // namespace spcs::testing
