// SPDX-License-Identifier: MPL-2.0
// spcs_grant: one privilege on one object, or on the account, for one role.
#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "provider/base/status.h"
#include "provider/resources/account.h"
#include "provider/resources/all.h"
#include "provider/resources/names.h"
#include "provider/resources/object_row.h"
#include "provider/resources/ownership.h"
#include "provider/tf/typed_resource.h"
#include "provider/tf/validate.h"

namespace spcs::resources {
namespace {

using snowflake::DerivedKeyword;
using snowflake::Identifier;
using snowflake::ObjectName;
using snowflake::Statement;

struct Grant {
  tf::String privilege{}, object_type{}, object_name{}, role{};
};

void CheckWords(const tf::Value& value, const tf::Path& path, tf::Diagnostics& diagnostics) {
  const std::string& text = value.AsString();
  const bool fits = !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return absl::ascii_isalpha(c) || c == ' ' || c == '_';
  });
  if (!fits)
    diagnostics.AddError(path, "Invalid keyword", absl::StrCat("\"", text, "\" must be letters, spaces and _."));
}

// Privileges that are more than one, or none that can be taken back: the service lists no ALL, so it would be granted
// anew with each apply and never revoked, and an owner can only be followed by another one.
void CheckPrivilege(const tf::Value& value, const tf::Path& path, tf::Diagnostics& diagnostics) {
  CheckWords(value, path, diagnostics);
  const std::string word =
      absl::StrJoin(absl::StrSplit(absl::AsciiStrToUpper(value.AsString()), ' ', absl::SkipEmpty()), " ");
  if (word == "ALL" || word == "ALL PRIVILEGES") {
    diagnostics.AddError(path, "Not one privilege",
                         absl::StrCat("\"", value.AsString(),
                                      "\" stands for all privileges of the kind, which the service lists one by one. "
                                      "Write a grant for each that the role needs, with `for_each`."));
  } else if (word == "OWNERSHIP") {
    diagnostics.AddError(path, "Ownership is not granted here",
                         "The service moves ownership to another role and cannot revoke it, so there would be nothing "
                         "to destroy. Let the role that shall own the object create it, or name the privileges that "
                         "the role needs.");
  }
}

const tf::Model<Grant>& GrantModel() {
  using M = Grant;
  using tf::Optional, tf::Required;
  static const tf::Model<M> model{"spcs_grant",
                                  "Gives a role one privilege on one object or on the account.",
                                  {
                                      {"privilege", &M::privilege,
                                       Required{.replace = true,
                                                .identity = true,
                                                .same_meaning = SameWord,
                                                .validators = {CheckPrivilege},
                                                .doc = "The privilege, such as USAGE or BIND SERVICE ENDPOINT: one, "
                                                       "so neither ALL nor OWNERSHIP."}},
                                      {"object_type", &M::object_type,
                                       Required{.replace = true,
                                                .identity = true,
                                                .same_meaning = SameWord,
                                                .validators = {CheckWords},
                                                .doc = "Kind of the object, such as COMPUTE POOL, or ACCOUNT."}},
                                      {"object_name", &M::object_name,
                                       Optional{.replace = true,
                                                .identity = true,
                                                .same_meaning = SameNameValue,
                                                .validators = {CheckQualifiedName},
                                                .doc = "Name of the object; not with ACCOUNT."}},
                                      {"role", &M::role,
                                       Required{.replace = true,
                                                .identity = true,
                                                .same_meaning = SameNameValue,
                                                .validators = {CheckName},
                                                .doc = "Role that gets the privilege."}},
                                  }};
  return model;
}

bool OnAccount(const Grant& grant) {
  return absl::EqualsIgnoreCase(grant.object_type.value_or(""), "ACCOUNT");
}

// GRANT|REVOKE privilege ON object TO|FROM ROLE role.
absl::StatusOr<Statement> GrantStatement(const Grant& grant, bool give) {
  Statement statement = give ? Statement("GRANT") : Statement("REVOKE");
  statement.Raw(DerivedKeyword(absl::AsciiStrToUpper(grant.privilege.value()))).Raw("ON");
  statement.Raw(DerivedKeyword(absl::AsciiStrToUpper(grant.object_type.value())));
  if (!OnAccount(grant)) {
    ASSIGN_OR_RETURN(const ObjectName name, ObjectName::Parse(grant.object_name.value_or("")));
    statement.Name(name);
  }
  ASSIGN_OR_RETURN(const Identifier role, Identifier::Parse(grant.role.value()));
  give ? statement.Raw("TO ROLE") : statement.Raw("FROM ROLE");
  return statement.Name(role);
}

bool IsThisGrant(const Grant& grant, const ObjectRow& row) {
  if (!absl::EqualsIgnoreCase(row.Text("privilege"), grant.privilege.value_or(""))) return false;
  const std::string kind = absl::StrJoin(absl::StrSplit(row.Text("granted_on"), '_'), " ");
  if (!absl::EqualsIgnoreCase(kind, grant.object_type.value_or(""))) return false;
  if (OnAccount(grant)) return true;
  const auto role = Identifier::Parse(grant.role.value_or(""));
  return role.ok() && row.Text("granted_to") == "ROLE" && row.Text("grantee_name") == role->value();
}

