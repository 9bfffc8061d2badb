// SPDX-License-Identifier: MPL-2.0
// What a kind handler has at hand while one statement runs: the session, the store, the time, name resolution and
// privilege checks. Lives for the one statement, under the engine's lock and inside its transaction.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "emulator/engine/engine.h"
#include "emulator/engine/errors.h"
#include "emulator/engine/store.h"
#include "emulator/sql/statement.h"

namespace spcs::engine {

class Registry;

// Where an object is or would be: names as stored, "" where the kind has no such part.
struct FullName {
  std::string database, schema, name;
  // "DB.SC.NAME", parts quoted where they must be.
  std::string ToString() const;
};

FullName NameOf(const Object& object);

class ExecutionContext {
 public:
  ExecutionContext(const Session& session, const std::vector<Binding>& bindings, absl::string_view query_id,
                   const EngineOptions& options, Store& store, const Registry& registry);

  const Session& session() const { return session_; }
  const std::vector<Binding>& bindings() const { return bindings_; }
  const std::string& query_id() const { return query_id_; }
  const EngineOptions& options() const { return options_; }
  Store& store() { return store_; }
  const Registry& registry() const { return registry_; }
  // The same instant for the whole statement.
  absl::Time now() const { return now_; }
  AccountInfo account();

  // Names. Completes a name with the session's database and schema; 090105 when there is none to complete it with.
  absl::StatusOr<FullName> Qualify(Kind kind, const sql::QualifiedName& name) const;

  // The object, when it exists and the role may see it (USAGE on what holds it, any privilege on itself), else
  // DoesNotExist.
  absl::StatusOr<Object> Require(Kind kind, const sql::QualifiedName& name);
  absl::StatusOr<Object> Require(Kind kind, const FullName& name);
  // Require + RequirePrivilege.
  absl::StatusOr<Object> RequireFor(Kind kind, const sql::QualifiedName& name, absl::string_view privilege);
  // No privilege check at all.
  std::optional<Object> Find(Kind kind, const FullName& name);

  // Checks for a CREATE: what holds the object exists and is usable, and the role may create there ("CREATE <KIND>" on
  // schema, database or account). Does not look whether the object exists.
  absl::Status RequireCreate(Kind kind, const FullName& name);

  // Privileges of the session's role and of every role it inherits. Ownership implies all; `open` implies all.
  bool HasPrivilege(const Object& object, absl::string_view privilege);
  bool HasAccountPrivilege(absl::string_view privilege);
  bool Owns(const Object& object);
  // Any privilege on it, and USAGE on what holds it.
  bool CanSee(const Object& object);
  absl::Status RequirePrivilege(const Object& object, absl::string_view privilege);
  absl::Status RequireAnyPrivilege(const Object& object, std::vector<absl::string_view> privileges);
  absl::Status RequireAccountPrivilege(absl::string_view privilege);
  // The session's role and all below it.
  const std::set<std::string>& roles();

  // What SHOW lists: visible objects of the kind within IN, by LIKE, STARTS WITH and LIMIT, sorted by name.
  // IN SERVICE, COMPUTE POOL and the like are the handler's own business (`scope` as if IN ACCOUNT).
  absl::StatusOr<std::vector<Object>> ListVisible(Kind kind, const sql::ShowClauses& show);

  // A new object with kind, names, owner = session role and created_on = now. Not stored.
  Object NewObject(Kind kind, const FullName& name) const;

  // The value with a binding (`?`) replaced by what was bound; fails when there is no such binding.
  absl::StatusOr<sql::Value> Resolve(const sql::Value& value) const;

  // How many rows the bindings that are arrays have, which must be one number; 1 without such bindings.
  absl::StatusOr<size_t> BoundRows() const;
  // Which of them Resolve() takes. Before this call it refuses arrays.
  void UseBoundRow(size_t row) { bound_row_ = row; }

  // What is to be done once the statement is committed, and not at all when it is not: removing files.
  void AfterCommit(std::function<void()> work) { after_commit_.push_back(std::move(work)); }
  // For the engine, behind the commit.
  void FinishCommit() {
    for (const auto& work : after_commit_) work();
  }

  // USAGE on the database and schema of the name, else DoesNotExist of the first that fails.
  absl::Status RequireContainers(const FullName& name);
  // ACCOUNTADMIN is among the roles: it sees everything and may do everything on the account itself.
  bool SeesAll();

 private:
  // Where SHOW looks; nullopt: everywhere.
  struct ListScope {
    std::optional<std::string> database, schema;
  };
  absl::StatusOr<ListScope> ResolveScope(Kind kind, const sql::ShowClauses& show);

  const Session& session_;
  const std::vector<Binding>& bindings_;
  std::string query_id_;
  const EngineOptions& options_;
  Store& store_;
  const Registry& registry_;
  absl::Time now_;
  std::optional<size_t> bound_row_;
  std::vector<std::function<void()>> after_commit_;
  std::optional<std::set<std::string>> roles_;
  // Databases and schemas found usable by this statement: SHOW asks for each of many objects.
  std::set<std::pair<std::string, std::string>> usable_;
};

// Keeps the rows that LIKE, STARTS WITH (exact case) and LIMIT … FROM leave, `names` being sorted. Returns the indexes.
std::vector<size_t> FilterNames(const sql::ShowClauses& show, const std::vector<std::string>& names);

}  // namespace spcs::engine
