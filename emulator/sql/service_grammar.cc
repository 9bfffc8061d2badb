// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/service_grammar.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "emulator/sql/errors.h"
#include "emulator/sql/properties.h"
#include "emulator/sql/show_grammar.h"
#include "provider/base/status.h"

namespace spcs::sql {
namespace {

using Type = PropertyType;

constexpr PropertySpec kPoolCreate[] = {
    {"MIN_NODES", Type::kInt},
    {"MAX_NODES", Type::kInt},
    {"INSTANCE_FAMILY", Type::kWord},
    {"AUTO_RESUME", Type::kBool},
    {"INITIALLY_SUSPENDED", Type::kBool},
    {"AUTO_SUSPEND_SECS", Type::kInt},
    {"PLACEMENT_GROUP", Type::kString},
    {"BACKUP_INSTANCE_FAMILIES", Type::kNameList},
    {"COMMENT", Type::kString},
};
constexpr PropertySpec kPoolSet[] = {
    {"MIN_NODES", Type::kInt},         {"MAX_NODES", Type::kInt},        {"AUTO_RESUME", Type::kBool},
    {"AUTO_SUSPEND_SECS", Type::kInt}, {"INSTANCE_FAMILY", Type::kWord}, {"BACKUP_INSTANCE_FAMILIES", Type::kNameList},
    {"COMMENT", Type::kString},
};
constexpr PropertySpec kPoolUnset[] = {
    {"AUTO_SUSPEND_SECS", Type::kInt},
    {"AUTO_RESUME", Type::kBool},
    {"BACKUP_INSTANCE_FAMILIES", Type::kNameList},
    {"COMMENT", Type::kString},
};
constexpr PropertySpec kService[] = {
    {"EXTERNAL_ACCESS_INTEGRATIONS", Type::kNameList},
    {"AUTO_SUSPEND_SECS", Type::kInt},
    {"AUTO_RESUME", Type::kBool},
    {"MIN_INSTANCES", Type::kInt},
    {"MIN_READY_INSTANCES", Type::kInt},
    {"MAX_INSTANCES", Type::kInt},
    {"LOG_LEVEL", Type::kWord},
    {"QUERY_WAREHOUSE", Type::kName},
    {"COMMENT", Type::kString},
};
constexpr PropertySpec kJob[] = {
    {"NAME", Type::kName},
    {"ASYNC", Type::kBool},
    {"REPLICAS", Type::kInt},
    {"EXTERNAL_ACCESS_INTEGRATIONS", Type::kNameList},
    {"QUERY_WAREHOUSE", Type::kName},
    {"COMMENT", Type::kString},
};
constexpr absl::string_view kServiceScopes[] = {"ACCOUNT", "DATABASE", "SCHEMA", "COMPUTE POOL"};

Statement Begin(absl::string_view command, Kind kind) {
  Statement statement;
  statement.command = std::string(command);
  statement.kind = kind;
  return statement;
}

// FROM SPECIFICATION '…' | $$…$$, at FROM. A specification on a stage or a template is the real service's only.
absl::Status ParseSpecification(TokenCursor& cursor, Statement& statement) {
  RETURN_IF_ERROR(cursor.Expect("FROM"));
  if (cursor.Peek().kind == TokenKind::kStage || cursor.Is("SPECIFICATION_FILE") ||
      cursor.Is("SPECIFICATION_TEMPLATE_FILE")) {
    return Unsupported("service specification from a stage: the emulator takes the text inline only");
  }
  if (cursor.Is("SPECIFICATION_TEMPLATE")) {
    return Unsupported("SPECIFICATION_TEMPLATE: the emulator takes a complete specification only");
  }
  RETURN_IF_ERROR(cursor.Expect("SPECIFICATION"));
  ASSIGN_OR_RETURN(statement.spec, cursor.ExpectString());
  return absl::OkStatus();
}

absl::StatusOr<Statement> CreatePool(TokenCursor& cursor) {
  Statement statement = Begin("CREATE COMPUTE POOL", Kind::kComputePool);
  statement.if_not_exists = cursor.Try("IF NOT EXISTS");
  ASSIGN_OR_RETURN(statement.name, cursor.ExpectName());
  if (cursor.Try("FOR APPLICATION")) {
    ASSIGN_OR_RETURN(statement.names["application"], cursor.ExpectName());
  }
  RETURN_IF_ERROR(ParseProperties(cursor, kPoolCreate, "COMPUTE_POOL", statement.properties));
  RETURN_IF_ERROR(ParseTags(cursor, statement));
  RETURN_IF_ERROR(ParseProperties(cursor, kPoolCreate, "COMPUTE_POOL", statement.properties));
  RETURN_IF_ERROR(cursor.ExpectEnd());
  return statement;
}

// SET and UNSET; false when neither stands here.
absl::StatusOr<bool> TrySet(TokenCursor& cursor, absl::Span<const PropertySpec> set,
                            absl::Span<const PropertySpec> unset, absl::string_view kind, Statement& statement) {
  if (cursor.Try("SET")) {
    statement.action = "SET";
    ASSIGN_OR_RETURN(const bool tags, TryAlterTags(cursor, /*set=*/true, statement));
    RETURN_IF_ERROR(ParseProperties(cursor, set, kind, statement.properties));
    if (statement.properties.empty() && !tags) return cursor.Unexpected();
    return true;
  }
  if (cursor.Try("UNSET")) {
    statement.action = "UNSET";
    ASSIGN_OR_RETURN(const bool tags, TryAlterTags(cursor, /*set=*/false, statement));
    if (tags) return true;
    RETURN_IF_ERROR(ParseUnset(cursor, unset, kind, statement.unset));
    return true;
  }
  return false;
}

bool TryAction(TokenCursor& cursor, std::initializer_list<absl::string_view> actions, Statement& statement) {
  for (const absl::string_view action : actions) {
    if (!cursor.Try(action)) continue;
    statement.action = std::string(action);
    return true;
  }
  return false;
}

absl::StatusOr<Statement> AlterPool(TokenCursor& cursor) {
  Statement statement = Begin("ALTER COMPUTE POOL", Kind::kComputePool);
  statement.if_exists = cursor.Try("IF EXISTS");
  ASSIGN_OR_RETURN(statement.name, cursor.ExpectName());
  if (!TryAction(cursor, {"SUSPEND", "RESUME", "STOP ALL"}, statement)) {
    ASSIGN_OR_RETURN(const bool found, TrySet(cursor, kPoolSet, kPoolUnset, "COMPUTE_POOL", statement));
    if (!found) return cursor.Unexpected();
  } else if (statement.action == "STOP ALL" && cursor.Is("OF TYPE")) {
    return Unsupported("STOP ALL OF TYPE");
  }
  RETURN_IF_ERROR(cursor.ExpectEnd());
  return statement;
}

absl::StatusOr<Statement> CreateService(TokenCursor& cursor) {
  Statement statement = Begin("CREATE SERVICE", Kind::kService);
  statement.if_not_exists = cursor.Try("IF NOT EXISTS");
  ASSIGN_OR_RETURN(statement.name, cursor.ExpectName());
  RETURN_IF_ERROR(cursor.Expect("IN COMPUTE POOL"));
  ASSIGN_OR_RETURN(statement.target, cursor.ExpectName());
  RETURN_IF_ERROR(ParseSpecification(cursor, statement));
  RETURN_IF_ERROR(ParseProperties(cursor, kService, "SERVICE", statement.properties));
  RETURN_IF_ERROR(ParseTags(cursor, statement));
  RETURN_IF_ERROR(ParseProperties(cursor, kService, "SERVICE", statement.properties));
  RETURN_IF_ERROR(cursor.ExpectEnd());
  return statement;
}

absl::StatusOr<Statement> AlterService(TokenCursor& cursor) {
  Statement statement = Begin("ALTER SERVICE", Kind::kService);
  statement.if_exists = cursor.Try("IF EXISTS");
  ASSIGN_OR_RETURN(statement.name, cursor.ExpectName());
  if (cursor.Is("RESTORE")) return Unsupported("ALTER SERVICE RESTORE");
  if (cursor.Is("FROM")) {
    statement.action = "FROM SPECIFICATION";
    RETURN_IF_ERROR(ParseSpecification(cursor, statement));
  } else if (!TryAction(cursor, {"SUSPEND", "RESUME"}, statement)) {
    ASSIGN_OR_RETURN(const bool found, TrySet(cursor, kService, kService, "SERVICE", statement));
    if (!found) return cursor.Unexpected();
  }
  RETURN_IF_ERROR(cursor.ExpectEnd());
  return statement;
}

absl::StatusOr<Statement> Drop(TokenCursor& cursor, Statement statement) {
  statement.if_exists = cursor.Try("IF EXISTS");
  ASSIGN_OR_RETURN(statement.name, cursor.ExpectName());
  if (statement.kind == Kind::kService && cursor.Try("FORCE")) statement.flags.push_back("FORCE");
  RETURN_IF_ERROR(cursor.ExpectEnd());
  return statement;
}

absl::StatusOr<Statement> Describe(TokenCursor& cursor, Statement statement) {
  ASSIGN_OR_RETURN(statement.name, cursor.ExpectName());
  RETURN_IF_ERROR(cursor.ExpectEnd());
  return statement;
}

// The pool first; then the specification and the properties in either order, as the service takes both.
absl::StatusOr<Statement> ExecuteJob(TokenCursor& cursor) {
  Statement statement = Begin("EXECUTE JOB SERVICE", Kind::kService);
  RETURN_IF_ERROR(cursor.Expect("IN COMPUTE POOL"));
  ASSIGN_OR_RETURN(statement.target, cursor.ExpectName());
  while (true) {
    const size_t before = cursor.position();
    RETURN_IF_ERROR(ParseProperties(cursor, kJob, "JOB_SERVICE", statement.properties));
    if (cursor.Is("FROM") && !statement.spec) RETURN_IF_ERROR(ParseSpecification(cursor, statement));
    if (cursor.position() == before) break;
  }
  if (!statement.spec) return cursor.Unexpected();
  RETURN_IF_ERROR(cursor.ExpectEnd());
  if (const Value* name = statement.Find("NAME")) statement.name = name->name;
  return statement;
}

absl::StatusOr<Statement> ShowList(TokenCursor& cursor, Statement statement,
                                   absl::Span<const absl::string_view> scopes) {
  if (statement.command == "SHOW SERVICES" && cursor.Try("EXCLUDE JOBS")) statement.flags.push_back("EXCLUDE JOBS");
  RETURN_IF_ERROR(ParseShowClauses(cursor, scopes, statement.show));
  return statement;
}

// "SHOW … IN SERVICE s", "SHOW IMAGES IN IMAGE REPOSITORY r".
absl::StatusOr<Statement> ShowParts(TokenCursor& cursor, absl::string_view command, Kind kind) {
  Statement statement = Begin(command, kind);
  if (kind == Kind::kImageRepository && cursor.Try("LIKE")) {
    ASSIGN_OR_RETURN(statement.show.like, cursor.ExpectString());
  }
  RETURN_IF_ERROR(cursor.Expect("IN"));
  RETURN_IF_ERROR(cursor.Expect(InfoOf(kind).keyword));
  ASSIGN_OR_RETURN(statement.name, cursor.ExpectName());
  RETURN_IF_ERROR(cursor.ExpectEnd());
  return statement;
}

// service!role.
absl::Status ParseServiceRole(TokenCursor& cursor, Statement& statement) {
  ASSIGN_OR_RETURN(statement.name, cursor.ExpectName());
  RETURN_IF_ERROR(cursor.ExpectSymbol("!"));
  ASSIGN_OR_RETURN(const Identifier role, cursor.ExpectIdentifier());
  statement.words["service_role"] = role.name;
  return absl::OkStatus();
}

absl::StatusOr<Statement> GrantServiceRole(TokenCursor& cursor, absl::string_view command,
                                           absl::string_view preposition) {
  Statement statement = Begin(command, Kind::kService);
  RETURN_IF_ERROR(ParseServiceRole(cursor, statement));
  RETURN_IF_ERROR(cursor.Expect(preposition));
  for (const absl::string_view other : {"APPLICATION", "DATABASE"}) {
    if (cursor.Is(other)) return Unsupported(absl::StrCat(command, " ", preposition, " ", other, " ROLE"));
  }
  RETURN_IF_ERROR(cursor.Expect("ROLE"));
  ASSIGN_OR_RETURN(statement.target, cursor.ExpectName());
  RETURN_IF_ERROR(cursor.ExpectEnd());
  return statement;
}

absl::StatusOr<Statement> ShowGrantsOfServiceRole(TokenCursor& cursor) {
  Statement statement = Begin("SHOW GRANTS OF SERVICE ROLE", Kind::kService);
  RETURN_IF_ERROR(ParseServiceRole(cursor, statement));
  RETURN_IF_ERROR(cursor.ExpectEnd());
  return statement;
}

absl::StatusOr<Statement> ShowFamilies(TokenCursor& cursor) {
  Statement statement = Begin("SHOW COMPUTE POOL INSTANCE FAMILIES", Kind::kComputePool);
  if (cursor.Try("LIKE")) {
    ASSIGN_OR_RETURN(statement.show.like, cursor.ExpectString());
  }
  RETURN_IF_ERROR(cursor.ExpectEnd());
  return statement;
}

absl::StatusOr<std::optional<Statement>> Some(absl::StatusOr<Statement> statement) {
  if (!statement.ok()) return statement.status();
  return std::optional<Statement>(*std::move(statement));
}

absl::StatusOr<std::optional<Statement>> ParseShow(TokenCursor& cursor) {
  if (cursor.Try("COMPUTE POOL INSTANCE FAMILIES")) return Some(ShowFamilies(cursor));
  if (cursor.Try("COMPUTE POOLS")) {
    return Some(ShowList(cursor, Begin("SHOW COMPUTE POOLS", Kind::kComputePool), {}));
  }
  if (cursor.Try("SERVICES")) return Some(ShowList(cursor, Begin("SHOW SERVICES", Kind::kService), kServiceScopes));
  if (cursor.Try("JOB SERVICES")) {
    return Some(ShowList(cursor, Begin("SHOW JOB SERVICES", Kind::kService), kServiceScopes));
  }
  if (cursor.Try("SERVICE CONTAINERS")) return Some(ShowParts(cursor, "SHOW SERVICE CONTAINERS", Kind::kService));
  if (cursor.Try("SERVICE INSTANCES")) return Some(ShowParts(cursor, "SHOW SERVICE INSTANCES", Kind::kService));
  if (cursor.Try("ENDPOINTS")) return Some(ShowParts(cursor, "SHOW ENDPOINTS", Kind::kService));
  if (cursor.Is("ROLES IN SERVICE")) {
    cursor.Next();
    return Some(ShowParts(cursor, "SHOW ROLES IN SERVICE", Kind::kService));
  }
  if (cursor.Try("IMAGES")) return Some(ShowParts(cursor, "SHOW IMAGES", Kind::kImageRepository));
  if (cursor.Try("GRANTS OF SERVICE ROLE")) return Some(ShowGrantsOfServiceRole(cursor));
  return std::nullopt;
}

absl::StatusOr<std::optional<Statement>> ParseAny(TokenCursor& cursor) {
  if (cursor.Try("CREATE COMPUTE POOL")) return Some(CreatePool(cursor));
  if (cursor.Try("CREATE SERVICE")) return Some(CreateService(cursor));
  if (cursor.Try("ALTER COMPUTE POOL")) return Some(AlterPool(cursor));
  if (cursor.Try("ALTER SERVICE")) return Some(AlterService(cursor));
  if (cursor.Try("DROP COMPUTE POOL")) return Some(Drop(cursor, Begin("DROP COMPUTE POOL", Kind::kComputePool)));
  if (cursor.Try("DROP SERVICE")) return Some(Drop(cursor, Begin("DROP SERVICE", Kind::kService)));
  if (cursor.Try("EXECUTE JOB SERVICE")) return Some(ExecuteJob(cursor));
  if (cursor.Try("GRANT SERVICE ROLE")) return Some(GrantServiceRole(cursor, "GRANT SERVICE ROLE", "TO"));
  if (cursor.Try("REVOKE SERVICE ROLE")) return Some(GrantServiceRole(cursor, "REVOKE SERVICE ROLE", "FROM"));
  if (cursor.Try("SHOW")) return ParseShow(cursor);
  if (!cursor.Try("DESCRIBE") && !cursor.Try("DESC")) return std::nullopt;
  if (cursor.Try("COMPUTE POOL")) {
    return Some(Describe(cursor, Begin("DESCRIBE COMPUTE POOL", Kind::kComputePool)));
  }
  if (cursor.Try("SERVICE")) return Some(Describe(cursor, Begin("DESCRIBE SERVICE", Kind::kService)));
  return std::nullopt;
}

}  // namespace

absl::StatusOr<std::optional<Statement>> ParseServiceStatement(TokenCursor& cursor) {
  const size_t start = cursor.position();
  absl::StatusOr<std::optional<Statement>> statement = ParseAny(cursor);
  if (statement.ok() && !statement->has_value()) cursor.Rewind(start);
  return statement;
}

}  // namespace spcs::sql
