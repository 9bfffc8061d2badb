// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/plan.h"

#include <algorithm>

namespace spcs::tf {
namespace {

Value PlanObject(const std::vector<Attribute>& attributes, const Value& config, const Value& prior);

// The prior element that belongs to an element of the configuration, null when there is none.
const Value& PriorElement(const Value& prior, size_t index) {
  static const Value kNull;
  return prior.IsList() && index < prior.AsList().size() ? prior.AsList()[index] : kNull;
}

Value PlanNested(const NestedObject& nested, const Value& config, const Value& prior) {
  switch (nested.nesting) {
    case NestedObject::Nesting::kSingle: return PlanObject(nested.attributes, config, prior);
    case NestedObject::Nesting::kMap: {
      Value::Map planned;
      for (const auto& [key, element] : config.AsMap()) {
        planned[key] = PlanObject(nested.attributes, element, prior.Get(key));
      }
      return Value(std::move(planned));
    }
    case NestedObject::Nesting::kList:
    case NestedObject::Nesting::kSet: break;
  }
  const bool is_list = nested.nesting == NestedObject::Nesting::kList;
  Value::List planned;
  for (size_t i = 0; i < config.AsList().size(); ++i) {
    // Elements of a set have no counterpart to inherit from.
    planned.push_back(
        PlanObject(nested.attributes, config.AsList()[i], is_list ? PriorElement(prior, i) : Value::Null()));
  }
  return Value(std::move(planned));
}

Value PlanAttribute(const Attribute& attribute, const Value& config, const Value& prior, bool create) {
  if (attribute.write_only) return Value::Null();
  if (config.IsNull()) {
    if (attribute.default_value) return *attribute.default_value;
    if (attribute.computed) return create ? Value::Unknown() : prior;
    return Value::Null();
  }
  const bool comparable = attribute.same_meaning != nullptr && prior.IsKnown() && config.IsWhollyKnown();
  if (comparable && attribute.same_meaning(prior, config)) return prior;
  if (config.IsUnknown() || attribute.nested == nullptr) return config;
  return PlanNested(*attribute.nested, config, prior);
}

Value PlanObject(const std::vector<Attribute>& attributes, const Value& config, const Value& prior) {
  if (!config.IsKnown()) return config;
  Value::Map planned;
  for (const Attribute& attribute : attributes) {
    planned[attribute.name] =
        PlanAttribute(attribute, config.Get(attribute.name), prior.Get(attribute.name), prior.IsNull());
  }
  return Value(std::move(planned));
}

bool Differs(const std::string& name, const Value& prior, const Value& planned) {
  return !(prior.Get(name) == planned.Get(name));
}

}  // namespace

void MarkUnknown(const Schema& schema, const Value& config, const Value& prior, Value& planned) {
  if (prior.IsNull()) return;
  // One computed attribute may depend on another: repeat until nothing moves. Each round marks at least one.
  for (bool moved = true; moved;) {
    moved = false;
    for (const Attribute& attribute : schema.attributes) {
      Value& value = planned.AsMap()[attribute.name];
      if (!attribute.computed || value.IsUnknown() || !config.Get(attribute.name).IsNull()) continue;
      if (attribute.default_value) continue;
      const bool affected = std::any_of(attribute.changes_with.begin(), attribute.changes_with.end(),
                                        [&](const std::string& name) { return Differs(name, prior, planned); });
      if (!affected) continue;
      value = Value::Unknown();
      moved = true;
    }
  }
}

PlannedChange PlanChange(const Schema& schema, const Value& config, const Value& prior) {
  PlannedChange change;
  change.planned = PlanObject(schema.attributes, config, prior);
  MarkUnknown(schema, config, prior, change.planned);
  change.requires_replace = ReplacedPaths(schema, prior, change.planned);
  return change;
}

std::vector<Path> ReplacedPaths(const Schema& schema, const Value& prior, const Value& planned) {
  std::vector<Path> paths;
  if (prior.IsNull()) return paths;
  for (const Attribute& attribute : schema.attributes) {
    if (attribute.replace && Differs(attribute.name, prior, planned)) paths.push_back(Path(attribute.name));
  }
  return paths;
}

bool OnlyClientSideChanges(const Schema& schema, const Value& prior, const Value& planned) {
  return std::none_of(schema.attributes.begin(), schema.attributes.end(), [&](const Attribute& attribute) {
    return !attribute.client_only && Differs(attribute.name, prior, planned);
  });
}

}  // namespace spcs::tf
