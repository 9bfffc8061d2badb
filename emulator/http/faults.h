// SPDX-License-Identifier: MPL-2.0
// The fault rules of PUT /emulator/faults: which requests of the Snowflake surfaces go wrong, and how. The first rule
// that matches a request and is not used up decides; requests of the admin API never match.
//
//   [{"match": {"kind": "CREATE DATABASE"}, "action": "lose-response", "count": 1},
//    {"match": {"path": "/api/v2/statements*"}, "probability": 0.1, "action": "503"},
//    {"match": {"kind": "REGISTRY PATCH", "object": "db/sc/repo/*"}, "action": "cut", "after_bytes": 1000000}]
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "nlohmann/json_fwd.hpp"
#include "provider/base/mutex.h"

namespace spcs::emulator_http {

enum class FaultAction {
  kNone,
  k429,            // refused, not executed
  k500,            // likewise
  k503,            // likewise
  kReset,          // connection reset, not executed
  kHang,           // never answered, not executed
  kTruncate,       // executed; half of the body arrives
  kLoseResponse,   // executed; connection closed without an answer
  kForgetRequest,  // likewise, and the server forgets the requestId
  kHoldAfter,      // executed; the answer is kept back until it is released
  kAsync,          // answered with 202; executed `delay` later
  kCut,            // registry: `after_bytes` of the request's body are taken, then the connection is reset
};

// What of the Snowflake surfaces a request is of: not every action has a meaning for each.
enum class FaultScope { kStatement, kPoll, kRegistry, kStage };
bool HasMeaning(FaultAction action, FaultScope scope);

struct Fault {
  FaultAction action = FaultAction::kNone;
  std::optional<int64_t> retry_after;           // seconds, for 429 and 503
  absl::Duration delay = absl::ZeroDuration();  // kAsync
  int poll_status = 202;                        // kAsync: what polling answers meanwhile, 202 or 429
  int64_t after_bytes = 0;                      // kCut
};

// "" for none; "lose-response" and so on otherwise.
absl::string_view FaultName(FaultAction action);

// Thread-safe.
class Faults {
 public:
  explicit Faults(uint64_t seed) : random_(seed) {}

  // Replaces all rules; bad ones change nothing and InvalidArgument says which rule and why.
  absl::Status Set(const nlohmann::json& rules);
  // {"rules": [{…, "matched": n, "applied": n}], "held": n}.
  nlohmann::json Get() const;

  // The fault of one request. `kind` and `object` are empty for requests that carry no statement (polls, cancels);
  // only rules with a path alone match those. A rule whose action has no meaning for the scope is passed over, and not
  // counted.
  Fault Match(absl::string_view kind, absl::string_view object, absl::string_view path,
              FaultScope scope = FaultScope::kStatement);

  // Lets every answer go that is held now; returns how many.
  int64_t Release();

  // One answer that is held: made when the holding starts.
  class Hold {
   public:
    explicit Hold(Faults& faults);
    ~Hold();
    bool released() const;

   private:
    Faults& faults_;
    int64_t generation_;
  };

 private:
  struct Rule {
    std::string kind, object, path;  // "" = any
    double probability = 1;
    Fault fault;
    int64_t skip = 0;
    int64_t count = -1;  // -1: without end
    int64_t matched = 0, applied = 0;
  };
  static absl::StatusOr<Rule> ParseRule(const nlohmann::json& json);
  static absl::Status ParseMember(const std::string& name, const nlohmann::json& value, Rule& rule);
  static absl::Status ParseMatch(const nlohmann::json& match, Rule& rule);
  static bool Matches(const Rule& rule, absl::string_view kind, absl::string_view object, absl::string_view path);

  mutable Mutex mu_;
  std::vector<Rule> rules_ ABSL_GUARDED_BY(mu_);
  std::mt19937_64 random_ ABSL_GUARDED_BY(mu_);
  std::atomic<int64_t> generation_ = 0;
  std::atomic<int64_t> held_ = 0;
};

}  // namespace spcs::emulator_http
