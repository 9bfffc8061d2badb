// SPDX-License-Identifier: MPL-2.0
// Document to text, in the service's own style: "---", strings in double quotes, lists at the depth of their name.
#pragma once

#include <string>

#include "emulator/engine/spec/document.h"

namespace spcs::spec {

std::string Write(const Document& document);

// The same meaning in other words (order of members, spelling of amounts), as a new release of the service might print
// it. Reading the result gives a specification that does the same.
std::string WriteOtherwise(const Document& document);

}  // namespace spcs::spec
