// SPDX-License-Identifier: MPL-2.0
// Everything the account holds, in one SQLite file (WAL, synchronous FULL): objects, grants, account facts and the
// records of the layers above. Used by the engine under its lock; one transaction a statement.
//
// Errors of SQLite (disk full, I/O) are remembered: the calls then return nothing, Commit() fails and rolls back. So
// handlers read and write without checking each call, and no statement is answered that is not on disk.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "emulator/sql/kind.h"
#include "nlohmann/json.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace spcs::engine {

using sql::Kind;

struct Object {
  int64_t id = 0;  // set by Insert; never used again after Delete
  Kind kind = Kind::kDatabase;
  std::string database, schema, name;  // stored (exact) names; "" where the kind has none
  std::string owner;                   // role
  absl::Time created_on;
  nlohmann::json props = nlohmann::json::object();  // everything else; each kind knows its own members
};

// A privilege of a role on an object. On the account: object_id 0.
struct Grant {
  std::string privilege;  // "USAGE", "CREATE SERVICE"
  int64_t object_id = 0;
  std::string detail;  // service roles: the role's name within the service; else ""
  std::string role;    // grantee
  std::string granted_by;
  bool grant_option = false;
  absl::Time created_on;
};

// A role granted to a user or to another role.
struct RoleGrant {
  std::string role;
  Kind grantee_kind = Kind::kUser;  // kUser or kRole
  std::string grantee;
  std::string granted_by;
  absl::Time created_on;
};

class SqliteStatement;

// Not thread-safe: the engine holds its lock around each statement.
class Store {
 public:
  // Opens or makes the file; "" is a store in memory. Fails when the file is no store of ours or cannot be written.
  static absl::StatusOr<std::unique_ptr<Store>> Open(const std::string& path);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Begin() must be followed by Commit() or Rollback(). Commit() returns the first error since Begin(), if any.
  void Begin();
  absl::Status Commit();
  void Rollback();

  // Objects. An account-level object has empty database and schema; a schema has its database only.
  std::optional<Object> Find(Kind kind, absl::string_view database, absl::string_view schema, absl::string_view name);
  std::optional<Object> Get(int64_t id);
  // Sorted by database, schema, name. nullopt: any.
  std::vector<Object> List(Kind kind, std::optional<std::string> database = std::nullopt,
                           std::optional<std::string> schema = std::nullopt);
  // Sets object.id. An object of that kind and name must not exist.
  void Insert(Object& object);
  // Writes every member but id and kind.
  void Update(const Object& object);
  // Removes the object and all grants on it.
  void Delete(int64_t id);

  // A database or schema has got another name: what it holds follows.
  void RenameDatabase(absl::string_view from, absl::string_view to);
  void RenameSchema(absl::string_view from_database, absl::string_view from, absl::string_view to_database,
                    absl::string_view to);

  // Grants.
  void AddGrant(const Grant& grant);  // replaces an equal one
  // Returns whether there was one.
  bool RemoveGrant(const Grant& grant);
  std::vector<Grant> GrantsOn(int64_t object_id);
  std::vector<Grant> GrantsTo(absl::string_view role);
  void AddRoleGrant(const RoleGrant& grant);
  bool RemoveRoleGrant(const RoleGrant& grant);
  std::vector<RoleGrant> AllRoleGrants();

  // A user or role got another name: its grants, and what a role owns, follow.
  void RenameGrantee(Kind kind, absl::string_view from, absl::string_view to);
  // A user or role is gone: so are the grants to it, and those of the role.
  void DropGrantee(Kind kind, absl::string_view name);

  // Everything that the role `from` owns belongs to `to`.
  void TransferOwnership(absl::string_view from, absl::string_view to);

  // Records of the layers above: a value by space and key ("token", "request", "meta").
  void PutRecord(absl::string_view space, absl::string_view key, absl::string_view value);
  std::optional<std::string> GetRecord(absl::string_view space, absl::string_view key);
  std::vector<std::pair<std::string, std::string>> ListRecords(absl::string_view space);
  void DeleteRecord(absl::string_view space, absl::string_view key);

  // The database handle. Report an error with Fail().
  sqlite3* handle() { return db_; }
  // A number that is another after every change and after every rollback: what was read under the same number is still
  // so.
  int64_t generation() const;
  // Executes a statement that cannot be prepared ahead: DDL of user tables. The prepared statements are dropped.
  void Execute(const std::string& text);
  void Fail(absl::string_view what);
  const absl::Status& failure() const { return failure_; }

 private:
  friend class SqliteStatement;
  explicit Store(sqlite3* db);
  struct Cache;
  // The prepared statement for the text; nullptr, with the error remembered, when it is bad.
  sqlite3_stmt* Prepare(absl::string_view text);

  sqlite3* db_;
  std::unique_ptr<Cache> cache_;
  absl::Status failure_;
  int64_t rollbacks_ = 0;
};

}  // namespace spcs::engine
