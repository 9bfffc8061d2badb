// SPDX-License-Identifier: MPL-2.0
// spcs-ray-deploy: puts an application on a Ray cluster, in a job next to it. See deploy_run.h.
#include <pthread.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <stop_token>
#include <thread>

#include "provider/http/curl_transport.h"
#include "provider/ray/deploy_run.h"

namespace {

std::optional<std::string> Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

void Print(const std::string& line) {
  std::fputs((line + "\n").c_str(), stdout);
  std::fflush(stdout);
}

}  // namespace

int main() {
  // Blocked before any thread starts, so that the thread below gets them, also as process 1 of a container.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::stop_source stop;
  std::thread waiter([&] {
    int number = 0;
    sigwait(&signals, &number);
    stop.request_stop();
  });
  int code = 0;
  {
    // Ray refuses writes of what calls itself Mozilla.
    spcs::http::CurlTransport transport("spcs-ray-deploy");
    spcs::RealClock clock;
    code = spcs::ray::RunDeployer(Variable, transport, clock, Print, stop.get_token());
  }
  pthread_kill(waiter.native_handle(), SIGTERM);
  waiter.join();
  return code;
}
