// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/name.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace spcs::sql {

std::string QualifiedName::ToString() const {
  return absl::StrJoin(parts, ".",
                       [](std::string* out, const Identifier& part) { absl::StrAppend(out, ToSql(part.name)); });
}

bool IsPlainName(absl::string_view name) {
  if (name.empty() || !(absl::ascii_isupper(name[0]) || name[0] == '_')) return false;
  for (const char c : name) {
    if (!absl::ascii_isupper(c) && !absl::ascii_isdigit(c) && c != '_' && c != '$') return false;
  }
  return true;
}

std::string ToSql(absl::string_view name) {
  if (IsPlainName(name)) return std::string(name);
  return absl::StrCat("\"", absl::StrReplaceAll(name, {{"\"", "\"\""}}), "\"");
}

}  // namespace spcs::sql
