// SPDX-License-Identifier: MPL-2.0
// The checks that follow from the table, names and counts. Rules that join several fields are in *_check_parts.cc and
// *_check_resources.cc.
#include "provider/snowflake/service_spec_check.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "provider/snowflake/quantity.h"
#include "provider/snowflake/service_spec_fields.h"

namespace spcs::snowflake {
namespace {

constexpr size_t kMaxNameLength = 63;
constexpr size_t kMaxContainers = 20;
constexpr size_t kMaxEndpoints = 100;
constexpr size_t kMaxVolumes = 20;

constexpr absl::string_view kDollars = "contains \"$$\", which ends the specification inside the SQL statement";
constexpr absl::string_view kDollarAdvice = "Write the text without two dollar signs in a row.";

class FieldChecker {
 public:
  explicit FieldChecker(SpecProblems* problems) : problems_(problems) {}

  template <class S>
    requires kIsStruct<S>
  void Check(const Field&, const std::string& path, const S& value) {
    Members<S> members{*this, path, value};
    VisitFields(static_cast<const S*>(nullptr), members);
  }

  template <class T>
  void Check(const Field&, const std::string& path, const std::vector<T>& value) {
    for (size_t i = 0; i < value.size(); ++i) Check(Field{}, IndexedPath(path, i), value[i]);
  }

  template <class T>
  void Check(const Field&, const std::string& path, const std::map<std::string, T>& value) {
    for (const auto& [name, element] : value) {
      if (absl::StrContains(name, "$$")) Dollars(NamedPath(path, name));
      Check(Field{}, NamedPath(path, name), element);
    }
  }

  void Check(const Field& field, const std::string& path, const std::string& value) {
    if (absl::StrContains(value, "$$")) Dollars(path);
    if (field.required && value.empty()) return Missing(path);
    absl::Status syntax = absl::OkStatus();
    if (field.kind == FieldKind::kCpu) syntax = ParseCpu(value).status();
    if (field.kind == FieldKind::kMemory) syntax = ParseMemory(value).status();
    if (field.kind == FieldKind::kDuration) syntax = ParseDuration(value).status();
    if (!syntax.ok()) SplitMessage(path, std::string(syntax.message()));
    if (!field.allowed.empty()) CheckAllowed(field, path, value);
  }

  void Check(const Field& field, const std::string& path, int64_t value) {
    if (value >= field.min && value <= field.max) return;
    problems_->Error(path, absl::StrCat(value, " is out of range"), Range(field));
  }
  void Check(const Field& field, const std::string& path, double value) {
    if (value >= static_cast<double>(field.min)) return;
    problems_->Error(path, absl::StrCat(value, " is out of range"), Range(field));
  }
  void Check(const Field&, const std::string&, bool) {}

  void Missing(const std::string& path) { problems_->Error(path, "is required", "Give it a value."); }

 private:
  template <class S>
  struct Members {
    FieldChecker& checker;
    const std::string& path;
    const S& value;

    template <class T>
    void operator()(const Field& field, std::optional<T> S::* member) {
      const std::string where = AttributePath(path, field.attribute);
      if ((value.*member).has_value()) {
        checker.Check(field, where, *(value.*member));
        if (field.required && IsEmpty(*(value.*member))) checker.Missing(where);
      } else if (field.required) {
        checker.Missing(where);
      }
    }
    template <class T>
    void operator()(const Field& field, std::map<std::string, T> S::* member) {
      const std::string where = AttributePath(path, field.attribute);
      checker.Check(field, where, value.*member);
      if (field.required && (value.*member).empty()) checker.Missing(where);
    }
    template <class T>
    static bool IsEmpty(const T& collection) {
      if constexpr (SpecType<T>::kIsList || SpecType<T>::kIsNamed) return collection.empty();
      return false;
    }
  };

  static std::string Range(const Field& field) {
    if (field.max == std::numeric_limits<int64_t>::max()) return absl::StrCat("Write ", field.min, " or more.");
    return absl::StrCat("Write a number from ", field.min, " to ", field.max, ".");
  }

  void Dollars(const std::string& path) { problems_->Error(path, std::string(kDollars), std::string(kDollarAdvice)); }

  // Quantities say "<what>: <what is allowed>".
  void SplitMessage(const std::string& path, const std::string& message) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(message, absl::MaxSplits(": ", 1));
    std::string advice = parts.second;
    if (!advice.empty()) advice[0] = absl::ascii_toupper(static_cast<unsigned char>(advice[0]));
    problems_->Error(path, parts.first, absl::StrCat(advice, "."));
  }

