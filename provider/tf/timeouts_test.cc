// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/timeouts.h"

#include "gtest/gtest.h"
#include "provider/tf/validate.h"

namespace spcs::tf {
namespace {

struct LakeTimeouts {
  String create{}, update{};
  static const Table<LakeTimeouts>& Fields() {
    static const Table<LakeTimeouts> table{
        {"create", &LakeTimeouts::create, TimeoutAttribute("create", absl::Hours(1))},
        {"update", &LakeTimeouts::update, TimeoutAttribute("update", absl::Minutes(90))}};
    return table;
  }
};

struct Waiting {
  Object<LakeTimeouts> timeouts{};
};

Diagnostics Judge(Value create) {
  static const Table<Waiting> table{{"timeouts", &Waiting::timeouts, TimeoutsAttribute()}};
  Diagnostics diagnostics;
  const Value timeouts(Value::Map{{"create", std::move(create)}, {"update", Value()}});
  ValidateAttributes(Schema{.attributes = table.attributes()}, Value(Value::Map{{"timeouts", timeouts}}), diagnostics);
  return diagnostics;
}

TEST(TimeoutsTest, AcceptsPositiveDurations) {
  for (const Value& text : {Value("90s"), Value("30m"), Value("1h30m"), Value("0.5h"), Value(), Value::Unknown()}) {
    EXPECT_TRUE(Judge(text).empty());
  }
}

TEST(TimeoutsTest, RefusesOtherTextAndNamesThePlace) {
  for (const char* text : {"", "30", "soon", "0s", "-5m", "inf", "1 h", "30M"}) {
    const Diagnostics diagnostics = Judge(text);
    ASSERT_EQ(diagnostics.list().size(), 1u) << text;
    EXPECT_EQ(diagnostics.list()[0].path, Path("timeouts") / "create");
    EXPECT_EQ(diagnostics.list()[0].summary, "Invalid duration");
  }
}

TEST(TimeoutsTest, FallsBackWhenNotGiven) {
  LakeTimeouts given{};
  given.create = "5m";
  given.update = String::Unknown();
  const Object<LakeTimeouts> timeouts(given);
  EXPECT_EQ(TimeoutOr(timeouts, &LakeTimeouts::create, absl::Hours(1)), absl::Minutes(5));
  EXPECT_EQ(TimeoutOr(timeouts, &LakeTimeouts::update, absl::Hours(1)), absl::Hours(1));
  EXPECT_EQ(TimeoutOr(Object<LakeTimeouts>(), &LakeTimeouts::create, absl::Hours(1)), absl::Hours(1));
}

TEST(TimeoutsTest, TheTextNamesTheDefault) {
  EXPECT_EQ(LakeTimeouts::Fields().attributes()[0].doc,
            "How long a create may take, such as `30m` or `1h30m`. Default: `1h`.");
  EXPECT_EQ(LakeTimeouts::Fields().attributes()[1].doc,
            "How long an update may take, such as `30m` or `1h30m`. Default: `1h30m`.");
}

TEST(TimeoutsTest, AChangeSendsNothing) {
  EXPECT_TRUE(TimeoutsAttribute().client_only);
}

}  // namespace
}  // namespace spcs::tf
