// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/diagnostics.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "provider/base/status.h"

namespace spcs::tf {
namespace {

// Gives the text a capital, unless it begins with a name such as private_key_file.
void BeginAsSentence(std::string& text) {
  const std::string first_word = text.substr(0, text.find(' '));
  const bool is_word = std::all_of(first_word.begin(), first_word.end(),
                                   [](unsigned char c) { return absl::ascii_islower(c) || c == ':' || c == ','; });
  if (is_word && !text.empty()) text[0] = absl::ascii_toupper(static_cast<unsigned char>(text[0]));
}

}  // namespace

void Diagnostics::AddStatus(absl::string_view summary, const absl::Status& status) {
  if (status.ok()) return;
  std::string detail(status.message());
  if (detail.empty()) detail = std::string(absl::StatusCodeToString(status.code()));
  BeginAsSentence(detail);
  if (const auto advice = FactOf(status, kAdvice)) absl::StrAppend(&detail, "\n\n", *advice);
  std::vector<std::string> facts;
  if (const auto code = FactOf(status, kVendorCode)) facts.push_back(absl::StrCat("Snowflake error ", *code));
  if (const auto state = FactOf(status, kSqlState)) facts.push_back(absl::StrCat("SQL state ", *state));
  if (const auto query = FactOf(status, kQueryId)) facts.push_back(absl::StrCat("query id ", *query));
  if (!facts.empty()) absl::StrAppend(&detail, "\n\n(", absl::StrJoin(facts, ", "), ")");
  AddError(Path::Parse(FactOf(status, kAttributePath).value_or("")), std::string(summary), std::move(detail));
}

void Diagnostics::Add(Diagnostic diagnostic) {
  if (diagnostic.path.steps().size() > 1) {
    diagnostic.detail = absl::StrCat("At ", diagnostic.path.ToString(), ": ", diagnostic.detail);
  }
  list_.push_back(std::move(diagnostic));
}

bool Diagnostics::HasErrors() const {
  return std::any_of(list_.begin(), list_.end(),
                     [](const Diagnostic& d) { return d.severity == Diagnostic::Severity::kError; });
}

}  // namespace spcs::tf
