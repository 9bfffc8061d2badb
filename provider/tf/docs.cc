// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/docs.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "provider/tf/docs_schema.h"
#include "provider/tf/docs_text.h"

namespace spcs::tf {
namespace {

// A kind of thing that has a folder of pages and one of examples, both of the same name.
struct Kind {
  const char* folder;
  const char* title;    // in the page's title
  const char* heading;  // behind the type's name
  const char* example;  // file that shows the type
};

constexpr Kind kResource{"resources", "Resource", "Resource", "resource.tf"};
constexpr Kind kDataSource{"data-sources", "Data Source", "Data Source", "data-source.tf"};
constexpr Kind kEphemeral{"ephemeral-resources", "Ephemeral Resource", "Ephemeral Resource", "ephemeral-resource.tf"};
constexpr Kind kList{"list-resources", "List Resource", "List Resource", "list-resource.tfquery.hcl"};
constexpr Kind kAction{"actions", "Action", "Action", "action.tf"};

// What a table cannot say, written by hand beside the example: Markdown, below the heading "Notes".
constexpr absl::string_view kNotes = "notes.md";
// The same for the provider, on the index page below the heading "Install".
constexpr absl::string_view kInstall = "install.md";

// The example's text without the licence line.
std::string Trimmed(absl::string_view text) {
  if (absl::StartsWith(text, "# SPDX")) text = text.substr(text.find('\n') + 1);
  return std::string(absl::StripAsciiWhitespace(text));
}

std::string Fenced(absl::string_view language, absl::string_view text) {
  return absl::StrCat("```", language, "\n", Trimmed(text), "\n```\n");
}

std::string Head(const std::string& title, const std::string& description, bool with_category = true) {
  return absl::StrCat(
      "---\npage_title: \"", title, "\"\n", with_category ? "subcategory: \"\"\n" : "", "description: |-\n  ",
      description,
      "\n---\n\n<!-- Written by spcs-docs from the tables in provider/ and the files in examples/. -->\n\n");
}

const char* LanguageOf(absl::string_view file) {
  if (absl::EndsWith(file, ".tf") || absl::EndsWith(file, ".tfquery.hcl")) return "terraform";
  if (absl::EndsWith(file, ".yaml") || absl::EndsWith(file, ".yaml.tftpl")) return "yaml";
  if (absl::EndsWith(file, ".sh")) return "shell";
  return "text";
}

// The main example, then the other files that it uses, each with its name.
std::string ExampleSection(const DocsInput& input, const std::string& folder, const std::string& main) {
  const auto found = input.examples.find(folder + main);
  if (found == input.examples.end()) return "";
  std::string text = absl::StrCat("## Example Usage\n\n", Fenced("terraform", found->second), "\n");
  for (auto at = input.examples.lower_bound(folder); at != input.examples.end(); ++at) {
    if (!absl::StartsWith(at->first, folder)) break;
    const std::string file = at->first.substr(folder.size());
    if (file == main || file == kNotes || file == kInstall || absl::StartsWith(file, "import")) continue;
    absl::StrAppend(&text, "`", file, "`:\n\n", Fenced(LanguageOf(file), at->second), "\n");
  }
  return text;
}

// A text written by hand, below a heading; "" when there is none.
std::string HandWritten(const DocsInput& input, const std::string& path, absl::string_view heading) {
  const auto found = input.examples.find(path);
  return found == input.examples.end() ? "" : absl::StrCat("## ", heading, "\n\n", Trimmed(found->second), "\n\n");
}

std::string NotesSection(const DocsInput& input, const std::string& folder) {
  return HandWritten(input, absl::StrCat(folder, kNotes), "Notes");
}

std::string IdentityText(const IdentitySchema& identity) {
  std::string text = "The attributes of the identity:\n\n";
  for (const IdentityAttribute& attribute : identity.attributes) {
    absl::StrAppend(&text, "- `", attribute.name, "` (", TypeLabel(attribute.type),
                    attribute.required_for_import ? ", required" : ", optional", ") ", OneLine(attribute.doc), "\n");
  }
  return text;
}

std::string ImportSection(const DocsInput& input, const std::string& folder, const IdentitySchema* identity) {
  std::string text;
  const auto add = [&](const char* file, const char* sentence) {
    const auto found = input.examples.find(folder + file);
    if (found == input.examples.end()) return;
    absl::StrAppend(&text, sentence, "\n\n", Fenced(LanguageOf(file), found->second), "\n");
  };
  add("import.tf", "With an `import` block:");
  add("import.sh", "With the command line (`terraform import` takes the same arguments):");
  add("import-by-identity.tf", "By identity (OpenTofu 1.12, Terraform 1.12 or newer):");
  if (identity != nullptr && !identity->attributes.empty()) absl::StrAppend(&text, IdentityText(*identity), "\n");
  return text.empty() ? "" : absl::StrCat("## Import\n\n", text);
}

void EndPage(std::string& text) {
  while (absl::EndsWith(text, "\n\n")) text.pop_back();
}

std::string TypePage(const Kind& kind, const std::string& type, const Schema& schema, const IdentitySchema* identity,
                     const DocsInput& input) {
  const std::string folder = absl::StrCat(kind.folder, "/", type, "/");
  const bool is_resource = absl::string_view(kind.folder) == kResource.folder;
  std::string text = Head(absl::StrCat(type, " ", kind.title, " - ", input.provider), FirstSentence(schema.doc));
  absl::StrAppend(&text, "# ", type, " (", kind.heading, ")\n\n", schema.doc, "\n\n");
  absl::StrAppend(&text, ExampleSection(input, folder, kind.example), NotesSection(input, folder));
  absl::StrAppend(&text, SchemaSection(schema, is_resource ? "the object" : ""), "\n");
  absl::StrAppend(&text, ImportSection(input, folder, identity));
  EndPage(text);
  return text;
}

std::string ArgumentLine(int number, const FunctionParameter& parameter) {
  return absl::StrCat(number, ". `", parameter.name, "` (", TypeLabel(parameter.type),
                      parameter.allow_null ? ", Nullable" : "", ") ", OneLine(parameter.doc), "\n");
}

std::string FunctionPage(const std::string& name, const FunctionSignature& signature, const DocsInput& input) {
  std::string text = Head(absl::StrCat(name, " function - ", input.provider), FirstSentence(signature.summary));
  absl::StrAppend(&text, "# function: ", name, "\n\n", signature.doc, "\n\n");
  absl::StrAppend(&text, ExampleSection(input, absl::StrCat("functions/", name, "/"), "function.tf"));
  std::vector<std::string> parameters;
  std::string arguments;
  for (const FunctionParameter& parameter : signature.parameters) {
    parameters.push_back(absl::StrCat(parameter.name, " ", ShortType(parameter.type)));
    absl::StrAppend(&arguments, ArgumentLine(static_cast<int>(parameters.size()), parameter));
  }
  if (signature.variadic) {
    parameters.push_back(absl::StrCat(signature.variadic->name, " ", ShortType(signature.variadic->type), "..."));
    absl::StrAppend(&arguments, ArgumentLine(static_cast<int>(parameters.size()), *signature.variadic));
  }
  absl::StrAppend(&text, "## Signature\n\n```text\n", name, "(", absl::StrJoin(parameters, ", "), ") ",
                  ShortType(signature.result), "\n```\n\n");
  if (!arguments.empty()) absl::StrAppend(&text, "## Arguments\n\n", arguments, "\n");
  if (LongType(signature.result) != ShortType(signature.result)) {
    absl::StrAppend(&text, "## Result\n\n```text\n", LongType(signature.result), "\n```\n");
  }
  EndPage(text);
  return text;
}

std::string IndexPage(const ProviderSchema& schema, const DocsInput& input) {
  std::string text = Head(absl::StrCat(input.provider, " Provider"), FirstSentence(schema.provider.doc),
                          /*with_category=*/false);
  absl::StrAppend(&text, "# ", input.provider, " Provider\n\n", schema.provider.doc, "\n\n");
  absl::StrAppend(&text, HandWritten(input, absl::StrCat("provider/", kInstall), "Install"));
  absl::StrAppend(&text, ExampleSection(input, "provider/", "provider.tf"));
  if (!input.guides.empty()) {
    absl::StrAppend(&text, "## Guides\n\n");
    for (const Guide& guide : input.guides) {
      absl::StrAppend(&text, "- [", guide.title, "](guides/", guide.file, "): ", guide.description, "\n");
    }
    absl::StrAppend(&text, "\n");
  }
  absl::StrAppend(&text, SchemaSection(schema.provider, ""));
  EndPage(text);
  return text;
}

// Pages leave the provider's prefix out: spcs_service is on resources/service.md.
std::string PagePath(const std::string& folder, absl::string_view type, const std::string& provider) {
  absl::ConsumePrefix(&type, absl::StrCat(provider, "_"));
  return absl::StrCat(folder, "/", type, ".md");
}

}  // namespace

std::map<std::string, std::string> RenderDocs(const ProviderSchema& schema, const DocsInput& input) {
  std::map<std::string, std::string> pages;
  pages["index.md"] = IndexPage(schema, input);
  const auto add = [&](const Kind& kind, const std::map<std::string, Schema>& schemas, bool with_identity) {
    for (const auto& [type, one] : schemas) {
      const auto identity = schema.identities.find(type);
      const bool has_identity = with_identity && identity != schema.identities.end();
      pages[PagePath(kind.folder, type, input.provider)] =
          TypePage(kind, type, one, has_identity ? &identity->second : nullptr, input);
    }
  };
  add(kResource, schema.resources, true);
  add(kDataSource, schema.data_sources, false);
  add(kEphemeral, schema.ephemeral_resources, false);
  add(kList, schema.lists, false);
  add(kAction, schema.actions, false);
  for (const auto& [name, signature] : schema.functions) {
    pages[absl::StrCat("functions/", name, ".md")] = FunctionPage(name, signature, input);
  }
  return pages;
}

std::vector<std::string> ListSubjects(const ProviderSchema& schema) {
  std::vector<std::string> subjects;
  const auto add = [&](const char* kind, const auto& things) {
    for (const auto& [name, unused] : things) subjects.push_back(absl::StrCat(kind, "\t", name));
  };
  add("resource", schema.resources);
  add("data-source", schema.data_sources);
  add("ephemeral-resource", schema.ephemeral_resources);
  add("list-resource", schema.lists);
  add("action", schema.actions);
  add("function", schema.functions);
  return subjects;
}

}  // namespace spcs::tf
