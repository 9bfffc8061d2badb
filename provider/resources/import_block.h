// SPDX-License-Identifier: MPL-2.0
// The block that a user pastes to manage an object that is there already.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace spcs::resources {

// import { to = TYPE.this … }, with the id as a string of the configuration language.
std::string ImportBlock(absl::string_view type_name, absl::string_view id);

}  // namespace spcs::resources
