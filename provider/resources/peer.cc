// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/peer.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"
#include "provider/resources/object_row.h"
#include "provider/resources/sql_resource.h"

namespace spcs::resources {
namespace {

using nlohmann::json;
using snowflake::Identifier;
using snowflake::ObjectName;
using tf::Value;

// The member at "directory.0.enable"; null when there is none.
const json& At(const json& object, absl::string_view path) {
  static const json kNull;
  const json* place = &object;
  for (const absl::string_view step : absl::StrSplit(path, '.')) {
    size_t index = 0;
    if (place->is_object() && place->contains(std::string(step))) {
      place = &place->at(std::string(step));
    } else if (place->is_array() && absl::SimpleAtoi(step, &index) && index < place->size()) {
      place = &place->at(index);
    } else {
      return kNull;
    }
  }
  return *place;
}

std::string TextAt(const json& object, absl::string_view path) {
  const json& found = At(object, path);
  return found.is_string() ? found.get<std::string>() : "";
}

// The peer keeps exact names, now and then with their quotes.
std::string Spelled(const std::string& text) {
  if (!absl::StrContains(text, '"') && !absl::StrContains(text, '.')) return Identifier::Stored(text).Sql();
  const auto name = ObjectName::Parse(text);
  return name.ok() ? name->Sql() : text;
}

Value BoolOf(const json& found) {
  if (found.is_boolean()) return Value(found.get<bool>());
  const std::string text = found.is_string() ? absl::AsciiStrToLower(found.get<std::string>()) : "";
  return text == "true" || text == "false" ? Value(text == "true") : Value::Null();
}

Value NumberOf(const json& found) {
  int64_t number = -1;
  if (found.is_number_integer()) {
    number = found.get<int64_t>();
  } else if (!found.is_string() || !absl::SimpleAtoi(found.get<std::string>(), &number)) {
    return Value::Null();
  }
  return number < 0 ? Value::Null() : Value(number);
}

Value TextOf(const json& found, bool names, bool time) {
  if (!found.is_string() || found.get<std::string>().empty()) return Value::Null();
  const std::string text = found.get<std::string>();
  if (time) return FormatServiceTime(text).empty() ? Value::Null() : Value(FormatServiceTime(text));
  return Value(names ? Spelled(text) : text);
}

Value ListOf(const json& found, bool names) {
  Value::List list;
  if (found.is_array()) {
    for (const json& element : found) {
      Value text = TextOf(element, names, /*time=*/false);
      if (!text.IsNull()) list.push_back(std::move(text));
    }
  }
  return list.empty() ? Value::Null() : tf::internal::SortSet(Value(std::move(list)));
}

// The peer's value in the type of our attribute.
Value Converted(const SqlKind& kind, const tf::Attribute& attribute, const json& found) {
  const bool part = attribute.name == "name" || attribute.name == "database" || attribute.name == "schema";
  const bool names = part || attribute.name == "compute_pool" || RuleFor(kind, attribute.name).names;
  switch (attribute.type.kind()) {
    case tf::Type::Kind::kBool: return BoolOf(found);
    case tf::Type::Kind::kNumber: return NumberOf(found);
    case tf::Type::Kind::kString: return TextOf(found, names, absl::EndsWith(attribute.name, "_on"));
    case tf::Type::Kind::kSet:
    case tf::Type::Kind::kList: return ListOf(found, names);
    default: return Value::Null();
  }
}

std::string Indented(const std::string& text) {
  std::string indented;
  for (const absl::string_view line : absl::StrSplit(absl::StripTrailingAsciiWhitespace(text), '\n')) {
    absl::StrAppend(&indented, "    ", line, "\n");
  }
  return indented;
}

absl::Status RefuseStageFile(const json& source, const std::string& our_type) {
  const std::string text = TextAt(source, "describe_output.0.spec");
  const std::string id = absl::StrCat(Identifier::Stored(TextAt(source, "database")).Sql(), ".",
                                      Identifier::Stored(TextAt(source, "schema")).Sql(), ".",
                                      Identifier::Stored(TextAt(source, "name")).Sql());
  std::string advice = absl::StrCat(
      "A file on a stage may have changed since, and no provider would notice. Take the `moved` block away, forget the "
      "old resource with a `removed` block, and import it:\n\n  import {\n    to = ",
      our_type, ".this # the address of this resource\n    id = \"", id, "\"\n  }\n\nIts specification as it runs:\n\n",
      "  spec = provider::spcs::parse_service_spec(<<-EOT\n", Indented(text), "  EOT\n  )");
  if (text.empty()) advice = "The peer's state does not hold the text either; take it from the stage.";
  return WithFact(absl::FailedPreconditionError(absl::StrCat("the specification of ", id, " is a file on a stage")),
                  kAdvice, advice);
}

}  // namespace

absl::StatusOr<Value> FromPeer(const SqlKind& kind, const tf::Schema& schema, const std::string& our_type,
                               const std::string& source_type, const std::string& source_json) {
  if (kind.peer.type.empty() || source_type != kind.peer.type) {
    return absl::UnimplementedError(
        absl::StrCat("a ", source_type, " cannot be moved to a ", our_type,
                     kind.peer.type.empty() ? "" : absl::StrCat("; a ", kind.peer.type, " can")));
  }
  ASSIGN_OR_RETURN(const json source, ParseJson(source_json));
  Value::Map state;
  for (const tf::Attribute& attribute : schema.attributes) {
    const auto path = kind.peer.paths.find(attribute.name);
    const bool plain = attribute.nested == nullptr && !attribute.write_only;
    Value& member = state[attribute.name];
    if (plain)
      member = Converted(kind, attribute, At(source, path == kind.peer.paths.end() ? attribute.name : path->second));
    if (member.IsNull() && attribute.default_value) member = *attribute.default_value;
  }
  Value value(std::move(state));
  RETURN_IF_ERROR(Annotate(NameOf(kind, value).status(), "the state to be moved"));
  PlanQualifiedName(kind, value);
  return value;
}

bool PeerSaysYes(const std::string& source_json, const std::string& path) {
  const absl::StatusOr<json> source = ParseJson(source_json);
  return source.ok() && BoolOf(At(*source, path)) == Value(true);
}

bool PeerHas(const std::string& source_json, const std::string& path) {
  const absl::StatusOr<json> source = ParseJson(source_json);
  return source.ok() && !At(*source, path).is_null();
}

absl::StatusOr<tf::Attr<SpecValue>> PeerSpec(const std::string& source_json, const std::string& our_type) {
  ASSIGN_OR_RETURN(const json source, ParseJson(source_json));
  for (const char* block : {"from_specification", "from_specification_template"}) {
    if (!TextAt(source, absl::StrCat(block, ".0.stage")).empty()) return RefuseStageFile(source, our_type);
  }
  const auto spec = snowflake::ParseServiceSpec(TextAt(source, "from_specification.0.text"));
  if (!spec.ok()) return tf::Attr<SpecValue>();
  return tf::Attr<SpecValue>(SpecValue{FromServiceSpec(*spec)});
}

}  // namespace spcs::resources
