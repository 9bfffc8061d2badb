// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/kinds/common.h"

#include "absl/algorithm/container.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

// Exists, but the role must not know more than that.
absl::Status HiddenExists(absl::string_view name) {
  return SqlError(absl::StatusCode::kAlreadyExists, "003041", "42710",
                  absl::StrCat("SQL compilation error:\nObject '", name,
                               "' already exists, but current role has no privileges on it. If this is unexpected and "
                               "you cannot resolve this problem, contact your system administrator. ACCOUNTADMIN role "
                               "may be required to manage the privileges on the object."));
}

// The object of ALTER or DROP. Absent parents are an error even with IF EXISTS, as with the real service.
absl::StatusOr<std::optional<Object>> FindFor(ExecutionContext& context, Kind kind, const sql::Statement& statement,
                                              absl::string_view privilege) {
  ASSIGN_OR_RETURN(const FullName name, context.Qualify(kind, statement.name));
  RETURN_IF_ERROR(context.RequireContainers(name));
  std::optional<Object> object = context.Find(kind, name);
  if (!object || !context.CanSee(*object)) {
    if (statement.if_exists) return std::nullopt;
    return DoesNotExist(kind, name.ToString());
  }
  RETURN_IF_ERROR(context.RequirePrivilege(*object, privilege));
  return object;
}

}  // namespace

absl::StatusOr<CreateStart> StartCreate(ExecutionContext& context, Kind kind, const sql::Statement& statement) {
  CreateStart start;
  ASSIGN_OR_RETURN(start.name, context.Qualify(kind, statement.name));
  RETURN_IF_ERROR(context.RequireCreate(kind, start.name));
  std::optional<Object> existing = context.Find(kind, start.name);
  if (!existing) return start;
  if (!context.CanSee(*existing)) return HiddenExists(start.name.ToString());
  if (statement.if_not_exists) {
    start.done = StatusResult(absl::StrCat(start.name.name, " already exists, statement succeeded."));
    return start;
  }
  if (!statement.or_replace) return AlreadyExists(start.name.ToString());
  RETURN_IF_ERROR(context.RequirePrivilege(*existing, "OWNERSHIP"));
  start.replaced = std::move(existing);
  return start;
}

absl::StatusOr<std::optional<Object>> StartAlter(ExecutionContext& context, Kind kind, const sql::Statement& statement,
                                                 absl::string_view privilege) {
  return FindFor(context, kind, statement, privilege);
}

absl::StatusOr<std::optional<Object>> StartDrop(ExecutionContext& context, Kind kind, const sql::Statement& statement) {
  return FindFor(context, kind, statement, "OWNERSHIP");
}

absl::Status Rename(ExecutionContext& context, Object& object, const sql::Statement& statement) {
  ASSIGN_OR_RETURN(FullName target, context.Qualify(object.kind, statement.target));
  // A bare new name stays where the object is, whatever the session's schema.
  if (statement.target.parts.size() == 1) target = {object.database, object.schema, target.name};
  RETURN_IF_ERROR(context.RequireCreate(object.kind, target));
  const std::optional<Object> existing = context.Find(object.kind, target);
  if (existing && existing->id != object.id) return AlreadyExists(target.ToString());
  object.database = target.database;
  object.schema = target.schema;
  object.name = target.name;
  return absl::OkStatus();
}

ResultSet Created(absl::string_view noun, absl::string_view name) {
  return StatusResult(absl::StrCat(noun, " ", name, " successfully created."));
}

ResultSet Dropped(absl::string_view name) {
  return StatusResult(absl::StrCat(name, " successfully dropped."));
}

ResultSet AlreadyDropped(const sql::Statement& statement) {
  return StatusResult(
      absl::StrCat("Drop statement executed successfully (", statement.name.ToString(), " already dropped)."));
}

ResultSet Done() {
  return StatusResult("Statement executed successfully.");
}

