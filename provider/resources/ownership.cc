// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/ownership.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "provider/base/status.h"

namespace spcs::resources {
namespace {

using snowflake::AccountFacts;
using snowflake::Identifier;
using snowflake::ObjectName;
using snowflake::Statement;

// Judges one object under one role. `owner` is what is remembered of an object of the account.
class Witness {
 public:
  Witness(tf::Context& context, Session& session, const AccountFacts& facts, std::string role)
      : context_(context), session_(session), connected_(role == facts.role), role_(std::move(role)) {}

  // Whether the statement finds it: DESCRIBE succeeds, SHOW has a row.
  absl::StatusOr<bool> Sees(Statement statement) {
    if (!connected_) statement.AsRole(Identifier::Stored(role_));
    const auto result = session_.Query(statement, context_.stop);
    if (absl::IsNotFound(result.status())) return false;
    RETURN_IF_ERROR(result.status());
    return !absl::StartsWith(statement.sql(), "SHOW") || result->size() > 0;
  }

  // Whether what holds `name` is visible, or gone for certain.
  absl::StatusOr<bool> ParentIsCertain(const ObjectName& name) {
    const ObjectName parent = name.Parent();
    const bool is_database = parent.parts().size() == 1;
    ASSIGN_OR_RETURN(const bool seen, SeesContainer(parent));
    if (seen) return true;
    return is_database ? session_.IsGoneDatabase(parent) : ParentIsCertain(parent);
  }

 private:
  // Under the connection's own role the shared listing answers.
  absl::StatusOr<bool> SeesContainer(const ObjectName& name) {
    const bool is_database = name.parts().size() == 1;
    if (!connected_) {
      return Sees((is_database ? Statement("DESCRIBE DATABASE") : Statement("DESCRIBE SCHEMA")).Name(name));
    }
    const auto kind = is_database ? snowflake::ShowKind::kDatabase : snowflake::ShowKind::kSchema;
    const auto found = session_.inventory().Find(kind, name, context_.stop);
    if (absl::IsNotFound(found.status())) return false;
    RETURN_IF_ERROR(found.status());
    return found->has_value();
  }

  tf::Context& context_;
  Session& session_;
  const bool connected_;
  const std::string role_;
};

bool HasRole(const AccountFacts& facts, const std::string& role) {
  return role == facts.role ||
         std::find(facts.available_roles.begin(), facts.available_roles.end(), role) != facts.available_roles.end();
}

}  // namespace

absl::Status CheckSameAccount(tf::Context& context, Session& session) {
  const std::string recorded = context.private_state.Get(kPrivateAccount);
  if (recorded.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto facts, session.client().Account(context.stop));
  if (recorded == facts->account_locator) return absl::OkStatus();
  return WithFact(absl::FailedPreconditionError(absl::StrCat("the state belongs to account ", recorded,
                                                             ", but the connection leads to ", facts->account_locator,
                                                             " (", facts->organization, "-", facts->account_name, ")")),
                  kAdvice, "Check `connection`, `account` or SNOWFLAKE_* of this run. Nothing was read or changed.");
}

absl::Status RememberAccount(tf::Context& context, Session& session) {
  ASSIGN_OR_RETURN(const auto facts, session.client().Account(context.stop));
  context.private_state.Set(kPrivateAccount, facts->account_locator);
  context.private_state.Set(kPrivateRole, facts->role);
  return absl::OkStatus();
}

absl::Status RememberOwner(tf::Context& context, Session& session, const ObjectRow& row) {
  RETURN_IF_ERROR(RememberAccount(context, session));
  if (row.Has("owner")) context.private_state.Set(kPrivateOwner, row.Text("owner"));
  return absl::OkStatus();
}

absl::Status RequireGone(tf::Context& context, Session& session, const Statement& describe, const std::string& noun,
                         const ObjectName& name) {
  ASSIGN_OR_RETURN(const auto facts, session.client().Account(context.stop));
  const std::string remembered = context.private_state.Get(kPrivateRole);
  const std::string role = remembered.empty() ? facts->role : remembered;
  const absl::Status unknown =
      WithFact(absl::PermissionDeniedError(absl::StrCat(noun, " ", name.Sql(), " does not exist, or role ", facts->role,
                                                        " may not see it; it was last read with role ", role)),
               kAdvice,
               "Run with that role, or grant this one what it needs. The state was left as it is; if the object is "
               "gone for good, remove it from the state.");
  if (!HasRole(*facts, role)) return unknown;
  Witness witness(context, session, *facts, role);
  if (role != facts->role) {
    ASSIGN_OR_RETURN(const bool seen, witness.Sees(describe));
    if (seen) return unknown;
  }
  if (name.parts().size() > 1) {
    ASSIGN_OR_RETURN(const bool certain, witness.ParentIsCertain(name));
    return certain ? absl::OkStatus() : unknown;
  }
  const std::string owner = context.private_state.Get(kPrivateOwner);
  if (!remembered.empty() && owner != role) return unknown;
  return absl::OkStatus();
}

void RememberAccountOf(tf::Context& context, const tf::Value& identity) {
  const tf::Value& account = identity.Get("account");
  if (account.IsString()) context.private_state.Set(kPrivateAccount, account.AsString());
}

tf::Value StateFromIdentity(tf::Context& context, const tf::Schema& schema, const tf::Value& identity) {
  RememberAccountOf(context, identity);
  tf::Value::Map state;
  for (const tf::Attribute& attribute : schema.attributes) {
    state[attribute.name] = attribute.identity ? identity.Get(attribute.name) : tf::Value::Null();
  }
  return tf::Value(std::move(state));
}

}  // namespace spcs::resources
