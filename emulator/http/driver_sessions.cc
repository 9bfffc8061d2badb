// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/driver_sessions.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "emulator/engine/access_token.h"
#include "provider/base/status.h"

namespace spcs::emulator_http {
namespace {

// Tokens are remembered for this long after their end, so that "expired" and "never heard of" differ.
constexpr absl::Duration kRemembered = absl::Hours(24);
// Session ids look like the service's: large numbers, one after the other.
constexpr int64_t kFirstId = 4'294'967'296'000;

absl::Status Refusal(absl::string_view code, absl::string_view text) {
  return WithFact(absl::UnauthenticatedError(text), kVendorCode, code);
}

absl::Status Gone() {
  return Refusal(kSessionGone, "Session no longer exists. New login required to access the service.");
}

void Set(const std::optional<std::string>& value, std::string& target) {
  if (value) target = *value;
}

}  // namespace

engine::Session DriverSession::state() const {
  MutexLock lock(mu_);
  return state_;
}

std::map<std::string, std::string> DriverSession::parameters() const {
  MutexLock lock(mu_);
  return parameters_;
}

void DriverSession::Apply(const engine::SessionChange& change) {
  MutexLock lock(mu_);
  Set(change.role, state_.role);
  Set(change.warehouse, state_.warehouse);
  Set(change.database, state_.database);
  Set(change.schema, state_.schema);
  for (const auto& [name, value] : change.parameters) {
    if (value) {
      parameters_[name] = *value;
    } else {
      parameters_.erase(name);
    }
  }
}

IssuedTokens DriverSessions::Open(engine::Session state, std::map<std::string, std::string> parameters) {
  MutexLock lock(mu_);
  Expire();
  state.id = absl::StrCat(kFirstId + ++last_id_);
  auto session = std::make_shared<DriverSession>(std::move(state), std::move(parameters));
  std::string token = Add(session, false);
  return {std::move(token), Add(session, true), std::move(session)};
}

absl::StatusOr<std::shared_ptr<DriverSession>> DriverSessions::Find(absl::string_view session_token) const {
  MutexLock lock(mu_);
  const auto found = tokens_.find(engine::TokenKey(session_token));
  if (found == tokens_.end() || found->second.master) return Gone();
  if (found->second.expires <= clock_.Now()) {
    return Refusal(kSessionExpired, "Authentication token has expired.  The user must authenticate again.");
  }
  return found->second.session;
}

absl::StatusOr<std::shared_ptr<DriverSession>> DriverSessions::FindMaster(absl::string_view master_token) const {
  const auto found = tokens_.find(engine::TokenKey(master_token));
  if (found == tokens_.end() || !found->second.master) return Refusal(kMasterInvalid, "Invalid master token.");
  if (found->second.expires <= clock_.Now()) {
    return Refusal(kMasterExpired, "Authentication token has expired.  The user must authenticate again.");
  }
  return found->second.session;
}

absl::StatusOr<IssuedTokens> DriverSessions::Renew(absl::string_view master_token,
                                                   absl::string_view old_session_token) {
  MutexLock lock(mu_);
  ASSIGN_OR_RETURN(std::shared_ptr<DriverSession> session, FindMaster(master_token));
  const auto old = tokens_.find(engine::TokenKey(old_session_token));
  if (old != tokens_.end() && !old->second.master && old->second.session == session) tokens_.erase(old);
  tokens_.erase(engine::TokenKey(master_token));
  std::string token = Add(session, false);
  return IssuedTokens{std::move(token), Add(session, true), std::move(session)};
}

absl::StatusOr<IssuedTokens> DriverSessions::Issue(absl::string_view master_token) {
  MutexLock lock(mu_);
  ASSIGN_OR_RETURN(std::shared_ptr<DriverSession> session, FindMaster(master_token));
  std::string token = Add(session, false);
  return IssuedTokens{std::move(token), std::string(master_token), std::move(session)};
}

absl::Status DriverSessions::Close(absl::string_view session_token) {
  MutexLock lock(mu_);
  const auto found = tokens_.find(engine::TokenKey(session_token));
  if (found == tokens_.end() || found->second.master) return Gone();
  const std::shared_ptr<DriverSession> session = found->second.session;
  for (auto token = tokens_.begin(); token != tokens_.end();) {
    token = token->second.session == session ? tokens_.erase(token) : std::next(token);
  }
  return absl::OkStatus();
}

std::string DriverSessions::Add(const std::shared_ptr<DriverSession>& session, bool master) {
  std::string text = engine::NewTokenText();
  tokens_[engine::TokenKey(text)] = {
      .session = session, .expires = clock_.Now() + (master ? kMasterTokenLife : kSessionTokenLife), .master = master};
  return text;
}

void DriverSessions::Expire() {
  for (auto token = tokens_.begin(); token != tokens_.end();) {
    token = token->second.expires + kRemembered < clock_.Now() ? tokens_.erase(token) : std::next(token);
  }
}

}  // namespace spcs::emulator_http
