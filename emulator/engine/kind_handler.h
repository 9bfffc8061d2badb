// SPDX-License-Identifier: MPL-2.0
// What the engine can do, by kind: one handler a kind, plus single statements and SYSTEM$ functions. kinds/all.cc fills
// the registry once, at start; afterwards it is read only.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/engine/context.h"
#include "emulator/engine/ingress.h"
#include "emulator/engine/result.h"
#include "emulator/sql/statement.h"
#include "nlohmann/json_fwd.hpp"

namespace spcs::engine {

// One kind's life. Called under the engine's lock, inside the statement's transaction. A verb that a kind does not
// have stays at its default: refused as unsupported.
class KindHandler {
 public:
  explicit KindHandler(Kind kind) : kind_(kind) {}
  virtual ~KindHandler() = default;
  Kind kind() const { return kind_; }

  virtual absl::StatusOr<ResultSet> Create(ExecutionContext& context, const sql::Statement& statement);
  virtual absl::StatusOr<ResultSet> Alter(ExecutionContext& context, const sql::Statement& statement);
  virtual absl::StatusOr<ResultSet> Drop(ExecutionContext& context, const sql::Statement& statement);
  virtual absl::StatusOr<ResultSet> Show(ExecutionContext& context, const sql::Statement& statement);
  virtual absl::StatusOr<ResultSet> Describe(ExecutionContext& context, const sql::Statement& statement);

  // Brings every object of the kind to context.now(). The engine calls it before each statement, Objects() and
  // Mutate(), pools first. It must be cheap when nothing is due.
  virtual void Advance(ExecutionContext& context);

  // With EngineOptions.processes: takes what became of containers, says what is to run. Nothing by default.
  virtual void ExchangeWithProcesses(ExecutionContext& context);

  // The database or schema that holds the object is being dropped: end what the object does and delete it. Privileges
  // were checked on the parent. The default deletes the record.
  virtual void DropWithParent(ExecutionContext& context, const Object& object);

  // The object for GET /emulator/objects: no secret may be in it. The default is every property.
  virtual nlohmann::json AdminView(ExecutionContext& context, const Object& object);

  // The outside change of POST /emulator/objects:mutate: `request` has kind, name and what to do. The default handles
  // {set: {property: value}} for properties that exist, and refuses the rest.
  virtual absl::Status Mutate(ExecutionContext& context, Object& object, const nlohmann::json& request);

 private:
  Kind kind_;
};

class Registry {
 public:
  using StatementFunction = std::function<absl::StatusOr<ResultSet>(ExecutionContext&, const sql::Statement&)>;
  // SYSTEM$… and CURRENT_…(): arguments with bindings resolved; the value, nullopt for NULL.
  using ScalarFunction = std::function<absl::StatusOr<Cell>(ExecutionContext&, const std::vector<sql::Value>&)>;

  // Serves CREATE, ALTER, DROP, DESCRIBE <keyword> and SHOW <plural>.
  void AddKind(std::unique_ptr<KindHandler> handler);
  // Serves one command (Statement::command): "SHOW SERVICE CONTAINERS", "EXECUTE JOB SERVICE", "GRANT SERVICE ROLE".
  void AddStatement(absl::string_view command, StatementFunction function);
  // Serves SELECT name(…) and CALL name(…); the name in upper case.
  void AddFunction(absl::string_view name, ScalarFunction function);

  // Finds the public endpoint whose host begins with the label (ingress.h).
  using IngressFunction = std::function<absl::StatusOr<IngressRoute>(ExecutionContext&, absl::string_view label)>;
  void SetIngress(IngressFunction function) { ingress_ = std::move(function); }
  const IngressFunction& ingress() const { return ingress_; }

  // nullptr when there is none.
  KindHandler* FindKind(Kind kind) const;
  const StatementFunction* FindStatement(absl::string_view command) const;
  const ScalarFunction* FindFunction(absl::string_view name) const;
  const std::map<Kind, std::unique_ptr<KindHandler>>& kinds() const { return kinds_; }

 private:
  std::map<Kind, std::unique_ptr<KindHandler>> kinds_;
  std::map<std::string, StatementFunction, std::less<>> statements_;
  std::map<std::string, ScalarFunction, std::less<>> functions_;
  IngressFunction ingress_;
};

}  // namespace spcs::engine
