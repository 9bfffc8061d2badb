// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/inventory.h"

#include <algorithm>

#include "provider/base/status.h"
#include "provider/snowflake/statement.h"

namespace spcs::snowflake {
namespace {

constexpr size_t kMostRows = 10'000;

enum class Level { kAccount, kDatabase, kSchema };

struct KindFacts {
  Keyword show;     // SHOW <objects>
  Level home;       // what its name is qualified with
  Level listed_at;  // where it is listed
};

const KindFacts& FactsOf(ShowKind kind) {
  static const KindFacts kFacts[] = {
      {"SHOW DATABASES", Level::kAccount, Level::kAccount},
      {"SHOW SCHEMAS", Level::kDatabase, Level::kDatabase},
      {"SHOW STAGES", Level::kSchema, Level::kSchema},
      {"SHOW IMAGE REPOSITORIES", Level::kSchema, Level::kAccount},
      {"SHOW COMPUTE POOLS", Level::kAccount, Level::kAccount},
      {"SHOW SERVICES EXCLUDE JOBS", Level::kSchema, Level::kAccount},
      {"SHOW TABLES", Level::kSchema, Level::kSchema},
      {"SHOW SECRETS", Level::kSchema, Level::kSchema},
      {"SHOW NETWORK RULES", Level::kSchema, Level::kSchema},
      {"SHOW EXTERNAL ACCESS INTEGRATIONS", Level::kAccount, Level::kAccount},
  };
  return kFacts[size_t(kind)];
}

Statement ShowStatement(ShowKind kind, const Scope& scope, const Identifier* only) {
  const KindFacts& facts = FactsOf(kind);
  Statement statement(facts.show);
  if (only != nullptr) statement.Like(only->value());
  if (facts.home == Level::kAccount) return statement;
  if (!scope.parent()) return std::move(statement.Raw("IN ACCOUNT"));
  statement.Raw("IN");
  if (scope.parent()->parts().size() == 1) statement.Raw("DATABASE");
  if (scope.parent()->parts().size() == 2) statement.Raw("SCHEMA");
  return std::move(statement.Name(*scope.parent()));
}

// The part of a name that stands in `column`, or else is known from the scope.
std::optional<Identifier> NamePart(const Row& row, const char* column, const Scope& scope, size_t part) {
  if (const auto value = row.Get(column); value && !value->empty()) return Identifier::Stored(*value);
  if (!scope.parent() || scope.parent()->parts().size() <= part) return std::nullopt;
  return scope.parent()->parts()[part];
}

// The full name of the object in the row.
std::optional<ObjectName> NameOf(const Row& row, ShowKind kind, const Scope& scope) {
  const std::string name = row.Text("name");
  if (name.empty()) return std::nullopt;
  const Level home = FactsOf(kind).home;
  if (home == Level::kAccount) return ObjectName(Identifier::Stored(name));
  const auto database = NamePart(row, "database_name", scope, 0);
  if (!database) return std::nullopt;
  if (home == Level::kDatabase) return ObjectName(*database, Identifier::Stored(name));
  const auto schema = NamePart(row, "schema_name", scope, 1);
  if (!schema) return std::nullopt;
  return ObjectName(*database, *schema, Identifier::Stored(name));
}

}  // namespace

Scope ListingScope(ShowKind kind, const ObjectName& name) {
  return FactsOf(kind).listed_at == Level::kAccount ? Scope::Account() : Scope::In(name.Parent());
}

Listing::Listing(ResultSet result, ShowKind kind, const Scope& scope) : result_(std::move(result)) {
  for (size_t i = 0; i < result_.size(); ++i) {
    if (const auto name = NameOf(result_.row(i), kind, scope)) index_.emplace(*name, i);
  }
}

std::optional<Row> Listing::Find(const ObjectName& name) const {
  const auto found = index_.find(name);
  return found == index_.end() ? std::nullopt : std::optional(result_.row(found->second));
}

bool Listing::truncated() const {
  return result_.size() >= kMostRows;
}

absl::StatusOr<std::shared_ptr<const Listing>> Inventory::List(ShowKind kind, const Scope& scope, std::stop_token stop,
                                                               std::optional<absl::Duration> max_age) {
  const Key key(kind, scope);
  const absl::Time oldest = client_.clock().Now() - max_age.value_or(options_.freshness);
  while (true) {
    std::shared_ptr<Flight<Listing>> flight;
    uint64_t generation = 0;
    bool leads = false;
    {
      MutexLock lock(mu_);
      Entry& entry = entries_[key];
      generation = entry.generation;
      if (entry.listing != nullptr && entry.listing_generation == generation && entry.begun >= oldest) {
        return entry.listing;
      }
      // A load from before the last write may be under way; it is not ours to join.
      leads = entry.flight == nullptr || entry.flight_generation != generation;
      if (leads) {
        entry.flight = std::make_shared<Flight<Listing>>();
        entry.flight_generation = generation;
      }
      flight = entry.flight;
    }
    if (leads) return Load(key, *flight, generation, stop);
    if (auto outcome = flight->Wait(stop)) return *std::move(outcome);
  }
}

absl::StatusOr<std::shared_ptr<const Listing>> Inventory::Load(const Key& key, Flight<Listing>& flight,
                                                               uint64_t generation, std::stop_token stop) {
  const absl::Time begun = client_.clock().Now();
  absl::StatusOr<ResultSet> result = client_.Execute(ShowStatement(key.first, key.second, nullptr), std::move(stop));
  const Flight<Listing>::Outcome outcome =
      result.ok() ? Flight<Listing>::Outcome(std::make_shared<const Listing>(*std::move(result), key.first, key.second))
                  : result.status();
  {
    MutexLock lock(mu_);
    Entry& entry = entries_[key];
    if (entry.flight.get() == &flight) entry.flight = nullptr;
    if (outcome.ok() && entry.generation == generation) {
      entry.listing = *outcome;
      entry.listing_generation = generation;
      entry.begun = begun;
    }
  }
  flight.Land(outcome);
  return outcome;
}

absl::StatusOr<std::shared_ptr<const Listing>> Inventory::Refresh(ShowKind kind, const Scope& scope,
                                                                  std::stop_token stop) {
  Invalidate(kind, scope);
  return List(kind, scope, std::move(stop));
}

absl::StatusOr<std::optional<Found>> Inventory::Find(ShowKind kind, const ObjectName& name, std::stop_token stop) {
  std::vector<Scope> scopes{ListingScope(kind, name)};
  if (FactsOf(kind).home == Level::kSchema && !scopes.front().parent()) scopes.push_back(Scope::In(name.Parent()));
  for (const Scope& scope : scopes) {
    ASSIGN_OR_RETURN(std::shared_ptr<const Listing> listing, List(kind, scope, stop));
    if (const std::optional<Row> row = listing->Find(name)) return Found{std::move(listing), *row};
    if (!listing->truncated()) return std::nullopt;
  }
  return FindAlone(kind, name, std::move(stop));
}

absl::StatusOr<std::optional<Found>> Inventory::FindAlone(ShowKind kind, const ObjectName& name, std::stop_token stop) {
  const Scope scope = name.parts().size() > 1 ? Scope::In(name.Parent()) : Scope::Account();
  ASSIGN_OR_RETURN(ResultSet result, client_.Execute(ShowStatement(kind, scope, &name.name()), std::move(stop)));
  auto listing = std::make_shared<const Listing>(std::move(result), kind, scope);
  if (const std::optional<Row> row = listing->Find(name)) return Found{std::move(listing), *row};
  return std::nullopt;
}

absl::StatusOr<ResultSet> Inventory::Write(ShowKind kind, const ObjectName& name, const Statement& statement,
                                           std::stop_token stop, ExecuteInfo* info) {
  absl::StatusOr<ResultSet> result = client_.Execute(statement, std::move(stop), info);
  Invalidate(kind, name);
  return result;
}

void Inventory::Invalidate(ShowKind kind, const ObjectName& name) {
  MutexLock lock(mu_);
  for (auto& [key, entry] : entries_) {
    const std::optional<ObjectName>& parent = key.second.parent();
    if (key.first != kind) continue;
    const bool holds = !parent || (parent->parts().size() < name.parts().size() &&
                                   std::equal(parent->parts().begin(), parent->parts().end(), name.parts().begin()));
    if (holds) ++entry.generation;
  }
}

void Inventory::Invalidate(ShowKind kind, const Scope& scope) {
  MutexLock lock(mu_);
  ++entries_[Key(kind, scope)].generation;
}

void Inventory::InvalidateAll() {
  MutexLock lock(mu_);
  for (auto& [key, entry] : entries_) ++entry.generation;
}

}  // namespace spcs::snowflake
