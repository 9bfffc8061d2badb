// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/emulator_server.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "emulator/console/console.h"
#include "emulator/http/admin_api.h"
#include "emulator/http/driver_sessions.h"
#include "emulator/http/home.h"
#include "emulator/http/http_server.h"
#include "emulator/http/ingress.h"
#include "emulator/http/ingress_gate.h"
#include "emulator/http/keys.h"
#include "emulator/http/process_host.h"
#include "emulator/http/registry_surface.h"
#include "emulator/http/request_log.h"
#include "emulator/http/rest_surface.h"
#include "emulator/http/result_json.h"
#include "emulator/http/session_protocol.h"
#include "emulator/http/sql_api.h"
#include "emulator/http/stage_surface.h"
#include "emulator/http/statement_desk.h"
#include "emulator/runtime/process/channel.h"
#include "provider/base/file.h"
#include "provider/base/random.h"
#include "provider/base/status.h"

namespace spcs::emulator_http {
namespace {

constexpr absl::string_view kUser = "SPCS_DEMO_USER";
constexpr absl::Duration kDialTimeout = absl::Seconds(5);

engine::EngineOptions EngineOptionsOf(const EmulatorOptions& options, const std::string& public_key,
                                      engine::EmulatorClock& clock, ProcessHost* processes) {
  engine::EngineOptions result;
  result.data_dir = options.data_dir;
  result.clock = &clock;
  result.speed = options.speed;
  result.seed = options.seed;
  result.images = options.images;
  result.scenarios_dir = options.scenarios;
  result.open = options.open;
  result.processes = processes == nullptr ? nullptr : processes->runtime();
  result.user = std::string(kUser);
  result.user_public_key = public_key;
  return result;
}

console::Facts FactsOf(const EmulatorOptions& options) {
  return {.home = std::filesystem::absolute(options.data_dir).lexically_normal().string(),
          .user = std::string(kUser),
          .runtime = options.runtime,
          .speed = options.speed};
}

// Connections to containers, which are in a network of their own.
Dial DialOf(ProcessHost* processes) {
  if (processes == nullptr) return {};
  return [processes](const std::string& ip, int port) {
    return processes->runtime()->hub().Connect(ip, port, kDialTimeout);
  };
}

// Two emulators on one folder would each overwrite what the other has written. The lock ends with the process, however
// it ends: it is this descriptor's, which no other program inherits.
absl::StatusOr<runtime::process::Fd> LockFolder(const std::string& folder) {
  const std::string file = absl::StrCat(folder, "/lock");
  runtime::process::Fd lock(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (lock.get() < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", file));
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno != EWOULDBLOCK) return absl::ErrnoToStatus(errno, absl::StrCat("cannot lock ", file));
  return absl::FailedPreconditionError(absl::StrCat("another emulator is running in the folder ", folder,
                                                    ": stop it, or give --data-dir another folder"));
}

HttpReply UnknownPath() {
  const std::string request_id = NewUuid();
  HttpReply reply = ErrorReply(404, "404", "The requested endpoint does not exist.", request_id);
  reply.headers.emplace_back("X-Snowflake-Request-ID", request_id);
  return reply;
}

}  // namespace

// Members in the order of what they use: the server stops first.
struct EmulatorServer::Impl {
  Impl(runtime::process::Fd folder_lock, const EmulatorOptions& emulator_options,
       std::unique_ptr<engine::EmulatorClock> emulator_clock, std::unique_ptr<ProcessHost> process_host,
       std::unique_ptr<engine::Engine> account)
      : lock(std::move(folder_lock)),
        options(emulator_options),
        clock(std::move(emulator_clock)),
        processes(std::move(process_host)),
        engine(std::move(account)),
        authenticator(*engine, *clock, [] { return absl::Now(); }),
        faults(options.seed),
        sessions(*clock),
        desk({*engine, *clock, faults, log, stats, options.latency}),
        sql_api({authenticator, desk, options.partition_cells}),
        session_protocol({*engine, authenticator, sessions, desk}),
        rest_surface({authenticator, sessions, desk}),
        stage_surface({*engine, *clock, authenticator, sessions, faults, stats, options.data_dir, options.latency}),
        admin_api({*engine, *clock, authenticator, faults, log, stats, [this] { return server.connections(); }}),
        console({*engine, *clock, [this](int64_t count) { return log.Newest(count); }, FactsOf(options)}),
        gate({*engine, authenticator, sessions}),
        ingress({*engine, gate, DialOf(processes.get()), options.ingress_idle, options.log_fd}),
        server([this](const HttpRequest& request, Peer& peer) { return Handle(request, peer); },
               absl::StrCat(registry::kStreamedPaths, "|", kStagePaths), ingress.diversion()) {}

