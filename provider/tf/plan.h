// SPDX-License-Identifier: MPL-2.0
// The plan of one resource, worked out on values and schema alone: defaults, then configuration over prior state, then
// unknown exactly where something they depend on changes. Resources have the last word after it (Resource::ModifyPlan).
#pragma once

#include <vector>

#include "provider/tf/path.h"
#include "provider/tf/schema.h"
#include "provider/tf/value.h"

namespace spcs::tf {

struct PlannedChange {
  Value planned;
  std::vector<Path> requires_replace;
};

// `config` is known to fit the schema; `prior` is null for a create. A write-only attribute is planned as null.
PlannedChange PlanChange(const Schema& schema, const Value& config, const Value& prior);

// Plans computed attributes as unknown where an attribute in their `changes_with` differs between `base` and
// `planned`; those that differ from `base` themselves, and those with a default, stay. Called with the prior state as
// base, and again with the plan before Resource::ModifyPlan, whose changes may move others but are never undone.
// A null base (create) marks nothing.
void MarkUnknown(const Schema& schema, const Value& config, const Value& base, Value& planned);

// The paths of attributes marked `replace` whose planned value differs from the prior one, at the top level and in
// single nested objects: elements of collections come and go without replacing the whole.
std::vector<Path> ReplacedPaths(const Schema& schema, const Value& prior, const Value& planned);

// True when every difference between the two lies in client-only attributes.
bool OnlyClientSideChanges(const Schema& schema, const Value& prior, const Value& planned);

// Brings the client-only and unreadable attributes of an imported object to their defaults, so that an empty plan
// follows.
void FillDefaults(const Schema& schema, Value& state);

}  // namespace spcs::tf
