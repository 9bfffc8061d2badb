// SPDX-License-Identifier: MPL-2.0
// Summaries that the parts of ProviderServer share.
#pragma once

#include <string>

#include "absl/strings/str_cat.h"

namespace spcs::tf {

inline constexpr char kMalformed[] = "Malformed request from the client";

// "Cannot create compute pool", of a resource or data source.
template <class T>
std::string Cannot(absl::string_view verb, const T& thing) {
  return absl::StrCat("Cannot ", verb, " ", thing.noun());
}

}  // namespace spcs::tf
