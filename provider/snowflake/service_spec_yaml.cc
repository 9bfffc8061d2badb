// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/service_spec_yaml.h"

#include <map>
#include <set>
#include <sstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "provider/base/status.h"
#include "yaml-cpp/eventhandler.h"
#include "yaml-cpp/exceptions.h"
#include "yaml-cpp/parser.h"

namespace spcs::snowflake {
namespace {

using Kind = YamlNode::Kind;

absl::Status AtLine(int line, absl::string_view message) {
  return absl::InvalidArgumentError(line > 0 ? absl::StrCat("line ", line, ": ", message) : std::string(message));
}

// Leaves the parser early; caught in ParseYaml().
struct Refused {
  absl::Status status;
};

size_t CountNodes(const YamlNode& node) {
  size_t count = 1;
  for (const YamlNode& item : node.items) count += CountNodes(item);
  return count;
}

int DepthOf(const YamlNode& node) {
  int depth = 0;
  for (const YamlNode& item : node.items) depth = std::max(depth, DepthOf(item));
  return depth + 1;
}

// Builds the tree from events, with every cap applied as nodes arrive.
class TreeBuilder : public YAML::EventHandler {
 public:
  YamlNode TakeRoot() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { Add(Leaf(mark, Kind::kNull), anchor); }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    const bool plain = tag == "?";
    if (!plain && tag != "!" && tag != "tag:yaml.org,2002:str") RefuseTag(mark, tag);
    YamlNode node = Leaf(mark, Kind::kScalar);
    node.text = value;
    node.quoted = !plain;
    if (plain && (value.empty() || value == "~" || absl::EqualsIgnoreCase(value, "null"))) node.kind = Kind::kNull;
    Add(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw Refused{AtLine(mark.line + 1, "the alias refers to a node that contains it")};
    const YamlNode copy = found->second;
    Charge(mark, CountNodes(copy));
    if (static_cast<int>(open_.size()) + DepthOf(copy) > kMaxYamlDepth) RefuseDepth(mark);
    Place(copy, mark.line + 1);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor, Kind::kList);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor, Kind::kMap);
  }
  void OnMapEnd() override { Close(); }

 private:
  struct OpenNode {
    YamlNode node;
    YAML::anchor_t anchor = 0;
    std::set<std::string> seen{};
    bool has_key = false;  // the next node of a map is a value
  };

  static YamlNode Leaf(const YAML::Mark& mark, Kind kind) {
    YamlNode node;
    node.kind = kind;
    node.line = mark.line + 1;
    return node;
  }

  [[noreturn]] static void RefuseTag(const YAML::Mark& mark, const std::string& tag) {
    throw Refused{AtLine(mark.line + 1, absl::StrCat("the tag \"", tag, "\" is not supported: leave it out"))};
  }
  [[noreturn]] static void RefuseDepth(const YAML::Mark& mark) {
    throw Refused{AtLine(mark.line + 1, absl::StrCat("nested deeper than ", kMaxYamlDepth, " levels"))};
  }

  void Charge(const YAML::Mark& mark, size_t nodes) {
    count_ += nodes;
    if (count_ > kMaxYamlNodes) {
      throw Refused{AtLine(mark.line + 1, absl::StrCat("more than ", kMaxYamlNodes,
                                                       " values once aliases are expanded: write it without them"))};
    }
  }

  void Open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Kind kind) {
    if (!tag.empty() && tag != "?" && tag != "!") RefuseTag(mark, tag);
    Charge(mark, 1);
    if (static_cast<int>(open_.size()) >= kMaxYamlDepth) RefuseDepth(mark);
    open_.push_back({Leaf(mark, kind), anchor});
  }

  void Close() {
    OpenNode done = std::move(open_.back());
    open_.pop_back();
    if (done.anchor != 0) anchors_[done.anchor] = done.node;
    const int line = done.node.line;
    Place(std::move(done.node), line);
  }

  void Add(YamlNode node, YAML::anchor_t anchor) {
    YAML::Mark mark;
    mark.line = node.line - 1;
    Charge(mark, 1);
    if (anchor != 0) anchors_[anchor] = node;
    const int line = node.line;
    Place(std::move(node), line);
  }

  // Puts a finished node where it belongs: root, list item, key or value.
  void Place(YamlNode node, int line) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    OpenNode& parent = open_.back();
    if (parent.node.kind == Kind::kMap && !parent.has_key) {
      PlaceKey(parent, node, line);
      return;
    }
    parent.has_key = false;
    parent.node.items.push_back(std::move(node));
  }

  static void PlaceKey(OpenNode& parent, const YamlNode& key, int line) {
    if (key.kind != Kind::kScalar) throw Refused{AtLine(line, "a key must be a text")};
    if (key.text == "<<" && !key.quoted) {
      throw Refused{
          AtLine(line, "the merge key \"<<\" is not supported: write the keys out, or alias the whole value")};
    }
    if (!parent.seen.insert(key.text).second) {
      throw Refused{AtLine(line, absl::StrCat("the key \"", key.text, "\" is given twice"))};
    }
    parent.node.keys.push_back(key.text);
    parent.has_key = true;
  }

  YamlNode root_;
  std::vector<OpenNode> open_;
  std::map<YAML::anchor_t, YamlNode> anchors_;
  size_t count_ = 0;
};

