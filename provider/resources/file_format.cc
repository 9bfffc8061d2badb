// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/file_format.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "provider/base/status.h"
#include "provider/resources/file_format_options.h"
#include "provider/resources/names.h"
#include "provider/resources/sql_statements.h"
#include "provider/tf/validate.h"

namespace spcs::resources {
namespace {

using snowflake::DerivedKeyword;
using snowflake::SqlValue;
using snowflake::Statement;

constexpr char kNullIf[] = "NULL_IF";

tf::Path At(const char* attribute) {
  return tf::Path("file_format") / attribute;
}

// Escapes as DESCRIBE shows them: \n, \t, \r and \\.
std::string Unescaped(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"\\n", "\n"}, {"\\t", "\t"}, {"\\r", "\r"}, {"\\\\", "\\"}});
}

bool SameOption(const std::string& a, const std::string& b) {
  return absl::EqualsIgnoreCase(a, b) || Unescaped(a) == Unescaped(b);
}

std::string FaultOf(const FormatOption& option, const std::string& value) {
  int64_t number = 0;
  switch (option.kind) {
    case FormatOption::Kind::kBool:
      if (absl::EqualsIgnoreCase(value, "true") || absl::EqualsIgnoreCase(value, "false")) return "";
      return "write true or false";
    case FormatOption::Kind::kInt:
      if (absl::SimpleAtoi(value, &number) && number >= 0) return "";
      return "write a whole number from 0";
    case FormatOption::Kind::kWord:
      if (IsWord(value)) return "";
      return absl::StrCat("write a word such as ", option.fallback);
    case FormatOption::Kind::kText: return "";
  }
  return "";
}

SqlValue OptionValue(const FormatOption& option, const std::string& value) {
  int64_t number = 0;
  const bool is_word = absl::EqualsIgnoreCase(value, "NONE") || absl::EqualsIgnoreCase(value, "AUTO");
  if (option.kind == FormatOption::Kind::kBool) return SqlValue(absl::EqualsIgnoreCase(value, "true"));
  if (option.kind == FormatOption::Kind::kInt && absl::SimpleAtoi(value, &number)) return SqlValue(number);
  if (option.kind == FormatOption::Kind::kWord || is_word) {
    return SqlValue::Word(DerivedKeyword(absl::AsciiStrToUpper(value)));
  }
  return SqlValue(value);
}

std::map<std::string, std::string> KnownOptions(const FileFormat& format) {
  std::map<std::string, std::string> options;
  for (const auto& [name, value] : format.options.value_or({})) {
    if (value.IsKnown()) options[name] = value.value();
  }
  return options;
}

void CheckOptions(const std::string& type, const FileFormat& config, tf::Diagnostics& diagnostics) {
  for (const auto& [name, value] : KnownOptions(config)) {
    const tf::Path path = At("options").Key(name);
    const FormatOption* option = FindFormatOption(type, name);
    if (option == nullptr) {
      diagnostics.AddError(path, "Unknown option",
                           absl::StrCat("A format of type ", type, " has no option `", name, "`; it has ",
                                        absl::StrJoin(FormatOptionNames(type), ", "), "."));
      continue;
    }
    const std::string fault = FaultOf(*option, value);
    if (fault.empty()) continue;
    diagnostics.AddError(path, "Invalid option", absl::StrCat("`", name, "` cannot be \"", value, "\": ", fault, "."));
  }
  if (config.null_if.IsKnown() && !TypeHasNullIf(type)) {
    diagnostics.AddError(At("null_if"), "Option of another type",
                         absl::StrCat("A format of type ", type, " has no `null_if`; remove it."));
  }
}

void CheckTypeName(const tf::Value& value, const tf::Path& path, tf::Diagnostics& diagnostics) {
  tf::OneOfWords(FormatTypes())(value, path, diagnostics);
}

struct Shown {
  std::string value, fallback;
};

std::map<std::string, Shown> ShownFormat(const std::vector<ObjectRow>& rows) {
  std::map<std::string, Shown> shown;
  for (const ObjectRow& row : rows) {
    if (!absl::EqualsIgnoreCase(row.Text("parent_property"), "STAGE_FILE_FORMAT")) continue;
    shown[absl::AsciiStrToUpper(row.Text("property"))] = {row.Text("property_value"), row.Text("property_default")};
  }
  return shown;
}

tf::List<tf::String> ReadNullIf(const Shown& shown, const FileFormat& stored) {
  std::vector<std::string> before;
  for (const tf::String& text : stored.null_if.value_or({})) before.push_back(text.value_or(""));
  const std::vector<std::string> now = SplitList(shown.value);
  // An empty text shows as nothing between two commas.
  const std::string rendered = absl::StrCat("[", absl::StrJoin(before, ", "), "]");
  const bool same = Unescaped(shown.value) == rendered ||
                    std::equal(before.begin(), before.end(), now.begin(), now.end(), SameOption);
  if (same && stored.null_if.IsKnown()) return stored.null_if;
  if (stored.null_if.IsNull() && SameOption(shown.value, shown.fallback)) return {};
  std::vector<tf::String> texts(now.begin(), now.end());
  return texts;
}

tf::Map<tf::String> ReadOptions(const std::string& type, const std::map<std::string, Shown>& shown,
                                const FileFormat& stored) {
  const std::map<std::string, std::string> before = KnownOptions(stored);
  std::map<std::string, tf::String> options;
  for (const std::string& name : FormatOptionNames(type)) {
    const auto row = shown.find(absl::AsciiStrToUpper(name));
    if (row == shown.end()) continue;
    const auto known = before.find(name);
    if (known != before.end()) {
      options[name] = SameOption(known->second, row->second.value) ? known->second : row->second.value;
    } else if (!SameOption(row->second.value, row->second.fallback)) {
      options[name] = row->second.value;
    }
  }
  if (options.empty() && stored.options.IsNull()) return {};
  return options;
}

}  // namespace

