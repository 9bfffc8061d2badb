// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/token.h"

#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "provider/base/status.h"

namespace spcs::sql {
namespace {

// "kind:text" of each token but the last, joined by blanks.
std::string Shape(absl::string_view sql) {
  const absl::StatusOr<std::vector<Token>> tokens = Tokenize(sql);
  if (!tokens.ok()) return std::string(tokens.status().message());
  std::string shape;
  for (const Token& token : *tokens) {
    if (token.kind == TokenKind::kEnd) break;
    static constexpr char kLetters[] = "wqsn.@e";
    absl::StrAppend(&shape, shape.empty() ? "" : " ", absl::string_view(&kLetters[static_cast<int>(token.kind)], 1),
                    ":", token.text);
  }
  return shape;
}

std::string Refusal(int line, int position, absl::string_view text) {
  return absl::StrCat("SQL compilation error:\nsyntax error line ", line, " at position ", position, " unexpected '",
                      text, "'.");
}

TEST(TokenTest, ReadsEachKind) {
  EXPECT_EQ(Shape("show_1 \"My \"\"x\"\"\" 'a''b' 12 1.5 2e3 @db.st/p=>?"),
            "w:show_1 q:My \"x\" s:a'b n:12 n:1.5 n:2e3 @:@db.st/p=>?");
  EXPECT_EQ(Shape("a.b(1,2)=>x!role;"), "w:a .:. w:b .:( n:1 .:, n:2 .:) .:=> w:x .:! w:role .:;");
  EXPECT_EQ(Shape("SYSTEM$GET_SERVICE_LOGS($$it's; -- here$$)"), "w:SYSTEM$GET_SERVICE_LOGS .:( s:it's; -- here .:)");
}

TEST(TokenTest, DropsComments) {
  EXPECT_EQ(Shape("select -- one\n1 // two\n/* three\n four */ , 2 --{\"json\": 1}"), "w:select n:1 .:, n:2");
  EXPECT_EQ(Shape("'-- no comment' \"/*\""), "s:-- no comment q:/*");
}

TEST(TokenTest, UndoesEscapes) {
  EXPECT_EQ(Shape(R"('a\'b\\c\n\t\x41\u00e4\q')"), "s:a'b\\c\n\tA\xc3\xa4q");
  EXPECT_EQ(Shape(R"('\ud800')"), "s:\xef\xbf\xbd");
  // In dollars nothing is an escape.
  EXPECT_EQ(Shape(R"($$a\n''$$)"), R"(s:a\n'')");
}

TEST(TokenTest, RefusesWhatDoesNotEnd) {
  EXPECT_EQ(Shape("select 'abc"), Refusal(1, 7, "'"));
  EXPECT_EQ(Shape("select\n  \"abc"), Refusal(2, 2, "\""));
  EXPECT_EQ(Shape("$$abc"), Refusal(1, 0, "$$"));
  EXPECT_EQ(Shape("a /* b"), Refusal(1, 2, "/*"));
  EXPECT_EQ(Shape("a \"\""), Refusal(1, 2, "\"\""));
  EXPECT_EQ(Shape("select #"), Refusal(1, 7, "#"));
  EXPECT_EQ(Shape("1abc"), Refusal(1, 0, "1"));
  EXPECT_EQ(Shape("'abc\\"), Refusal(1, 0, "'"));
}

TEST(TokenTest, KnowsWhereTokensAre) {
  const auto tokens = *Tokenize("a\n  bc 'x\ny' d");
  EXPECT_EQ(tokens[1].line, 2);
  EXPECT_EQ(tokens[1].position, 2);
  EXPECT_EQ(tokens[3].line, 3);
  EXPECT_EQ(tokens[3].position, 3);
  EXPECT_EQ(tokens[3].begin, 13u);
  EXPECT_EQ(tokens.back().kind, TokenKind::kEnd);
}

TEST(TokenTest, ErrorCarriesCodeAndState) {
  const absl::Status status = Tokenize("'").status();
  EXPECT_EQ(FactOf(status, kVendorCode), "001003");
  EXPECT_EQ(FactOf(status, kSqlState), "42000");
}

// Whatever comes in, tokens lie in order inside the text and the last is the end.
TEST(TokenTest, SurvivesRandomBytes) {
  std::mt19937 random(7);
  static constexpr char kLikely[] = "'\"$$\\@-/*;()=.aZ_1e \n";
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    const int length = static_cast<int>(random() % 40);
    for (int i = 0; i < length; ++i) {
      text += random() % 4 != 0 ? kLikely[random() % (sizeof(kLikely) - 1)] : static_cast<char>(random());
    }
    const absl::StatusOr<std::vector<Token>> tokens = Tokenize(text);
    if (!tokens.ok()) {
      EXPECT_EQ(FactOf(tokens.status(), kVendorCode), "001003");
      continue;
    }
    size_t last = 0;
    for (const Token& token : *tokens) {
      ASSERT_LE(last, token.begin);
      ASSERT_LE(token.begin, token.end);
      ASSERT_LE(token.end, text.size());
      last = token.end;
    }
    ASSERT_EQ(tokens->back().kind, TokenKind::kEnd);
  }
}

}  // namespace
}  // namespace spcs::sql
