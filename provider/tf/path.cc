// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/path.h"

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace spcs::tf {
namespace {

std::string Quote(absl::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

// Takes a name off the front of `text`; empty when there is none.
std::string TakeName(absl::string_view& text) {
  size_t length = 0;
  while (length < text.size() && (absl::ascii_isalnum(static_cast<unsigned char>(text[length])) ||
                                  text[length] == '_' || text[length] == '-')) {
    ++length;
  }
  std::string name(text.substr(0, length));
  text.remove_prefix(length);
  return name;
}

// Takes ["key"] or [index] off the front of `text`, behind the bracket.
bool TakeBracket(absl::string_view& text, Path& path) {
  if (!text.empty() && text[0] == '"') {
    std::string key;
    size_t i = 1;
    for (; i < text.size() && text[i] != '"'; ++i) {
      if (text[i] == '\\' && i + 1 < text.size()) ++i;
      key += text[i];
    }
    if (i + 1 >= text.size() || text[i + 1] != ']') return false;
    text.remove_prefix(i + 2);
    path = path.Key(std::move(key));
    return true;
  }
  const size_t end = text.find(']');
  int64_t index = 0;
  if (end == absl::string_view::npos || !absl::SimpleAtoi(text.substr(0, end), &index)) return false;
  text.remove_prefix(end + 1);
  path = path.Index(index);
  return true;
}

}  // namespace

Path Path::Parse(absl::string_view text) {
  Path path;
  while (!text.empty()) {
    if (text[0] == '[') {
      text.remove_prefix(1);
      if (!TakeBracket(text, path)) return Path();
      continue;
    }
    // A point stands between two steps, and nowhere else.
    if ((text[0] == '.') == path.empty()) return Path();
    if (text[0] == '.') text.remove_prefix(1);
    const std::string name = TakeName(text);
    if (name.empty()) return Path();
    path = path / name;
  }
  return path;
}

std::string Path::ToString() const {
  std::string text;
  for (const Step& step : steps_) {
    if (const auto* attribute = std::get_if<Attribute>(&step)) {
      absl::StrAppend(&text, text.empty() ? "" : ".", attribute->name);
    } else if (const auto* key = std::get_if<std::string>(&step)) {
      absl::StrAppend(&text, "[", Quote(*key), "]");
    } else {
      absl::StrAppend(&text, "[", std::get<int64_t>(step), "]");
    }
  }
  return text;
}

}  // namespace spcs::tf
