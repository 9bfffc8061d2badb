// SPDX-License-Identifier: MPL-2.0
// One RPC from its acceptance to the moment when gRPC is done with it. Used by grpc_server.cc only.
#pragma once

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/support/byte_buffer.h>

#include <optional>
#include <stop_token>
#include <string>

#include "absl/status/status.h"
#include "provider/base/mutex.h"
#include "provider/plugin/method.h"

namespace spcs::plugin {

class GrpcServer;

// Owns itself: deleted when its last event has come. Events arrive on the thread of GrpcServer::Run(); the method
// runs there or on a worker, and only one of its operations is under way at a time.
class Call {
 public:
  // An event of the completion queue.
  struct Tag {
    enum class Event { kAccepted, kRead, kWritten, kFinished, kDone };
    Call* call;
    Event event;
  };

  // Waits for the next RPC.
  static void AcceptNext(GrpcServer& server);

  void OnEvent(Tag::Event event, bool ok);

 private:
  explicit Call(GrpcServer& server) : server_(server) {}

  void OnAccepted();
  void OnRead(bool ok);
  void Execute();
  void ExecuteUnary(absl::string_view request);
  void ExecuteStreaming(absl::string_view request);
  bool Send(std::string message);
  void Finish(const absl::Status& status);
  void DeleteIfOver();

  struct StopThis {
    std::stop_source* source;
    void operator()() const { source->request_stop(); }
  };

  GrpcServer& server_;
  const Method* method_ = nullptr;
  grpc::GenericServerContext context_;
  grpc::GenericServerAsyncReaderWriter stream_{&context_};
  grpc::ByteBuffer request_;
  std::stop_source stop_;
  std::optional<std::stop_callback<StopThis>> provider_stop_;
  Tag accepted_{this, Tag::Event::kAccepted}, read_{this, Tag::Event::kRead}, written_{this, Tag::Event::kWritten},
      finished_{this, Tag::Event::kFinished}, done_{this, Tag::Event::kDone};
  bool is_finished_ = false;  // these three only on the thread of Run()
  bool is_done_ = false;
  bool was_read_ = false;
  bool answered_ = false;  // with a message and status OK

  Mutex mu_;
  CondVar write_over_;
  std::optional<bool> write_result_ ABSL_GUARDED_BY(mu_);
};

}  // namespace spcs::plugin
