// SPDX-License-Identifier: MPL-2.0
// One attribute of a typed struct: null, unknown or known. Collections hold attributes, because each element may be
// unknown by itself.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace spcs::tf {

template <class T>
class Attr {
 public:
  Attr() = default;                            // null
  Attr(T value) : value_(std::move(value)) {}  // NOLINT: literals convert
  template <class U>
    requires(std::is_convertible_v<U, T> && !std::is_same_v<std::decay_t<U>, T> &&
             !std::is_same_v<std::decay_t<U>, Attr<T>>)
  Attr(U&& value) : value_(T(std::forward<U>(value))) {}  // NOLINT
  static Attr Unknown() {
    Attr attr;
    attr.unknown_ = true;
    return attr;
  }
  // Known when the optional has a value, else null.
  static Attr Of(std::optional<T> value) { return value ? Attr(*std::move(value)) : Attr(); }

  bool IsNull() const { return !unknown_ && !value_.has_value(); }
  bool IsUnknown() const { return unknown_; }
  bool IsKnown() const { return value_.has_value(); }

  // The caller has asked IsKnown() before.
  const T& value() const { return *value_; }
  T& value() { return *value_; }
  T value_or(T fallback) const { return value_.value_or(std::move(fallback)); }
  std::optional<T> AsOptional() const { return value_; }

  bool operator==(const Attr&) const = default;

 private:
  std::optional<T> value_;
  bool unknown_ = false;
};

// The elements of a set, in any order.
template <class E>
struct SetOf {
  std::vector<E> elements{};
  bool operator==(const SetOf&) const = default;
};

using String = Attr<std::string>;
using Bool = Attr<bool>;
using Int = Attr<int64_t>;
using Float = Attr<double>;
template <class E>
using List = Attr<std::vector<E>>;
template <class E>
using Set = Attr<SetOf<E>>;
template <class E>
using Map = Attr<std::map<std::string, E>>;
template <class S>
using Object = Attr<S>;

}  // namespace spcs::tf