// The owner of an object sees whom it is granted to, also roles that it does not have. What roles have on the account
// is granted by whoever manages grants, and that one sees every role.
absl::StatusOr<Statement> ShowStatement(const Grant& grant) {
  if (OnAccount(grant)) {
    ASSIGN_OR_RETURN(const Identifier role, Identifier::Parse(grant.role.value_or("")));
    return Statement("SHOW GRANTS TO ROLE").Name(role);
  }
  ASSIGN_OR_RETURN(const ObjectName name, ObjectName::Parse(grant.object_name.value_or("")));
  Statement show("SHOW GRANTS ON");
  return std::move(show.Raw(DerivedKeyword(absl::AsciiStrToUpper(grant.object_type.value_or("")))).Name(name));
}

class GrantResource : public tf::TypedResource<Grant> {
 public:
  explicit GrantResource(Account& account) : tf::TypedResource<Grant>(GrantModel()), account_(account) {}

  std::string noun() const override { return "grant"; }

  absl::StatusOr<tf::Value> ImportIdentity(tf::Context& context, const tf::Value& identity) override {
    return StateFromIdentity(context, schema(), identity);
  }

 protected:
  void ValidateModel(const Grant& config, tf::Diagnostics& diagnostics) const override {
    if (!config.object_type.IsKnown() || config.object_name.IsUnknown()) return;
    if (OnAccount(config) && !config.object_name.IsNull()) {
      diagnostics.AddError(tf::Path("object_name"), "Unexpected name",
                           "A privilege on the ACCOUNT has no `object_name`.");
    }
    if (!OnAccount(config) && config.object_name.IsNull()) {
      diagnostics.AddError(tf::Path("object_name"), "Missing name",
                           absl::StrCat("A privilege on a ", config.object_type.value(), " needs `object_name`."));
    }
  }

  absl::Status CreateModel(tf::Context& context, const Grant&, const Grant& planned,
                           std::optional<Grant>& state) override {
    ASSIGN_OR_RETURN(Session * session, account_.Connect());
    ASSIGN_OR_RETURN(const Statement statement, GrantStatement(planned, /*give=*/true));
    RETURN_IF_ERROR(session->ChangeGrants(statement, context.stop));
    state = planned;
    return RememberAccount(context, *session);
  }

  absl::StatusOr<std::optional<Grant>> ReadModel(tf::Context& context, const Grant& stored) override {
    ASSIGN_OR_RETURN(Session * session, account_.Connect());
    RETURN_IF_ERROR(CheckSameAccount(context, *session));
    ASSIGN_OR_RETURN(const Statement show, ShowStatement(stored));
    const auto result = session->Query(show, context.stop);
    // Granting again does no harm: what is gone or not visible has no grant.
    if (absl::IsNotFound(result.status())) return std::optional<Grant>();
    RETURN_IF_ERROR(result.status());
    RETURN_IF_ERROR(RememberAccount(context, *session));
    for (const ObjectRow& row : AllRows(*result)) {
      if (IsThisGrant(stored, row)) return std::optional<Grant>(stored);
    }
    return std::optional<Grant>();
  }

  absl::Status UpdateModel(tf::Context&, const Grant&, const Grant&, const Grant& planned, Grant& state) override {
    state = planned;  // every attribute replaces
    return absl::OkStatus();
  }

  absl::Status DeleteModel(tf::Context& context, const Grant& state) override {
    ASSIGN_OR_RETURN(Session * session, account_.Connect());
    RETURN_IF_ERROR(CheckSameAccount(context, *session));
    ASSIGN_OR_RETURN(const Statement statement, GrantStatement(state, /*give=*/false));
    const absl::Status status = session->ChangeGrants(statement, context.stop);
    return absl::IsNotFound(status) ? absl::OkStatus() : status;
  }

  absl::StatusOr<Grant> ImportModel(tf::Context&, const std::string& id) override {
    const std::vector<std::string> parts = absl::StrSplit(id, '|');
    if (parts.size() != 4) {
      return WithFact(absl::InvalidArgumentError(absl::StrCat("the import id \"", id, "\" does not have four parts")),
                      kAdvice, "Write PRIVILEGE|KIND|NAME|ROLE, with an empty NAME for the account.");
    }
    return Grant{.privilege = parts[0],
                 .object_type = parts[1],
                 .object_name = parts[2].empty() ? tf::String() : tf::String(parts[2]),
                 .role = parts[3]};
  }

 private:
  Account& account_;
};

}  // namespace

std::unique_ptr<tf::Resource> MakeGrant(Account& account) {
  return std::make_unique<GrantResource>(account);
}

}  // namespace spcs::resources
