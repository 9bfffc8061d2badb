// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/sql_object.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "provider/base/status.h"
#include "provider/resources/import_block.h"
#include "provider/resources/sql_resource.h"

namespace spcs::resources {
namespace {

using snowflake::DerivedKeyword;
using snowflake::ObjectName;
using snowflake::Statement;
using tf::Value;

std::string DescribeWord(const SqlKind& kind) {
  return kind.show.empty() ? kind.keyword : kind.show;
}

// The attributes in which an object that exists differs from the plan; what is not planned or not shown is left out.
std::vector<std::string> DifferencesFromPlan(const SqlKind& kind, const tf::Schema& schema, const Value& planned,
                                             const Value& there) {
  std::vector<std::string> names;
  for (const tf::Attribute& attribute : schema.attributes) {
    const Rule& rule = RuleFor(kind, attribute.name);
    const Value& wanted = planned.Get(attribute.name);
    const bool configured = (attribute.required || attribute.optional) && !attribute.client_only;
    const bool judged =
        configured && rule.in_show && !attribute.write_only && attribute.nested == nullptr && !wanted.IsUnknown();
    if (judged && !MeansTheSame(attribute, wanted, there.Get(attribute.name))) names.push_back(attribute.name);
  }
  return names;
}

}  // namespace

SqlObject::SqlObject(Account& account, SqlKind kind, const tf::Schema& schema, std::string type_name)
    : account_(account), kind_(std::move(kind)), schema_(schema), type_name_(std::move(type_name)) {}

std::string SqlObject::noun() const {
  return absl::AsciiStrToLower(kind_.keyword);
}

absl::Status SqlObject::Explain(absl::Status status, absl::string_view privilege) const {
  const bool denied = absl::IsPermissionDenied(status) || absl::IsNotFound(status);
  if (!denied || privilege.empty()) return status;
  const std::string advice = FactOf(status, kAdvice).value_or("");
  const absl::string_view article = absl::StrContains("aeiou", noun().front()) ? "An " : "A ";
  return WithFact(std::move(status), kAdvice,
                  absl::StrCat(advice, advice.empty() ? "" : "\n", article, noun(), " needs the privilege ", privilege,
                               kind_.scope == Scope::kAccount ? "." : ", and USAGE on what holds it."));
}

absl::Status SqlObject::Create(tf::Context& context, const Statement& statement, const Value& planned,
                               const Comparison& compare, Value& state, bool& adopted) {
  ASSIGN_OR_RETURN(Session * session, account_.Connect());
  ASSIGN_OR_RETURN(const ObjectName name, NameOf(kind_, planned));
  snowflake::ExecuteInfo info;
  const absl::Status status = session->Change(kind_.list, name, statement, context.stop, &info);
  if (absl::IsAlreadyExists(status)) return TakeExisting(context, status, info, planned, compare, state, adopted);
  RETURN_IF_ERROR(Explain(status, kind_.create_privilege));
  state = tf::UnknownsAsNull(planned);
  // Who creates owns: not every listing shows it.
  RETURN_IF_ERROR(RememberAccount(context, *session));
  context.private_state.Set(kPrivateOwner, context.private_state.Get(kPrivateRole));
  return absl::OkStatus();
}

absl::Status SqlObject::RefuseExisting(const absl::Status& exists, const ObjectName& name,
                                       absl::string_view why) const {
  return WithFact(absl::Status(exists.code(), absl::StrCat(exists.message(), why)), kAdvice,
                  absl::StrCat("Nothing was changed. To manage the object that is there, add this block and apply "
                               "again:\n\n",
                               ImportBlock(type_name_, name.Sql())));
}

absl::Status SqlObject::TakeExisting(tf::Context& context, const absl::Status& exists,
                                     const snowflake::ExecuteInfo& info, const Value& planned,
                                     const Comparison& compare, Value& state, bool& adopted) {
  ASSIGN_OR_RETURN(const ObjectName name, NameOf(kind_, planned));
  const Value& on_exists = planned.Get("on_exists");
  const bool adopt = on_exists.IsString() && on_exists.AsString() == "adopt";
  if (!adopt && !info.repeated) return RefuseExisting(exists, name, "");
  ASSIGN_OR_RETURN(const auto row, Find(context, name));
  if (!row) return RefuseExisting(exists, name, "");
  const auto created = snowflake::ParseSnowflakeTime(row->Text("created_on"));
  // The clocks of both sides may differ a little.
  const bool ours = info.repeated && created && *created >= info.first_sent - absl::Seconds(5);
  if (!adopt && !ours) return RefuseExisting(exists, name, " It is older than this apply.");
  const Value there = MergeRow(kind_, schema_, *row, tf::UnknownsAsNull(planned));
  std::vector<std::string> differences = DifferencesFromPlan(kind_, schema_, planned, there);
  if (compare) {
    ASSIGN_OR_RETURN(const std::vector<std::string> more, compare(*row));
    differences.insert(differences.end(), more.begin(), more.end());
  }
  if (!differences.empty()) {
    return RefuseExisting(exists, name,
                          absl::StrCat(" It differs from the plan in ", absl::StrJoin(differences, ", "), "."));
  }
  state = tf::UnknownsAsNull(planned);
  adopted = !ours;
  return absl::OkStatus();
}

absl::Status SqlObject::Execute(tf::Context& context, const ObjectName& name,
                                const std::vector<Statement>& statements) {
  ASSIGN_OR_RETURN(Session * session, account_.Connect());
  RETURN_IF_ERROR(CheckSameAccount(context, *session));
  for (const Statement& statement : statements) {
    snowflake::ExecuteInfo info;
    const absl::Status status = session->Change(kind_.list, name, statement, context.stop, &info);
    if (info.repeated && absl::IsAlreadyExists(status)) continue;
    RETURN_IF_ERROR(
        Explain(status, absl::StrCat("OWNERSHIP of the ", noun(), " (or the privilege that the change needs)")));
  }
  return absl::OkStatus();
}

absl::Status SqlObject::Rename(tf::Context& context, const ObjectName& from, const ObjectName& to) {
  ASSIGN_OR_RETURN(Session * session, account_.Connect());
  RETURN_IF_ERROR(CheckSameAccount(context, *session));
  snowflake::ExecuteInfo info;
  const absl::Status status = session->Change(kind_.list, from, RenameStatement(kind_, from, to), context.stop, &info);
  if (status.ok() && kind_.list) session->inventory().Invalidate(*kind_.list, to);
  if (info.repeated && absl::IsNotFound(status)) {
    ASSIGN_OR_RETURN(const auto renamed, Find(context, to));
    if (renamed) return absl::OkStatus();
  }
  return Explain(status, absl::StrCat("OWNERSHIP of the ", noun()));
}

Statement SqlObject::DescribeStatement(const ObjectName& name) const {
  if (kind_.plural.empty()) {
    Statement describe("DESCRIBE");
    return std::move(describe.Raw(DerivedKeyword(DescribeWord(kind_))).Name(name));
  }
  Statement show("SHOW");
  return std::move(
      show.Raw(DerivedKeyword(kind_.plural)).Like(name.name().value()).Raw("IN SCHEMA").Name(name.Parent()));
}

absl::StatusOr<std::optional<ObjectRow>> SqlObject::Describe(tf::Context& context, const ObjectName& name) {
  ASSIGN_OR_RETURN(Session * session, account_.Connect());
  const auto result = session->Query(DescribeStatement(name), context.stop);
  if (absl::IsNotFound(result.status())) return std::optional<ObjectRow>();
  RETURN_IF_ERROR(result.status());
  if (!kind_.plural.empty() && result->size() == 0) return std::optional<ObjectRow>();
  return std::optional<ObjectRow>(DescribedRow(*result));
}

absl::StatusOr<std::optional<ObjectRow>> SqlObject::Find(tf::Context& context, const ObjectName& name) {
  if (!kind_.list) return Describe(context, name);
  ASSIGN_OR_RETURN(Session * session, account_.Connect());
  const auto found = session->inventory().Find(*kind_.list, name, context.stop);
  if (absl::IsNotFound(found.status())) return std::optional<ObjectRow>();  // what holds it is not there
  RETURN_IF_ERROR(found.status());
  if (!*found) return std::optional<ObjectRow>();
  ObjectRow row((*found)->row);
  if (kind_.describe) {
    ASSIGN_OR_RETURN(const auto described, Describe(context, name));
    if (described) row.Overlay(*described);
  }
  return std::optional<ObjectRow>(std::move(row));
}

// SHOW leaves out what the role may not see: ask for the object itself.
absl::StatusOr<Value> SqlObject::NotListed(tf::Context& context, const ObjectName& name, const Value& state,
                                           std::optional<ObjectRow>* row) {
  ASSIGN_OR_RETURN(Session * session, account_.Connect());
  ASSIGN_OR_RETURN(auto described, Describe(context, name));
  if (!described) {
    RETURN_IF_ERROR(RequireGone(context, *session, DescribeStatement(name), noun(), name));
    if (kind_.list == snowflake::ShowKind::kDatabase) session->NoteGoneDatabase(name);
    return Value::Null();
  }
  RETURN_IF_ERROR(RememberOwner(context, *session, *described));
  // Some kinds are described by what they hold, a row for each: that tells nothing of the object itself.
  const bool tells = kind_.describe || described->Text("name") == name.name().value();
  Value merged = tells ? MergeRow(kind_, schema_, *described, state) : state;
  PlanQualifiedName(kind_, merged);
  if (row != nullptr) *row = std::move(described);
  return merged;
}

absl::StatusOr<Value> SqlObject::Read(tf::Context& context, const Value& state, std::optional<ObjectRow>* row) {
  ASSIGN_OR_RETURN(Session * session, account_.Connect());
  RETURN_IF_ERROR(CheckSameAccount(context, *session));
  ASSIGN_OR_RETURN(const ObjectName name, NameOf(kind_, state));
  ASSIGN_OR_RETURN(auto found, Find(context, name));
  if (!found) return NotListed(context, name, state, row);
  RETURN_IF_ERROR(RememberOwner(context, *session, *found));
  Value merged = MergeRow(kind_, schema_, *found, state);
  PlanQualifiedName(kind_, merged);
  if (row != nullptr) *row = std::move(found);
  return merged;
}

absl::Status SqlObject::Drop(tf::Context& context, const ObjectName& name, const Statement& statement) {
  ASSIGN_OR_RETURN(Session * session, account_.Connect());
  RETURN_IF_ERROR(CheckSameAccount(context, *session));
  const absl::Status status = session->Change(kind_.list, name, statement, context.stop);
  if (name.parts().size() < 3) session->inventory().InvalidateAll();
  const absl::Status dropped = AcceptGone(context, name, Explain(status, absl::StrCat("OWNERSHIP of the ", noun())));
  if (dropped.ok() && kind_.list == snowflake::ShowKind::kDatabase) session->NoteGoneDatabase(name);
  return dropped;
}

absl::Status SqlObject::AcceptGone(tf::Context& context, const ObjectName& name, const absl::Status& dropped) const {
  if (!absl::IsNotFound(dropped)) return dropped;
  ASSIGN_OR_RETURN(Session * session, account_.Connect());
  return RequireGone(context, *session, DescribeStatement(name), noun(), name);
}

absl::StatusOr<Statement> SqlObject::DropStatement(const Value& state) const {
  ASSIGN_OR_RETURN(const ObjectName name, NameOf(kind_, state));
  Statement drop("DROP");
  // Integrations of each category are dropped by the general word.
  drop.Raw(DerivedKeyword(DescribeWord(kind_))).Name(name);
  return drop;
}

void PlanQualifiedName(const SqlKind& kind, Value& planned) {
  const auto member = planned.AsMap().find("qualified_name");
  if (member == planned.AsMap().end()) return;
  const auto name = NameOf(kind, planned);
  member->second = name.ok() ? Value(name->Sql()) : Value::Unknown();
}

}  // namespace spcs::resources
