// SPDX-License-Identifier: MPL-2.0
// Runs the attributes' own validators over a configuration.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "provider/tf/diagnostics.h"
#include "provider/tf/schema.h"
#include "provider/tf/value.h"

namespace spcs::tf {

// Judges every known part; what is null or unknown passes.
void ValidateAttributes(const Schema& schema, const Value& config, Diagnostics& diagnostics);

// Refuses values of write-only attributes: for clients that do not know them.
void RefuseWriteOnly(const Schema& schema, const Value& config, Diagnostics& diagnostics);

// Common validators.
// One of these texts, as they are written here: the value is compared with them, or sent, as it stands.
Validator OneOf(std::vector<std::string> allowed);
// The same in any case, for words whose attribute compares by meaning: it needs a `same_meaning`.
Validator OneOfWords(std::vector<std::string> allowed);
Validator AtLeast(int64_t minimum);
Validator Between(int64_t minimum, int64_t maximum);
Validator WholeNumber();
Validator NonEmpty();
Validator AtMostElements(size_t maximum);
Validator NotNegative();
// What judges each known element of a list, set or map of plain values.
Validator Each(Validator element);

}  // namespace spcs::tf
