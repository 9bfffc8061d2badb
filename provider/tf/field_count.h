// SPDX-License-Identifier: MPL-2.0
// How many members a struct of attributes has, so that a test can prove that its table names each of them:
//   static_assert(tf::FieldCount<Secret>() == 2);
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include "provider/tf/attr.h"

namespace spcs::tf {
namespace internal {

template <class T>
inline constexpr bool kIsAttr = false;
template <class T>
inline constexpr bool kIsAttr<Attr<T>> = true;

// Stands for any member in an initialiser. Never evaluated.
struct AnyAttr {
  template <class T>
    requires kIsAttr<T>
  operator T() const;  // NOLINT: converting is its purpose
};

template <class S, size_t... kIndexes>
constexpr bool TakesInitialisers(std::index_sequence<kIndexes...>) {
  return requires { S{(static_cast<void>(kIndexes), AnyAttr{})...}; };
}

}  // namespace internal

// The members of the aggregate S, all of which are Attr<...>: the most initialisers that it takes.
template <class S, size_t kCount = 0>
constexpr size_t FieldCount() {
  static_assert(std::is_aggregate_v<S>);
  if constexpr (internal::TakesInitialisers<S>(std::make_index_sequence<kCount + 1>())) {
    return FieldCount<S, kCount + 1>();
  } else {
    return kCount;
  }
}

}  // namespace spcs::tf
