// SPDX-License-Identifier: MPL-2.0
#include "provider/plugin/grpc_server.h"

#include <grpcpp/grpcpp.h>
#include <sys/stat.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "provider/plugin/call.h"

namespace spcs::plugin {
namespace {

std::shared_ptr<grpc::ServerCredentials> Credentials(const std::optional<TlsKeys>& tls) {
  if (!tls.has_value()) return grpc::InsecureServerCredentials();
  grpc::SslServerCredentialsOptions options(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = tls->client_certificate;
  options.pem_key_cert_pairs.push_back({tls->private_key, tls->certificate});
  return grpc::SslServerCredentials(options);
}

// gRPC takes addresses as URIs: what is special there is written as %XX.
std::string UnixUri(absl::string_view path) {
  std::string uri = "unix:";
  for (const unsigned char c : path) {
    if (absl::ascii_isalnum(c) || absl::StrContains("/._-", std::string(1, c))) {
      uri += static_cast<char>(c);
    } else {
      absl::StrAppend(&uri, "%", absl::Hex(c, absl::kZeroPad2));
    }
  }
  return uri;
}

}  // namespace

GrpcServer::GrpcServer(const MethodTable& methods, StopHub& stop, const Options& options)
    : methods_(methods),
      stop_(stop),
      service_(std::make_unique<grpc::AsyncGenericService>()),
      workers_(options.max_workers) {}

GrpcServer::~GrpcServer() {
  if (queue_ == nullptr) return;
  if (server_ != nullptr) server_->Shutdown();
  queue_->Shutdown();  // only after its server
  void* tag = nullptr;
  for (bool ok = false; queue_->Next(&tag, &ok);) {
  }
}

absl::StatusOr<std::unique_ptr<GrpcServer>> GrpcServer::Start(const MethodTable& methods, StopHub& stop,
                                                              Options options) {
  std::unique_ptr<GrpcServer> result(new GrpcServer(methods, stop, options));
  grpc::ServerBuilder builder;
  int port = 0;  // gRPC sets 1 for a unix socket that it listens on
  builder.AddListeningPort(UnixUri(options.socket_path), Credentials(options.tls), &port);
  builder.SetMaxReceiveMessageSize(options.max_message);
  builder.SetMaxSendMessageSize(options.max_message);
  builder.RegisterAsyncGenericService(result->service_.get());
  result->queue_ = builder.AddCompletionQueue();
  const mode_t old_mask = ::umask(0077);  // the socket is for this user only
  result->server_ = builder.BuildAndStart();
  ::umask(old_mask);
  if (result->server_ == nullptr || port == 0) {
    return absl::UnavailableError(absl::StrCat("cannot listen on the unix socket ", options.socket_path));
  }
  return result;
}

void GrpcServer::Run() {
  Call::AcceptNext(*this);
  void* tag = nullptr;
  bool ok = false;
  // The call that waits for the next RPC counts as live, so none is left only after the server has stopped.
  while (live_calls_ > 0 && queue_->Next(&tag, &ok)) {
    const Call::Tag event = *static_cast<Call::Tag*>(tag);
    event.call->OnEvent(event.event, ok);
  }
}

bool GrpcServer::WaitForAnswers(std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  MutexLock lock(mu_);
  while (unanswered_ > 0) {
    const auto left = deadline - std::chrono::steady_clock::now();
    if (left <= left.zero()) return false;
    answered_.WaitFor(lock, left, std::stop_token());
  }
  return true;
}

void GrpcServer::CountUnanswered(int change) {
  MutexLock lock(mu_);
  unanswered_ += change;
  if (unanswered_ == 0) answered_.NotifyAll();
}

void GrpcServer::Stop() {
  stop_.StopRunning();
  server_->Shutdown(std::chrono::system_clock::now());
}

}  // namespace spcs::plugin
