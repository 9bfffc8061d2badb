// SPDX-License-Identifier: MPL-2.0
// The place of an attribute: spec.containers["head"].args[0]. Diagnostics point with it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"

namespace spcs::tf {

class Path {
 public:
  struct Attribute {
    std::string name;
    bool operator==(const Attribute&) const = default;
  };
  // An attribute, the key of a map or the index of a list. Elements of a set have no path of their own.
  using Step = std::variant<Attribute, std::string, int64_t>;

  Path() = default;
  explicit Path(absl::string_view attribute) { steps_.push_back(Attribute{std::string(attribute)}); }

  // Reads what ToString() writes. Text that is no path gives the empty path: "the whole resource".
  static Path Parse(absl::string_view text);

  Path operator/(absl::string_view attribute) const { return With(Attribute{std::string(attribute)}); }
  Path Key(std::string key) const { return With(std::move(key)); }
  Path Index(int64_t index) const { return With(index); }

  const std::vector<Step>& steps() const { return steps_; }
  bool empty() const { return steps_.empty(); }
  std::string ToString() const;
  bool operator==(const Path&) const = default;

 private:
  Path With(Step step) const {
    Path path = *this;
    path.steps_.push_back(std::move(step));
    return path;
  }

  std::vector<Step> steps_;
};

}  // namespace spcs::tf
