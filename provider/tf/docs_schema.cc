// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/docs_schema.h"

#include <algorithm>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "provider/tf/docs_text.h"
#include "provider/tf/validator_text.h"

namespace spcs::tf {
namespace {

using Attributes = std::vector<const Attribute*>;

// The attributes that the configuration must set, may set and cannot set, each group by name.
struct Groups {
  Attributes required, optional, read_only;
};

Groups GroupsOf(const std::vector<Attribute>& attributes) {
  Groups groups;
  for (const Attribute& attribute : attributes) {
    Attributes& group = attribute.required ? groups.required : attribute.optional ? groups.optional : groups.read_only;
    group.push_back(&attribute);
  }
  const auto by_name = [](const Attribute* a, const Attribute* b) { return a->name < b->name; };
  for (Attributes* group : {&groups.required, &groups.optional, &groups.read_only}) {
    std::sort(group->begin(), group->end(), by_name);
  }
  return groups;
}

std::string Marks(const Attribute& attribute) {
  std::string marks = TypeLabel(attribute);
  if (attribute.sensitive) absl::StrAppend(&marks, ", Sensitive");
  if (attribute.write_only) absl::StrAppend(&marks, ", Write-only");
  if (!attribute.deprecation.empty()) absl::StrAppend(&marks, ", Deprecated");
  return marks;
}

// What the table knows beside the text, as sentences.
std::vector<std::string> Facts(const Attribute& attribute, const std::string& thing) {
  std::vector<std::string> facts;
  if (!attribute.doc.empty()) facts.push_back(OneLine(attribute.doc));
  if (!attribute.deprecation.empty()) facts.push_back(absl::StrCat("Deprecated: ", OneLine(attribute.deprecation)));
  for (const Validator& validator : attribute.validators) {
    std::string allowed = AllowedText(validator);
    if (!allowed.empty()) facts.push_back(std::move(allowed));
  }
  if (attribute.default_value) facts.push_back(absl::StrCat("Default: `", ValueText(*attribute.default_value), "`."));
  if (attribute.replace && !thing.empty()) facts.push_back(absl::StrCat("A change replaces ", thing, "."));
  if (attribute.write_only) facts.push_back("Neither state nor plan holds it.");
  if (attribute.unreadable) facts.push_back("It cannot be read back: an import takes the default for it.");
  if (attribute.computed && !attribute.changes_with.empty()) {
    facts.push_back(
        absl::StrCat("Known after an apply that changes `", absl::StrJoin(attribute.changes_with, "` or `"), "`."));
  }
  return facts;
}

std::string Anchor(const std::string& path) {
  return absl::StrCat("nestedatt--", path);
}

void AppendGroup(const std::string& heading, const Attributes& group, const std::string& thing, const std::string& path,
                 std::string& text) {
  if (group.empty()) return;
  absl::StrAppend(&text, heading, "\n\n");
  for (const Attribute* attribute : group) {
    const std::string below = path.empty() ? attribute->name : absl::StrCat(path, "--", attribute->name);
    absl::StrAppend(&text, AttributeLine(*attribute, thing, Anchor(below)), "\n");
  }
  absl::StrAppend(&text, "\n");
}

void AppendNested(const std::vector<Attribute>& attributes, const std::string& thing, const std::string& path,
                  const std::string& dotted, std::string& text) {
  const Groups groups = GroupsOf(attributes);
  for (const Attributes* group : {&groups.required, &groups.optional, &groups.read_only}) {
    for (const Attribute* attribute : *group) {
      if (attribute->nested == nullptr) continue;
      const std::string below = path.empty() ? attribute->name : absl::StrCat(path, "--", attribute->name);
      const std::string title = dotted.empty() ? attribute->name : absl::StrCat(dotted, ".", attribute->name);
      const Groups members = GroupsOf(attribute->nested->attributes);
      absl::StrAppend(&text, "<a id=\"", Anchor(below), "\"></a>\n### Nested Schema for `", title, "`\n\n");
      AppendGroup("Required:", members.required, thing, below, text);
      AppendGroup("Optional:", members.optional, thing, below, text);
      AppendGroup("Read-Only:", members.read_only, thing, below, text);
      AppendNested(attribute->nested->attributes, thing, below, title, text);
    }
  }
}

}  // namespace

std::string AttributeLine(const Attribute& attribute, const std::string& thing, const std::string& anchor) {
  std::string line = absl::StrCat("- `", attribute.name, "` (", Marks(attribute), ")");
  for (const std::string& fact : Facts(attribute, thing)) absl::StrAppend(&line, " ", fact);
  if (attribute.nested != nullptr) absl::StrAppend(&line, " (see [below for nested schema](#", anchor, "))");
  return line;
}

std::string SchemaSection(const Schema& schema, const std::string& thing) {
  std::string text = "## Schema\n\n";
  const Groups groups = GroupsOf(schema.attributes);
  AppendGroup("### Required", groups.required, thing, "", text);
  AppendGroup("### Optional", groups.optional, thing, "", text);
  AppendGroup("### Read-Only", groups.read_only, thing, "", text);
  AppendNested(schema.attributes, thing, "", "", text);
  while (absl::EndsWith(text, "\n\n")) text.pop_back();
  return text;
}

}  // namespace spcs::tf
