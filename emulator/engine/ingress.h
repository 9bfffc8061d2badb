// SPDX-License-Identifier: MPL-2.0
// Where a request to a public endpoint goes: found by the endpoint's host, in the transaction of the moment. The HTTP
// layer's ingress asks.
//
//   ASSIGN_OR_RETURN(const IngressRoute route, FindIngress(engine, session, "i1a2b3c4-spcs-emulator"));
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/engine/engine.h"

namespace spcs::engine {

// What `corsSettings` of the specification say; no origins: the endpoint has none.
struct CorsSettings {
  std::vector<std::string> origins, methods, headers, exposed;
};

struct IngressRoute {
  std::string service;   // "DB.SCHEMA.NAME"
  std::string owner;     // role
  std::string endpoint;  // name
  int port = 0;
  CorsSettings cors;
  bool allowed = false;            // the session's role owns the service or has a service role with the endpoint
  std::string status;              // of the service, as SHOW SERVICES tells
  bool suspended = false;          // by ALTER SERVICE … SUSPEND or with its pool
  bool auto_resume = false;        // a request wakes it
  std::vector<std::string> ready;  // addresses of the instances that are READY
};

// The endpoint whose host begins with `label`, "" in session.role being no role at all. NotFound when there is none.
absl::StatusOr<IngressRoute> FindIngress(Engine& engine, const Session& session, absl::string_view label);

// Resumes the suspended service of the route, as its owner. Fails as ALTER SERVICE … RESUME does.
absl::Status WakeIngress(Engine& engine, const IngressRoute& route);

}  // namespace spcs::engine
