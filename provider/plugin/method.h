// SPDX-License-Identifier: MPL-2.0
// What the transport calls: a table from the full name of a method ("/package.Service/Method") to what answers it,
// bytes in and bytes out. The transport (grpc_server.h) knows no message; the services (host_services.h,
// provider_service.h) know no connection. So either can be tested, or exchanged, without the other.
#pragma once

#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace spcs::plugin {

// Sends one message of a server stream and waits until it is written. False: the caller is gone, stop producing.
using SendMessage = std::function<bool(std::string message)>;

// A failed Status becomes the gRPC status of the same code. It is for broken requests only: what a user has to read
// travels inside a message. `stop` is requested when the user interrupts or the caller gives up.
struct Method {
  // Answers one message with one.
  using Unary = std::function<absl::StatusOr<std::string>(absl::string_view request, std::stop_token stop)>;
  // Answers one message with any number of them.
  using Streaming =
      std::function<absl::Status(absl::string_view request, std::stop_token stop, const SendMessage& send)>;
  enum class Where {
    kInline,  // on the thread that serves the connection: must be quick and never wait
    kWorker,  // on a thread of its own
  };

  Where where = Where::kWorker;
  Unary unary;
  Streaming streaming;
  // Called on the transport's thread after the answer of `unary` was written.
  std::function<void()> after = nullptr;

  // Neither `unary` nor `streaming`: the call stays open without an answer until the caller ends it.
  static Method Silent() { return Method{}; }
};

// Filled before the transport starts, read-only afterwards.
class MethodTable {
 public:
  // `name` is new in this table.
  void Add(std::string name, Method method) { methods_.emplace(std::move(name), std::move(method)); }
  // The method, or null. The table keeps it.
  const Method* Find(absl::string_view name) const {
    const auto found = methods_.find(name);
    return found == methods_.end() ? nullptr : &found->second;
  }
  size_t size() const { return methods_.size(); }

 private:
  struct Less {
    using is_transparent = void;
    bool operator()(absl::string_view a, absl::string_view b) const { return a < b; }
  };
  std::map<std::string, Method, Less> methods_;
};

}  // namespace spcs::plugin
