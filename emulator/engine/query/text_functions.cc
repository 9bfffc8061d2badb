// SPDX-License-Identifier: MPL-2.0
// Functions of texts. Letters beyond ASCII keep their case in UPPER and LOWER.
#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "emulator/engine/errors.h"
#include "emulator/engine/query/function_table.h"

namespace spcs::engine {
namespace {

// Of a VARCHAR, in bytes.
constexpr size_t kLongestText = 16u << 20;

Cell Truth(bool value) {
  return Cell(value ? "true" : "false");
}

// Functions from texts to one text.
template <std::string (*Body)(const Texts&)>
Made TextFunction(ExecutionContext&, Arguments arguments) {
  return StrictFunction(TextType(), {TextType()}, std::move(arguments),
                        [](const Texts& texts) -> absl::StatusOr<Cell> { return Cell(Body(texts)); });
}
std::string Upper(const Texts& texts) {
  return absl::AsciiStrToUpper(texts[0]);
}
std::string Lower(const Texts& texts) {
  return absl::AsciiStrToLower(texts[0]);
}
std::string Trim(const Texts& texts) {
  absl::string_view text = texts[0];
  const std::string blanks = texts.size() > 1 ? texts[1] : " ";
  while (!text.empty() && absl::StrContains(blanks, text.front())) text.remove_prefix(1);
  while (!text.empty() && absl::StrContains(blanks, text.back())) text.remove_suffix(1);
  return std::string(text);
}
std::string Concat(const Texts& texts) {
  std::string joined;
  for (const std::string& text : texts) joined += text;
  return joined;
}

// REPLACE(text, what [, by]). Replacements of replacements grow without end, and the service's texts do not.
absl::StatusOr<Cell> Replaced(const Texts& texts) {
  if (texts[1].empty()) return Cell(texts[0]);
  const std::string by = texts.size() > 2 ? texts[2] : "";
  size_t found = 0;
  for (size_t at = 0; (at = texts[0].find(texts[1], at)) != std::string::npos; at += texts[1].size()) ++found;
  if (by.size() > texts[1].size() && found > kLongestText / (by.size() - texts[1].size())) {
    return SqlError(absl::StatusCode::kInvalidArgument, "100078", "22000", "String is too long and would be truncated");
  }
  return Cell(absl::StrReplaceAll(texts[0], {{texts[1], by}}));
}
Made Replace(ExecutionContext&, Arguments arguments) {
  return StrictFunction(TextType(), {TextType()}, std::move(arguments), Replaced);
}

// Conditions on two texts.
template <bool (*Body)(absl::string_view, absl::string_view)>
Made TextTest(ExecutionContext&, Arguments arguments) {
  return StrictFunction(PlainType(Family::kBoolean), {TextType()}, std::move(arguments),
                        [](const Texts& texts) -> absl::StatusOr<Cell> { return Truth(Body(texts[0], texts[1])); });
}
bool Contains(absl::string_view text, absl::string_view part) {
  return absl::StrContains(text, part);
}
bool Starts(absl::string_view text, absl::string_view part) {
  return absl::StartsWith(text, part);
}
bool Ends(absl::string_view text, absl::string_view part) {
  return absl::EndsWith(text, part);
}

Made Length(ExecutionContext&, Arguments arguments) {
  return StrictFunction(
      NumberType(18, 0), {TextType()}, std::move(arguments),
      [](const Texts& texts) -> absl::StatusOr<Cell> { return Cell(absl::StrCat(CharacterCount(texts[0]))); });
}

// The bytes of the characters [from, from + count).
std::string Characters(const std::string& text, int64_t from, int64_t count) {
  std::string taken;
  int64_t position = -1;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) ++position;
    if (position >= from && position - from < count) taken += c;
  }
  return taken;
}

// SUBSTR(text, from 1 or from the end when negative [, count]).
Made Substring(ExecutionContext&, Arguments arguments) {
  return StrictFunction(
      TextType(), {TextType(), NumberType(38, 0)}, std::move(arguments),
      [](const Texts& texts) -> absl::StatusOr<Cell> {
        const int64_t start = WholeNumber(texts[1]), count = texts.size() > 2 ? WholeNumber(texts[2]) : texts[0].size();
        const int64_t from = start < 0 ? CharacterCount(texts[0]) + start : std::max<int64_t>(start - 1, 0);
        return Cell(from < 0 ? "" : Characters(texts[0], from, count));
      });
}
Made Left(ExecutionContext&, Arguments arguments) {
  return StrictFunction(
      TextType(), {TextType(), NumberType(38, 0)}, std::move(arguments),
      [](const Texts& texts) -> absl::StatusOr<Cell> { return Cell(Characters(texts[0], 0, WholeNumber(texts[1]))); });
}
Made Right(ExecutionContext&, Arguments arguments) {
  return StrictFunction(TextType(), {TextType(), NumberType(38, 0)}, std::move(arguments),
                        [](const Texts& texts) -> absl::StatusOr<Cell> {
                          const int64_t count = CharacterCount(texts[0]);
                          return Cell(Characters(texts[0], std::max<int64_t>(count - WholeNumber(texts[1]), 0), count));
                        });
}

constexpr Function kTextFunctions[] = {
    {"UPPER", 1, 1, TextFunction<Upper>},
    {"LOWER", 1, 1, TextFunction<Lower>},
    {"TRIM", 1, 2, TextFunction<Trim>},
    {"REPLACE", 2, 3, Replace},
    {"CONCAT", 1, kAnyNumber, TextFunction<Concat>},
    {"CONTAINS", 2, 2, TextTest<Contains>},
    {"STARTSWITH", 2, 2, TextTest<Starts>},
    {"ENDSWITH", 2, 2, TextTest<Ends>},
    {"LENGTH", 1, 1, Length},
    {"LEN", 1, 1, Length},
    {"SUBSTR", 2, 3, Substring},
    {"SUBSTRING", 2, 3, Substring},
    {"LEFT", 2, 2, Left},
    {"RIGHT", 2, 2, Right},
};

}  // namespace

absl::Span<const Function> TextFunctions() {
  return kTextFunctions;
}

}  // namespace spcs::engine
