// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/docs.h"

#include "gmock/gmock.h"
#include "provider/tf/docs_schema.h"
#include "provider/tf/docs_text.h"
#include "provider/tf/resource.h"
#include "provider/tf/validate.h"
#include "provider/tf/validator_text.h"

namespace spcs::tf {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Attribute Text(const std::string& name, const std::string& doc) {
  Attribute attribute;
  attribute.name = name;
  attribute.type = Type::String();
  attribute.doc = doc;
  return attribute;
}

Schema Boat() {
  Schema schema;
  schema.doc = "A boat: it floats. Usually.";
  Attribute name = Text("name", "Name of the\nboat.");
  name.required = name.replace = name.identity = true;
  Attribute sails = Text("sails", "How many sails.");
  sails.type = Type::Number();
  sails.optional = sails.computed = true;
  sails.default_value = Value(1);
  sails.validators = {AtLeast(0)};
  Attribute mast = Text("height", "Height in metres.");
  mast.required = true;
  Attribute masts = Text("masts", "The masts, by name.");
  masts.optional = true;
  masts.nested = std::make_shared<NestedObject>(NestedObject{NestedObject::Nesting::kMap, {mast}, 1});
  Attribute code = Text("code", "Code of the lock.");
  code.optional = code.sensitive = code.write_only = true;
  Attribute speed = Text("speed", "Speed reached.");
  speed.computed = true;
  speed.changes_with = {"sails"};
  schema.attributes = {speed, masts, sails, name, code};
  return schema;
}

TEST(DocsTest, LinesSayWhatTheTableKnows) {
  const Schema boat = Boat();
  EXPECT_EQ(AttributeLine(*boat.Find("name"), "the boat", ""),
            "- `name` (String) Name of the boat. A change replaces the boat.");
  EXPECT_EQ(AttributeLine(*boat.Find("sails"), "the boat", ""),
            "- `sails` (Number) How many sails. At least 0. Default: `1`.");
  EXPECT_EQ(AttributeLine(*boat.Find("code"), "the boat", ""),
            "- `code` (String, Sensitive, Write-only) Code of the lock. Neither state nor plan holds it.");
  EXPECT_EQ(AttributeLine(*boat.Find("speed"), "the boat", ""),
            "- `speed` (String) Speed reached. Known after an apply that changes `sails`.");
  EXPECT_EQ(AttributeLine(*boat.Find("masts"), "the boat", "nestedatt--masts"),
            "- `masts` (Attributes Map) The masts, by name. (see [below for nested schema](#nestedatt--masts))");
}

TEST(DocsTest, TheSchemaIsGroupedAndSortedWithNestedPartsBelow) {
  const std::string text = SchemaSection(Boat(), "the boat");
  EXPECT_EQ(text,
            "## Schema\n\n"
            "### Required\n\n"
            "- `name` (String) Name of the boat. A change replaces the boat.\n\n"
            "### Optional\n\n"
            "- `code` (String, Sensitive, Write-only) Code of the lock. Neither state nor plan holds it.\n"
            "- `masts` (Attributes Map) The masts, by name. (see [below for nested schema](#nestedatt--masts))\n"
            "- `sails` (Number) How many sails. At least 0. Default: `1`.\n\n"
            "### Read-Only\n\n"
            "- `speed` (String) Speed reached. Known after an apply that changes `sails`.\n\n"
            "<a id=\"nestedatt--masts\"></a>\n### Nested Schema for `masts`\n\n"
            "Required:\n\n"
            "- `height` (String) Height in metres.\n");
}

TEST(DocsTest, AResourcesPageHasExampleSchemaAndImport) {
  ProviderSchema schema;
  schema.provider.doc = "Sails boats.";
  schema.resources["sea_boat"] = Boat();
  schema.identities["sea_boat"] = IdentityOf(Boat());
  DocsInput input{.provider = "sea", .examples = {}, .guides = {{"knots.md", "Knots", "How to tie them."}}};
  input.examples["resources/sea_boat/resource.tf"] = "# SPDX-License-Identifier: MPL-2.0\n\nresource \"x\" \"y\" {}\n";
  input.examples["resources/sea_boat/chart.yaml"] = "a: 1\n";
  input.examples["resources/sea_boat/notes.md"] = "Mind the **tide**.\n";
  input.examples["resources/sea_boat/import.tf"] = "import {}\n";
  const auto pages = RenderDocs(schema, input);
  ASSERT_EQ(pages.count("resources/boat.md"), 1u);
  const std::string& page = pages.at("resources/boat.md");
  EXPECT_THAT(page, ::testing::StartsWith("---\npage_title: \"sea_boat Resource - sea\"\nsubcategory: \"\"\n"
                                          "description: |-\n  A boat: it floats.\n---\n"));
  EXPECT_THAT(page, HasSubstr("# sea_boat (Resource)\n\nA boat: it floats. Usually.\n\n## Example Usage\n\n"
                              "```terraform\nresource \"x\" \"y\" {}\n```\n\n`chart.yaml`:\n\n```yaml\na: 1\n```\n\n"
                              "## Notes\n\nMind the **tide**.\n\n## Schema\n"));
  EXPECT_THAT(page, HasSubstr("## Import\n\nWith an `import` block:\n\n```terraform\nimport {}\n```\n"));
  EXPECT_THAT(page, HasSubstr("- `name` (String, required) Name of the boat.\n- `account` (String, optional)"));
  EXPECT_THAT(page, Not(HasSubstr("SPDX")));
  EXPECT_THAT(pages.at("index.md"), HasSubstr("- [Knots](guides/knots.md): How to tie them.\n"));
  EXPECT_THAT(ListSubjects(schema), ElementsAre("resource\tsea_boat"));
}

TEST(DocsTest, TheIndexSaysHowToInstallBeforeItShowsTheProviderBlock) {
  DocsInput input{.provider = "sea", .examples = {}, .guides = {}};
  input.examples["provider/provider.tf"] = "provider \"sea\" {}\n";
  input.examples["provider/install.md"] = "Build it.\n";
  const auto pages = RenderDocs(ProviderSchema(), input);
  EXPECT_THAT(pages.at("index.md"), HasSubstr("## Install\n\nBuild it.\n\n## Example Usage\n\n```terraform\n"
                                              "provider \"sea\" {}\n```\n\n## Schema\n"));
}

TEST(DocsTest, EachKindHasAFolderOfItsOwn) {
  ProviderSchema schema;
  schema.resources["sea_boat"] = schema.data_sources["sea_boat"] = schema.ephemeral_resources["sea_boat"] = Boat();
  schema.lists["sea_boat"] = schema.actions["sea_boat"] = Boat();
  DocsInput input{.provider = "sea", .examples = {}, .guides = {}};
  input.examples["list-resources/sea_boat/list-resource.tfquery.hcl"] = "list \"sea_boat\" \"all\" {}\n";
  const auto pages = RenderDocs(schema, input);
  const std::vector<std::string> folders = {"resources", "data-sources", "ephemeral-resources", "list-resources",
                                            "actions"};
  EXPECT_EQ(pages.size(), folders.size() + 1);
  for (const std::string& folder : folders) EXPECT_EQ(pages.count(folder + "/boat.md"), 1u) << folder;
  EXPECT_THAT(pages.at("list-resources/boat.md"), HasSubstr("```terraform\nlist \"sea_boat\" \"all\" {}\n```"));
  // Only a resource is replaced by a change.
  EXPECT_THAT(pages.at("resources/boat.md"), HasSubstr("A change replaces the object."));
  EXPECT_THAT(pages.at("actions/boat.md"), Not(HasSubstr("A change replaces")));
  EXPECT_THAT(ListSubjects(schema),
              ElementsAre("resource\tsea_boat", "data-source\tsea_boat", "ephemeral-resource\tsea_boat",
                          "list-resource\tsea_boat", "action\tsea_boat"));
}

TEST(DocsTest, AFunctionsPageHasSignatureArgumentsAndResult) {
  ProviderSchema schema;
  schema.functions["knots"] = {.summary = "Counts",
                               .doc = "Counts knots.",
                               .parameters = {{.name = "rope", .type = Type::List(Type::String()), .doc = "The rope."}},
                               .variadic = FunctionParameter{.name = "more", .type = Type::Number(), .doc = "More."},
                               .result = Type::Object({{"n", Type::Number()}})};
  const std::string page =
      RenderDocs(schema, {.provider = "sea", .examples = {}, .guides = {}}).at("functions/knots.md");
  EXPECT_THAT(page, HasSubstr("## Signature\n\n```text\nknots(rope list(string), more number...) object\n```\n"));
  EXPECT_THAT(page, HasSubstr("1. `rope` (List of String) The rope.\n2. `more` (Number) More.\n"));
  EXPECT_THAT(page, HasSubstr("## Result\n\n```text\nobject({\n  n = number\n})\n```\n"));
}

TEST(DocsTest, ValuesReadAsConfigurationsWriteThem) {
  EXPECT_EQ(ValueText(Value("a \"b\"")), R"("a \"b\"")");
  EXPECT_EQ(ValueText(Value(Value::List{1, true})), "[1, true]");
  EXPECT_EQ(ValueText(Value(Value::Map{{"a", "x"}})), "{ a = \"x\" }");
  EXPECT_EQ(ValueText(Value(Value::Map{})), "{}");
}

TEST(DocsTest, ValidatorsTellWhatTheyAllow) {
  EXPECT_EQ(AllowedText(OneOf({"a", "b"})), "One of `a`, `b`.");
  EXPECT_EQ(AllowedText(OneOf({"a"})), "Only `a`.");
  EXPECT_EQ(AllowedText(AtLeast(2)), "At least 2.");
  EXPECT_EQ(AllowedText(NonEmpty()), "");
}

}  // namespace
}  // namespace spcs::tf
