// SPDX-License-Identifier: MPL-2.0
// spcs-docs: writes the generated pages of docs/ from the provider's tables and examples/.
//   spcs-docs --examples=DIR --docs=DIR [--check]    --check changes nothing; it names stale pages and fails
//   spcs-docs --list                                 kind and name of everything that has a page
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "provider/provider.h"
#include "provider/tf/docs.h"

namespace {

namespace fs = std::filesystem;
using spcs::tf::DocsInput;
using spcs::tf::Guide;

struct Options {
  std::string examples, docs;
  bool check = false, list = false;
};

// False when the arguments make no sense.
bool ParseArguments(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    absl::string_view argument = argv[i];
    if (absl::ConsumePrefix(&argument, "--examples=")) {
      options.examples = std::string(argument);
    } else if (absl::ConsumePrefix(&argument, "--docs=")) {
      options.docs = std::string(argument);
    } else if (argument == "--check") {
      options.check = true;
    } else if (argument == "--list") {
      options.list = true;
    } else {
      return false;
    }
  }
  return options.list || (fs::is_directory(options.examples) && !options.docs.empty());
}

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// Files of the folders that pages are made from; what a client leaves in an example's folder is none of them.
void ReadExamples(const fs::path& root, DocsInput& input) {
  for (const char* kind :
       {"provider", "resources", "data-sources", "ephemeral-resources", "functions", "list-resources", "actions"}) {
    if (!fs::is_directory(root / kind)) continue;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / kind)) {
      const std::string path = fs::relative(entry.path(), root).generic_string();
      if (!entry.is_regular_file() || absl::StrContains(path, "/.") || absl::StrContains(path, ".tfstate")) continue;
      input.examples[path] = ReadFile(entry.path());
    }
  }
}

// Title and description of each guide, from its front matter, by file name.
void ReadGuides(const fs::path& folder, DocsInput& input) {
  if (!fs::is_directory(folder)) return;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    Guide guide{.file = entry.path().filename().string(), .title = {}, .description = {}};
    for (absl::string_view line : absl::StrSplit(ReadFile(entry.path()), '\n')) {
      if (absl::ConsumePrefix(&line, "page_title: ")) {
        guide.title = std::string(absl::StripSuffix(absl::StripPrefix(line, "\""), "\""));
      } else if (absl::ConsumePrefix(&line, "description: ")) {
        guide.description = std::string(line);
      } else if (absl::StartsWith(line, "# ")) {
        break;
      }
    }
    input.guides.push_back(std::move(guide));
  }
  std::sort(input.guides.begin(), input.guides.end(), [](const Guide& a, const Guide& b) { return a.file < b.file; });
}

using Pages = std::map<std::string, std::string>;

// Pages in the generated folders that nothing renders any more.
std::vector<fs::path> Surplus(const fs::path& docs, const Pages& pages) {
  std::vector<fs::path> surplus;
  for (const char* folder :
       {"resources", "data-sources", "ephemeral-resources", "functions", "list-resources", "actions"}) {
    if (!fs::is_directory(docs / folder)) continue;
    for (const fs::directory_entry& entry : fs::directory_iterator(docs / folder)) {
      if (pages.count(fs::relative(entry.path(), docs).generic_string()) == 0) surplus.push_back(entry.path());
    }
  }
  return surplus;
}

int Check(const fs::path& docs, const Pages& pages) {
  int stale = 0;
  for (const auto& [path, text] : pages) {
    if (ReadFile(docs / path) == text) continue;
    std::cerr << "docs/" << path << " is not what the tables and examples say\n";
    ++stale;
  }
  for (const fs::path& path : Surplus(docs, pages)) {
    std::cerr << path.string() << " describes nothing that exists\n";
    ++stale;
  }
  if (stale > 0) std::cerr << "run: cmake --build build/dev --target docs\n";
  return stale == 0 ? 0 : 1;
}

int Write(const fs::path& docs, const Pages& pages) {
  for (const auto& [path, text] : pages) {
    if (ReadFile(docs / path) == text) continue;
    fs::create_directories((docs / path).parent_path());
    std::ofstream file(docs / path, std::ios::binary);
    file << text;
    if (!file.flush()) {
      std::cerr << "cannot write " << (docs / path).string() << "\n";
      return 1;
    }
    std::cout << "wrote docs/" << path << "\n";
  }
  for (const fs::path& path : Surplus(docs, pages)) {
    fs::remove(path);
    std::cout << "removed " << path.string() << "\n";
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!ParseArguments(argc, argv, options)) {
    std::cerr << "usage: spcs-docs --examples=DIR --docs=DIR [--check] | spcs-docs --list\n";
    return 2;
  }
  const auto server = spcs::MakeServer();
  if (options.list) {
    for (const std::string& subject : spcs::tf::ListSubjects(server->GetSchema())) std::cout << subject << "\n";
    return 0;
  }
  DocsInput input{.provider = "spcs", .examples = {}, .guides = {}};
  ReadExamples(options.examples, input);
  ReadGuides(fs::path(options.docs) / "guides", input);
  const Pages pages = spcs::tf::RenderDocs(server->GetSchema(), input);
  return options.check ? Check(options.docs, pages) : Write(options.docs, pages);
}
