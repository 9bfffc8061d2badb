// SPDX-License-Identifier: MPL-2.0
// Names of SQL objects. Users write them as in SQL: a bare name is folded to upper case, "a quoted one" is exact. The
// types here are the only way a name gets into a statement, so no name can end one and start another.
//
//   ASSIGN_OR_RETURN(ObjectName name, ObjectName::Parse("models.\"Prod\".heads"));
//   name.Sql()  ->  MODELS."Prod".HEADS
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace spcs::snowflake {

// One name.
class Identifier {
 public:
  // Reads what a user wrote. InvalidArgument says what is wrong and how to write it.
  static absl::StatusOr<Identifier> Parse(absl::string_view text);

  // A name as the service stores it, for example from a column of SHOW: taken exactly. It must not be empty.
  static Identifier Stored(std::string value) { return Identifier(std::move(value)); }

  // The name as the service stores it.
  const std::string& value() const { return value_; }

  // The name in SQL: bare where bare means the same, else quoted.
  std::string Sql() const;

  // Whether it can be written without quotes. Pools, services, repositories and the database and schema that hold them
  // must be so: the service refuses others.
  bool IsBare() const;

  friend bool operator==(const Identifier& a, const Identifier& b) { return a.value_ == b.value_; }
  friend bool operator<(const Identifier& a, const Identifier& b) { return a.value_ < b.value_; }

 private:
  explicit Identifier(std::string value) : value_(std::move(value)) {}
  std::string value_;
};

// One to three names: NAME, DATABASE.NAME or DATABASE.SCHEMA.NAME.
class ObjectName {
 public:
  ObjectName(Identifier name) : parts_{std::move(name)} {}  // NOLINT: a name alone is an object name
  ObjectName(Identifier database, Identifier name) : parts_{std::move(database), std::move(name)} {}
  ObjectName(Identifier database, Identifier schema, Identifier name)
      : parts_{std::move(database), std::move(schema), std::move(name)} {}

  // Reads names joined by dots. With `parts` > 0 exactly that many are wanted.
  static absl::StatusOr<ObjectName> Parse(absl::string_view text, int parts = 0);

  const std::vector<Identifier>& parts() const { return parts_; }
  const Identifier& name() const { return parts_.back(); }

  // Of a schema-level object (three parts).
  const Identifier& database() const { return parts_.front(); }
  const Identifier& schema() const { return parts_[parts_.size() - 2]; }

  // The name without its last part: the schema or database that holds the object. There must be two parts at least.
  ObjectName Parent() const;

  std::string Sql() const;

  friend bool operator==(const ObjectName& a, const ObjectName& b) { return a.parts_ == b.parts_; }
  friend bool operator<(const ObjectName& a, const ObjectName& b) { return a.parts_ < b.parts_; }

 private:
  explicit ObjectName(std::vector<Identifier> parts) : parts_(std::move(parts)) {}
  std::vector<Identifier> parts_;
};

// Whether two user spellings mean the same object: my_db, MY_DB and "MY_DB" do, "my_db" does not. Qualified names
// compare part by part. Texts that are no names compare as they are.
bool SameName(absl::string_view a, absl::string_view b);

// InvalidArgument when the name needs quotes; `what` names the kind ("compute pool") in the message.
absl::Status RequireBareName(const Identifier& name, absl::string_view what);

}  // namespace spcs::snowflake
