// SPDX-License-Identifier: MPL-2.0
// Property lists (NAME = value …) read by a table of what a kind allows, so that a misspelt or foreign property is an
// error and never ignored.
//
//   static constexpr PropertySpec kStage[] = {{"COMMENT", PropertyType::kString}, …};
//   RETURN_IF_ERROR(ParseProperties(cursor, kStage, "STAGE", statement.properties));
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "emulator/sql/cursor.h"
#include "emulator/sql/statement.h"

namespace spcs::sql {

enum class PropertyType {
  kString,      // 'x' or $$x$$
  kInt,         // 12
  kBool,        // TRUE, FALSE
  kWord,        // an enumeration value, bare or as a string; Value::text in upper case
  kBareWord,    // an enumeration value, bare only
  kName,        // [a.[b.]]c, bare, quoted or as a string
  kStringList,  // ('a', 'b'), () allowed
  kNameList,    // (a, b), () allowed; also ('a', 'b'); NONE, ALL, (NONE) and (ALL) come as kWord
  kProperties,  // (KEY = value …) of words, strings, numbers, booleans, lists of strings
};

struct PropertySpec {
  absl::string_view name;  // upper case
  PropertyType type;
};

// Reads properties, with or without commas between them, until the end of the statement or a token that starts none.
// Fails on a name that is not in `allowed` (InvalidProperty), on a wrong value, and on a property written twice.
absl::Status ParseProperties(TokenCursor& cursor, absl::Span<const PropertySpec> allowed, absl::string_view kind,
                             std::vector<Property>& properties);

// Reads the names after UNSET, joined by commas.
absl::Status ParseUnset(TokenCursor& cursor, absl::Span<const PropertySpec> allowed, absl::string_view kind,
                        std::vector<std::string>& names);

// [WITH] TAG (a.b.c = 'x', …) behind the properties of CREATE; nothing when it does not stand here. Ends in
// Statement::values["tags"], a name with its text each.
absl::Status ParseTags(TokenCursor& cursor, Statement& statement);

// TAG a.b.c = 'x', … behind SET, TAG a.b.c, … behind UNSET; false when TAG does not stand here. The action becomes
// "SET TAG" or "UNSET TAG".
absl::StatusOr<bool> TryAlterTags(TokenCursor& cursor, bool set, Statement& statement);

}  // namespace spcs::sql
