// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/cluster_key.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "provider/base/status.h"

namespace spcs::resources {
namespace {

using snowflake::DerivedKeyword;
using snowflake::Identifier;
using snowflake::ObjectName;
using snowflake::Statement;

constexpr int kMostNesting = 20;

bool StartsWord(char c) {
  return absl::ascii_isalpha(static_cast<unsigned char>(c)) || c == '_';
}
bool IsWordPart(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$';
}

// Reads one expression; writes it in one spelling, gathers its columns and, when asked to, appends it to a statement.
class Parser {
 public:
  Parser(absl::string_view text, Statement* statement) : text_(text), statement_(statement) {}

  absl::Status Parse() {
    RETURN_IF_ERROR(Expression(0));
    return Rest().empty() ? absl::OkStatus() : Unexpected();
  }
  std::string canonical;
  std::vector<Identifier> columns;

 private:
  absl::string_view Rest() {
    while (place_ < text_.size() && absl::ascii_isspace(static_cast<unsigned char>(text_[place_]))) ++place_;
    return text_.substr(place_);
  }
  bool Try(absl::string_view symbol) {
    if (!absl::StartsWith(Rest(), symbol)) return false;
    place_ += symbol.size();
    return true;
  }
  absl::Status Unexpected() {
    const absl::string_view rest = Rest();
    return absl::InvalidArgumentError(
        rest.empty() ? "it ends too early" : absl::StrCat("it makes no sense from \"", rest.substr(0, 20), "\" on"));
  }
  std::string Word() {
    const absl::string_view rest = Rest();
    size_t length = 0;
    while (length < rest.size() && IsWordPart(rest[length])) ++length;
    place_ += length;
    return std::string(rest.substr(0, length));
  }
  // The text from the opening quote to the closing one, doubled quotes inside; "" without an end.
  std::string Quoted(char quote) {
    const absl::string_view rest = Rest();
    for (size_t i = 1; i < rest.size(); ++i) {
      if (rest[i] != quote) continue;
      if (i + 1 < rest.size() && rest[i + 1] == quote) {
        ++i;
        continue;
      }
      place_ += i + 1;
      return std::string(rest.substr(0, i + 1));
    }
    return "";
  }

  absl::Status Expression(int depth) {
    if (depth > kMostNesting) return absl::InvalidArgumentError("its calls are nested too deeply");
    RETURN_IF_ERROR(Primary(depth));
    while (!Rest().empty()) {
      if (Try("::")) {
        RETURN_IF_ERROR(Cast());
      } else if (Try(":")) {
        RETURN_IF_ERROR(Element());
      } else {
        break;
      }
    }
    return absl::OkStatus();
  }

  absl::Status Primary(int depth) {
    const absl::string_view rest = Rest();
    if (rest.empty()) return Unexpected();
    if (absl::ascii_isdigit(static_cast<unsigned char>(rest[0]))) return Number();
    if (rest[0] == '\'') return Text();
    if (rest[0] == '"') return Column(Quoted('"'));
    if (!StartsWord(rest[0])) return Unexpected();
    const std::string word = Word();
    return Try("(") ? Call(word, depth) : Column(word);
  }

  absl::Status Column(const std::string& text) {
    const auto name = Identifier::Parse(text);
    if (!name.ok()) return absl::InvalidArgumentError(name.status().message());
    columns.push_back(*name);
    canonical += name->Sql();
    if (statement_ != nullptr) statement_->Name(ObjectName(*name));
    return absl::OkStatus();
  }

  absl::Status Number() {
    int64_t number = 0;
    const std::string word = Word();
    if (!absl::SimpleAtoi(word, &number)) return absl::InvalidArgumentError(absl::StrCat(word, " is no whole number"));
    absl::StrAppend(&canonical, number);
    if (statement_ != nullptr) statement_->Number(number);
    return absl::OkStatus();
  }

