// SPDX-License-Identifier: MPL-2.0
// The way in to public endpoints: connections to "<label>.localhost" that HttpServer hands over. Checks who asks and
// whether the role may, then passes requests on to the instances in turn; bodies are never kept, WebSockets pass.
//
//   Ingress ingress({.engine = …, .dial = [&](const std::string& ip, int port) { return hub.Connect(ip, port, …); }});
//   HttpServer server(handler, streamed, ingress.diversion());
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "emulator/engine/engine.h"
#include "emulator/engine/ingress.h"
#include "emulator/http/http_server.h"
#include "emulator/http/ingress_client.h"
#include "emulator/http/ingress_gate.h"
#include "emulator/http/wire_body.h"
#include "emulator/http/wire_exchange.h"
#include "emulator/http/wire_head.h"
#include "emulator/runtime/process/channel.h"
#include "provider/base/mutex.h"

namespace spcs::emulator_http {

// A connection to an instance of a service.
using Dial = std::function<absl::StatusOr<runtime::process::Fd>(const std::string& ip, int port)>;

// Thread-safe: each connection is served by its own thread.
class Ingress {
 public:
  // Everything here must outlive the Ingress.
  struct Parts {
    engine::Engine& engine;
    const IngressGate& gate;
    Dial dial;  // empty when containers are simulated
    absl::Duration idle = absl::Seconds(90);
    int log_fd = -1;
  };
  explicit Ingress(Parts parts) : parts_(std::move(parts)) {}

  Diversion diversion();

 private:
  void Serve(IngressClient& client);
  // Serves one request; whether the connection takes another.
  bool ServeOne(IngressClient& client, const WireHead& request);
  // What the ingress answers by itself; nullopt: the request goes on to `route`, and `session` is set.
  std::optional<HttpReply> Decide(const WireHead& request, const std::string& label, engine::IngressRoute& route,
                                  engine::Session& session);
  std::optional<HttpReply> Gate(const WireHead& request, const engine::IngressRoute& route,
                                const absl::StatusOr<engine::Session>& admitted) const;
  std::optional<HttpReply> NotReady(const WireHead& request, const engine::IngressRoute& route);
  HttpReply OwnPath(IngressClient& client, const WireHead& request, const std::string& label);
  HttpReply SignIn(IngressClient& client, const WireHead& request, const std::string& label);
  // `status` becomes that of the answer.
  bool Forward(IngressClient& client, const WireHead& request, const WireBody& body, const engine::IngressRoute& route,
               const engine::Session& session, int& status);
  // The instances in turn; the next when one cannot be reached.
  absl::StatusOr<runtime::process::Fd> Reach(const engine::IngressRoute& route);
  void Log(const WireHead& request, const std::string& object, int status, absl::Time started) const;

  const Parts parts_;
  std::atomic<int> open_ = 0;
  Mutex mu_;
  std::map<std::string, size_t> turns_ ABSL_GUARDED_BY(mu_);  // by service and endpoint
};

}  // namespace spcs::emulator_http
