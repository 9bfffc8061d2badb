// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/wire_head.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace spcs::emulator_http {
namespace {

constexpr absl::string_view kEnd = "\r\n\r\n";

bool IsToken(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return absl::ascii_isalnum(c) ||
           absl::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != absl::string_view::npos;
  });
}

bool IsText(absl::string_view text) {
  return std::none_of(text.begin(), text.end(), [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
}

absl::Status CheckStart(absl::string_view line) {
  const bool response = absl::StartsWith(line, "HTTP/1.");
  const std::vector<absl::string_view> words =
      absl::StrSplit(line, response ? absl::MaxSplits(' ', 2) : absl::MaxSplits(' ', 3));
  const auto known = [](absl::string_view version) { return version == "HTTP/1.1" || version == "HTTP/1.0"; };
  bool good = IsText(line);
  if (response) {
    int status = 0;
    good = good && words.size() >= 2 && known(words[0]) && words[1].size() == 3 &&
           absl::SimpleAtoi(words[1], &status) && status >= 100;
  } else {
    good = good && words.size() == 3 && IsToken(words[0]) && !words[1].empty() && known(words[2]);
  }
  return good ? absl::OkStatus() : absl::InvalidArgumentError("the first line is no HTTP/1");
}

}  // namespace

const std::string* WireHead::Find(absl::string_view name) const {
  for (const auto& [header, value] : headers) {
    if (absl::EqualsIgnoreCase(header, name)) return &value;
  }
  return nullptr;
}

std::string WireHead::Get(absl::string_view name) const {
  const std::string* value = Find(name);
  return value == nullptr ? "" : *value;
}

bool WireHead::Lists(absl::string_view name, absl::string_view word) const {
  for (const auto& [header, value] : headers) {
    if (!absl::EqualsIgnoreCase(header, name)) continue;
    for (const absl::string_view item : absl::StrSplit(value, ',')) {
      if (absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(item), word)) return true;
    }
  }
  return false;
}

void WireHead::Remove(absl::string_view name) {
  std::erase_if(headers, [&](const auto& header) { return absl::EqualsIgnoreCase(header.first, name); });
}

void WireHead::RemoveStartingWith(absl::string_view prefix) {
  std::erase_if(headers, [&](const auto& header) {
    return absl::StartsWithIgnoreCase(absl::StrReplaceAll(header.first, {{"_", "-"}}), prefix);
  });
}

void WireHead::Set(absl::string_view name, absl::string_view value) {
  Remove(name);
  headers.emplace_back(name, value);
}

std::string WireHead::method() const {
  return start.substr(0, start.find(' '));
}

std::string WireHead::target() const {
  const size_t from = start.find(' ') + 1;
  return start.substr(from, start.rfind(' ') - from);
}

int WireHead::status() const {
  int status = 0;
  return start.size() >= 12 && absl::SimpleAtoi(start.substr(9, 3), &status) ? status : 0;
}

bool WireHead::IsOld() const {
  return absl::StartsWith(start, "HTTP/1.0 ") || absl::EndsWith(start, " HTTP/1.0");
}

std::string WireHead::Print() const {
  std::string text = absl::StrCat(start, "\r\n");
  for (const auto& [name, value] : headers) absl::StrAppend(&text, name, ": ", value, "\r\n");
  return absl::StrCat(text, "\r\n");
}

size_t HeadSize(absl::string_view bytes) {
  const size_t end = bytes.find(kEnd);
  return end == absl::string_view::npos ? end : end + kEnd.size();
}

absl::StatusOr<WireHead> ParseWireHead(absl::string_view bytes) {
  absl::ConsumeSuffix(&bytes, kEnd);
  const std::vector<absl::string_view> lines = absl::StrSplit(bytes, "\r\n");
  WireHead head{.start = std::string(lines[0]), .headers = {}};
  if (absl::Status status = CheckStart(lines[0]); !status.ok()) return status;
  for (size_t i = 1; i < lines.size(); ++i) {
    const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(lines[i], absl::MaxSplits(':', 1));
    if (!IsToken(parts.first) || lines[i].size() == parts.first.size() || !IsText(parts.second)) {
      return absl::InvalidArgumentError(absl::StrCat("header ", i, " is malformed"));
    }
    head.headers.emplace_back(parts.first, absl::StripAsciiWhitespace(parts.second));
  }
  return head;
}

void RemoveHopHeaders(WireHead& head) {
  std::vector<std::string> names = {"Connection", "Keep-Alive", "TE", "Trailer", "Upgrade"};
  for (const auto& [name, value] : head.headers) {
    if (!absl::EqualsIgnoreCase(name, "Connection")) continue;
    for (const absl::string_view item : absl::StrSplit(value, ',')) {
      const absl::string_view listed = absl::StripAsciiWhitespace(item);
      // What says where the body ends is nobody's to drop.
      if (!absl::EqualsIgnoreCase(listed, "Content-Length") && !absl::EqualsIgnoreCase(listed, "Transfer-Encoding")) {
        names.emplace_back(listed);
      }
    }
  }
  for (const std::string& name : names) head.Remove(name);
  head.RemoveStartingWith("Proxy-");
}

}  // namespace spcs::emulator_http
