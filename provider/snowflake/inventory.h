// SPDX-License-Identifier: MPL-2.0
// What exists in the account, by SHOW. A refresh of hundreds of resources reads each listing once: of all threads that
// want one, one loads it and all get it, and it serves for a short while. Read by resources and data sources.
//
// A listing that was begun before a write of ours ended is never handed to a reader that came after that write:
// whoever changes something calls Write(), or Invalidate() once the statement has ended, well or not.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "provider/base/mutex.h"
#include "provider/snowflake/client.h"
#include "provider/snowflake/flight.h"
#include "provider/snowflake/identifier.h"
#include "provider/snowflake/result_set.h"

namespace spcs::snowflake {

enum class ShowKind {
  kDatabase,
  kSchema,
  kStage,
  kImageRepository,
  kComputePool,
  kService,  // without job services
  kTable,
  kSecret,
  kNetworkRule,
  kIntegration,  // external access integrations
};

// Where a SHOW looks: the account, a database or a schema.
class Scope {
 public:
  static Scope Account() { return Scope(std::nullopt); }
  static Scope In(ObjectName parent) { return Scope(std::move(parent)); }  // one or two parts

  const std::optional<ObjectName>& parent() const { return parent_; }

  friend bool operator<(const Scope& a, const Scope& b) { return a.parent_ < b.parent_; }
  friend bool operator==(const Scope& a, const Scope& b) { return a.parent_ == b.parent_; }

 private:
  explicit Scope(std::optional<ObjectName> parent) : parent_(std::move(parent)) {}
  std::optional<ObjectName> parent_;
};

// The scope that objects of this kind are listed at: the account for databases, pools, integrations, services and
// repositories; the database for schemas; the schema for everything else.
Scope ListingScope(ShowKind kind, const ObjectName& name);

// One answer of SHOW. Never changes.
class Listing {
 public:
  Listing(ResultSet result, ShowKind kind, const Scope& scope);

  size_t size() const { return result_.size(); }
  Row row(size_t index) const { return result_.row(index); }

  // The row of the object with this full name; nullopt when the role sees no such object. Valid while the listing is.
  std::optional<Row> Find(const ObjectName& name) const;

  // The service ends each SHOW at 10,000 rows: a miss then says nothing.
  bool truncated() const;

 private:
  ResultSet result_;
  std::map<ObjectName, size_t> index_;
};

// A row and the listing that keeps it alive.
struct Found {
  std::shared_ptr<const Listing> listing;
  Row row;
};

struct InventoryOptions {
  absl::Duration freshness = absl::Seconds(30);
};

// Thread-safe. Keeps a reference to the client.
class Inventory {
 public:
  explicit Inventory(Client& client, InventoryOptions options = {}) : client_(client), options_(options) {}

  // The listing, at most `max_age` old (default: the freshness of the options). Fails as Client::Execute does; NotFound
  // when the database or schema of the scope is not there or not visible. A failure is not kept.
  absl::StatusOr<std::shared_ptr<const Listing>> List(ShowKind kind, const Scope& scope, std::stop_token stop,
                                                      std::optional<absl::Duration> max_age = std::nullopt);

  // A listing that was begun after this call.
  absl::StatusOr<std::shared_ptr<const Listing>> Refresh(ShowKind kind, const Scope& scope, std::stop_token stop);

  // The object's row, from the listing of ListingScope() and, where that is cut off at 10,000 rows, from narrower ones.
  // nullopt: the scope is visible and has no such object visible to the role.
  absl::StatusOr<std::optional<Found>> Find(ShowKind kind, const ObjectName& name, std::stop_token stop);

  // Executes a statement that changes this object, and forgets what it made stale, whatever the outcome.
  absl::StatusOr<ResultSet> Write(ShowKind kind, const ObjectName& name, const Statement& statement,
                                  std::stop_token stop, ExecuteInfo* info = nullptr);

  // Forgets the listings that this object is or would be in. Loads under way still serve those who wait for them.
  void Invalidate(ShowKind kind, const ObjectName& name);
  void Invalidate(ShowKind kind, const Scope& scope);

  // Forgets everything: after the drop of a database or schema.
  void InvalidateAll();

 private:
  using Key = std::pair<ShowKind, Scope>;
  struct Entry {
    uint64_t generation = 0;  // grows with each invalidation
    std::shared_ptr<const Listing> listing;
    uint64_t listing_generation = 0;
    absl::Time begun;
    std::shared_ptr<Flight<Listing>> flight;
    uint64_t flight_generation = 0;
  };

  absl::StatusOr<std::shared_ptr<const Listing>> Load(const Key& key, Flight<Listing>& flight, uint64_t generation,
                                                      std::stop_token stop);
  absl::StatusOr<std::optional<Found>> FindAlone(ShowKind kind, const ObjectName& name, std::stop_token stop);

  Client& client_;
  const InventoryOptions options_;
  Mutex mu_;
  std::map<Key, Entry> entries_ ABSL_GUARDED_BY(mu_);
};

}  // namespace spcs::snowflake
