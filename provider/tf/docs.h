// SPDX-License-Identifier: MPL-2.0
// Renders the registry's documentation pages from the tables and the examples: the one description of a resource is
// also its page. Called by spcs-docs (provider/tools/docs_main.cc), which reads examples/ and writes docs/.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "provider/tf/server.h"

namespace spcs::tf {

// A page of docs/guides, which is written by hand, for the list on the index page.
struct Guide {
  std::string file;  // "privileges.md"
  std::string title, description;
};

struct DocsInput {
  std::string provider;  // "spcs"
  // Every file of examples/ by its path below it: "resources/spcs_service/resource.tf". Texts among them, written by
  // hand: notes.md beside an example, and "provider/install.md" for the index page.
  std::map<std::string, std::string> examples;
  std::vector<Guide> guides;
};

// Every generated page by its path below docs/: "index.md", "resources/service.md". A type without an example gets a
// page without that section; the completeness test names it.
std::map<std::string, std::string> RenderDocs(const ProviderSchema& schema, const DocsInput& input);

// One line for each page's subject, "resource<TAB>spcs_service": what completeness is measured against.
std::vector<std::string> ListSubjects(const ProviderSchema& schema);

}  // namespace spcs::tf