  absl::Status Text() {
    const std::string quoted = Quoted('\'');
    if (quoted.empty() || absl::StrContains(quoted, "\\")) return Unexpected();
    canonical += quoted;
    if (statement_ == nullptr) return absl::OkStatus();
    std::string text;
    for (size_t i = 1; i + 1 < quoted.size(); ++i) {
      if (quoted[i] == '\'') ++i;
      text += quoted[i];
    }
    statement_->Literal(text);
    return absl::OkStatus();
  }

  absl::Status Call(const std::string& word, int depth) {
    Keyword(word);
    Symbol("(");
    if (!Try(")")) {
      do {
        if (canonical.back() != '(') Comma();
        RETURN_IF_ERROR(Expression(depth + 1));
      } while (Try(","));
      if (!Try(")")) return Unexpected();
    }
    Symbol(")");
    return absl::OkStatus();
  }

  absl::Status Cast() {
    const absl::string_view rest = Rest();
    if (rest.empty() || !StartsWord(rest[0])) return Unexpected();
    Symbol("::");
    Keyword(Word());
    if (!Try("(")) return absl::OkStatus();
    Symbol("(");
    do {
      if (canonical.back() != '(') Comma();
      RETURN_IF_ERROR(Number());
    } while (Try(","));
    if (!Try(")")) return Unexpected();
    Symbol(")");
    return absl::OkStatus();
  }

  // A key of a semi-structured column: its case counts, so it is written in quotes.
  absl::Status Element() {
    const absl::string_view rest = Rest();
    const bool quoted = !rest.empty() && rest[0] == '"';
    if (!quoted && (rest.empty() || !StartsWord(rest[0]))) return Unexpected();
    const auto key = quoted ? Identifier::Parse(Quoted('"')) : absl::StatusOr<Identifier>(Identifier::Stored(Word()));
    if (!key.ok()) return absl::InvalidArgumentError(key.status().message());
    Symbol(":");
    canonical += key->Sql();
    if (statement_ != nullptr) statement_->Name(ObjectName(*key));
    return absl::OkStatus();
  }

  void Keyword(const std::string& word) {
    canonical += absl::AsciiStrToUpper(word);
    if (statement_ != nullptr) statement_->Raw(DerivedKeyword(absl::AsciiStrToUpper(word)));
  }
  void Symbol(absl::string_view symbol) {
    absl::StrAppend(&canonical, symbol);
    if (statement_ == nullptr) return;
    if (symbol == "(") statement_->Raw("(");
    if (symbol == ")") statement_->Raw(")");
    if (symbol == "::") statement_->Raw("::");
    if (symbol == ":") statement_->Raw(":");
  }
  void Comma() {
    canonical += ",";
    if (statement_ != nullptr) statement_->Comma();
  }

  absl::string_view text_;
  size_t place_ = 0;
  Statement* statement_;
};

}  // namespace

absl::StatusOr<std::string> CanonicalClusterKey(absl::string_view text) {
  Parser parser(text, nullptr);
  RETURN_IF_ERROR(parser.Parse());
  return parser.canonical;
}

std::vector<Identifier> ClusterKeyColumns(absl::string_view text) {
  Parser parser(text, nullptr);
  return parser.Parse().ok() ? parser.columns : std::vector<Identifier>();
}

absl::Status AppendClusterKey(absl::string_view text, Statement& statement) {
  return Parser(text, &statement).Parse();
}

std::vector<std::string> ShownClusterKeys(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  const size_t open = text.find('(');
  const bool named = open != absl::string_view::npos && absl::EndsWith(text, ")") &&
                     absl::EqualsIgnoreCase(text.substr(0, open), "LINEAR");
  if (named) text = text.substr(open + 1, text.size() - open - 2);
  std::vector<std::string> keys;
  std::string key;
  int depth = 0;
  char quote = 0;
  for (const char c : text) {
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '(' || c == ')') {
      depth += c == '(' ? 1 : -1;
    } else if (c == ',' && depth == 0) {
      keys.emplace_back(absl::StripAsciiWhitespace(key));
      key.clear();
      continue;
    }
    key += c;
  }
  if (const absl::string_view last = absl::StripAsciiWhitespace(key); !last.empty()) keys.emplace_back(last);
  return keys;
}

}  // namespace spcs::resources
