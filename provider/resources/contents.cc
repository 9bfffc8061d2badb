// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/contents.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "provider/base/status.h"
#include "provider/resources/object_row.h"

namespace spcs::resources {
namespace {

using snowflake::Keyword;
using snowflake::ObjectName;
using snowflake::Statement;

// What can be listed in a database or schema. OBJECTS are tables and views of all sorts.
constexpr Keyword kListings[] = {
    Keyword("SHOW OBJECTS"),
    Keyword("SHOW STAGES"),
    Keyword("SHOW IMAGE REPOSITORIES"),
    Keyword("SHOW SERVICES"),
    Keyword("SHOW SECRETS"),
    Keyword("SHOW NETWORK RULES"),
    Keyword("SHOW USER FUNCTIONS"),
    Keyword("SHOW PROCEDURES"),
    Keyword("SHOW TASKS"),
    Keyword("SHOW STREAMS"),
    Keyword("SHOW SEQUENCES"),
    Keyword("SHOW PIPES"),
    Keyword("SHOW FILE FORMATS"),
    Keyword("SHOW TAGS"),
    Keyword("SHOW STREAMLITS"),
    Keyword("SHOW NOTEBOOKS"),
    Keyword("SHOW ALERTS"),
    Keyword("SHOW MODELS"),
    Keyword("SHOW GIT REPOSITORIES"),
    Keyword("SHOW EVENT TABLES"),
    Keyword("SHOW MASKING POLICIES"),
    Keyword("SHOW ROW ACCESS POLICIES"),
};

// More names say no more.
constexpr size_t kMostNames = 20;

// Not every account has every kind: one that the service does not know, or does not offer here, holds nothing.
bool IsUnknownKind(const absl::Status& status) {
  constexpr absl::string_view kSyntaxError = "001003", kUnsupportedFeature = "000002", kUnsupportedState = "0A000";
  const std::string code = FactOf(status, kVendorCode).value_or("");
  return code == kSyntaxError || code == kUnsupportedFeature || FactOf(status, kSqlState) == kUnsupportedState;
}

// Every database has an information schema, and lists of procedures have the service's own.
bool IsTheServices(const ObjectRow& row) {
  return row.Text("schema_name") == "INFORMATION_SCHEMA" || row.Text("is_builtin") == "Y";
}

// Adds what is not there yet: some listings share objects.
void Add(std::string name, std::vector<std::string>& held) {
  if (std::find(held.begin(), held.end(), name) == held.end()) held.push_back(std::move(name));
}

std::string Named(const std::vector<std::string>& held) {
  if (held.size() <= kMostNames) return absl::StrJoin(held, ", ");
  return absl::StrCat(absl::StrJoin(held.begin(), held.begin() + kMostNames, ", "), " and ", held.size() - kMostNames,
                      " more");
}

// What is in the schemas; for a database, other schemas than each has too. Nothing when it is gone itself.
absl::StatusOr<std::vector<std::string>> HeldIn(Session& session, const ObjectName& name, std::stop_token stop) {
  const bool is_database = name.parts().size() == 1;
  std::vector<std::string> held;
  for (const Keyword& listing : kListings) {
    Statement show(listing);
    show.Raw(is_database ? Keyword("IN DATABASE") : Keyword("IN SCHEMA")).Name(name);
    const auto result = session.Query(show, stop);
    if (absl::IsNotFound(result.status()) || IsUnknownKind(result.status())) continue;
    RETURN_IF_ERROR(result.status());
    for (const ObjectRow& row : AllRows(*result)) {
      if (!IsTheServices(row)) Add(absl::StrCat(row.Text("schema_name"), ".", row.Text("name")), held);
    }
  }
  if (!is_database) return held;
  const auto schemas = session.Query(Statement("SHOW SCHEMAS IN DATABASE").Name(name), stop);
  if (absl::IsNotFound(schemas.status())) return held;
  RETURN_IF_ERROR(schemas.status());
  for (const ObjectRow& row : AllRows(*schemas)) {
    const std::string schema = row.Text("name");
    if (schema != "PUBLIC" && schema != "INFORMATION_SCHEMA") Add(absl::StrCat("schema ", schema), held);
  }
  return held;
}

}  // namespace

absl::Status RefuseUnlessEmpty(tf::Context& context, SqlObject& object, const tf::Value& state) {
  ASSIGN_OR_RETURN(Session * session, object.account().Connect());
  ASSIGN_OR_RETURN(const ObjectName name, NameOf(object.kind(), state));
  ASSIGN_OR_RETURN(const std::vector<std::string> held, HeldIn(*session, name, context.stop));
  if (held.empty()) return absl::OkStatus();
  return WithFact(
      absl::FailedPreconditionError(absl::StrCat(object.noun(), " ", name.Sql(), " still holds ", Named(held))),
      kAdvice,
      "Nothing was deleted. Drop or move these first, or set `force_destroy = true`, apply, and destroy again.");
}

}  // namespace spcs::resources
