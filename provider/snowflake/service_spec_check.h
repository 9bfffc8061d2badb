// SPDX-License-Identifier: MPL-2.0
// Inside CheckServiceSpec(): where its parts put what they find.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "provider/snowflake/service_spec.h"

namespace spcs::snowflake {

class SpecProblems {
 public:
  // `unknown` are the paths of what will be known only later; it must outlive this.
  explicit SpecProblems(const std::vector<std::string>& unknown) : unknown_(unknown) {}

  // Whether the value at `path` is unknown, or stands in something that is. Rules that join fields in different places
  // ask before they take a missing value for one that was not written.
  bool Unknown(absl::string_view path) const;

  // Both do nothing where the value at `path`, something around it or something inside it is unknown.
  void Error(std::string path, std::string what, std::string advice) {
    Add({std::move(path), std::move(what), std::move(advice), SpecProblem::Severity::kError});
  }
  void Warning(std::string path, std::string what, std::string advice) {
    Add({std::move(path), std::move(what), std::move(advice), SpecProblem::Severity::kWarning});
  }
  std::vector<SpecProblem> Take() { return std::move(problems_); }

 private:
  void Add(SpecProblem problem);

  const std::vector<std::string>& unknown_;
  std::vector<SpecProblem> problems_;
};

// What a table can say of each field: required, syntax, bounds, keywords, "$$".
void CheckFields(const ServiceSpec& spec, SpecProblems* problems);

// Rules of one part each.
void CheckContainers(const ServiceSpec& spec, SpecProblems* problems);
void CheckEndpoints(const ServiceSpec& spec, SpecProblems* problems);
void CheckVolumes(const ServiceSpec& spec, SpecProblems* problems);

// Requests and limits, within each container and against a node.
void CheckResources(const ServiceSpec& spec, const std::optional<FamilyLimits>& limits, SpecProblems* problems);

// "@" and one to three identifiers, then perhaps a path.
bool IsStageName(absl::string_view text);

// Whether a container, endpoint or volume may have this name.
bool IsSpecName(absl::string_view name);

}  // namespace spcs::snowflake
