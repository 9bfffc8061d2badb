// SPDX-License-Identifier: MPL-2.0
// The transport: gRPC over one unix socket, one completion queue, every method served from a MethodTable. Generic
// on purpose: the generated service classes cost start-up time, memory and a thread for each open stream.
//
//   ASSIGN_OR_RETURN(auto server, GrpcServer::Start(table, hub, {.socket_path = path}));
//   server->Run();  // until Stop()
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "provider/base/mutex.h"
#include "provider/plugin/method.h"
#include "provider/plugin/stop_hub.h"
#include "provider/plugin/workers.h"

namespace grpc {
class AsyncGenericService;
class Server;
class ServerCompletionQueue;
}  // namespace grpc

namespace spcs::plugin {

class Call;

// Keys of a mutually authenticated connection, PEM.
struct TlsKeys {
  std::string certificate;
  std::string private_key;
  std::string client_certificate;  // the only client that may connect
};

class GrpcServer {
 public:
  struct Options {
    std::string socket_path{};     // at most 107 bytes; created with mode 0700
    std::optional<TlsKeys> tls{};  // none: anybody who can open the socket may call
    int max_message = 256 << 20;   // bytes, each way
    size_t max_workers = 64;       // calls that run at the same time
  };

  // Listens. `methods` and `stop` outlive the server. Fails with Unavailable when the socket cannot be opened.
  static absl::StatusOr<std::unique_ptr<GrpcServer>> Start(const MethodTable& methods, StopHub& stop, Options options);
  ~GrpcServer();

  // Serves on this thread until Stop(). Called once.
  void Run();

  // Ends Run(), which was called: open calls are cancelled, running ones are told to stop and waited for. Callable from
  // any thread but not from a method of the table. The provider itself does not need it: it exits.
  void Stop();

  // Waits until every call whose request has arrived is answered, at most for `timeout`. From any thread.
  bool WaitForAnswers(std::chrono::milliseconds timeout);

 private:
  friend class Call;
  GrpcServer(const MethodTable& methods, StopHub& stop, const Options& options);
  // A request has arrived (+1), its answer has left or failed to (-1).
  void CountUnanswered(int change);

  const MethodTable& methods_;
  StopHub& stop_;
  std::unique_ptr<grpc::AsyncGenericService> service_;
  std::unique_ptr<grpc::ServerCompletionQueue> queue_;
  std::unique_ptr<grpc::Server> server_;
  Workers workers_;
  int live_calls_ = 0;  // only on the thread of Run()

  Mutex mu_;
  CondVar answered_;
  int unanswered_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace spcs::plugin
