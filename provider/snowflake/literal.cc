// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/literal.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "provider/base/status.h"

namespace spcs::snowflake {

std::string TextLiteral(absl::string_view text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "''"}, {"\\", "\\\\"}}), "'");
}

std::string TextListLiteral(const std::vector<std::string>& texts) {
  const auto append = [](std::string* out, const std::string& text) { out->append(TextLiteral(text)); };
  return absl::StrCat("(", absl::StrJoin(texts, ", ", append), ")");
}

absl::StatusOr<std::string> DollarLiteral(absl::string_view text) {
  if (absl::StrContains(text, "$$") || absl::EndsWith(text, "$")) {
    return WithFact(absl::InvalidArgumentError("the text contains $$, which ends it in SQL, and cannot be sent"),
                    kAdvice, "Remove the $$: Snowflake has no way to escape it.");
  }
  return absl::StrCat("$$", text, "$$");
}

std::string LikePattern(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"%", "\\%"}, {"_", "\\_"}, {"\\", "\\\\"}});
}

}  // namespace spcs::snowflake
