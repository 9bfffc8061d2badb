// SPDX-License-Identifier: MPL-2.0
// The part of a page that lists attributes: what is required, optional and read-only, and nested schemas with anchors,
// under the headings that the registry's pages have. Used by the renderer (docs.h) only.
#pragma once

#include <string>

#include "provider/tf/schema.h"

namespace spcs::tf {

// "## Schema" and all below it. `thing` is what a changed attribute replaces ("the service"); "" where nothing is.
std::string SchemaSection(const Schema& schema, const std::string& thing);

// One attribute's line: type, marks, doc, and what the table says of default, allowed values and replacement.
// `anchor` is that of its nested schema.
std::string AttributeLine(const Attribute& attribute, const std::string& thing, const std::string& anchor);

}  // namespace spcs::tf
