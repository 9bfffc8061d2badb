// SPDX-License-Identifier: MPL-2.0
// Account roles. What a dropped role owned goes to the role that dropped it.
#include "absl/strings/str_cat.h"
#include "emulator/engine/account.h"
#include "emulator/engine/kinds/common.h"
#include "emulator/engine/kinds/kinds.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

class RoleHandler : public KindHandler {
 public:
  RoleHandler() : KindHandler(Kind::kRole) {}

  absl::StatusOr<ResultSet> Create(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(CreateStart start, StartCreate(context, kind(), statement));
    if (start.done) return *std::move(start.done);
    if (start.replaced) RETURN_IF_ERROR(Remove(context, *start.replaced));
    Object role = context.NewObject(kind(), start.name);
    role.props = {{"comment", ""}};
    CopyProperties(statement, {{"COMMENT", "comment"}}, role.props);
    context.store().Insert(role);
    return Created("Role", role.name);
  }

  absl::StatusOr<ResultSet> Alter(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(std::optional<Object> role, StartAlter(context, kind(), statement));
    if (!role) return Done();
    const std::string old_name = role->name;
    if (statement.action == "RENAME TO") {
      RETURN_IF_ERROR(CheckNotSystem(*role));
      RETURN_IF_ERROR(Rename(context, *role, statement));
    }
    CopyProperties(statement, {{"COMMENT", "comment"}}, role->props);
    if (statement.action == "UNSET") role->props["comment"] = "";
    context.store().Update(*role);
    if (role->name != old_name) context.store().RenameGrantee(kind(), old_name, role->name);
    return Done();
  }

  absl::StatusOr<ResultSet> Drop(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const std::optional<Object> role, StartDrop(context, kind(), statement));
    if (!role) return AlreadyDropped(statement);
    RETURN_IF_ERROR(Remove(context, *role));
    return Dropped(role->name);
  }

  absl::StatusOr<ResultSet> Show(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const std::vector<Object> roles, context.ListVisible(kind(), statement.show));
    const std::vector<RoleGrant> grants = context.store().AllRoleGrants();
    ResultBuilder rows({Timestamp("created_on"), Text("name"), Text("is_default"), Text("is_current"),
                        Text("is_inherited"), Fixed("assigned_to_users"), Fixed("granted_to_roles"),
                        Fixed("granted_roles"), Text("owner"), Text("comment")});
    const absl::StatusOr<UserRecord> user = ReadUser(context.store(), context.session().user);
    for (const Object& role : roles) {
      int users = 0, parents = 0, children = 0;
      for (const RoleGrant& grant : grants) {
        users += grant.role == role.name && grant.grantee_kind == Kind::kUser;
        parents += grant.role == role.name && grant.grantee_kind == Kind::kRole;
        children += grant.grantee == role.name && grant.grantee_kind == Kind::kRole;
      }
      const bool current = role.name == context.session().role;
      rows.Add({TimeText(role.created_on), role.name, YesNo(user.ok() && user->default_role == role.name),
                YesNo(current), YesNo(!current && context.roles().count(role.name) > 0), absl::StrCat(users),
                absl::StrCat(parents), absl::StrCat(children), role.owner, Member(role, "comment")});
    }
    return std::move(rows).Build();
  }

 private:
  static absl::Status CheckNotSystem(const Object& role) {
    if (!role.props.value("system", false)) return absl::OkStatus();
    return InsufficientPrivileges(Kind::kRole, role.name);
  }

  static absl::Status Remove(ExecutionContext& context, const Object& role) {
    RETURN_IF_ERROR(CheckNotSystem(role));
    context.store().DropGrantee(Kind::kRole, role.name);
    context.store().TransferOwnership(role.name, context.session().role);
    context.store().Delete(role.id);
    return absl::OkStatus();
  }
};

}  // namespace

std::unique_ptr<KindHandler> MakeRoleHandler() {
  return std::make_unique<RoleHandler>();
}

}  // namespace spcs::engine
