// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/file_format_options.h"

#include "absl/strings/match.h"

namespace spcs::resources {
namespace {

using Kind = FormatOption::Kind;

// Which types have the option: a letter each, of C(SV) J(SON) A(VRO) O(RC) P(ARQUET) X(ML).
struct Row {
  FormatOption option;
  const char* types;
};

constexpr Row kRows[] = {
    {{"allow_duplicate", Kind::kBool, "FALSE"}, "J"},
    {{"binary_as_text", Kind::kBool, "TRUE"}, "P"},
    {{"binary_format", Kind::kWord, "HEX"}, "CJ"},
    {{"compression", Kind::kWord, "AUTO"}, "CJAPX"},
    {{"date_format", Kind::kText, "AUTO"}, "CJ"},
    {{"disable_auto_convert", Kind::kBool, "FALSE"}, "X"},
    {{"empty_field_as_null", Kind::kBool, "TRUE"}, "C"},
    {{"enable_octal", Kind::kBool, "FALSE"}, "J"},
    {{"encoding", Kind::kText, "UTF8"}, "C"},
    {{"error_on_column_count_mismatch", Kind::kBool, "TRUE"}, "C"},
    {{"escape", Kind::kText, "NONE"}, "C"},
    {{"escape_unenclosed_field", Kind::kText, "\\"}, "C"},
    {{"field_delimiter", Kind::kText, ","}, "C"},
    {{"field_optionally_enclosed_by", Kind::kText, "NONE"}, "C"},
    {{"file_extension", Kind::kText, "NONE"}, "CJ"},
    {{"ignore_utf8_errors", Kind::kBool, "FALSE"}, "JX"},
    {{"multi_line", Kind::kBool, "TRUE"}, "CJ"},
    {{"parse_header", Kind::kBool, "FALSE"}, "C"},
    {{"preserve_space", Kind::kBool, "FALSE"}, "X"},
    {{"record_delimiter", Kind::kText, "\n"}, "C"},
    {{"replace_invalid_characters", Kind::kBool, "FALSE"}, "CJAOPX"},
    {{"skip_blank_lines", Kind::kBool, "FALSE"}, "C"},
    {{"skip_byte_order_mark", Kind::kBool, "TRUE"}, "CJX"},
    {{"skip_header", Kind::kInt, "0"}, "C"},
    {{"snappy_compression", Kind::kBool, "TRUE"}, "P"},
    {{"strip_null_values", Kind::kBool, "FALSE"}, "J"},
    {{"strip_outer_array", Kind::kBool, "FALSE"}, "J"},
    {{"strip_outer_element", Kind::kBool, "FALSE"}, "X"},
    {{"time_format", Kind::kText, "AUTO"}, "CJ"},
    {{"timestamp_format", Kind::kText, "AUTO"}, "CJ"},
    {{"trim_space", Kind::kBool, "FALSE"}, "CJAOP"},
    {{"use_logical_type", Kind::kBool, "FALSE"}, "P"},
    {{"use_vectorized_scanner", Kind::kBool, "FALSE"}, "P"},
};

bool Has(const Row& row, absl::string_view type) {
  return !type.empty() && absl::StrContains(row.types, type.substr(0, 1));
}

}  // namespace

std::vector<std::string> FormatTypes() {
  return {"CSV", "JSON", "AVRO", "ORC", "PARQUET", "XML"};
}

const FormatOption* FindFormatOption(absl::string_view type, absl::string_view name) {
  for (const Row& row : kRows) {
    if (Has(row, type) && name == row.option.name) return &row.option;
  }
  return nullptr;
}

std::vector<std::string> FormatOptionNames(absl::string_view type) {
  std::vector<std::string> names;
  for (const Row& row : kRows) {
    if (Has(row, type)) names.emplace_back(row.option.name);
  }
  return names;
}

bool TypeHasNullIf(absl::string_view type) {
  return type != "XML";
}

}  // namespace spcs::resources
