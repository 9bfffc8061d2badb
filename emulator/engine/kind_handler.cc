// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/kind_handler.h"

#include "absl/strings/str_cat.h"
#include "emulator/engine/kinds/tag.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

absl::Status NotForKind(const sql::Statement& statement) {
  return Unsupported(statement.command);
}

// The words of CREATE and SHOW: integrations are of one sort.
std::pair<std::string, std::string> Words(Kind kind) {
  if (kind == Kind::kIntegration) return {"EXTERNAL ACCESS INTEGRATION", "EXTERNAL ACCESS INTEGRATIONS"};
  return {std::string(sql::InfoOf(kind).keyword), std::string(sql::InfoOf(kind).plural)};
}

}  // namespace

absl::StatusOr<ResultSet> KindHandler::Create(ExecutionContext&, const sql::Statement& statement) {
  return NotForKind(statement);
}
absl::StatusOr<ResultSet> KindHandler::Alter(ExecutionContext&, const sql::Statement& statement) {
  return NotForKind(statement);
}
absl::StatusOr<ResultSet> KindHandler::Drop(ExecutionContext&, const sql::Statement& statement) {
  return NotForKind(statement);
}
absl::StatusOr<ResultSet> KindHandler::Show(ExecutionContext&, const sql::Statement& statement) {
  return NotForKind(statement);
}
absl::StatusOr<ResultSet> KindHandler::Describe(ExecutionContext&, const sql::Statement& statement) {
  return NotForKind(statement);
}

void KindHandler::ExchangeWithProcesses(ExecutionContext&) {}

void KindHandler::Advance(ExecutionContext&) {}

void KindHandler::DropWithParent(ExecutionContext& context, const Object& object) {
  context.store().Delete(object.id);
}

nlohmann::json KindHandler::AdminView(ExecutionContext&, const Object& object) {
  return object.props;
}

absl::Status KindHandler::Mutate(ExecutionContext& context, Object& object, const nlohmann::json& request) {
  for (const auto& [key, value] : request.items()) {
    if (key == "kind" || key == "name" || key == "set") continue;
    return absl::InvalidArgumentError(absl::StrCat(sql::InfoOf(kind_).keyword, " cannot be changed by '", key, "'"));
  }
  if (!request.contains("set") || !request["set"].is_object()) {
    return absl::InvalidArgumentError("'set' must be an object of columns and values");
  }
  for (const auto& [column, value] : request["set"].items()) {
    if (column == "owner" && value.is_string()) {
      object.owner = value.get<std::string>();
    } else if (object.props.contains(column)) {
      object.props[column] = value;
    } else {
      return absl::InvalidArgumentError(
          absl::StrCat(sql::InfoOf(kind_).keyword, " ", NameOf(object).ToString(), " has no column '", column, "'"));
    }
  }
  context.store().Update(object);
  return absl::OkStatus();
}

void Registry::AddKind(std::unique_ptr<KindHandler> handler) {
  KindHandler* kind = handler.get();
  const auto [keyword, plural] = Words(kind->kind());
  const auto add = [&](absl::string_view command, auto method) {
    AddStatement(command, [kind, method](ExecutionContext& context, const sql::Statement& statement) {
      return (kind->*method)(context, statement);
    });
  };
  AddStatement(absl::StrCat("CREATE ", keyword),
               [kind](ExecutionContext& context, const sql::Statement& statement) -> absl::StatusOr<ResultSet> {
                 ASSIGN_OR_RETURN(ResultSet result, kind->Create(context, statement));
                 RETURN_IF_ERROR(TagCreated(context, kind->kind(), statement));
                 return result;
               });
  AddStatement(absl::StrCat("ALTER ", keyword), [kind](ExecutionContext& context, const sql::Statement& statement) {
    return AltersTags(statement) ? AlterTags(context, kind->kind(), statement) : kind->Alter(context, statement);
  });
  add(absl::StrCat("DROP ", keyword), &KindHandler::Drop);
  add(absl::StrCat("DESCRIBE ", keyword), &KindHandler::Describe);
  add(absl::StrCat("SHOW ", plural), &KindHandler::Show);
  kinds_[kind->kind()] = std::move(handler);
}

void Registry::AddStatement(absl::string_view command, StatementFunction function) {
  statements_[std::string(command)] = std::move(function);
}

void Registry::AddFunction(absl::string_view name, ScalarFunction function) {
  functions_[std::string(name)] = std::move(function);
}

KindHandler* Registry::FindKind(Kind kind) const {
  const auto found = kinds_.find(kind);
  return found == kinds_.end() ? nullptr : found->second.get();
}

const Registry::StatementFunction* Registry::FindStatement(absl::string_view command) const {
  const auto found = statements_.find(std::string(command));
  return found == statements_.end() ? nullptr : &found->second;
}

const Registry::ScalarFunction* Registry::FindFunction(absl::string_view name) const {
  const auto found = functions_.find(std::string(name));
  return found == functions_.end() ? nullptr : &found->second;
}

}  // namespace spcs::engine
