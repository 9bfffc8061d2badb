// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/token.h"

#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "emulator/sql/errors.h"
#include "provider/base/status.h"

namespace spcs::sql {
namespace {

bool IsWordStart(char c) {
  return absl::ascii_isalpha(c) || c == '_';
}
bool IsWordPart(char c) {
  return absl::ascii_isalnum(c) || c == '_' || c == '$';
}

// One pass over the text. at_ never passes the end.
class Tokenizer {
 public:
  explicit Tokenizer(absl::string_view sql) : sql_(sql) {}

  absl::StatusOr<std::vector<Token>> Run() {
    std::vector<Token> tokens;
    while (true) {
      RETURN_IF_ERROR(SkipBlank());
      Token token = Here();
      if (at_ == sql_.size()) {
        tokens.push_back(std::move(token));
        return tokens;
      }
      RETURN_IF_ERROR(Read(token));
      token.end = at_;
      tokens.push_back(std::move(token));
    }
  }

 private:
  absl::string_view rest() const { return sql_.substr(at_); }

  // An empty token at the present place.
  Token Here() const {
    Token token;
    token.begin = token.end = at_;
    token.line = line_;
    token.position = static_cast<int>(at_ - line_start_);
    return token;
  }

  void Advance(size_t count) {
    for (const size_t end = std::min(at_ + count, sql_.size()); at_ < end; ++at_) {
      if (sql_[at_] == '\n') {
        ++line_;
        line_start_ = at_ + 1;
      }
    }
  }

  // Blanks and comments.
  absl::Status SkipBlank() {
    while (at_ < sql_.size()) {
      if (absl::ascii_isspace(sql_[at_])) {
        Advance(1);
      } else if (absl::StartsWith(rest(), "--") || absl::StartsWith(rest(), "//")) {
        const size_t end = sql_.find('\n', at_);
        Advance(end == absl::string_view::npos ? sql_.size() - at_ : end - at_);
      } else if (absl::StartsWith(rest(), "/*")) {
        const Token start = Here();
        const size_t end = sql_.find("*/", at_ + 2);
        if (end == absl::string_view::npos) return Refuse(start, "/*");
        Advance(end + 2 - at_);
      } else {
        break;
      }
    }
    return absl::OkStatus();
  }

  absl::Status Refuse(Token token, absl::string_view text) const {
    token.kind = TokenKind::kSymbol;
    token.text = std::string(text);
    return SyntaxError(token);
  }

  absl::Status Read(Token& token) {
    const char c = sql_[at_];
    if (IsWordStart(c)) {
      token.kind = TokenKind::kWord;
      TakeWhile(token, IsWordPart);
      return absl::OkStatus();
    }
    if (absl::ascii_isdigit(c)) return ReadNumber(token);
    if (c == '\'') return ReadString(token);
    if (c == '"') return ReadQuoted(token);
    if (absl::StartsWith(rest(), "$$")) return ReadDollar(token);
    if (c == '@') return ReadStage(token);
    return ReadSymbol(token);
  }

  template <typename Predicate>
  void TakeWhile(Token& token, Predicate predicate) {
    size_t end = at_;
    while (end < sql_.size() && predicate(sql_[end])) ++end;
    absl::string_view taken = sql_.substr(at_, end - at_);
    token.text.append(taken.data(), taken.size());
    Advance(taken.size());
  }

  absl::Status ReadNumber(Token& token) {
    token.kind = TokenKind::kNumber;
    const auto digit = [](char c) { return absl::ascii_isdigit(c); };
    TakeWhile(token, digit);
    if (rest().size() > 1 && rest()[0] == '.' && absl::ascii_isdigit(rest()[1])) {
      token.text += '.';
      Advance(1);
      TakeWhile(token, digit);
    }
    if (rest().size() > 1 && (rest()[0] == 'e' || rest()[0] == 'E')) {
      const size_t sign = rest()[1] == '+' || rest()[1] == '-' ? 1 : 0;
      if (rest().size() > 1 + sign && absl::ascii_isdigit(rest()[1 + sign])) {
        token.text.append(rest().data(), 1 + sign);
        Advance(1 + sign);
        TakeWhile(token, digit);
      }
    }
    // 1abc is no number and no name.
    if (!rest().empty() && IsWordPart(rest()[0])) return Refuse(token, token.text);
    return absl::OkStatus();
  }

  absl::Status ReadString(Token& token) {
    const Token start = token;
    token.kind = TokenKind::kString;
    Advance(1);
    while (at_ < sql_.size()) {
      const char c = sql_[at_];
      if (c == '\'') {
        Advance(1);
        if (at_ == sql_.size() || sql_[at_] != '\'') return absl::OkStatus();
        token.text += '\'';
        Advance(1);
      } else if (c == '\\') {
        Advance(1);
        ReadEscape(token);
      } else {
        token.text += c;
        Advance(1);
      }
    }
    return Refuse(start, "'");
  }