// Length of the well-formed UTF-8 character at the start of `text`, or 0.
size_t Utf8Length(absl::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const size_t length = first >= 0xC2 && first < 0xE0   ? 2
                        : first >= 0xE0 && first < 0xF0 ? 3
                        : first >= 0xF0 && first < 0xF5 ? 4
                                                        : 0;
  if (length == 0 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  if ((first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F)) return 0;
  if ((first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) > 0x8F)) return 0;
  return length;
}

absl::Status CheckText(absl::string_view text) {
  if (text.size() > kMaxYamlBytes) {
    return absl::InvalidArgumentError(absl::StrCat("the text is longer than ", kMaxYamlBytes, " bytes"));
  }
  int line = 1;
  while (!text.empty()) {
    const unsigned char c = static_cast<unsigned char>(text[0]);
    if (c == '\n') ++line;
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F) return AtLine(line, "a control character");
    const size_t length = Utf8Length(text);
    if (length == 0) return AtLine(line, "the text is not UTF-8");
    text.remove_prefix(length);
  }
  return absl::OkStatus();
}

bool IsPlainKey(absl::string_view key) {
  if (key.empty() || !absl::ascii_isalpha(static_cast<unsigned char>(key[0]))) return false;
  for (char c : key) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '.' && c != '/') return false;
  }
  for (absl::string_view word : {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}) {
    if (absl::EqualsIgnoreCase(key, word)) return false;
  }
  return true;
}

std::string Quote(absl::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    const unsigned char byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      absl::StrAppend(&out, "\\", absl::string_view(&c, 1));
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      absl::StrAppendFormat(&out, "\\x%02x", byte);
    } else {
      out += c;
    }
  }
  return out + "\"";
}

// Appends `node` as the value behind "key:" or "-", which stands at `indent` already.
void Render(const YamlNode& node, size_t indent, bool in_list, std::string* out) {
  const std::string margin(indent, ' ');
  if (node.kind == Kind::kNull) {
    *out += in_list ? "null\n" : " null\n";
  } else if (node.kind == Kind::kScalar) {
    absl::StrAppend(out, in_list ? "" : " ", node.quoted ? Quote(node.text) : node.text, "\n");
  } else if (node.items.empty()) {
    absl::StrAppend(out, in_list ? "" : " ", node.kind == Kind::kList ? "[]\n" : "{}\n");
  } else {
    if (!in_list && !out->empty()) *out += "\n";
    for (size_t i = 0; i < node.items.size(); ++i) {
      // The first line of a list's item stands behind its dash.
      if (!in_list || i > 0) *out += margin;
      if (node.kind == Kind::kList) {
        *out += "- ";
        Render(node.items[i], indent + 2, true, out);
      } else {
        absl::StrAppend(out, IsPlainKey(node.keys[i]) ? node.keys[i] : Quote(node.keys[i]), ":");
        Render(node.items[i], indent + 2, false, out);
      }
    }
  }
}

}  // namespace

absl::StatusOr<YamlNode> ParseYaml(absl::string_view text) {
  RETURN_IF_ERROR(CheckText(text));
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    TreeBuilder builder, second;
    if (!parser.HandleNextDocument(builder)) return absl::InvalidArgumentError("the text is empty");
    // Asked once only: the library hangs when it is asked again and again on some malformed input.
    if (parser.HandleNextDocument(second)) {
      return absl::InvalidArgumentError("the text holds more than one YAML document: give one only");
    }
    return builder.TakeRoot();
  } catch (const Refused& refused) {
    return refused.status;
  } catch (const YAML::Exception& error) {
    return AtLine(error.mark.line + 1, absl::StrCat("not valid YAML: ", error.msg));
  } catch (const std::exception& error) {
    return absl::InvalidArgumentError(absl::StrCat("not valid YAML: ", error.what()));
  }
}

std::string RenderYaml(const YamlNode& node) {
  std::string out;
  Render(node, 0, false, &out);
  return out;
}

}  // namespace spcs::snowflake
