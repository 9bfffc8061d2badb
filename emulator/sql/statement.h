// SPDX-License-Identifier: MPL-2.0
// One parsed statement: what a grammar file fills in and a kind handler reads. It holds words and values as written
// (names folded), no objects: nothing here knows what exists.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "emulator/sql/kind.h"
#include "emulator/sql/name.h"

namespace spcs::sql {

// A literal or a word on the right of a property, a row of INSERT, an item of SELECT or an argument of a function.
struct Value {
  enum class Type {
    kNull,
    kString,
    kNumber,
    kBoolean,
    kWord,
    kName,
    kBinding,
    kList,
    kProperties,
    kFunction,
    kOperator,
    kStar
  };
  Type type = Type::kNull;
  std::string text;               // string value, number, TRUE/FALSE, word, operator or function in upper case
  QualifiedName name;             // kName
  int binding = 0;                // kBinding: the number of the `?`, from 1
  std::vector<Value> list;        // kList: ( … ); kProperties: the values of `keys`; functions, operators: arguments
  std::vector<std::string> keys;  // kProperties: ( KEY = value … ), upper case; an item of SELECT: its column's name
};

struct Property {
  std::string name;  // upper case
  Value value;
};

// LIKE, IN, STARTS WITH, LIMIT … FROM of SHOW.
struct ShowClauses {
  std::optional<std::string> like;
  std::string in;         // "", "ACCOUNT", "DATABASE", "SCHEMA", "COMPUTE POOL", "SERVICE", "IMAGE REPOSITORY"
  QualifiedName in_name;  // empty: the session's current database or schema
  std::optional<std::string> starts_with;
  std::optional<int64_t> limit;
  std::optional<std::string> from;
};

struct Statement {
  // What to do: "CREATE COMPUTE POOL", "SHOW SERVICES", "SHOW SERVICE CONTAINERS", "EXECUTE JOB SERVICE", "GRANT",
  // "SELECT". The engine finds the handler by it; the statement log and the fault rules show it.
  std::string command;
  std::optional<Kind> kind;
  QualifiedName name;

  bool or_replace = false;
  bool if_exists = false;
  bool if_not_exists = false;

  // ALTER: "SET", "UNSET", "RENAME TO", "SUSPEND", "RESUME", "STOP ALL", "ADD COLUMN", "FROM SPECIFICATION", …
  std::string action;
  std::vector<Property> properties;  // in the order written; CREATE and ALTER … SET
  std::vector<std::string> unset;    // ALTER … UNSET, upper case
  QualifiedName target;              // RENAME TO; IN COMPUTE POOL of a service; the role of a grant

  ShowClauses show;
  std::optional<std::string> spec;  // text of FROM SPECIFICATION
  std::vector<std::string> flags;   // bare words that change the meaning: TRANSIENT, CASCADE, FORCE, EXCLUDE JOBS

  // What only one grammar and its handler know, by names of their own.
  std::map<std::string, std::string> words;
  std::map<std::string, QualifiedName> names;
  std::map<std::string, std::vector<Value>> values;
  std::shared_ptr<const Statement> query;  // INSERT … SELECT: the SELECT; else null

  bool HasFlag(absl::string_view flag) const;
  // The property, or nullptr when it was not written.
  const Value* Find(absl::string_view property) const;
};

}  // namespace spcs::sql
