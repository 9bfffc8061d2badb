// SPDX-License-Identifier: MPL-2.0
#include "emulator/rest/object_calls.h"

#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "emulator/rest/answer.h"
#include "emulator/rest/body.h"
#include "emulator/rest/errors.h"
#include "emulator/rest/text.h"
#include "emulator/sql/errors.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::rest {
namespace {

using emulator_http::HttpRequest;
using engine::ResultSet;
using nlohmann::json;

absl::string_view Keyword(const Target& target) {
  return sql::InfoOf(target.kind->kind).keyword;
}

json StatusJson(const ResultSet& result) {
  return {{"status", ScalarOf(result)}};
}

// "SHOW SERVICES" + LIKE + " IN SCHEMA D.S", in the order of SHOW's clauses.
std::string ShowSql(const Target& target, absl::string_view like) {
  std::string text = absl::StrCat("SHOW ", sql::InfoOf(target.kind->kind).plural);
  if (!like.empty()) absl::StrAppend(&text, " LIKE ", Literal(like));
  if (!target.schema.empty()) {
    absl::StrAppend(&text, " IN SCHEMA ", target.database, ".", target.schema);
  } else if (!target.database.empty()) {
    absl::StrAppend(&text, " IN DATABASE ", target.database);
  }
  return text;
}

absl::StatusOr<std::string> Limits(const HttpRequest& request) {
  std::string text;
  if (const auto starts = request.Query("startsWith")) absl::StrAppend(&text, " STARTS WITH ", Literal(*starts));
  const auto limit = request.Query("showLimit");
  if (!limit) return text;
  int64_t number = 0;
  if (!absl::SimpleAtoi(*limit, &number) || number < 1 || number > 10000) {
    return BadRequest("query parameter showLimit must be a whole number from 1 to 10000");
  }
  absl::StrAppend(&text, " LIMIT ", number);
  if (const auto from = request.Query("fromName")) absl::StrAppend(&text, " FROM ", Literal(*from));
  return text;
}

// What the service can do, and the account here cannot.
constexpr absl::string_view kOnlyThere[] = {"clone",       "undrop",        "rename",   "swap-with",  "swapwith",
                                            "abort",       "use",           "enable",   "disable",    "create-like",
                                            "create_like", "set-tags",      "get-tags", "unset-tags", "from-share",
                                            "as-select",   "using-template"};

// The account's own words for an object that is not there.
absl::Status Absent(const Target& target, const Run& run) {
  const std::string probe =
      target.kind->probe.empty() ? absl::StrCat("DESCRIBE ", Keyword(target), " ") : std::string(target.kind->probe);
  RETURN_IF_ERROR(run(absl::StrCat(probe, target.FullName())).status());
  return NoSuchEndpoint();
}

}  // namespace

absl::StatusOr<json> List(const HttpRequest& request, const Target& target, const Run& run) {
  ASSIGN_OR_RETURN(const bool history, Flag(request, "history"));
  if (history) return BadRequest("the emulator keeps no dropped objects, so it has no history to list");
  ASSIGN_OR_RETURN(const bool deep, Flag(request, "deep"));
  ASSIGN_OR_RETURN(const std::string limits, Limits(request));
  ASSIGN_OR_RETURN(const ResultSet result,
                   run(absl::StrCat(ShowSql(target, request.Query("like").value_or("")), limits)));
  json list = ListOf(target.kind->fields, result);
  if (target.kind->complete == nullptr || !(deep || target.kind->complete_lists)) return list;
  for (json& object : list) {
    const absl::Status done = target.kind->complete(target.Named(JsonString(object, "name")), run, object);
    // Gone since, or not ours to look into: the list stands.
    if (!done.ok() && HttpStatusOf(done) >= 500) return done;
  }
  return list;
}

absl::StatusOr<json> Fetch(const Target& target, const Run& run) {
  const Kind& kind = *target.kind;
  const std::string wanted = StoredName(target.name);
  const std::string statement = kind.described ? absl::StrCat("DESCRIBE ", Keyword(target), " ", target.FullName())
                                               : ShowSql(target, ExactPattern(wanted));
  ASSIGN_OR_RETURN(const ResultSet result, run(statement));
  for (const engine::Row& row : result.rows) {
    if (CellOf(result, row, "name") != wanted) continue;
    json object = ObjectOf(kind.fields, result, row);
    if (kind.complete != nullptr) RETURN_IF_ERROR(kind.complete(target.FullName(), run, object));
    return object;
  }
  return Absent(target, run);
}

