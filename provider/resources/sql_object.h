// SPDX-License-Identifier: MPL-2.0
// The life of one kind of object in the account: create, find again, change, drop, with what lost answers, other
// owners and missing privileges ask for. Works on values; SqlResource<M> puts it under a typed resource.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "provider/resources/account.h"
#include "provider/resources/ownership.h"
#include "provider/resources/sql_kind.h"
#include "provider/resources/sql_statements.h"
#include "provider/tf/resource.h"

namespace spcs::resources {

// The attributes in which an object that exists differs from the plan, beyond what its row tells.
using Comparison = std::function<absl::StatusOr<std::vector<std::string>>(const ObjectRow& row)>;

// Thread-safe; keeps references to what it is given.
class SqlObject {
 public:
  SqlObject(Account& account, SqlKind kind, const tf::Schema& schema, std::string type_name);

  const SqlKind& kind() const { return kind_; }
  Account& account() const { return account_; }
  std::string noun() const;

  // Sends `statement`. An object that exists already is taken as ours only after a lost answer or with "adopt", and
  // only when it equals the plan; otherwise the error prints the import block. `state` is set once the object exists.
  // `compare` tells what the row does not; it may be null. `adopted` is set when the object is an older one, of which
  // the account does not tell everything.
  absl::Status Create(tf::Context& context, const snowflake::Statement& statement, const tf::Value& planned,
                      const Comparison& compare, tf::Value& state, bool& adopted);

  // Sends statements that change the object, in order; the first failure ends it. Something that a repeated statement
  // finds done already is what its first sending has done.
  absl::Status Execute(tf::Context& context, const snowflake::ObjectName& name,
                       const std::vector<snowflake::Statement>& statements);

  // The row of SHOW (with that of DESCRIBE over it where the kind wants that); nullopt when SHOW has none.
  absl::StatusOr<std::optional<ObjectRow>> Find(tf::Context& context, const snowflake::ObjectName& name);

  // The state as the account has it now; null when the object is gone for certain. An error when it may only be
  // invisible. `row` receives the row, when there is one, unless it is null.
  absl::StatusOr<tf::Value> Read(tf::Context& context, const tf::Value& state, std::optional<ObjectRow>* row);

  // Gives the object another name, in place.
  absl::Status Rename(tf::Context& context, const snowflake::ObjectName& from, const snowflake::ObjectName& to);

  // `dropped` is how a DROP went. "Does not exist or not authorized" is success only when the object is gone for
  // certain; otherwise it is the error of Read().
  absl::Status AcceptGone(tf::Context& context, const snowflake::ObjectName& name, const absl::Status& dropped) const;

  // Sends the DROP; what is gone already, for certain, is no error.
  absl::Status Drop(tf::Context& context, const snowflake::ObjectName& name, const snowflake::Statement& statement);

  // DROP kind name.
  absl::StatusOr<snowflake::Statement> DropStatement(const tf::Value& state) const;

  // Adds to an error what this kind knows: which grant may be missing.
  absl::Status Explain(absl::Status status, absl::string_view privilege) const;

 private:
  snowflake::Statement DescribeStatement(const snowflake::ObjectName& name) const;
  absl::StatusOr<std::optional<ObjectRow>> Describe(tf::Context& context, const snowflake::ObjectName& name);
  absl::Status TakeExisting(tf::Context& context, const absl::Status& exists, const snowflake::ExecuteInfo& info,
                            const tf::Value& planned, const Comparison& compare, tf::Value& state, bool& adopted);
  absl::Status RefuseExisting(const absl::Status& exists, const snowflake::ObjectName& name,
                              absl::string_view why) const;
  absl::StatusOr<tf::Value> NotListed(tf::Context& context, const snowflake::ObjectName& name, const tf::Value& state,
                                      std::optional<ObjectRow>* row);

  Account& account_;
  const SqlKind kind_;
  const tf::Schema& schema_;
  const std::string type_name_;
};

}  // namespace spcs::resources
