// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/pattern.h"

#include <gtest/gtest.h>

#include <string>

namespace spcs::engine {
namespace {

TEST(PatternTest, LikeMatchesAsTheService) {
  EXPECT_TRUE(LikeMatches("my%", "MYDB"));
  EXPECT_TRUE(LikeMatches("m_db", "MYDB"));
  EXPECT_TRUE(LikeMatches("%a%b%", "xxAxxBxx"));
  EXPECT_TRUE(LikeMatches("a\\_b", "A_B"));
  EXPECT_FALSE(LikeMatches("a\\_b", "AXB"));
  EXPECT_TRUE(LikeMatches("a\\%", "A%"));
  EXPECT_FALSE(LikeMatches("a\\%", "AB"));
  EXPECT_FALSE(LikeMatches("", "A"));
  EXPECT_TRUE(LikeMatches("%", ""));
  EXPECT_FALSE(LikeMatches("abc", "ab"));
  EXPECT_FALSE(MatchesPattern("my%", "MYDB"));
  EXPECT_TRUE(MatchesPattern("MY%", "MYDB"));
}

TEST(PatternTest, AnyCharacterIsNoByte) {
  EXPECT_TRUE(MatchesPattern("_b", "éb"));
  EXPECT_FALSE(MatchesPattern("__b", "éb"));
  EXPECT_TRUE(MatchesPattern("%_é", "aéé"));
  EXPECT_FALSE(MatchesPattern("%__y", "éy"));
}

TEST(PatternTest, Globs) {
  EXPECT_TRUE(GlobMatches("*", ""));
  EXPECT_TRUE(GlobMatches("a*c*e", "abcde"));
  EXPECT_FALSE(GlobMatches("a*c", "abcd"));
  EXPECT_TRUE(GlobMatches("**b", "aab"));
  EXPECT_FALSE(GlobMatches("", "a"));
  EXPECT_FALSE(GlobMatches("a_c", "abc"));
  EXPECT_TRUE(GlobMatches("a\\*", "a\\b"));
}

TEST(PatternTest, ManyWildcardsTakeNoTime) {
  EXPECT_FALSE(MatchesPattern(std::string(200, '%') + "b", std::string(2000, 'a')));
  EXPECT_FALSE(MatchesPattern("%a%a%a%a%a%a%a%a%a%a%a%a%b", std::string(2000, 'a')));
  EXPECT_FALSE(LikeMatches("%a%a%a%a%a%a%a%a%a%a%a%a%b", std::string(2000, 'a')));
}

}  // namespace
}  // namespace spcs::engine
