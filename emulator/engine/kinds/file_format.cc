// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/kinds/file_format.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "emulator/engine/kinds/common.h"
#include "emulator/sql/cursor.h"
#include "emulator/sql/token.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

using nlohmann::json;
using Type = sql::Value::Type;

// `types` has the first letters of CSV, JSON, AVRO, ORC, PARQUET, XML.
struct Option {
  absl::string_view name, types, kind, fallback;
};

constexpr Option kOptions[] = {
    {"COMPRESSION", "CJAPX", "String", "AUTO"},
    {"RECORD_DELIMITER", "C", "String", "\\n"},
    {"FIELD_DELIMITER", "C", "String", ","},
    {"MULTI_LINE", "CJ", "Boolean", "true"},
    {"FILE_EXTENSION", "CJ", "String", "NONE"},
    {"PARSE_HEADER", "C", "Boolean", "false"},
    {"SKIP_HEADER", "C", "Integer", "0"},
    {"SKIP_BLANK_LINES", "C", "Boolean", "false"},
    {"DATE_FORMAT", "CJ", "String", "AUTO"},
    {"TIME_FORMAT", "CJ", "String", "AUTO"},
    {"TIMESTAMP_FORMAT", "CJ", "String", "AUTO"},
    {"BINARY_FORMAT", "CJ", "String", "HEX"},
    {"ESCAPE", "C", "String", "NONE"},
    {"ESCAPE_UNENCLOSED_FIELD", "C", "String", "\\\\"},
    {"TRIM_SPACE", "CJAOP", "Boolean", "false"},
    {"FIELD_OPTIONALLY_ENCLOSED_BY", "C", "String", "NONE"},
    {"NULL_IF", "CJAOP", "List", ""},
    {"ERROR_ON_COLUMN_COUNT_MISMATCH", "C", "Boolean", "true"},
    {"REPLACE_INVALID_CHARACTERS", "CJAOPX", "Boolean", "false"},
    {"EMPTY_FIELD_AS_NULL", "C", "Boolean", "true"},
    {"SKIP_BYTE_ORDER_MARK", "CJX", "Boolean", "true"},
    {"ENCODING", "C", "String", "UTF8"},
    {"ENABLE_OCTAL", "J", "Boolean", "false"},
    {"ALLOW_DUPLICATE", "J", "Boolean", "false"},
    {"STRIP_OUTER_ARRAY", "J", "Boolean", "false"},
    {"STRIP_NULL_VALUES", "J", "Boolean", "false"},
    {"IGNORE_UTF8_ERRORS", "JX", "Boolean", "false"},
    {"SNAPPY_COMPRESSION", "P", "Boolean", "true"},
    {"BINARY_AS_TEXT", "P", "Boolean", "true"},
    {"USE_LOGICAL_TYPE", "P", "Boolean", "false"},
    {"USE_VECTORIZED_SCANNER", "P", "Boolean", "false"},
    {"PRESERVE_SPACE", "X", "Boolean", "false"},
    {"STRIP_OUTER_ELEMENT", "X", "Boolean", "false"},
    {"DISABLE_AUTO_CONVERT", "X", "Boolean", "false"},
};

bool Has(const Option& option, const std::string& type) {
  return absl::StrContains(option.types, type.substr(0, 1));
}

std::string Fallback(const Option& option, const std::string& type) {
  if (option.kind != "List") return std::string(option.fallback);
  return type == "CSV" ? "[\\\\N]" : "[]";
}

std::string Escaped(const std::string& text) {
  return absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\n", "\\n"}, {"\t", "\\t"}, {"\r", "\\r"}});
}

