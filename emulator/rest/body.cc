// SPDX-License-Identifier: MPL-2.0
#include "emulator/rest/body.h"

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "emulator/rest/errors.h"
#include "emulator/rest/text.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::rest {
namespace {

using nlohmann::json;

absl::Status WrongType(absl::string_view member, absl::string_view wanted) {
  return BadRequest(absl::StrCat("body: '", member, "' must be ", wanted));
}

template <typename ItemSql>
absl::StatusOr<std::string> ListSql(absl::string_view member, const json& value, ItemSql item_sql) {
  const absl::Status wrong = WrongType(member, "a list of texts");
  if (!value.is_array()) return wrong;
  std::vector<std::string> items;
  for (const json& item : value) {
    if (!item.is_string()) return wrong;
    ASSIGN_OR_RETURN(std::string sql, item_sql(item.get<std::string>()));
    items.push_back(std::move(sql));
  }
  return absl::StrCat("(", absl::StrJoin(items, ", "), ")");
}

absl::StatusOr<std::string> PropertiesSql(absl::string_view member, Type type, const json& value) {
  if (!value.is_object()) return WrongType(member, "an object");
  std::vector<std::string> items;
  for (const auto& [key, item] : value.items()) {
    // Clients send it by default, and stages inside the account have no such property.
    const bool foreign = type == Type::kDirectory && key == "refresh_on_create";
    if (item.is_null() || foreign) continue;
    ASSIGN_OR_RETURN(const std::string name, IdentifierSql(key));
    const std::string text = item.is_string()    ? Literal(item.get<std::string>())
                             : item.is_boolean() ? (item.get<bool>() ? "TRUE" : "FALSE")
                                                 : "";
    if (text.empty()) return WrongType(absl::StrCat(member, ".", key), "a text or a truth value");
    items.push_back(absl::StrCat(name, " = ", text));
  }
  return absl::StrCat("(", absl::StrJoin(items, " "), ")");
}

absl::StatusOr<std::string> TruthSql(absl::string_view member, Type type, const json& value) {
  if (type == Type::kBool && value.is_boolean()) return value.get<bool>() ? "TRUE" : "FALSE";
  const std::string text = value.is_string() && type == Type::kBoolText ? value.get<std::string>() : "";
  for (const absl::string_view truth : {"TRUE", "FALSE"}) {
    if (absl::EqualsIgnoreCase(text, truth)) return std::string(truth);
  }
  return WrongType(member, type == Type::kBool ? "true or false" : "\"true\" or \"false\"");
}

absl::StatusOr<std::string> ValueSql(absl::string_view member, Type type, const json& value) {
  switch (type) {
    case Type::kInt:
      if (!value.is_number_integer()) return WrongType(member, "a whole number");
      return DumpJson(value);
    case Type::kBool:
    case Type::kBoolText: return TruthSql(member, type, value);
    case Type::kNames: return ListSql(member, value, NameSql);
    case Type::kTexts:
      return ListSql(member, value,
                     [](const std::string& text) -> absl::StatusOr<std::string> { return Literal(text); });
    case Type::kProperties:
    case Type::kDirectory: return PropertiesSql(member, type, value);
    default: break;
  }
  if (!value.is_string()) return WrongType(member, "a text");
  return type == Type::kName ? NameSql(value.get<std::string>()) : Literal(value.get<std::string>());
}

std::string PropertyOf(const Field& field) {
  return field.property.empty() ? absl::AsciiStrToUpper(field.member) : std::string(field.property);
}

bool Has(const json& body, absl::string_view member) {
  const auto found = body.find(std::string(member));
  return found != body.end() && !found->is_null();
}

}  // namespace

absl::StatusOr<bool> Flag(const emulator_http::HttpRequest& request, const std::string& name) {
  const std::string text = absl::AsciiStrToLower(request.Query(name).value_or("false"));
  if (text == "true" || text == "false") return text == "true";
  return BadRequest(absl::StrCat("query parameter ", name, " must be true or false"));
}

absl::StatusOr<json> ParseBody(const emulator_http::HttpRequest& request) {
  const std::string* type = request.Header("Content-Type");
  if (type == nullptr || !absl::StartsWithIgnoreCase(*type, "application/json")) return NotJson();
  absl::StatusOr<json> body = ParseJson(request.body);
  if (!body.ok() || !body->is_object()) return BadRequest("the body must be a JSON object");
  return body;
}

absl::Status CheckMembers(absl::Span<const Field> fields, const json& body) {
  for (const auto& [member, value] : body.items()) {
    const bool known = absl::c_any_of(fields, [&](const Field& field) { return field.member == member; });
    if (!known && !value.is_null()) return BadRequest(absl::StrCat("body: the emulator knows no '", member, "' here"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> Required(absl::string_view member, Type type, const json& body) {
  if (!Has(body, member)) return BadRequest(absl::StrCat("body: '", member, "' is missing"));
  return ValueSql(member, type, body[std::string(member)]);
}

absl::StatusOr<std::string> Properties(absl::Span<const Field> fields, const std::vector<Use>& uses, const json& body) {
  std::string text;
  for (const Field& field : fields) {
    if (!absl::c_linear_search(uses, field.use) || !Has(body, field.member)) continue;
    ASSIGN_OR_RETURN(const std::string value, Required(field.member, field.type, body));
    absl::StrAppend(&text, " ", PropertyOf(field), " = ", value);
  }
  return text;
}

absl::Status CheckUnchanged(absl::string_view member, const json& body, const json& current) {
  const std::string wanted = JsonString(body, member), is = JsonString(current, member);
  if (wanted.empty() || StoredName(wanted) == StoredName(is)) return absl::OkStatus();
  return BadRequest(absl::StrCat("'", member, "' is ", is, " and cannot be changed"));
}

std::string Omitted(absl::Span<const Field> fields, const json& body) {
  std::vector<std::string> names;
  for (const Field& field : fields) {
    if (field.use == Use::kProperty && !Has(body, field.member)) names.push_back(PropertyOf(field));
  }
  return absl::StrJoin(names, ", ");
}

}  // namespace spcs::rest
