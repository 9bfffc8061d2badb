// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/process_host.h"

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "emulator/engine/stage_files.h"
#include "nlohmann/json.hpp"
#include "provider/base/file.h"
#include "provider/base/status.h"

namespace spcs::emulator_http {
namespace {

// Statements change what is to run at any time; this is how soon it is noticed.
constexpr absl::Duration kRound = absl::Milliseconds(200);

// In the account: valid for up to an hour, renewed every few minutes.
constexpr absl::Duration kTokenLife = absl::Hours(1);
constexpr absl::Duration kTokenRenewal = absl::Minutes(5);
constexpr absl::string_view kContainerUser = "SPCS_DEMO_USER";

std::string CacheFolder() {
  if (const auto home = GetEnv("XDG_CACHE_HOME")) return absl::StrCat(*home, "/spcs");
  return ExpandHome("~/.cache/spcs");
}

}  // namespace

absl::StatusOr<std::unique_ptr<ProcessHost>> ProcessHost::Start(const EmulatorOptions& options,
                                                                engine::EmulatorClock& clock) {
  std::unique_ptr<ProcessHost> host(new ProcessHost);
  ProcessHost* raw = host.get();
  runtime::process::Runtime::Options runtime{.folder = absl::StrCat(options.data_dir, "/", engine::kRunFolder),
                                             .stand_ins = options.stand_ins,
                                             .cache = CacheFolder()};
  if (!options.hub_program.empty()) runtime.supervisor.program = options.hub_program;
  runtime.supervisor.now = [&clock] { return clock.Now(); };
  runtime.supervisor.on_gone = options.on_sandbox_gone;
  runtime.supervisor.on_change = [raw] {
    MutexLock lock(raw->mu_);
    raw->woken_ = true;
    raw->changed_.NotifyAll();
  };
  auto started = runtime::process::Runtime::Start(std::move(runtime));
  if (absl::IsFailedPrecondition(started.status())) {
    return absl::FailedPreconditionError(absl::StrCat(
        "--runtime=process cannot run here: ", std::string(started.status().message()), ". Use --runtime=simulated."));
  }
  RETURN_IF_ERROR(started.status());
  host->runtime_ = *std::move(started);
  return host;
}

ProcessHost::~ProcessHost() {
  Stop();
}

absl::Status ProcessHost::Serve(engine::Engine& engine, Authenticator& authenticator, int port) {
  ASSIGN_OR_RETURN(runtime::process::Fd listener, runtime_->hub().Listen(port));
  runtime_->SetPort(port);
  relay_ = std::make_unique<runtime::process::Relay>(std::move(listener), port);
  loop_ = std::jthread([this, &engine, &authenticator](std::stop_token stop) { Loop(stop, engine, authenticator); });
  return absl::OkStatus();
}

void ProcessHost::Stop() {
  if (loop_.joinable()) {
    loop_.request_stop();
    loop_.join();
  }
  relay_.reset();
}

void ProcessHost::RefreshTokens(Authenticator& authenticator) {
  for (const std::string& role : runtime_->Roles()) {
    const auto made = token_times_.find(role);
    if (made != token_times_.end() && absl::Now() - made->second < kTokenRenewal) continue;
    const absl::StatusOr<std::string> token =
        authenticator.MakeToken({{"type", "OAUTH"},
                                 {"user", std::string(kContainerUser)},
                                 {"role_restriction", role},
                                 {"expires_in", absl::ToInt64Seconds(kTokenLife)}});
    if (!token.ok()) continue;  // the role is gone; its containers find the old token refused
    // Written whole before it is there: containers read it at any time.
    const std::string file = absl::StrCat(runtime_->TokenFolder(role), "/token");
    if (!WriteFile(absl::StrCat(file, ".new"), *token, 0600).ok()) continue;
    if (std::rename(absl::StrCat(file, ".new").c_str(), file.c_str()) == 0) token_times_[role] = absl::Now();
  }
}

void ProcessHost::Loop(std::stop_token stop, engine::Engine& engine, Authenticator& authenticator) {
  while (!stop.stop_requested()) {
    if (engine.ExchangeWithProcesses().ok()) {
      RefreshTokens(authenticator);
      runtime_->Proceed();
    }
    MutexLock lock(mu_);
    if (!woken_) changed_.WaitFor(lock, absl::ToChronoNanoseconds(kRound), stop);
    woken_ = false;
  }
}

}  // namespace spcs::emulator_http