  void CheckAllowed(const Field& field, const std::string& path, const std::string& value) {
    const std::vector<std::string> allowed = absl::StrSplit(field.allowed, '|');
    const bool found = std::any_of(allowed.begin(), allowed.end(), [&](const std::string& word) {
      return field.kind == FieldKind::kKeyword ? absl::EqualsIgnoreCase(word, value) : word == value;
    });
    if (found) return;
    problems_->Error(path, absl::StrCat("\"", value, "\" is not a value of it"),
                     absl::StrCat("Write one of ", absl::StrJoin(allowed, ", "), "."));
  }

  SpecProblems* problems_;
};

template <class T>
void CheckNames(const std::map<std::string, T>& map, absl::string_view kind, absl::string_view path, size_t most,
                SpecProblems* problems) {
  if (map.size() > most) {
    problems->Error(std::string(path), absl::StrCat(map.size(), " ", kind, "s are too many"),
                    absl::StrCat("A service has at most ", most, "."));
  }
  for (const auto& [name, value] : map) {
    if (IsSpecName(name)) continue;
    problems->Error(
        NamedPath(path, name), absl::StrCat("\"", name, "\" cannot be the name of a ", kind),
        "Use at most 63 lower-case letters, digits and \"-\"; start with a letter and do not end with \"-\".");
  }
}

void CheckRoles(const ServiceSpec& spec, SpecProblems* problems) {
  if (!spec.service_roles) return;
  for (const auto& [name, role] : *spec.service_roles) {
    const std::string path = NamedPath("spec.service_roles", name);
    const bool good = !name.empty() && std::all_of(name.begin(), name.end(),
                                                   [](unsigned char c) { return absl::ascii_isalnum(c) || c == '_'; });
    if (!good) {
      problems->Error(path, absl::StrCat("\"", name, "\" cannot be the name of a service role"),
                      "Use letters, digits and \"_\".");
    }
    if (absl::EqualsIgnoreCase(name, "all_endpoints_usage")) {
      problems->Error(path, "every service has the role all_endpoints_usage by itself", "Choose another name.");
    }
    if (!role.endpoints || problems->Unknown("spec.endpoints")) continue;
    for (size_t i = 0; i < role.endpoints->size(); ++i) {
      const std::string& endpoint = (*role.endpoints)[i];
      if (spec.endpoints && spec.endpoints->count(endpoint) > 0) continue;
      problems->Error(IndexedPath(AttributePath(path, "endpoints"), i),
                      absl::StrCat("there is no endpoint \"", endpoint, "\""),
                      "Name an endpoint of this specification, or add it to endpoints.");
    }
  }
}

// Whether `path` is `ancestor` or stands in it.
bool IsWithin(absl::string_view path, absl::string_view ancestor) {
  if (!absl::ConsumePrefix(&path, ancestor)) return false;
  return path.empty() || path[0] == '.' || path[0] == '[';
}

}  // namespace

bool IsSpecName(absl::string_view name) {
  if (name.empty() || name.size() > kMaxNameLength || !absl::ascii_islower(static_cast<unsigned char>(name[0])) ||
      name.back() == '-') {
    return false;
  }
  return std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-'; });
}

bool SpecProblems::Unknown(absl::string_view path) const {
  return std::any_of(unknown_.begin(), unknown_.end(), [&](const std::string& other) { return IsWithin(path, other); });
}

void SpecProblems::Add(SpecProblem problem) {
  const bool inside = std::any_of(unknown_.begin(), unknown_.end(),
                                  [&](const std::string& other) { return IsWithin(other, problem.path); });
  if (!inside && !Unknown(problem.path)) problems_.push_back(std::move(problem));
}

void CheckFields(const ServiceSpec& spec, SpecProblems* problems) {
  FieldChecker(problems).Check(Field{}, "spec", spec);
}

FamilyLimits LimitsOf(const InstanceFamily& family) {
  return {.family = family.name,
          .cpu_millicores = int64_t{family.vcpu} * 1000,
          .memory_bytes = int64_t{family.memory_gib} << 30,
          .gpus = family.gpu_count};
}

std::vector<SpecProblem> CheckServiceSpec(const ServiceSpec& spec, const std::optional<FamilyLimits>& limits,
                                          const std::vector<std::string>& unknown) {
  SpecProblems problems(unknown);
  CheckFields(spec, &problems);
  CheckNames(spec.containers, "container", "spec.containers", kMaxContainers, &problems);
  if (spec.endpoints) CheckNames(*spec.endpoints, "endpoint", "spec.endpoints", kMaxEndpoints, &problems);
  if (spec.volumes) CheckNames(*spec.volumes, "volume", "spec.volumes", kMaxVolumes, &problems);
  CheckContainers(spec, &problems);
  CheckResources(spec, limits, &problems);
  CheckEndpoints(spec, &problems);
  CheckVolumes(spec, &problems);
  CheckRoles(spec, &problems);
  return problems.Take();
}

}  // namespace spcs::snowflake
