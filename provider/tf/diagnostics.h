// SPDX-License-Identifier: MPL-2.0
// What the user is told: errors and warnings, each with what could not be done, why and what to do, and where.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "provider/tf/path.h"

namespace spcs::tf {

struct Diagnostic {
  enum class Severity { kError, kWarning };

  Severity severity = Severity::kError;
  std::string summary;  // what could not be done: "Cannot create compute pool"
  std::string detail;   // why, then what to do
  Path path;            // the attribute at fault; empty: the whole resource

  bool operator==(const Diagnostic&) const = default;
};

class Diagnostics {
 public:
  void AddError(Path path, std::string summary, std::string detail) {
    Add({Diagnostic::Severity::kError, std::move(summary), std::move(detail), std::move(path)});
  }
  void AddWarning(Path path, std::string summary, std::string detail) {
    Add({Diagnostic::Severity::kWarning, std::move(summary), std::move(detail), std::move(path)});
  }
  // The one way from a Status to a person: message, advice, and the service's code and query id.
  // An OK status adds nothing.
  void AddStatus(absl::string_view summary, const absl::Status& status);
  // A path into an attribute is written into the detail too: the clients show the resource's lines, but not the path.
  void Add(Diagnostic diagnostic);
  void Append(const Diagnostics& other) { list_.insert(list_.end(), other.list_.begin(), other.list_.end()); }

  bool HasErrors() const;
  bool empty() const { return list_.empty(); }
  const std::vector<Diagnostic>& list() const { return list_; }

 private:
  std::vector<Diagnostic> list_;
};

}  // namespace spcs::tf