void CopyProperties(const sql::Statement& statement, PropertyMap map, nlohmann::json& props) {
  for (const auto& [property, member] : map) {
    const sql::Value* value = statement.Find(property);
    if (value == nullptr) continue;
    int64_t number = 0;
    const std::string key(member);
    if (value->type == sql::Value::Type::kNumber && absl::SimpleAtoi(value->text, &number)) {
      props[key] = number;
    } else if (value->type == sql::Value::Type::kBoolean) {
      props[key] = value->text == "TRUE";
    } else {
      props[key] = value->text;
    }
  }
}

absl::Status CheckInt(const sql::Statement& statement, absl::string_view property, int64_t low, int64_t high) {
  const sql::Value* value = statement.Find(property);
  int64_t number = 0;
  if (value == nullptr) return absl::OkStatus();
  if (absl::SimpleAtoi(value->text, &number) && number >= low && number <= high) return absl::OkStatus();
  return InvalidValue(value->text, property);
}

absl::Status CheckWord(const sql::Statement& statement, absl::string_view property,
                       std::initializer_list<absl::string_view> allowed) {
  const sql::Value* value = statement.Find(property);
  if (value == nullptr || absl::c_linear_search(allowed, value->text)) return absl::OkStatus();
  return InvalidValue(value->text, property);
}

std::string Member(const Object& object, absl::string_view key) {
  return JsonString(object.props, key);
}

void AddCells(const std::vector<Column>& columns, const Row& row, nlohmann::json& object) {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (!object.contains(columns[i].name))
      object[columns[i].name] = row[i] ? nlohmann::json(*row[i]) : nlohmann::json();
  }
}

bool IsExternalAccess(const Object& integration) {
  return !integration.props.contains("auth_type");
}

absl::StatusOr<Object> RequireApiAuthentication(ExecutionContext& context, const sql::QualifiedName& name) {
  ASSIGN_OR_RETURN(Object integration, context.RequireFor(Kind::kIntegration, name, "USAGE"));
  if (!IsExternalAccess(integration)) return integration;
  return CompilationError(
      absl::StrCat("Integration ", integration.name, " is not a security integration of type API_AUTHENTICATION."));
}

void DropContents(ExecutionContext& context, const std::string& database, std::optional<std::string> schema) {
  // Services first: they hold the rest.
  const absl::Span<const sql::KindInfo> kinds = sql::AllKinds();
  for (auto info = kinds.rbegin(); info != kinds.rend(); ++info) {
    if (info->scope != sql::Scope::kSchema) continue;
    for (const Object& object : context.store().List(info->kind, database, schema)) {
      KindHandler* handler = context.registry().FindKind(info->kind);
      if (handler != nullptr) {
        handler->DropWithParent(context, object);
      } else {
        context.store().Delete(object.id);
      }
    }
  }
}

std::optional<Object> IntegrationUsing(ExecutionContext& context, int64_t object_id) {
  for (Object& integration : context.store().List(Kind::kIntegration)) {
    for (const char* key : {"network_rules", "secrets", "apis"}) {
      const auto ids = integration.props.find(key);
      if (ids != integration.props.end() && ids->is_array() && absl::c_linear_search(*ids, object_id)) {
        return std::move(integration);
      }
    }
  }
  return std::nullopt;
}

absl::Status CheckNotReferenced(ExecutionContext& context, Kind dropped, const std::string& database,
                                std::optional<std::string> schema) {
  for (const Kind kind : {Kind::kNetworkRule, Kind::kSecret}) {
    for (const Object& object : context.store().List(kind, database, schema)) {
      const std::optional<Object> integration = IntegrationUsing(context, object.id);
      if (!integration) continue;
      return Refused("001493", "23001",
                     absl::StrCat("Cannot drop ", sql::InfoOf(dropped).noun, " ", schema.value_or(database),
                                  " as it includes ", sql::InfoOf(kind).noun, " ", object.name,
                                  " that is associated with integration ", integration->name, "."));
    }
  }
  return absl::OkStatus();
}

}  // namespace spcs::engine