  // Behind a backslash. An escape that the service does not know stands for the character itself.
  void ReadEscape(Token& token) {
    if (at_ == sql_.size()) return;
    const char c = sql_[at_];
    Advance(1);
    switch (c) {
      case 'n': token.text += '\n'; return;
      case 't': token.text += '\t'; return;
      case 'r': token.text += '\r'; return;
      case 'b': token.text += '\b'; return;
      case 'f': token.text += '\f'; return;
      case '0': token.text += '\0'; return;
      case 'x': ReadHex(token, 2); return;
      case 'u': ReadHex(token, 4); return;
      default: token.text += c; return;
    }
  }

  // \xHH and \uHHHH; with fewer digits the letter stands for itself.
  void ReadHex(Token& token, size_t digits) {
    unsigned value = 0;
    if (rest().size() < digits) return token.text.push_back(digits == 2 ? 'x' : 'u');
    for (size_t i = 0; i < digits; ++i) {
      const char c = rest()[i];
      if (!absl::ascii_isxdigit(c)) return token.text.push_back(digits == 2 ? 'x' : 'u');
      value = value * 16 + (absl::ascii_isdigit(c) ? c - '0' : absl::ascii_tolower(c) - 'a' + 10);
    }
    Advance(digits);
    AppendUtf8(token.text, value);
  }

  static void AppendUtf8(std::string& out, unsigned value) {
    if (value >= 0xD800 && value < 0xE000) value = 0xFFFD;  // half of a pair
    if (value < 0x80) {
      out += static_cast<char>(value);
    } else if (value < 0x800) {
      out += static_cast<char>(0xC0 | (value >> 6));
      out += static_cast<char>(0x80 | (value & 0x3F));
    } else {
      out += static_cast<char>(0xE0 | (value >> 12));
      out += static_cast<char>(0x80 | ((value >> 6) & 0x3F));
      out += static_cast<char>(0x80 | (value & 0x3F));
    }
  }

  absl::Status ReadQuoted(Token& token) {
    const Token start = token;
    token.kind = TokenKind::kQuoted;
    Advance(1);
    while (at_ < sql_.size()) {
      const char c = sql_[at_];
      Advance(1);
      if (c != '"') {
        token.text += c;
      } else if (at_ < sql_.size() && sql_[at_] == '"') {
        token.text += '"';
        Advance(1);
      } else {
        return token.text.empty() ? Refuse(start, "\"\"") : absl::OkStatus();
      }
    }
    return Refuse(start, "\"");
  }

  absl::Status ReadDollar(Token& token) {
    const size_t end = sql_.find("$$", at_ + 2);
    if (end == absl::string_view::npos) return Refuse(token, "$$");
    token.kind = TokenKind::kString;
    token.dollar = true;
    token.text = std::string(sql_.substr(at_ + 2, end - at_ - 2));
    Advance(end + 2 - at_);
    return absl::OkStatus();
  }

  absl::Status ReadStage(Token& token) {
    token.kind = TokenKind::kStage;
    bool quoted = false;
    TakeWhile(token, [&quoted](char c) {
      if (c == '"') quoted = !quoted;
      return quoted || !(absl::ascii_isspace(c) || c == ',' || c == ';' || c == '(' || c == ')');
    });
    if (quoted || token.text.size() == 1) return Refuse(token, "@");
    return absl::OkStatus();
  }

  absl::Status ReadSymbol(Token& token) {
    static constexpr std::array<absl::string_view, 9> kLong = {"->>", "=>", "<=", ">=", "<>", "!=", "||", "::", "->"};
    static constexpr absl::string_view kShort = "(),.=;*!?+-<>/%:[]{}";
    token.kind = TokenKind::kSymbol;
    for (const absl::string_view symbol : kLong) {
      if (!absl::StartsWith(rest(), symbol)) continue;
      token.text = std::string(symbol);
      Advance(symbol.size());
      return absl::OkStatus();
    }
    if (!absl::StrContains(kShort, sql_[at_])) return Refuse(token, sql_.substr(at_, 1));
    token.text = std::string(1, sql_[at_]);
    Advance(1);
    return absl::OkStatus();
  }

  absl::string_view sql_;
  size_t at_ = 0, line_start_ = 0;
  int line_ = 1;
};

}  // namespace

absl::StatusOr<std::vector<Token>> Tokenize(absl::string_view sql) {
  return Tokenizer(sql).Run();
}

}  // namespace spcs::sql
