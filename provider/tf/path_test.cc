// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/path.h"

#include "gtest/gtest.h"

namespace spcs::tf {
namespace {

TEST(PathTest, WritesAttributesKeysAndIndexes) {
  const Path path = (Path("spec") / "containers").Key("head") / "args";
  EXPECT_EQ(path.Index(0).ToString(), R"(spec.containers["head"].args[0])");
  EXPECT_EQ(Path().ToString(), "");
}

TEST(PathTest, ReadsWhatItWrites) {
  const Path paths[] = {Path(),
                        Path("name"),
                        Path("spec") / "x-y_2",
                        Path("m").Key("a.b[\"c\"]\\"),
                        Path("m").Key("") / "z",
                        Path("l").Index(12).Index(0),
                        Path().Key("first").Index(-1)};
  for (const Path& path : paths) EXPECT_EQ(Path::Parse(path.ToString()), path) << path.ToString();
}

TEST(PathTest, OtherTextIsTheWholeResource) {
  for (const char* text : {".", ".a", "a.", "a..b", "a b", "a[", "a[]", "a[x]", "a[\"x]", "a[\"x\"", "a[\"x\\\"]",
                           "a[1", "a[0]b", "a]", "a[99999999999999999999]", "\xff"}) {
    EXPECT_TRUE(Path::Parse(text).empty()) << text;
  }
}

TEST(PathTest, StepsKeepTheirKind) {
  const Path path = Path::Parse(R"(a["0"][0])");
  ASSERT_EQ(path.steps().size(), 3u);
  EXPECT_TRUE(std::holds_alternative<Path::Attribute>(path.steps()[0]));
  EXPECT_EQ(std::get<std::string>(path.steps()[1]), "0");
  EXPECT_EQ(std::get<int64_t>(path.steps()[2]), 0);
}

}  // namespace
}  // namespace spcs::tf
