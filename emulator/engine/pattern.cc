// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/pattern.h"

#include "absl/strings/ascii.h"

namespace spcs::engine {
namespace {

// Bytes of the character that begins at `at`; of a broken one, what is there.
size_t WidthAt(absl::string_view text, size_t at) {
  size_t width = 1;
  while (at + width < text.size() && (static_cast<unsigned char>(text[at + width]) & 0xC0) == 0x80) ++width;
  return width;
}

}  // namespace

bool MatchesPattern(absl::string_view pattern, absl::string_view text, const PatternSyntax& syntax) {
  const auto same = [&](char a, char b) {
    return a == b || (syntax.fold_case && absl::ascii_tolower(a) == absl::ascii_tolower(b));
  };
  // The last "any text" seen, and how much of the text it has swallowed: on a mismatch it swallows one more. Those
  // before it need no second try, so the time has a bound.
  size_t p = 0, t = 0, star = absl::string_view::npos, swallowed = 0;
  while (t < text.size()) {
    const bool escaped = syntax.escape != '\0' && p + 1 < pattern.size() && pattern[p] == syntax.escape;
    const size_t at = escaped ? p + 1 : p;
    const bool wild = !escaped && p < pattern.size();
    if (wild && pattern[p] == syntax.any_text) {
      star = p++;
      swallowed = t;
    } else if (wild && syntax.any_character != '\0' && pattern[p] == syntax.any_character) {
      ++p;
      t += WidthAt(text, t);
    } else if (at < pattern.size() && same(pattern[at], text[t])) {
      p = at + 1;
      ++t;
    } else if (star != absl::string_view::npos) {
      p = star + 1;
      swallowed += WidthAt(text, swallowed);
      t = swallowed;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == syntax.any_text) ++p;
  return p == pattern.size();
}

bool LikeMatches(absl::string_view pattern, absl::string_view text) {
  return MatchesPattern(pattern, text, {.fold_case = true});
}

bool GlobMatches(absl::string_view pattern, absl::string_view text) {
  return MatchesPattern(pattern, text, {.any_text = '*', .any_character = '\0', .escape = '\0'});
}

}  // namespace spcs::engine
