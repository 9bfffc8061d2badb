// SPDX-License-Identifier: MPL-2.0
// The counters of GET /emulator/stats. Only requests of the Snowflake surfaces count, not those of the admin API.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "nlohmann/json_fwd.hpp"
#include "provider/base/mutex.h"

namespace spcs::emulator_http {

// Thread-safe.
class Stats {
 public:
  void CountRequest(absl::string_view path, int status);
  void CountStatement(absl::string_view kind);
  void CountRetry();  // a request with retry=true that was answered from the store
  // A request with a good bearer token; `token_hash` tells tokens apart.
  void CountLogin(absl::string_view token_hash);
  // Something the image registry did: blob_uploads, uploaded_bytes, mounts and the like.
  void CountRegistry(absl::string_view what, int64_t amount);
  void CountFault(absl::string_view name);
  // A request is being served between Enter() and Leave(); the most at once is reported.
  void Enter();
  void Leave();

  // {requests, statements: {kind: n}, statements_total, logins, polls, cancels, retries, faults: {name: n},
  // statuses: {"200": n}, most_at_once, registry: {what: n}, connections}. `connections`: TCP connections accepted so
  // far, reported as the number since the last reset. logins: different bearer tokens seen; the SQL API has no other
  // login.
  nlohmann::json Get(int64_t connections) const;
  void Reset(int64_t connections);

 private:
  mutable Mutex mu_;
  int64_t requests_ ABSL_GUARDED_BY(mu_) = 0;
  int64_t polls_ ABSL_GUARDED_BY(mu_) = 0;
  int64_t cancels_ ABSL_GUARDED_BY(mu_) = 0;
  int64_t retries_ ABSL_GUARDED_BY(mu_) = 0;
  int64_t in_progress_ ABSL_GUARDED_BY(mu_) = 0;
  int64_t most_at_once_ ABSL_GUARDED_BY(mu_) = 0;
  int64_t connections_before_ ABSL_GUARDED_BY(mu_) = 0;
  std::set<std::string> tokens_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, int64_t> statements_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, int64_t> statuses_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, int64_t> registry_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, int64_t> faults_ ABSL_GUARDED_BY(mu_);
};

}  // namespace spcs::emulator_http