  HttpReply Handle(const HttpRequest& request, Peer& peer) {
    if (console::Console::Serves(request)) return console.Handle(request);  // once a second: not for the log
    const absl::Time started = absl::Now();
    RequestNotes notes;
    HttpReply reply = SqlApi::Serves(request.path)               ? sql_api.Handle(request, peer, notes)
                      : SessionProtocol::Serves(request.path)    ? session_protocol.Handle(request, peer, notes)
                      : AdminApi::Serves(request.path)           ? admin_api.Handle(request)
                      : registry::Registry::Serves(request.path) ? registry->Handle(request, peer, notes)
                      : request.path == kTokenExchange           ? gate.Exchange(request)
                      : StageSurface::Serves(request.path)       ? stage_surface.Handle(request, peer, notes)
                      : RestSurface::Serves(request.path)        ? rest_surface.Handle(request, peer, notes)
                                                                 : UnknownPath();
    LogRequest(options.log_fd, request, reply, notes, started, absl::Now());
    return reply;
  }

  runtime::process::Fd lock;  // of the data folder
  EmulatorOptions options;
  std::unique_ptr<engine::EmulatorClock> clock;
  std::unique_ptr<ProcessHost> processes;  // null: containers are simulated
  std::unique_ptr<engine::Engine> engine;
  Authenticator authenticator;
  Faults faults;
  StatementLog log;
  Stats stats;
  DriverSessions sessions;
  StatementDesk desk;
  SqlApi sql_api;
  SessionProtocol session_protocol;
  RestSurface rest_surface;
  StageSurface stage_surface;
  std::unique_ptr<RegistrySurface> registry;
  AdminApi admin_api;
  console::Console console;
  IngressGate gate;
  Ingress ingress;
  HttpServer server;
};

EmulatorServer::EmulatorServer() = default;
EmulatorServer::~EmulatorServer() {
  Stop();
}

absl::StatusOr<int> EmulatorServer::Start(const EmulatorOptions& options) {
  if (impl_ != nullptr) return absl::FailedPreconditionError("the emulator has been started already");
  if (options.data_dir.empty()) return absl::InvalidArgumentError("the emulator needs a data folder");
  RETURN_IF_ERROR(MakeFolder(options.data_dir));
  ASSIGN_OR_RETURN(runtime::process::Fd lock, LockFolder(options.data_dir));
  ASSIGN_OR_RETURN(const std::string private_key, LoadOrMakeKey(options.data_dir));
  ASSIGN_OR_RETURN(const std::string public_key, PublicKeyOf(private_key));
  auto clock = std::make_unique<engine::EmulatorClock>();
  std::unique_ptr<ProcessHost> processes;
  if (options.runtime == "process") {
    ASSIGN_OR_RETURN(processes, ProcessHost::Start(options, *clock));
  }
  ASSIGN_OR_RETURN(std::unique_ptr<engine::Engine> account,
                   engine::Engine::Open(EngineOptionsOf(options, public_key, *clock, processes.get())));
  auto impl =
      std::make_unique<Impl>(std::move(lock), options, std::move(clock), std::move(processes), std::move(account));
  ASSIGN_OR_RETURN(impl->registry, RegistrySurface::Open({*impl->engine, impl->authenticator, impl->sessions,
                                                          impl->faults, impl->stats, options.latency},
                                                         options.data_dir));
  ASSIGN_OR_RETURN(const int port, impl->server.Start(options.host, options.port));
  if (impl->processes != nullptr) RETURN_IF_ERROR(impl->processes->Serve(*impl->engine, impl->authenticator, port));
  impl->engine->SetRegistryHost(AddressOf(options, port));
  impl->engine->SetIngressDomain(absl::StrCat("localhost:", port));
  RETURN_IF_ERROR(WriteConnections(options.data_dir, impl->engine->account(), std::string(kUser), options.host, port));
  if (!options.port_file.empty()) RETURN_IF_ERROR(WriteFile(options.port_file, absl::StrCat(port, "\n")));
  impl_ = std::move(impl);
  return port;
}

void EmulatorServer::Stop() {
  if (impl_ == nullptr) return;
  if (impl_->processes != nullptr) impl_->processes->Stop();
  impl_->server.Stop();
  impl_.reset();
}

engine::Engine& EmulatorServer::engine() {
  return *impl_->engine;
}
engine::EmulatorClock& EmulatorServer::clock() {
  return *impl_->clock;
}

}  // namespace spcs::emulator_http
