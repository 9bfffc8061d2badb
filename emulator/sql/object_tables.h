// SPDX-License-Identifier: MPL-2.0
// What the plain kinds allow: their words, properties and clauses. One entry a kind, read by object_grammar.cc.
#pragma once

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "emulator/sql/kind.h"
#include "emulator/sql/properties.h"

namespace spcs::sql {

struct ObjectGrammar {
  Kind kind;
  absl::string_view keyword;        // "EXTERNAL ACCESS INTEGRATION"
  absl::string_view plural;         // "EXTERNAL ACCESS INTEGRATIONS"
  absl::string_view short_keyword;  // "INTEGRATION": also accepted; "" = none
  absl::string_view short_plural;
  bool or_replace;
  bool rename;
  absl::Span<const PropertySpec> create, set, unset;
  absl::Span<const absl::string_view> actions;  // ALTER … SUSPEND and other bare words
  absl::Span<const absl::string_view> flags;    // TRANSIENT of CREATE; CASCADE, RESTRICT of DROP
  absl::Span<const absl::string_view> scopes;   // what may follow SHOW … IN
};

absl::Span<const ObjectGrammar> ObjectGrammars();

}  // namespace spcs::sql