// The value as DESCRIBE shows it; fails on one of another kind.
absl::StatusOr<std::string> Shown(const Option& option, const sql::Value& value) {
  const absl::Status bad = InvalidValue(value.text, option.name);
  if (option.kind == "List") {
    if (value.type != Type::kList) return bad;
    return absl::StrCat(
        "[",
        absl::StrJoin(value.list, ", ",
                      [](std::string* out, const sql::Value& item) { absl::StrAppend(out, Escaped(item.text)); }),
        "]");
  }
  if (option.kind == "Boolean") {
    return value.type == Type::kBoolean ? absl::StatusOr<std::string>(absl::AsciiStrToLower(value.text)) : bad;
  }
  if (option.kind == "Integer") return value.type == Type::kNumber ? absl::StatusOr<std::string>(value.text) : bad;
  if (value.type != Type::kString && value.type != Type::kWord) return bad;
  return value.type == Type::kString ? Escaped(value.text) : value.text;
}

absl::StatusOr<std::string> NamedFormat(ExecutionContext& context, const sql::Value& value) {
  ASSIGN_OR_RETURN(std::vector<sql::Token> tokens, sql::Tokenize(value.text));
  sql::TokenCursor cursor(std::move(tokens));
  ASSIGN_OR_RETURN(const sql::QualifiedName name, cursor.ExpectName());
  ASSIGN_OR_RETURN(const Object format, context.Require(Kind::kFileFormat, name));
  return NameOf(format).ToString();
}

}  // namespace

absl::Status SetFileFormat(ExecutionContext& context, const sql::Statement& statement, json& props) {
  const sql::Value* written = statement.Find("FILE_FORMAT");
  if (written == nullptr) return absl::OkStatus();
  json format = {{"options", json::object()}};
  for (size_t i = 0; i < written->keys.size(); ++i) {
    const sql::Value& value = written->list[i];
    if (written->keys[i] == "FORMAT_NAME") {
      ASSIGN_OR_RETURN(format["name"], NamedFormat(context, value));
    } else if (written->keys[i] == "TYPE") {
      format["type"] = absl::AsciiStrToUpper(value.text);
    }
  }
  if (format.contains("name") == format.contains("type")) {
    return CompilationError("FILE_FORMAT needs one of the properties 'TYPE' and 'FORMAT_NAME'.");
  }
  const std::string type = JsonString(format, "type");
  bool known = type.empty();
  for (const absl::string_view one : {"CSV", "JSON", "AVRO", "ORC", "PARQUET", "XML"}) known = known || one == type;
  if (!known) return InvalidValue(type, "TYPE");
  for (size_t i = 0; i < written->keys.size(); ++i) {
    const std::string& key = written->keys[i];
    if (key == "FORMAT_NAME" || key == "TYPE") continue;
    const Option* found = nullptr;
    for (const Option& option : kOptions) {
      if (option.name == key && !type.empty() && Has(option, type)) found = &option;
    }
    if (found == nullptr) return InvalidProperty(key, type.empty() ? "FORMAT_NAME" : type);
    ASSIGN_OR_RETURN(format["options"][key], Shown(*found, written->list[i]));
  }
  props["file_format"] = std::move(format);
  return absl::OkStatus();
}

void AddFileFormatRows(const json& props, ResultBuilder& rows) {
  const json format = props.value("file_format", json{{"type", "CSV"}, {"options", json::object()}});
  const auto add = [&](absl::string_view property, absl::string_view kind, std::string value, std::string fallback) {
    rows.Add({"STAGE_FILE_FORMAT", std::string(property), std::string(kind), std::move(value), std::move(fallback)});
  };
  if (format.contains("name")) return add("FORMAT_NAME", "String", JsonString(format, "name"), "");
  const std::string type = JsonString(format, "type");
  add("TYPE", "String", type, "CSV");
  for (const Option& option : kOptions) {
    if (!Has(option, type)) continue;
    const std::string fallback = Fallback(option, type);
    const json& options = format["options"];
    const auto given = options.find(std::string(option.name));
    add(option.name, option.kind, given == options.end() ? fallback : given->get<std::string>(), fallback);
  }
}

}  // namespace spcs::engine
