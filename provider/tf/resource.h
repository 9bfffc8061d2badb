// SPDX-License-Identifier: MPL-2.0
// What a resource, data source or function is to the framework. Typed resources derive from TypedResource<M>
// (typed_resource.h) and never see a Value.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "nlohmann/json_fwd.hpp"
#include "provider/tf/diagnostics.h"
#include "provider/tf/schema.h"
#include "provider/tf/value.h"

namespace spcs {
class Clock;
class Logger;
}  // namespace spcs

namespace spcs::tf {

// What the provider remembers beside the state: short texts by name. Opaque to the client, kept in the state file, so
// no secret belongs here.
class PrivateState {
 public:
  static PrivateState Parse(const std::string& bytes);
  std::string Serialize() const;

  std::string Get(const std::string& key) const;
  void Set(const std::string& key, std::string value) { values_[key] = std::move(value); }
  void Remove(const std::string& key) { values_.erase(key); }

 private:
  std::map<std::string, std::string> values_;
};

// The surroundings of one call. Lives as long as the call; used by one thread.
struct Context {
  std::stop_token stop;  // requested on Ctrl-C: finish or give up soon, leaving the state complete
  Clock& clock;
  Logger& logger;
  Diagnostics& diagnostics;  // warnings; errors are returned
  PrivateState private_state;
};

// The surroundings of a plan.
struct PlanContext {
  std::stop_token stop;
  Clock& clock;
  Diagnostics& diagnostics;
  PrivateState private_state;          // as stored; what is set here reaches the apply
  std::vector<Path> requires_replace;  // add to it what else replaces
};

class Resource {
 public:
  virtual ~Resource() = default;

  // "spcs_compute_pool", and "compute pool" for sentences.
  virtual const std::string& type_name() const = 0;
  virtual std::string noun() const = 0;
  virtual const Schema& schema() const = 0;

  // Checks beyond the attributes' own validators. `config` may have unknown parts.
  virtual void Validate(const Value& config, Diagnostics& diagnostics) const;

  // Has the last word on a plan. `prior` is null on create; `planned` is never null.
  virtual absl::Status ModifyPlan(PlanContext& context, const Value& config, const Value& prior, Value& planned);
  // Tells what a person should know before agreeing to a plan that creates, changes or replaces: adds warnings only.
  // Called when the plan is final, once also for a replacement, which clients plan twice. `prior` is null on create.
  virtual void ReviewPlan(PlanContext& context, const Value& prior, const Value& planned, bool replaces);
  // Warns of what a destroy would do; errors refuse it at plan time.
  virtual void PlanDestroy(PlanContext& context, const Value& prior);

  // Sets `state` as soon as the object exists, so that an error after that leaves it known and tainted, not lost.
  virtual absl::Status Create(Context& context, const Value& config, const Value& planned, Value& state) = 0;
  // The state as it is now; a null value when the object is gone.
  virtual absl::StatusOr<Value> Read(Context& context, const Value& state) = 0;
  // `state` starts as `prior` and follows what has been done, so that an error midway leaves the truth.
  virtual absl::Status Update(Context& context, const Value& config, const Value& prior, const Value& planned,
                              Value& state) = 0;
  // Success when the object is gone already.
  virtual absl::Status Delete(Context& context, const Value& state) = 0;

  // From the import id, or from the identity's attributes, a state with what Read needs.
  virtual absl::StatusOr<Value> Import(Context& context, const std::string& id) = 0;
  virtual absl::StatusOr<Value> ImportIdentity(Context& context, const Value& identity);

  // Brings state of an older schema version, as it was stored, into the present shape: renames, converts. Afterwards
  // missing attributes are null and surplus ones are dropped. `state` is an object. Changes nothing by default.
  virtual absl::Status Upgrade(int64_t version, nlohmann::json& state);
  // State of another provider's resource (as JSON text) as ours. Unimplemented by default.
  virtual absl::StatusOr<Value> Move(const std::string& source_type, const std::string& source_json);
};

// One identity attribute each that the schema marks, and the account.
IdentitySchema IdentityOf(const Schema& schema);

class DataSource {
 public:
  virtual ~DataSource() = default;
  virtual const std::string& type_name() const = 0;
  virtual std::string noun() const = 0;
  virtual const Schema& schema() const = 0;
  virtual void Validate(const Value& config, Diagnostics& diagnostics) const;
  virtual absl::StatusOr<Value> Read(Context& context, const Value& config) = 0;
};

class Function {
 public:
  virtual ~Function() = default;
  virtual const std::string& name() const = 0;
  virtual const FunctionSignature& signature() const = 0;
  // An error may name the argument at fault: fact kFunctionArgument, its index as text.
  virtual absl::StatusOr<Value> Call(const std::vector<Value>& arguments) const = 0;
};

inline constexpr absl::string_view kFunctionArgument = "spcs/function-argument";

// The provider's own block.
class ProviderConfig {
 public:
  virtual ~ProviderConfig() = default;
  virtual const Schema& schema() const = 0;
  // Checks without connecting. `config` may have unknown parts.
  virtual void Validate(const Value& config, Diagnostics& diagnostics) const = 0;
  // Remembers the configuration; connects to nothing.
  virtual void Configure(const Value& config, const std::string& client_version, Diagnostics& diagnostics) = 0;
};

}  // namespace spcs::tf
