// SPDX-License-Identifier: MPL-2.0
// Random identifiers from the operating system. Thread-safe.
#pragma once

#include <string>

namespace spcs {

// A random (version 4) UUID in lower case, as the SQL API's requestId wants it.
std::string NewUuid();

// `length` random characters of [a-z0-5].
std::string RandomName(int length);

}  // namespace spcs
