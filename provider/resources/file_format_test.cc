// SPDX-License-Identifier: MPL-2.0
// File formats and directory tables of stages; the last test lists what a plan refuses.
#include "gmock/gmock.h"
#include "provider/resources/resource_fixture_for_test.h"

namespace spcs::resources {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using tf::Value;

using Members = ResourceFixture::Members;
using Rows = std::vector<std::vector<std::optional<std::string>>>;

Members Stage(const Members& more = {}) {
  Members members{{"database", "d"}, {"schema", "s"}, {"name", "x"}};
  for (const auto& [name, value] : more) members[name] = value;
  return members;
}

// With every attribute, as the wire has it.
Value Format(const Value::Map& more) {
  Value::Map format{{"format_name", {}}, {"type", {}}, {"options", {}}, {"null_if", {}}};
  for (const auto& [name, value] : more) format[name] = value;
  return Value(format);
}

struct StageFixture : ResourceFixture {
  explicit StageFixture(const char* directory = "N") : ResourceFixture(MakeStage) {
    account.On("SHOW STAGES IN SCHEMA D.S", {{"name", "database_name", "schema_name", "owner", "directory_enabled"},
                                             {{"X", "D", "S", "ME", directory}}});
  }
  void Described(const Rows& rows) {
    account.On("DESCRIBE STAGE D.S.X", {{"parent_property", "property", "property_value", "property_default"}, rows});
    clock.Advance(absl::Minutes(1));
  }
};

Rows Csv(const char* delimiter, const char* header) {
  return {{"STAGE_FILE_FORMAT", "TYPE", "CSV", "CSV"},
          {"STAGE_FILE_FORMAT", "RECORD_DELIMITER", "\\n", "\\n"},
          {"STAGE_FILE_FORMAT", "FIELD_DELIMITER", delimiter, ","},
          {"STAGE_FILE_FORMAT", "SKIP_HEADER", header, "0"},
          {"STAGE_FILE_FORMAT", "NULL_IF", "[\\\\N]", "[\\\\N]"},
          {"STAGE_COPY_OPTIONS", "ON_ERROR", "ABORT_STATEMENT", "ABORT_STATEMENT"},
          {"DIRECTORY", "ENABLE", "false", "false"},
          {"DIRECTORY", "AUTO_REFRESH", "false", "false"}};
}

TEST(FileFormatTest, IsSetChangedAndTakenAway) {
  StageFixture f;
  f.Described(Csv("|", "1"));
  const Members given =
      Stage({{"file_format",
              Format({{"type", "csv"}, {"options", Value::Map{{"field_delimiter", "|"}, {"skip_header", "1"}}}})}});
  ASSERT_OK(f.Create(given));
  EXPECT_TRUE(f.PlansNothing(given));
  f.Described(Csv(",", "2"));
  ASSERT_OK(
      f.Apply(Stage({{"file_format", Format({{"type", "csv"}, {"options", Value::Map{{"skip_header", "2"}}}})}})));
  f.Described(Csv(",", "0"));
  ASSERT_OK(f.Apply(Stage()));
  EXPECT_TRUE(f.PlansNothing(Stage()));
  EXPECT_THAT(f.account.changes(),
              ElementsAre(HasSubstr("DIRECTORY = ( ENABLE = FALSE ) FILE_FORMAT = ( TYPE = CSV FIELD_DELIMITER = '|' "
                                    "SKIP_HEADER = 1 )"),
                          "ALTER STAGE D.S.X SET FILE_FORMAT = ( TYPE = CSV FIELD_DELIMITER = ',' SKIP_HEADER = 2 )",
                          "ALTER STAGE D.S.X SET FILE_FORMAT = ( TYPE = CSV SKIP_HEADER = 0 )"));
}

TEST(FileFormatTest, AnOutsideChangeIsSeen) {
  StageFixture f;
  f.Described(Csv(",", "0"));
  ASSERT_OK(f.Create(Stage()));
  f.Described(Csv("\\t", "0"));
  ASSERT_OK(f.Read());
  EXPECT_TRUE(f.state.Get("file_format").Get("options").Get("field_delimiter") == Value("\\t"));
  EXPECT_FALSE(f.PlansNothing(Stage()));
  // The same text as HCL spells it.
  EXPECT_TRUE(
      f.Create(Stage({{"file_format", Format({{"type", "CSV"}, {"options", Value::Map{{"field_delimiter", "\t"}}}})}}))
          .ok());
}

TEST(FileFormatTest, NamedFormatsAndNulls) {
  StageFixture f;
  f.Described({{"STAGE_FILE_FORMAT", "FORMAT_NAME", "D.S.F", ""}});
  const Members named = Stage({{"file_format", Format({{"format_name", "d.s.f"}})}});
  ASSERT_OK(f.Create(named));
  EXPECT_THAT(f.account.changes()[0], HasSubstr("FILE_FORMAT = ( FORMAT_NAME = 'd.s.f' )"));
  EXPECT_TRUE(f.PlansNothing(named));
  f.Described({{"STAGE_FILE_FORMAT", "TYPE", "JSON", "CSV"}, {"STAGE_FILE_FORMAT", "NULL_IF", "[x, ]", "[]"}});
  const Members json = Stage({{"file_format", Format({{"type", "JSON"}, {"null_if", Value::List{"x", ""}}})}});
  ASSERT_OK(f.Apply(json));
  EXPECT_EQ(f.account.changes()[1], "ALTER STAGE D.S.X SET FILE_FORMAT = ( TYPE = JSON NULL_IF = ('x', '') )");
  EXPECT_TRUE(f.PlansNothing(json));
}

TEST(FileFormatTest, ADirectoryThatRefreshesItself) {
  StageFixture f("Y");
  f.Described({{"DIRECTORY", "AUTO_REFRESH", "true", "false"}});
  ASSERT_OK(f.Create(Stage({{"directory_enabled", true}, {"directory_auto_refresh", true}})));
  EXPECT_THAT(f.account.changes()[0], HasSubstr("DIRECTORY = ( ENABLE = TRUE AUTO_REFRESH = TRUE )"));
  ASSERT_OK(f.Plan(Stage({{"directory_enabled", true}})));
  EXPECT_THAT(f.replaces, ElementsAre("directory_auto_refresh"));
}

TEST(FileFormatTest, RefusesWhatDoesNotFit) {
  struct Tried {
    Value::Map format;
    const char *path, *says;
  };
  const auto csv = [](const char* option, const char* value) {
    return Value::Map{{"type", "CSV"}, {"options", Value::Map{{option, value}}}};
  };
  for (const Tried& tried : std::vector<Tried>{
           {{}, "file_format", "write one of them"},
           {{{"type", "CSV"}, {"format_name", "d.s.f"}}, "file_format", "write one of them"},
           {{{"format_name", "f"}}, "file_format.format_name", ""},
           {{{"format_name", "d.s.f"}, {"null_if", Value::List{"x"}}}, "file_format.null_if", "brings its own"},
           {{{"type", "EXCEL"}}, "file_format.type", "PARQUET"},
           {{{"type", "XML"}, {"null_if", Value::List{"x"}}}, "file_format.null_if", "no `null_if`"},
           {csv("field_delimeter", "|"), "file_format.options[\"field_delimeter\"]", "it has binary_format"},
           {csv("strip_outer_array", "true"), "file_format.options[\"strip_outer_array\"]", "type CSV has no option"},
           {csv("skip_header", "-1"), "file_format.options[\"skip_header\"]", "whole number"},
           {csv("skip_header", "one"), "file_format.options[\"skip_header\"]", "whole number"},
           {csv("trim_space", "yes"), "file_format.options[\"trim_space\"]", "true or false"},
           {csv("compression", "GZIP)"), "file_format.options[\"compression\"]", "a word such as AUTO"},
       }) {
    const StageFixture f;
    const tf::Diagnostics found = f.Validate(Stage({{"file_format", Format(tried.format)}}));
    ASSERT_TRUE(found.HasErrors()) << tried.path << " " << tried.says;
    EXPECT_EQ(found.list()[0].path.ToString(), tried.path);
    EXPECT_THAT(found.list()[0].detail, HasSubstr(tried.says));
  }
  const StageFixture f;
  EXPECT_TRUE(f.Validate(Stage({{"directory_auto_refresh", true}})).HasErrors());
  EXPECT_FALSE(
      f.Validate(Stage({{"directory_auto_refresh", true}, {"directory_enabled", Value::Unknown()}})).HasErrors());
  EXPECT_FALSE(f.Validate(Stage({{"file_format", Value::Unknown()}})).HasErrors());
}

}  // namespace
}  // namespace spcs::resources
