// SPDX-License-Identifier: MPL-2.0
// A gRPC client for tests, which sends and gets bytes.
#pragma once

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "provider/plugin/grpc_server.h"

namespace spcs::plugin {

inline grpc::ByteBuffer TestBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

inline std::string TestBytes(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return bytes;
}

// Thread-safe.
class TestClient {
 public:
  // `keys` are the client's own pair and, as client_certificate, the server's certificate. None: no TLS.
  explicit TestClient(const std::string& socket_path, const std::optional<TlsKeys>& keys = std::nullopt) {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(-1);
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // tests do not share connections
    std::shared_ptr<grpc::ChannelCredentials> credentials = grpc::InsecureChannelCredentials();
    if (keys.has_value()) {
      arguments.SetSslTargetNameOverride("localhost");
      credentials = grpc::SslCredentials({.pem_root_certs = keys->client_certificate,
                                          .pem_private_key = keys->private_key,
                                          .pem_cert_chain = keys->certificate});
    }
    channel_ = grpc::CreateCustomChannel(absl::StrCat("unix:", socket_path), credentials, arguments);
    stub_ = std::make_unique<grpc::GenericStub>(channel_);
  }

  struct Answer {
    grpc::Status status;
    std::string bytes;
  };
  Answer Call(const std::string& method, const std::string& request, int seconds = 20) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(seconds));
    grpc::CompletionQueue queue;
    auto call = stub_->PrepareUnaryCall(&context, method, TestBuffer(request), &queue);
    call->StartCall();
    grpc::ByteBuffer bytes;
    Answer answer;
    call->Finish(&bytes, &answer.status, this);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    if (answer.status.ok()) answer.bytes = TestBytes(bytes);
    return answer;
  }

  // Calls a method of the provider with messages.
  template <typename Response, typename Request>
  Response Provider(const std::string& name, const Request& request) {
    Response response;
    const Answer answer = Call(absl::StrCat("/tfplugin6.Provider/", name), request.SerializeAsString());
    if (!answer.status.ok() || !response.ParseFromString(answer.bytes)) ++failures_;
    return response;
  }
  int failures() const { return failures_; }

  // A call with a stream of answers, open until it is destroyed.
  class Stream {
   public:
    Stream(grpc::GenericStub& stub, const std::string& method, const std::string& request) {
      call_ = stub.PrepareCall(&context_, method, &queue_);
      call_->StartCall(this);
      Wait();
      call_->WriteLast(TestBuffer(request), grpc::WriteOptions(), this);
      Wait();
    }
    ~Stream() {
      context_.TryCancel();
      if (!finished_) Finish();
    }
    // nullopt at the end.
    std::optional<std::string> Next() {
      grpc::ByteBuffer bytes;
      call_->Read(&bytes, this);
      if (!Wait()) return std::nullopt;
      return TestBytes(bytes);
    }
    grpc::Status Finish() {
      grpc::Status status;
      call_->Finish(&status, this);
      Wait();
      finished_ = true;
      return status;
    }

   private:
    bool Wait() {
      void* tag = nullptr;
      bool ok = false;
      return queue_.Next(&tag, &ok) && ok;
    }
    grpc::ClientContext context_;
    grpc::CompletionQueue queue_;
    std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call_;
    bool finished_ = false;
  };
  std::unique_ptr<Stream> Open(const std::string& method, const std::string& request = "") {
    return std::make_unique<Stream>(*stub_, method, request);
  }

 private:
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<grpc::GenericStub> stub_;
  std::atomic<int> failures_ = 0;
};

}  // namespace spcs::plugin
