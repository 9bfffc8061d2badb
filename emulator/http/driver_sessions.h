// SPDX-License-Identifier: MPL-2.0
// The sessions that drivers have logged in to: their tokens and what USE and ALTER SESSION made of them. Tokens live by
// the emulator's clock and in memory only: a restart of the emulator ends every session, as the service may at any
// time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "emulator/engine/engine.h"
#include "emulator/http/authenticator.h"
#include "provider/base/mutex.h"

namespace spcs::emulator_http {

// Codes of the failures, as kVendorCode of an Unauthenticated status; drivers act on them.
inline constexpr absl::string_view kNoSessionToken = "390103";
inline constexpr absl::string_view kSessionGone = "390111";     // log in again
inline constexpr absl::string_view kSessionExpired = "390112";  // renew with the master token
inline constexpr absl::string_view kMasterExpired = "390114";   // log in again
inline constexpr absl::string_view kMasterInvalid = "390115";

inline constexpr absl::Duration kSessionTokenLife = absl::Hours(1);
inline constexpr absl::Duration kMasterTokenLife = absl::Hours(4);

// One session. Thread-safe: a driver may send several statements at once.
class DriverSession {
 public:
  DriverSession(engine::Session state, std::map<std::string, std::string> parameters)
      : state_(std::move(state)), parameters_(std::move(parameters)) {}

  // What a statement that starts now runs under.
  engine::Session state() const;
  std::map<std::string, std::string> parameters() const;
  // Takes over what the statement did to its session.
  void Apply(const engine::SessionChange& change);

 private:
  mutable Mutex mu_;
  engine::Session state_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, std::string> parameters_ ABSL_GUARDED_BY(mu_);
};

struct IssuedTokens {
  std::string session_token, master_token;
  std::shared_ptr<DriverSession> session;
};

// Thread-safe.
class DriverSessions {
 public:
  // `clock` must outlive this.
  explicit DriverSessions(const engine::EmulatorClock& clock) : clock_(clock) {}

  // Starts a session; `state.id` is filled in.
  IssuedTokens Open(engine::Session state, std::map<std::string, std::string> parameters);

  // The session of a session token: kSessionGone when there is none, kSessionExpired when the token is too old.
  absl::StatusOr<std::shared_ptr<DriverSession>> Find(absl::string_view session_token) const;

  // New tokens for the session of the master token; the old session token, if it is that session's, ends.
  absl::StatusOr<IssuedTokens> Renew(absl::string_view master_token, absl::string_view old_session_token);
  // One more session token for the same session, as image registries take them; the first stays good.
  absl::StatusOr<IssuedTokens> Issue(absl::string_view master_token);

  // Ends the session with all its tokens.
  absl::Status Close(absl::string_view session_token);

 private:
  struct Token {
    std::shared_ptr<DriverSession> session;
    absl::Time expires;
    bool master = false;
  };
  std::string Add(const std::shared_ptr<DriverSession>& session, bool master) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::StatusOr<std::shared_ptr<DriverSession>> FindMaster(absl::string_view master_token) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Expire() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const engine::EmulatorClock& clock_;
  mutable Mutex mu_;
  int64_t last_id_ ABSL_GUARDED_BY(mu_) = 0;
  std::map<std::string, Token, std::less<>> tokens_ ABSL_GUARDED_BY(mu_);  // by the text's hash
};

}  // namespace spcs::emulator_http
