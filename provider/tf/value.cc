// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/value.h"

#include <algorithm>

namespace spcs::tf {
Value Value::Unknown() {
  Value value;
  value.data_ = UnknownTag{};
  return value;
}

bool Value::IsWhollyKnown() const {
  if (IsUnknown()) return false;
  if (IsList()) {
    for (const Value& element : AsList()) {
      if (!element.IsWhollyKnown()) return false;
    }
  }
  if (IsMap()) {
    for (const auto& [key, element] : AsMap()) {
      if (!element.IsWhollyKnown()) return false;
    }
  }
  return true;
}

const Value& Value::Get(absl::string_view key) const {
  static const Value kNull;
  if (!IsMap()) return kNull;
  const auto member = AsMap().find(std::string(key));
  return member == AsMap().end() ? kNull : member->second;
}

void NormalizeSet(Value::List& elements) {
  std::sort(elements.begin(), elements.end());
  const auto same = [](const Value& a, const Value& b) { return a == b && a.IsWhollyKnown(); };
  elements.erase(std::unique(elements.begin(), elements.end(), same), elements.end());
}

Value UnknownsAsNull(const Value& value) {
  if (value.IsUnknown()) return Value::Null();
  Value result = value;
  if (result.IsList()) {
    for (Value& element : result.AsList()) element = UnknownsAsNull(element);
  }
  if (result.IsMap()) {
    for (auto& [key, element] : result.AsMap()) element = UnknownsAsNull(element);
  }
  return result;
}

}  // namespace spcs::tf
