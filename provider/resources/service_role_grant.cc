// SPDX-License-Identifier: MPL-2.0
// spcs_service_role_grant: lets a role reach the endpoints that a service's role names.
#include "absl/strings/str_cat.h"
#include "provider/base/status.h"
#include "provider/resources/account.h"
#include "provider/resources/all.h"
#include "provider/resources/names.h"
#include "provider/resources/object_row.h"
#include "provider/resources/ownership.h"
#include "provider/tf/typed_resource.h"

namespace spcs::resources {
namespace {

using snowflake::Identifier;
using snowflake::ObjectName;
using snowflake::Statement;

struct ServiceRoleGrant {
  tf::String service{}, service_role{}, role{};
};

const tf::Model<ServiceRoleGrant>& ServiceRoleGrantModel() {
  using M = ServiceRoleGrant;
  using tf::Required;
  static const tf::Model<M> model{"spcs_service_role_grant",
                                  "Lets a role of the account reach the endpoints that a role of a service names.",
                                  {
                                      {"service", &M::service,
                                       Required{.replace = true,
                                                .identity = true,
                                                .same_meaning = SameNameValue,
                                                .validators = {CheckFullName},
                                                .doc = "The service, DB.SCHEMA.NAME."}},
                                      {"service_role", &M::service_role,
                                       Required{.replace = true,
                                                .identity = true,
                                                .same_meaning = SameNameValue,
                                                .validators = {CheckName},
                                                .doc = "Role of the service; every service has ALL_ENDPOINTS_USAGE."}},
                                      {"role", &M::role,
                                       Required{.replace = true,
                                                .identity = true,
                                                .same_meaning = SameNameValue,
                                                .validators = {CheckName},
                                                .doc = "Role of the account that gets it."}},
                                  }};
  return model;
}

struct Names {
  ObjectName service;
  Identifier service_role, role;
};

absl::StatusOr<Names> NamesOf(const ServiceRoleGrant& grant) {
  ASSIGN_OR_RETURN(ObjectName service, ObjectName::Parse(grant.service.value_or(""), 3));
  ASSIGN_OR_RETURN(Identifier service_role, Identifier::Parse(grant.service_role.value_or("")));
  ASSIGN_OR_RETURN(Identifier role, Identifier::Parse(grant.role.value_or("")));
  return Names{std::move(service), std::move(service_role), std::move(role)};
}

class ServiceRoleGrantResource : public tf::TypedResource<ServiceRoleGrant> {
 public:
  explicit ServiceRoleGrantResource(Account& account)
      : tf::TypedResource<ServiceRoleGrant>(ServiceRoleGrantModel()), account_(account) {}

  std::string noun() const override { return "service role grant"; }

  absl::StatusOr<tf::Value> ImportIdentity(tf::Context& context, const tf::Value& identity) override {
    return StateFromIdentity(context, schema(), identity);
  }

 protected:
  using M = ServiceRoleGrant;

  absl::Status CreateModel(tf::Context& context, const M&, const M& planned, std::optional<M>& state) override {
    ASSIGN_OR_RETURN(Session * session, account_.Connect());
    ASSIGN_OR_RETURN(const Names names, NamesOf(planned));
    Statement statement("GRANT SERVICE ROLE");
    statement.ServiceRole(names.service, names.service_role).Raw("TO ROLE").Name(names.role);
    RETURN_IF_ERROR(session->ChangeGrants(statement, context.stop));
    state = planned;
    return RememberAccount(context, *session);
  }

  absl::StatusOr<std::optional<M>> ReadModel(tf::Context& context, const M& stored) override {
    ASSIGN_OR_RETURN(Session * session, account_.Connect());
    RETURN_IF_ERROR(CheckSameAccount(context, *session));
    ASSIGN_OR_RETURN(const Names names, NamesOf(stored));
    Statement statement("SHOW GRANTS OF SERVICE ROLE");
    const auto result = session->Query(statement.ServiceRole(names.service, names.service_role), context.stop);
    if (absl::IsNotFound(result.status())) return std::optional<M>();
    RETURN_IF_ERROR(result.status());
    RETURN_IF_ERROR(RememberAccount(context, *session));
    for (const ObjectRow& row : AllRows(*result)) {
      if (Identifier::Stored(row.Text("grantee_name")) == names.role) return std::optional<M>(stored);
    }
    return std::optional<M>();
  }

  absl::Status UpdateModel(tf::Context&, const M&, const M&, const M& planned, M& state) override {
    state = planned;  // every attribute replaces
    return absl::OkStatus();
  }

  absl::Status DeleteModel(tf::Context& context, const M& state) override {
    ASSIGN_OR_RETURN(Session * session, account_.Connect());
    RETURN_IF_ERROR(CheckSameAccount(context, *session));
    ASSIGN_OR_RETURN(const Names names, NamesOf(state));
    Statement statement("REVOKE SERVICE ROLE");
    statement.ServiceRole(names.service, names.service_role).Raw("FROM ROLE").Name(names.role);
    const absl::Status status = session->ChangeGrants(statement, context.stop);
    return absl::IsNotFound(status) ? absl::OkStatus() : status;
  }

  absl::StatusOr<M> ImportModel(tf::Context&, const std::string& id) override {
    const size_t mark = id.find('!'), bar = id.rfind('|');
    if (mark == std::string::npos || bar == std::string::npos || bar < mark) {
      return WithFact(absl::InvalidArgumentError(absl::StrCat("the import id \"", id, "\" has another form")), kAdvice,
                      "Write DATABASE.SCHEMA.SERVICE!ROLE|GRANTEE.");
    }
    return M{
        .service = id.substr(0, mark), .service_role = id.substr(mark + 1, bar - mark - 1), .role = id.substr(bar + 1)};
  }

 private:
  Account& account_;
};

}  // namespace

std::unique_ptr<tf::Resource> MakeServiceRoleGrant(Account& account) {
  return std::make_unique<ServiceRoleGrantResource>(account);
}

}  // namespace spcs::resources
