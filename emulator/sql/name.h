// SPDX-License-Identifier: MPL-2.0
// Identifiers as SQL has them: a bare one is folded to upper case, a quoted one is exact.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace spcs::sql {

struct Identifier {
  std::string name;     // as stored: folded when bare
  bool quoted = false;  // written with double quotes
};

// database.schema.object with one to three parts; the last is the object's own name. No parts: no name was given.
struct QualifiedName {
  std::vector<Identifier> parts;

  bool empty() const { return parts.empty(); }
  const std::string& name() const { return parts.back().name; }
  // The parts joined by dots, each as ToSql() writes it.
  std::string ToString() const;
};

// Whether the stored name can be written without quotes: [A-Z_][A-Z0-9_$]*. Pools, services, image repositories and
// what holds them must be like this.
bool IsPlainName(absl::string_view name);

// The stored name as SQL: bare when plain, else in double quotes with inner quotes doubled.
std::string ToSql(absl::string_view name);

}  // namespace spcs::sql
