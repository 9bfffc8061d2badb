// SPDX-License-Identifier: MPL-2.0
// Text patterns with wildcards: LIKE of expressions and of SHOW, and the globs of fault rules.
#pragma once

#include "absl/strings/string_view.h"

namespace spcs::engine {

struct PatternSyntax {
  char any_text = '%';
  char any_character = '_';  // '\0': there is none
  char escape = '\\';        // takes the meaning of what follows; '\0': there is none
  bool fold_case = false;    // of ASCII letters
};

// Whether the whole of `text` (UTF-8) matches the pattern. Takes no more than pattern times text steps.
bool MatchesPattern(absl::string_view pattern, absl::string_view text, const PatternSyntax& syntax = {});

// As SHOW … LIKE does: % and _ as wildcards, a backslash before one takes its meaning, case does not count.
bool LikeMatches(absl::string_view pattern, absl::string_view text);

// As the globs of fault rules: `*` for any text, nothing else has a meaning.
bool GlobMatches(absl::string_view pattern, absl::string_view text);

}  // namespace spcs::engine
