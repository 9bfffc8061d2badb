// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/context.h"

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "emulator/engine/account.h"
#include "provider/base/status.h"

namespace spcs::engine {

std::string FullName::ToString() const {
  std::string text;
  for (const std::string* part : {&database, &schema, &name}) {
    if (!part->empty()) absl::StrAppend(&text, text.empty() ? "" : ".", sql::ToSql(*part));
  }
  return text;
}

FullName NameOf(const Object& object) {
  return {object.database, object.schema, object.name};
}

ExecutionContext::ExecutionContext(const Session& session, const std::vector<Binding>& bindings,
                                   absl::string_view query_id, const EngineOptions& options, Store& store,
                                   const Registry& registry)
    : session_(session),
      bindings_(bindings),
      query_id_(query_id),
      options_(options),
      store_(store),
      registry_(registry),
      now_(options.clock->Now()) {}

AccountInfo ExecutionContext::account() {
  return ReadAccount(store_);
}

absl::StatusOr<FullName> ExecutionContext::Qualify(Kind kind, const sql::QualifiedName& name) const {
  const auto missing = [](absl::string_view code, absl::string_view what) {
    return SqlError(absl::StatusCode::kInvalidArgument, code, "22000",
                    absl::StrCat("Cannot perform operation. This session does not have a current ", what,
                                 ". Call 'USE ", absl::AsciiStrToUpper(what), "', or use a qualified name."));
  };
  const size_t most = static_cast<size_t>(sql::InfoOf(kind).scope) + 1;
  if (name.empty() || name.parts.size() > most) {
    return CompilationError(absl::StrCat("invalid object name '", name.ToString(), "'"));
  }
  FullName full{.name = name.name()};
  if (most == 1) return full;
  const size_t given = name.parts.size();
  full.database = given == most ? name.parts[0].name : session_.database;
  if (full.database.empty()) return missing("090105", "database");
  if (most == 2) return full;
  full.schema = given > 1 ? name.parts[given - 2].name : session_.schema;
  if (full.schema.empty()) return missing("090106", "schema");
  return full;
}

std::optional<Object> ExecutionContext::Find(Kind kind, const FullName& name) {
  return store_.Find(kind, name.database, name.schema, name.name);
}

absl::Status ExecutionContext::RequireContainers(const FullName& name) {
  if (name.database.empty() || usable_.count({name.database, name.schema}) > 0) return absl::OkStatus();
  const std::optional<Object> database = Find(Kind::kDatabase, {.name = name.database});
  if (!database || !(HasPrivilege(*database, "USAGE") || SeesAll())) {
    return DoesNotExist(Kind::kDatabase, sql::ToSql(name.database));
  }
  usable_.insert({name.database, ""});
  if (name.schema.empty()) return absl::OkStatus();
  const FullName schema_name{.database = name.database, .name = name.schema};
  const std::optional<Object> schema = Find(Kind::kSchema, schema_name);
  if (!schema || !(HasPrivilege(*schema, "USAGE") || SeesAll())) {
    return DoesNotExist(Kind::kSchema, schema_name.ToString());
  }
  usable_.insert({name.database, name.schema});
  return absl::OkStatus();
}

absl::StatusOr<Object> ExecutionContext::Require(Kind kind, const sql::QualifiedName& name) {
  ASSIGN_OR_RETURN(const FullName full, Qualify(kind, name));
  return Require(kind, full);
}

absl::StatusOr<Object> ExecutionContext::Require(Kind kind, const FullName& name) {
  RETURN_IF_ERROR(RequireContainers(name));
  std::optional<Object> object = Find(kind, name);
  if (!object || !CanSee(*object)) return DoesNotExist(kind, name.ToString());
  return *std::move(object);
}

absl::StatusOr<Object> ExecutionContext::RequireFor(Kind kind, const sql::QualifiedName& name,
                                                    absl::string_view privilege) {
  ASSIGN_OR_RETURN(Object object, Require(kind, name));
  RETURN_IF_ERROR(RequirePrivilege(object, privilege));
  return object;
}

absl::Status ExecutionContext::RequireCreate(Kind kind, const FullName& name) {
  RETURN_IF_ERROR(RequireContainers(name));
  const std::string privilege = absl::StrCat("CREATE ", sql::InfoOf(kind).keyword);
  switch (sql::InfoOf(kind).scope) {
    case sql::Scope::kAccount: return RequireAccountPrivilege(privilege);
    case sql::Scope::kDatabase: {
      const std::optional<Object> database = Find(Kind::kDatabase, {.name = name.database});
      return RequirePrivilege(*database, privilege);
    }
    case sql::Scope::kSchema: {
      const std::optional<Object> schema = Find(Kind::kSchema, {.database = name.database, .name = name.schema});
      return RequirePrivilege(*schema, privilege);
    }
  }
  return absl::OkStatus();
}

const std::set<std::string>& ExecutionContext::roles() {
  if (!roles_) roles_ = InheritedRoles(store_.AllRoleGrants(), session_.role);
  return *roles_;
}

bool ExecutionContext::SeesAll() {
  return options_.open || roles().count("ACCOUNTADMIN") > 0;
}

bool ExecutionContext::Owns(const Object& object) {
  return options_.open || roles().count(object.owner) > 0;
}

bool ExecutionContext::HasPrivilege(const Object& object, absl::string_view privilege) {
  if (Owns(object)) return true;
  if (privilege == "OWNERSHIP") return false;
  return absl::c_any_of(store_.GrantsOn(object.id), [&](const Grant& grant) {
    return grant.detail.empty() && grant.privilege == privilege && roles().count(grant.role) > 0;
  });
}

bool ExecutionContext::HasAccountPrivilege(absl::string_view privilege) {
  if (SeesAll()) return true;
  return absl::c_any_of(store_.GrantsOn(0), [&](const Grant& grant) {
    return grant.privilege == privilege && roles().count(grant.role) > 0;
  });
}

bool ExecutionContext::CanSee(const Object& object) {
  if (SeesAll()) return true;
  if (!RequireContainers(NameOf(object)).ok()) return false;
  // Every role may see the roles, itself, and the schema that describes a database.
  if (object.kind == Kind::kRole || (object.kind == Kind::kUser && object.name == session_.user)) return true;
  if (object.kind == Kind::kSchema && object.name == kInformationSchema) return true;
  if (Owns(object)) return true;
  return absl::c_any_of(store_.GrantsOn(object.id),
                        [&](const Grant& grant) { return grant.detail.empty() && roles().count(grant.role) > 0; });
}

absl::Status ExecutionContext::RequirePrivilege(const Object& object, absl::string_view privilege) {
  if (HasPrivilege(object, privilege)) return absl::OkStatus();
  return InsufficientPrivileges(object.kind, sql::ToSql(object.name));
}

absl::Status ExecutionContext::RequireAnyPrivilege(const Object& object, std::vector<absl::string_view> privileges) {
  for (const absl::string_view privilege : privileges) {
    if (HasPrivilege(object, privilege)) return absl::OkStatus();
  }
  return InsufficientPrivileges(object.kind, sql::ToSql(object.name));
}

absl::Status ExecutionContext::RequireAccountPrivilege(absl::string_view privilege) {
  if (HasAccountPrivilege(privilege)) return absl::OkStatus();
  return InsufficientPrivileges(Kind::kAccount, account().locator);
}

Object ExecutionContext::NewObject(Kind kind, const FullName& name) const {
  Object object;
  object.kind = kind;
  object.database = name.database;
  object.schema = name.schema;
  object.name = name.name;
  object.owner = session_.role;
  object.created_on = now_;
  return object;
}

absl::StatusOr<sql::Value> ExecutionContext::Resolve(const sql::Value& value) const {
  if (value.type != sql::Value::Type::kBinding) return value;
  if (value.binding < 1 || static_cast<size_t>(value.binding) > bindings_.size()) {
    return SqlError(absl::StatusCode::kInvalidArgument, "002049", "42601",
                    absl::StrCat("SQL compilation error:\nBind variable ?", value.binding, " not set."));
  }
  const Binding& binding = bindings_[value.binding - 1];
  sql::Value resolved;
  if (binding.array && !bound_row_) return Unsupported("array bindings of a statement other than INSERT … VALUES");
  const std::optional<std::string>& bound = binding.array ? (*binding.array)[*bound_row_] : binding.value;
  if (!bound) return resolved;
  resolved.text = *bound;
  const std::string type = absl::AsciiStrToUpper(binding.type);
  resolved.type = type == "FIXED" || type == "REAL" ? sql::Value::Type::kNumber
                  : type == "BOOLEAN"               ? sql::Value::Type::kBoolean
                                                    : sql::Value::Type::kString;
  double number = 0;
  if (resolved.type == sql::Value::Type::kNumber && !absl::SimpleAtod(resolved.text, &number)) {
    return SqlError(absl::StatusCode::kInvalidArgument, "100037", "22018",
                    absl::StrCat("Invalid data type [", type, "] for bind variable ?", value.binding, "."));
  }
  if (resolved.type == sql::Value::Type::kBoolean) resolved.text = absl::AsciiStrToUpper(resolved.text);
  return resolved;
}

absl::StatusOr<size_t> ExecutionContext::BoundRows() const {
  std::optional<size_t> rows;
  for (const Binding& binding : bindings_) {
    const size_t count = binding.array ? binding.array->size() : 1;
    if (rows && *rows != count) {
      return CompilationError(absl::StrCat("bindings of ", *rows, " and of ", count, " rows in one statement"));
    }
    rows = count;
  }
  return rows.value_or(1);
}

}  // namespace spcs::engine
