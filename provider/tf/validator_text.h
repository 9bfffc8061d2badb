// SPDX-License-Identifier: MPL-2.0
// What a validator allows: in words, for the documentation; and as facts, for the test of all tables.
#pragma once

#include <string>

#include "provider/tf/schema.h"

namespace spcs::tf {

// A sentence such as "One of `a`, `b`." for the common validators of validate.h; "" for a resource's own, whose rule
// belongs into the attribute's `doc`.
std::string AllowedText(const Validator& validator);

// Whether it is OneOfWords, which stands only where the attribute compares by meaning.
bool TakesAnyCase(const Validator& validator);

}  // namespace spcs::tf
