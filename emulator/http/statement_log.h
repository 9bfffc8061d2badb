// SPDX-License-Identifier: MPL-2.0
// The log of GET /emulator/statements: every statement that was sent, in the order received, with what became of it.
// Acceptance tests prove orders and overlaps from it. Texts are redacted before they come here.
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "absl/time/time.h"
#include "nlohmann/json_fwd.hpp"
#include "provider/base/mutex.h"

namespace spcs::emulator_http {

struct StatementEntry {
  std::string kind, object, redacted;  // engine::StatementInfo
  std::string user, role;
  std::string request_id;
  std::string query_id;   // the statement handle; "" when the request was refused before
  std::string code;       // "090001", "333334", an SQL error's code; "" while there is no answer
  std::string fault;      // the fault that was applied, "" for none
  bool retry = false;     // sent with retry=true
  bool executed = false;  // by this request; false for a repeated one that got the stored answer
  int http_status = 0;    // 0: no answer was sent
};

// Thread-safe.
class StatementLog {
 public:
  // Starts an entry; its number counts from 1 and never repeats, also after Reset().
  int64_t Received(StatementEntry entry, absl::Time time);
  // Replaces what is known of the entry. A number that Reset() dropped is ignored.
  void Update(int64_t number, const StatementEntry& entry);
  void Answered(int64_t number, absl::Time time);

  // {"statements": [{number, received, answered, …}], "dropped": n}: entries with a number above `after`. Times are RFC
  // 3339 with microseconds, of the machine's clock; answered is null as long as no answer was sent.
  nlohmann::json Get(int64_t after) const;
  // The list alone, of the newest `count` entries.
  nlohmann::json Newest(int64_t count) const;
  void Reset();

 private:
  struct Line {
    int64_t number = 0;
    StatementEntry entry;
    absl::Time received;
    absl::Time answered = absl::InfinitePast();
    nlohmann::json ToJson() const;
  };
  nlohmann::json ListAfter(int64_t number) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  Line* Find(int64_t number) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  mutable Mutex mu_;
  std::deque<Line> lines_ ABSL_GUARDED_BY(mu_);
  int64_t last_number_ ABSL_GUARDED_BY(mu_) = 0;
  int64_t dropped_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace spcs::emulator_http
