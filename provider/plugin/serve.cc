// SPDX-License-Identifier: MPL-2.0
#include "provider/plugin/serve.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "provider/base/file.h"
#include "provider/base/status.h"
#include "provider/plugin/certificate.h"
#include "provider/plugin/grpc_server.h"
#include "provider/plugin/handshake.h"
#include "provider/plugin/host_services.h"
#include "provider/plugin/process.h"
#include "provider/plugin/provider_service.h"
#include "provider/plugin/socket_path.h"

namespace spcs::plugin {
namespace {

// How long running calls may take to come to their end after SIGTERM. Generous: a signal to the whole process group
// reaches the client too, which then waits for the answers in order to save them, and whoever is in a hurry kills.
constexpr std::chrono::seconds kGrace(30);

// Without a host, which is the client's default one: the same address for OpenTofu and Terraform.
constexpr absl::string_view kProviderAddress = "spcs/spcs";

struct Arguments {
  bool debug = false;
  bool version = false;
  bool help = false;
  std::string unknown;
};

Arguments ReadArguments(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    absl::string_view argument = argv[i];
    if (absl::StartsWith(argument, "--")) argument.remove_prefix(1);
    if (argument == "-debug") {
      arguments.debug = true;
    } else if (argument == "-version") {
      arguments.version = true;
    } else if (argument == "-help" || argument == "-h") {
      arguments.help = true;
    } else {
      arguments.unknown = argv[i];
    }
  }
  return arguments;
}

void Print(std::FILE* file, absl::string_view text) {
  std::fwrite(text.data(), 1, text.size(), file);
  std::fflush(file);
}

// Everything that lives as long as the process serves.
class Session {
 public:
  Session(ClientRequest request, bool debug) : request_(std::move(request)), debug_(debug) {}

  // Shakes hands; Run() serves then.
  absl::Status Start(const ServerFactory& make_server, const ReadyAnswers& ready);
  [[noreturn]] void Run() {
    server_->Run();
    ExitNow(socket_path_, 0);
  }
  const std::string& socket_path() const { return socket_path_; }

 private:
  absl::Status Listen();
  absl::Status Announce();
  void OnEvent(Watch::Reason reason);

  const ClientRequest request_;
  const bool debug_;
  std::string socket_path_;
  std::string certificate_der_;
  StopHub stop_;
  std::unique_ptr<tf::ServerInterface> provider_;
  MethodTable methods_;
  std::unique_ptr<GrpcServer> server_;
  Watch watch_;
};

absl::Status Session::Start(const ServerFactory& make_server, const ReadyAnswers& ready) {
  provider_ = make_server();
  AddHostServices(methods_, [this] {
    if (debug_) return;
    provider_->Shutdown();
    ExitNow(socket_path_, 0);
  });
  AddProviderService(methods_, *provider_, stop_, ready);
  RETURN_IF_ERROR(Listen());
  RETURN_IF_ERROR(watch_.Start(debug_, [this](Watch::Reason reason) { OnEvent(reason); }));
  return Announce();
}

absl::Status Session::Listen() {
  ASSIGN_OR_RETURN(socket_path_, NewSocketPath(request_.socket_folder, &GetEnv));
  GrpcServer::Options options{.socket_path = socket_path_};
  if (!request_.client_certificate.empty() && !debug_) {
    ASSIGN_OR_RETURN(Certificate certificate, MakeCertificate(absl::Now()));
    certificate_der_ = std::move(certificate.der);
    options.tls = TlsKeys{.certificate = std::move(certificate.certificate_pem),
                          .private_key = std::move(certificate.private_key_pem),
                          .client_certificate = request_.client_certificate};
  }
  ASSIGN_OR_RETURN(server_, GrpcServer::Start(methods_, stop_, std::move(options)));
  if (!request_.socket_group.empty()) RETURN_IF_ERROR(ShareWithGroup(socket_path_, request_.socket_group));
  return absl::OkStatus();
}

absl::Status Session::Announce() {
  if (!debug_) return WriteHandshake(HandshakeLine(socket_path_, certificate_der_, request_.multiplex));
  Print(stdout, absl::StrCat("The provider runs. To make tofu or terraform use it, set in their shell:\n\n"
                             "  export TF_REATTACH_PROVIDERS='",
                             ReattachConfig(kProviderAddress, socket_path_, ::getpid()),
                             "'\n\nIt serves any number of commands until Ctrl-C.\n"));
  return absl::OkStatus();
}

void Session::OnEvent(Watch::Reason reason) {
  if (reason == Watch::Reason::kSignal) {
    stop_.StopRunning();
    server_->WaitForAnswers(kGrace);
  }
  provider_->Shutdown();
  ExitNow(socket_path_, 0);
}

}  // namespace

int Serve(int argc, char** argv, absl::string_view version, const ServerFactory& make_server,
          const ReadyAnswers& ready) {
  OpenStandardStreams();
  const absl::string_view program = argc > 0 ? argv[0] : "terraform-provider-spcs";
  const Arguments arguments = ReadArguments(argc, argv);
  if (!arguments.unknown.empty()) {
    Print(stderr, absl::StrCat("unknown argument ", arguments.unknown, "\n\nusage: ", program,
                               " [-debug] [-version] [-help]\n"));
    return 2;
  }
  if (arguments.version || arguments.help) {
    Print(stdout, arguments.version ? absl::StrCat(version, "\n") : StartedByHandText(program, version));
    return 0;
  }
  ClientRequest request = ReadClientRequest(&GetEnv);
  if (!request.by_client && !arguments.debug) {
    Print(stderr, StartedByHandText(program, version));
    return 1;
  }
  if (!request.speaks_our_protocol) {  // The client compares the versions too and says so to the user.
    Print(stderr, absl::StrCat("[WARN] the client speaks plugin protocol ", request.protocols, ", this provider ",
                               kProtocolVersion, ": OpenTofu or Terraform 1.11 or newer is needed\n"));
  }
  PrepareOpenSsl();
  auto session = std::make_unique<Session>(std::move(request), arguments.debug);
  if (const absl::Status status = session->Start(make_server, ready); !status.ok()) {
    Print(stderr, absl::StrCat("[ERROR] the provider cannot start: ", status.message(), "\n"));
    ExitNow(session->socket_path(), 1);
  }
  session->Run();
}

}  // namespace spcs::plugin
