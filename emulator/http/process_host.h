// SPDX-License-Identifier: MPL-2.0
// Runs the `process` runtime beside the server: starts it, keeps engine and processes in step, lets containers reach
// the emulator.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "emulator/engine/engine.h"
#include "emulator/http/authenticator.h"
#include "emulator/http/options.h"
#include "emulator/runtime/process/relay.h"
#include "emulator/runtime/process/runtime.h"
#include "provider/base/mutex.h"

namespace spcs::emulator_http {

class ProcessHost {
 public:
  // FailedPrecondition when this machine does not allow what is needed; the message says to use --runtime=simulated.
  static absl::StatusOr<std::unique_ptr<ProcessHost>> Start(const EmulatorOptions& options,
                                                            engine::EmulatorClock& clock);
  // Ends everything that runs, in order.
  ~ProcessHost();

  // For EngineOptions.
  runtime::process::Runtime* runtime() { return runtime_.get(); }

  // From here on the engine, which outlives this object's Stop(), is kept in step; containers reach the emulator at its
  // own port of the sandbox's gateway.
  absl::Status Serve(engine::Engine& engine, Authenticator& authenticator, int port);
  // No call of the engine after this.
  void Stop();

 private:
  ProcessHost() = default;
  void Loop(std::stop_token stop, engine::Engine& engine, Authenticator& authenticator);
  // Containers sign in as their service's owner, with a token that is renewed long before it expires.
  void RefreshTokens(Authenticator& authenticator);

  Mutex mu_;
  CondVar changed_;
  bool woken_ ABSL_GUARDED_BY(mu_) = false;
  std::unique_ptr<runtime::process::Runtime> runtime_;
  std::unique_ptr<runtime::process::Relay> relay_;
  std::map<std::string, absl::Time> token_times_;  // of the loop's thread: when a role got its token
  std::jthread loop_;
};

}  // namespace spcs::emulator_http