absl::StatusOr<std::string> CreateSql(const HttpRequest& request, const Target& target, const json& body,
                                      absl::string_view opening, absl::string_view condition) {
  const Kind& kind = *target.kind;
  RETURN_IF_ERROR(CheckMembers(kind.fields, body));
  RETURN_IF_ERROR(Required("name", Type::kName, body).status());
  ASSIGN_OR_RETURN(const std::string name, IdentifierSql(JsonString(body, "name")));
  CreateWords words;
  if (kind.words != nullptr) {
    ASSIGN_OR_RETURN(words, kind.words(request, body));
  }
  ASSIGN_OR_RETURN(const std::string properties,
                   Properties(kind.fields, {Use::kKept, Use::kProperty, Use::kCreate}, body));
  return absl::StrCat(opening, words.modifier, Keyword(target), " ", condition, target.Named(name), words.head,
                      properties, words.tail);
}

absl::StatusOr<json> Create(const HttpRequest& request, const Target& target, const Run& run) {
  const std::string mode = absl::AsciiStrToLower(request.Query("createMode").value_or("errorIfExists"));
  if (mode != "errorifexists" && mode != "orreplace" && mode != "ifnotexists") {
    return BadRequest("query parameter createMode must be errorIfExists, orReplace or ifNotExists");
  }
  ASSIGN_OR_RETURN(const json body, ParseBody(request));
  ASSIGN_OR_RETURN(const std::string statement,
                   CreateSql(request, target, body, mode == "orreplace" ? "CREATE OR REPLACE " : "CREATE ",
                             mode == "ifnotexists" ? "IF NOT EXISTS " : ""));
  ASSIGN_OR_RETURN(const ResultSet result, run(statement));
  return StatusJson(result);
}

absl::StatusOr<json> Drop(const HttpRequest& request, const Target& target, const Run& run) {
  ASSIGN_OR_RETURN(const bool if_exists, Flag(request, "ifExists"));
  ASSIGN_OR_RETURN(const bool restrict, Flag(request, "restrict"));
  ASSIGN_OR_RETURN(const ResultSet result, run(absl::StrCat("DROP ", Keyword(target), if_exists ? " IF EXISTS " : " ",
                                                            target.FullName(), restrict ? " RESTRICT" : "")));
  return StatusJson(result);
}

absl::StatusOr<json> Act(const HttpRequest& request, const Target& target, const Run& run) {
  ASSIGN_OR_RETURN(const bool if_exists, Flag(request, "ifExists"));
  for (const Action& action : target.kind->actions) {
    if (action.name != target.action) continue;
    ASSIGN_OR_RETURN(const ResultSet result,
                     run(absl::StrCat("ALTER ", Keyword(target), if_exists ? " IF EXISTS " : " ", target.FullName(),
                                      " ", action.words)));
    return StatusJson(result);
  }
  return NoSuchAction(target);
}

absl::Status NoSuchAction(const Target& target) {
  if (!absl::c_linear_search(kOnlyThere, target.action)) return NoSuchEndpoint();
  return sql::Unsupported(absl::StrCat(target.kind->segment, ":", target.action));
}

absl::StatusOr<json> ListPart(const Target& target, const Run& run) {
  for (const Part& part : target.kind->parts) {
    if (part.segment != target.rest[0]) continue;
    ASSIGN_OR_RETURN(const ResultSet result, run(absl::StrCat(part.statement, target.FullName())));
    return ListOf(part.fields, result);
  }
  return NoSuchEndpoint();
}

absl::StatusOr<json> ListFiles(const HttpRequest& request, const Target& target, const Run& run) {
  constexpr Field kFile[] = {{"name", "name"}, {"size", "size"}, {"md5", "md5"}, {"last_modified", "last_modified"}};
  const auto pattern = request.Query("pattern");
  ASSIGN_OR_RETURN(const ResultSet result, run(absl::StrCat("LIST @", target.FullName(), pattern ? " PATTERN = " : "",
                                                            pattern ? Literal(*pattern) : "")));
  return ListOf(kFile, result);
}

}  // namespace spcs::rest
