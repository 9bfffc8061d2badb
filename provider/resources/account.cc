// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/account.h"

#include "absl/strings/str_cat.h"
#include "provider/base/status.h"

namespace spcs::resources {

using snowflake::ObjectName;
using snowflake::ResultSet;
using snowflake::Statement;

Session::Session(snowflake::ClientOptions options, std::unique_ptr<http::Transport> transport,
                 std::unique_ptr<snowflake::Authenticator> authenticator, Clock& clock, Logger& logger)
    : base_url_(options.base_url),
      transport_(std::move(transport)),
      authenticator_(std::move(authenticator)),
      client_(std::move(options), *transport_, *authenticator_, clock, logger),
      inventory_(client_),
      poller_(inventory_, clock) {}

absl::StatusOr<ResultSet> Session::Query(const Statement& statement, std::stop_token stop) {
  return client_.Execute(statement, std::move(stop));
}

absl::Status Session::Change(std::optional<snowflake::ShowKind> kind, const ObjectName& name,
                             const Statement& statement, std::stop_token stop, snowflake::ExecuteInfo* info) {
  if (kind == snowflake::ShowKind::kDatabase) {
    MutexLock lock(mutex_);
    gone_databases_.erase(name);  // it may be made anew
  }
  if (!kind) return client_.Execute(statement, std::move(stop), info).status();
  return inventory_.Write(*kind, name, statement, std::move(stop), info).status();
}

absl::Status Session::ChangeGrants(const Statement& statement, std::stop_token stop) {
  const absl::Status status = client_.Execute(statement, std::move(stop)).status();
  inventory_.InvalidateAll();
  return status;
}

void Session::NoteGoneDatabase(const ObjectName& name) {
  MutexLock lock(mutex_);
  gone_databases_.insert(name);
}

bool Session::IsGoneDatabase(const ObjectName& name) const {
  MutexLock lock(mutex_);
  return gone_databases_.count(name) > 0;
}

void Account::Configure(snowflake::ConnectionBlock block, std::string client_version) {
  MutexLock lock(mutex_);
  block_ = std::move(block);
  client_version_ = std::move(client_version);
}

absl::StatusOr<Session*> Account::Connect() {
  MutexLock lock(mutex_);
  if (session_ != nullptr) return session_.get();
  ASSIGN_OR_RETURN(const snowflake::ConnectionConfig config, snowflake::ResolveConnection(block_, environment_));
  ASSIGN_OR_RETURN(auto authenticator, snowflake::MakeAuthenticator(config, environment_, clock_));
  auto transport = std::make_unique<http::CurlTransport>(
      absl::StrCat("terraform-provider-spcs/", SPCS_VERSION, " client/", client_version_));
  session_ = std::make_unique<Session>(snowflake::OptionsFor(config), std::move(transport), std::move(authenticator),
                                       clock_, logger_);
  return session_.get();
}

}  // namespace spcs::resources
