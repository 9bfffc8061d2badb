// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/plan.h"

#include <algorithm>

namespace spcs::tf {
namespace {

Value PlanObject(const std::vector<Attribute>& attributes, const Value& config, const Value& prior);

// The prior element at the same index, null when there is none.
const Value& PriorElement(const Value& prior, size_t index) {
  static const Value kNull;
  return prior.IsList() && index < prior.AsList().size() ? prior.AsList()[index] : kNull;
}

// Elements of a set have no key: the counterpart is the prior element that the configuration leaves as it is.
Value PlanSetElement(const NestedObject& nested, const Value& config, const Value& prior) {
  for (size_t i = 0; prior.IsList() && i < prior.AsList().size(); ++i) {
    Value planned = PlanObject(nested.attributes, config, prior.AsList()[i]);
    if (planned == prior.AsList()[i]) return planned;
  }
  return PlanObject(nested.attributes, config, Value::Null());
}

Value PlanNested(const NestedObject& nested, const Value& config, const Value& prior) {
  if (nested.nesting == NestedObject::Nesting::kSingle) return PlanObject(nested.attributes, config, prior);
  if (nested.nesting == NestedObject::Nesting::kMap) {
    Value::Map planned;
    for (const auto& [key, element] : config.AsMap()) {
      planned[key] = PlanObject(nested.attributes, element, prior.Get(key));
    }
    return Value(std::move(planned));
  }
  Value::List planned;
  for (size_t i = 0; i < config.AsList().size(); ++i) {
    const Value& element = config.AsList()[i];
    planned.push_back(nested.nesting == NestedObject::Nesting::kSet
                          ? PlanSetElement(nested, element, prior)
                          : PlanObject(nested.attributes, element, PriorElement(prior, i)));
  }
  if (nested.nesting == NestedObject::Nesting::kSet) NormalizeSet(planned);
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

void AddReplacedPaths(const std::vector<Attribute>& attributes, const Value& prior, const Value& planned,
                      const Path& path, std::vector<Path>& paths) {
  for (const Attribute& attribute : attributes) {
    if (!Differs(attribute.name, prior, planned)) continue;
    const Path place = path / attribute.name;
    const bool single = attribute.nested != nullptr && attribute.nested->nesting == NestedObject::Nesting::kSingle;
    if (attribute.replace) {
      paths.push_back(place);
    } else if (single) {
      AddReplacedPaths(attribute.nested->attributes, prior.Get(attribute.name), planned.Get(attribute.name), place,
                       paths);
    }
  }
}

}  // namespace

void MarkUnknown(const Schema& schema, const Value& config, const Value& base, Value& planned) {
  if (base.IsNull()) return;
  // One computed attribute may depend on another: repeat until nothing moves. Each round marks at least one.
  for (bool moved = true; moved;) {
    moved = false;
    for (const Attribute& attribute : schema.attributes) {
      Value& value = planned.AsMap()[attribute.name];
      if (!attribute.computed || value.IsUnknown() || !config.Get(attribute.name).IsNull()) continue;
      if (attribute.default_value || Differs(attribute.name, base, planned)) continue;
      const bool affected = std::any_of(attribute.changes_with.begin(), attribute.changes_with.end(),
                                        [&](const std::string& name) { return Differs(name, base, planned); });
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
  if (!prior.IsNull()) AddReplacedPaths(schema.attributes, prior, planned, Path(), paths);
  return paths;
}

bool OnlyClientSideChanges(const Schema& schema, const Value& prior, const Value& planned) {
  return std::none_of(schema.attributes.begin(), schema.attributes.end(), [&](const Attribute& attribute) {
    return !attribute.client_only && Differs(attribute.name, prior, planned);
  });
}

void FillDefaults(const Schema& schema, Value& state) {
  for (const Attribute& attribute : schema.attributes) {
    Value& member = state.AsMap()[attribute.name];
    const bool unseen = attribute.client_only || attribute.unreadable;
    if (unseen && attribute.default_value && member.IsNull()) member = *attribute.default_value;
  }
}

}  // namespace spcs::tf
