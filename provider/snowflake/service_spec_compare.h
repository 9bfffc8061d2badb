// SPDX-License-Identifier: MPL-2.0
// Comparison of two specifications field by field, shared by SameMeaning(), Differences() and Reconcile().
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "provider/snowflake/service_spec_fields.h"

namespace spcs::snowflake {

// Who wrote the second text. The service completes names and pins images, so its text may say more than the user's and
// still mean the same; of two texts of users the longer one is a change.
enum class Writer { kUser, kServer };

// Whether two texts of one kind mean the same.
bool SameText(FieldKind kind, Writer second, absl::string_view a, absl::string_view b);

// "/db/schema/repository/name:tag" without the registry's host.
std::string ImageWithoutHost(absl::string_view image);

inline std::string ScalarText(const std::string& value) {
  return value;
}
inline std::string ScalarText(int64_t value) {
  return absl::StrCat(value);
}
inline std::string ScalarText(double value) {
  return absl::StrCat(value);
}
inline std::string ScalarText(bool value) {
  return value ? "true" : "false";
}

class Comparison {
 public:
  // The paths of what differs are appended to `differences` unless it is null.
  Comparison(Writer second, std::vector<std::string>* differences) : second_(second), differences_(differences) {}

  template <class T>
  bool Same(const Field& field, FieldKind parent, const std::string& path, const std::optional<T>& a,
            const std::optional<T>& b) {
    if constexpr (kIsScalar<T>) {
      return SameScalar(field, parent, path, a, b);
    } else if constexpr (kIsStruct<T>) {
      // A struct that only one side has is one difference, not one for each of its fields.
      if (a.has_value() == b.has_value()) return !a.has_value() || SameStruct(field.kind, path, *a, *b);
      return Comparison(second_, nullptr).SameStruct(field.kind, path, a.value_or(T{}), b.value_or(T{})) ||
             Differ(path);
    } else {
      return Same(field, parent, path, a.value_or(T{}), b.value_or(T{}));
    }
  }

  bool Same(const Field& field, FieldKind, const std::string& path, StringList a, StringList b) {
    if (field.kind == FieldKind::kSet) {
      std::sort(a.begin(), a.end());
      std::sort(b.begin(), b.end());
    }
    return a == b || Differ(path);
  }

  bool Same(const Field&, FieldKind, const std::string& path, const StringMap& a, const StringMap& b) {
    bool same = true;
    for (const auto& [name, value] : a) {
      const auto other = b.find(name);
      if (other == b.end() || other->second != value) same = Differ(NamedPath(path, name));
    }
    for (const auto& [name, value] : b) {
      if (a.count(name) == 0) same = Differ(NamedPath(path, name));
    }
    return same;
  }

  template <class T>
  bool Same(const Field&, FieldKind, const std::string& path, const std::map<std::string, T>& a,
            const std::map<std::string, T>& b) {
    bool same = true;
    for (const auto& [name, value] : a) {
      const auto other = b.find(name);
      if (other == b.end()) {
        same = Differ(NamedPath(path, name));
      } else if (!SameStruct(FieldKind::kText, NamedPath(path, name), value, other->second)) {
        same = false;
      }
    }
    for (const auto& [name, value] : b) {
      if (a.count(name) == 0) same = Differ(NamedPath(path, name));
    }
    return same;
  }

  // Lists of structs carry no order: what has no partner of the same meaning differs.
  template <class T>
    requires kIsStruct<T>
  bool Same(const Field&, FieldKind, const std::string& path, const std::vector<T>& a, const std::vector<T>& b) {
    const std::vector<int> partner = Pair(a, b);
    bool same = a.size() == b.size();
    for (size_t i = 0; i < a.size(); ++i) {
      if (partner[i] < 0) same = Differ(IndexedPath(path, i));
    }
    for (size_t i = a.size(); i < b.size(); ++i) same = Differ(IndexedPath(path, i));
    return same;
  }

  template <class S>
  bool SameStruct(FieldKind kind, const std::string& path, const S& a, const S& b) {
    Members<S> members{*this, kind, path, a, b};
    VisitFields(static_cast<const S*>(nullptr), members);
    return members.same;
  }

  // For each element of `a` the index of an element of `b` with the same meaning, each used once; -1: none.
  template <class T>
  std::vector<int> Pair(const std::vector<T>& a, const std::vector<T>& b) const {
    std::vector<int> partner(a.size(), -1);
    std::vector<bool> used(b.size(), false);
    for (size_t i = 0; i < a.size(); ++i) {
      for (size_t j = 0; j < b.size() && partner[i] < 0; ++j) {
        if (used[j] || !Comparison(second_, nullptr).SameStruct(FieldKind::kText, "", a[i], b[j])) continue;
        partner[i] = static_cast<int>(j);
        used[j] = true;
      }
    }
    return partner;
  }

 private:
  template <class S>
  struct Members {
    Comparison& comparison;
    FieldKind kind;
    const std::string& path;
    const S& a;
    const S& b;
    bool same = true;

    template <class M>
    void operator()(const Field& field, M S::* member) {
      if (!comparison.Same(field, kind, AttributePath(path, field.attribute), a.*member, b.*member)) same = false;
    }
  };

  template <class T>
  bool SameScalar(const Field& field, FieldKind parent, const std::string& path, const std::optional<T>& a,
                  const std::optional<T>& b) {
    if (a == b) return true;
    const absl::string_view fallback = DefaultOf(field, parent);
    if (fallback.empty() && (!a || !b)) return Differ(path);
    const std::string left = a ? ScalarText(*a) : std::string(fallback);
    const std::string right = b ? ScalarText(*b) : std::string(fallback);
    return SameText(field.kind, second_, left, right) || Differ(path);
  }

  bool Differ(const std::string& path) {
    if (differences_ != nullptr) differences_->push_back(path);
    return false;
  }

  Writer second_;
  std::vector<std::string>* differences_;
};

}  // namespace spcs::snowflake
