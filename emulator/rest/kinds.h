// SPDX-License-Identifier: MPL-2.0
// What the REST object API offers for each kind: one table a kind, from which paths, statements and answers follow.
// A member of a JSON object, the column that answers it and the property that sets it stand in one line.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "emulator/engine/result.h"
#include "emulator/http/message.h"
#include "emulator/sql/kind.h"
#include "nlohmann/json_fwd.hpp"

namespace spcs::rest {

// Executes one statement as the caller. What it fails with ends the request.
using Run = std::function<absl::StatusOr<engine::ResultSet>(const std::string& statement)>;

enum class Type {
  kText,
  kInt,
  kBool,         // the columns have true, Y or YES
  kBoolText,     // "true" or "false" as a text in JSON too
  kTime,         // the columns have seconds since the epoch; JSON has ISO 8601
  kWord,         // one of the service's own words
  kName,         // an identifier; answered as it has to be written: in quotes where it needs them
  kNames,        // a list of identifiers; the columns have a JSON array
  kTexts,        // a list of texts; the columns have them with commas between
  kProperties,   // an object: KEY = value, …
  kDirectory,    // the same; the column says only whether it is enabled
  kPersistence,  // PERMANENT or TRANSIENT; the column has options
  kManaged,      // of a schema; the column has options
  kSpec,         // of a service
  kSecret,       // answered as \"\": it never leaves the account, but clients cannot read an object without the member
};

enum class Use {
  kAnswered,  // the account says it; ignored in a body, as fetched objects are sent back
  kHead,      // taken by Kind::words
  kProperty,  // of CREATE and ALTER … SET, and reset by UNSET where a PUT omits it
  kCreate,    // of CREATE only
  kKept,      // of CREATE and SET; a PUT that omits it leaves it
};

struct Field {
  absl::string_view member;
  absl::string_view column;  // of SHOW or DESCRIBE; "": never answered
  Type type = Type::kText;
  Use use = Use::kAnswered;
  absl::string_view property = "";  // "": the member in upper case
};

// What stands around the name and the properties of CREATE.
struct CreateWords {
  std::string modifier, head, tail;
};

struct Action {
  absl::string_view name, words;  // POST …:suspend is ALTER … SUSPEND
};

// What a GET below an object lists.
struct Part {
  absl::string_view segment;
  absl::string_view statement;  // the object's name follows
  absl::Span<const Field> fields;
};

struct Kind {
  absl::string_view segment;  // "compute-pools"
  sql::Kind kind;
  absl::Span<const Field> fields;
  bool described = false;  // DESCRIBE answers the object itself, and more of it than SHOW
  bool fetch = true, put = false;
  // What fails as the account does when the object is not there; its name follows. "": DESCRIBE.
  absl::string_view probe = "";
  absl::Span<const Action> actions = {};
  absl::Span<const Part> parts = {};
  absl::StatusOr<CreateWords> (*words)(const emulator_http::HttpRequest& request, const nlohmann::json& body) = nullptr;
  // What a PUT changes beside the properties, as clauses of ALTER, before them. May fill in what the body leaves open.
  absl::StatusOr<std::vector<std::string>> (*changes)(nlohmann::json& body, const nlohmann::json& current) = nullptr;
  bool complete_lists = false;  // `complete` is needed for lists too, not only for one object and deep=true
  // Adds what is not in the row. `name` is SQL.
  absl::Status (*complete)(const std::string& name, const Run& run, nlohmann::json& object) = nullptr;
};

absl::Span<const Kind> Kinds();

// The kind of a path's segment among those with the scope; nullptr when there is none.
const Kind* FindKind(absl::string_view segment, sql::Scope scope);

// GET /compute-pools/instance-families.
const Part& InstanceFamilies();

}  // namespace spcs::rest