const tf::Table<FileFormat>& FileFormat::Fields() {
  using tf::Optional;
  static const tf::Table<FileFormat> table{
      {"format_name", &FileFormat::format_name,
       Optional{.same_meaning = SameNameValue,
                .validators = {CheckFullName},
                .doc = "A file format by its full name, DB.SCHEMA.NAME, instead of `type` and its options."}},
      {"type", &FileFormat::type,
       Optional{
           .same_meaning = SameWord, .validators = {CheckTypeName}, .doc = "CSV, JSON, AVRO, ORC, PARQUET or XML."}},
      {"options", &FileFormat::options,
       Optional{.validators = {tf::NonEmpty()},
                .doc = "Options of the type, named as SQL has them, in lower case: `{ field_delimiter = \"|\", "
                       "skip_header = 1 }`. What is not named has the service's default."}},
      {"null_if", &FileFormat::null_if, Optional{.doc = "Texts that are read as null."}},
  };
  return table;
}

void CheckFileFormat(const FileFormat& config, tf::Diagnostics& diagnostics) {
  if (config.format_name.IsUnknown() || config.type.IsUnknown()) return;
  if (config.format_name.IsKnown() == config.type.IsKnown()) {
    diagnostics.AddError(tf::Path("file_format"), "One of two",
                         "A file format is either `format_name` or `type` with its options; write one of them.");
    return;
  }
  const bool options = config.options.IsKnown() || config.null_if.IsKnown();
  if (config.format_name.IsKnown() && options) {
    diagnostics.AddError(At(config.options.IsKnown() ? "options" : "null_if"), "Options of a named format",
                         "A named format brings its own options; remove these, or write `type` instead of the name.");
  }
  if (config.type.IsKnown()) CheckOptions(absl::AsciiStrToUpper(config.type.value()), config, diagnostics);
}

absl::Status AppendFileFormat(const tf::Object<FileFormat>& before, const tf::Object<FileFormat>& planned,
                              Statement& statement) {
  const FileFormat format = planned.value_or(FileFormat{.type = "CSV"});
  statement.Raw("FILE_FORMAT = (");
  if (format.format_name.IsKnown()) {
    // The service wants the name as a text here.
    statement.Property("FORMAT_NAME", format.format_name.value()).Raw(")");
    return absl::OkStatus();
  }
  const std::string type = absl::AsciiStrToUpper(format.type.value_or("CSV"));
  statement.Property("TYPE", SqlValue::Word(DerivedKeyword(type)));
  const bool same_type = before.IsKnown() && absl::EqualsIgnoreCase(before.value().type.value_or(""), type);
  std::map<std::string, std::string> options;
  if (same_type) {
    for (const auto& [name, value] : KnownOptions(before.value())) {
      if (const FormatOption* option = FindFormatOption(type, name)) options[name] = option->fallback;
    }
  }
  for (const auto& [name, value] : KnownOptions(format)) options[name] = value;
  for (const auto& [name, value] : options) {
    const FormatOption* option = FindFormatOption(type, name);
    if (option == nullptr) return absl::InvalidArgumentError(absl::StrCat("no option ", name, " of type ", type));
    statement.Property(DerivedKeyword(absl::AsciiStrToUpper(name)), OptionValue(*option, value));
  }
  const bool gives_up_nulls = same_type && before.value().null_if.IsKnown() && format.null_if.IsNull();
  if (format.null_if.IsKnown() || gives_up_nulls) {
    std::vector<std::string> texts;
    for (const tf::String& text : format.null_if.value_or({})) texts.push_back(text.value_or(""));
    if (gives_up_nulls && type == "CSV") texts = {"\\N"};
    statement.Property(DerivedKeyword(kNullIf), texts);
  }
  statement.Raw(")");
  return absl::OkStatus();
}

tf::Object<FileFormat> ReadFileFormat(const std::vector<ObjectRow>& rows, const tf::Object<FileFormat>& stored) {
  const std::map<std::string, Shown> shown = ShownFormat(rows);
  const auto text = [&](const char* name) {
    const auto row = shown.find(name);
    return row == shown.end() ? std::string() : row->second.value;
  };
  const FileFormat before = stored.value_or(FileFormat{});
  FileFormat now;
  if (const std::string name = text("FORMAT_NAME"); !name.empty()) {
    const bool same = before.format_name.IsKnown() && snowflake::SameName(before.format_name.value(), name);
    now.format_name = same ? before.format_name.value() : name;
    return now;
  }
  const std::string type = absl::AsciiStrToUpper(text("TYPE"));
  if (type.empty()) return stored;
  const bool same_type = absl::EqualsIgnoreCase(before.type.value_or(""), type);
  const FileFormat of_type = same_type ? before : FileFormat{};
  now.type = same_type ? before.type.value() : type;
  now.options = ReadOptions(type, shown, of_type);
  if (const auto row = shown.find(kNullIf); row != shown.end()) now.null_if = ReadNullIf(row->second, of_type);
  const bool is_default = type == "CSV" && now.options.IsNull() && now.null_if.IsNull();
  return stored.IsNull() && is_default ? tf::Object<FileFormat>() : tf::Object<FileFormat>(now);
}

}  // namespace spcs::resources
