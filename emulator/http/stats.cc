// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/stats.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

namespace spcs::emulator_http {

void Stats::CountRequest(absl::string_view path, int status) {
  MutexLock lock(mu_);
  ++requests_;
  ++statuses_[status == 0 ? "none" : absl::StrCat(status)];
  if (!absl::StartsWith(path, "/api/v2/statements/")) return;
  absl::EndsWith(path, "/cancel") ? ++cancels_ : ++polls_;
}

void Stats::CountStatement(absl::string_view kind) {
  MutexLock lock(mu_);
  ++statements_[std::string(kind)];
}

void Stats::CountRetry() {
  MutexLock lock(mu_);
  ++retries_;
}

void Stats::CountLogin(absl::string_view token_hash) {
  MutexLock lock(mu_);
  tokens_.emplace(token_hash);
}

void Stats::CountRegistry(absl::string_view what, int64_t amount) {
  MutexLock lock(mu_);
  registry_[std::string(what)] += amount;
}

void Stats::CountFault(absl::string_view name) {
  MutexLock lock(mu_);
  ++faults_[std::string(name)];
}

void Stats::Enter() {
  MutexLock lock(mu_);
  most_at_once_ = std::max(most_at_once_, ++in_progress_);
}

void Stats::Leave() {
  MutexLock lock(mu_);
  --in_progress_;
}

nlohmann::json Stats::Get(int64_t connections) const {
  MutexLock lock(mu_);
  int64_t total = 0;
  for (const auto& [kind, count] : statements_) total += count;
  return {{"requests", requests_},
          {"statements", statements_},
          {"statements_total", total},
          {"logins", tokens_.size()},
          {"polls", polls_},
          {"cancels", cancels_},
          {"retries", retries_},
          {"faults", faults_},
          {"registry", registry_},
          {"statuses", statuses_},
          {"most_at_once", most_at_once_},
          {"connections", connections - connections_before_}};
}

void Stats::Reset(int64_t connections) {
  MutexLock lock(mu_);
  requests_ = polls_ = cancels_ = retries_ = 0;
  most_at_once_ = in_progress_;
  connections_before_ = connections;
  tokens_.clear();
  statements_.clear();
  statuses_.clear();
  faults_.clear();
  registry_.clear();
}

}  // namespace spcs::emulator_http
