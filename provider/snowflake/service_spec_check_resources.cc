// SPDX-License-Identifier: MPL-2.0
// CPU, memory and GPUs: within a container, and all containers of an instance against one node.
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "provider/snowflake/quantity.h"
#include "provider/snowflake/service_spec_check.h"
#include "provider/snowflake/service_spec_fields.h"

namespace spcs::snowflake {
namespace {

// The amount, or nullopt when it is not written or not readable, which CheckFields() has reported.
std::optional<int64_t> Cpu(const ResourceAmounts& amounts) {
  if (!amounts.cpu) return std::nullopt;
  const absl::StatusOr<int64_t> value = ParseCpu(*amounts.cpu);
  return value.ok() ? std::optional<int64_t>(*value) : std::nullopt;
}
std::optional<int64_t> Memory(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  const absl::StatusOr<int64_t> value = ParseMemory(*text);
  return value.ok() ? std::optional<int64_t>(*value) : std::nullopt;
}

ResourceAmounts RequestsOf(const Container& container) {
  return container.resources.value_or(Resources{}).requests.value_or(ResourceAmounts{});
}
ResourceAmounts LimitsOf(const Container& container) {
  return container.resources.value_or(Resources{}).limits.value_or(ResourceAmounts{});
}

void CheckContainer(const Container& container, const std::string& path, SpecProblems* problems) {
  const ResourceAmounts requests = RequestsOf(container), limits = LimitsOf(container);
  const bool known =
      !problems->Unknown(AttributePath(path, "requests.gpu")) && !problems->Unknown(AttributePath(path, "limits.gpu"));
  if (known && requests.gpu != limits.gpu) {
    problems->Error(AttributePath(path, limits.gpu ? "limits.gpu" : "requests.gpu"),
                    absl::StrCat("GPUs requested (", requests.gpu ? absl::StrCat(*requests.gpu) : "none",
                                 ") and their limit (", limits.gpu ? absl::StrCat(*limits.gpu) : "none", ") differ"),
                    "Set requests.gpu and limits.gpu to the same number.");
  }
  const std::optional<int64_t> cpu = Cpu(requests), cpu_limit = Cpu(limits);
  if (cpu && cpu_limit && *cpu > *cpu_limit) {
    problems->Error(AttributePath(path, "requests.cpu"),
                    absl::StrCat("\"", *requests.cpu, "\" is more than the limit \"", *limits.cpu, "\""),
                    "Request at most the limit.");
  }
  const std::optional<int64_t> memory = Memory(requests.memory), memory_limit = Memory(limits.memory);
  if (memory && memory_limit && *memory > *memory_limit) {
    problems->Error(AttributePath(path, "requests.memory"),
                    absl::StrCat("\"", *requests.memory, "\" is more than the limit \"", *limits.memory, "\""),
                    "Request at most the limit.");
  }
}

// Whether `used` of this container, or `total` with those before it, is more than the node has; reports it once.
class NodeBudget {
 public:
  NodeBudget(absl::string_view unit, int64_t capacity, std::string (*format)(int64_t), const FamilyLimits& node,
             SpecProblems* problems)
      : unit_(unit), capacity_(capacity), format_(format), node_(node), problems_(problems) {}

  void Add(const std::string& path, int64_t used) {
    const bool fitted = total_ <= capacity_;
    total_ += used;
    if (!fitted || total_ <= capacity_) return;
    const std::string what = used == total_
                                 ? absl::StrCat(format_(used), unit_, " requested")
                                 : absl::StrCat(format_(total_), unit_, " requested by all containers together");
    problems_->Error(
        path,
        absl::StrCat(what, ", but a node of ", node_.family, " has ", capacity_ == 0 ? "none" : format_(capacity_)),
        "Request less, or use a compute pool of a larger instance family: an instance runs on one node.");
  }

 private:
  absl::string_view unit_;
  int64_t capacity_;
  std::string (*format_)(int64_t);
  const FamilyLimits& node_;
  SpecProblems* problems_;
  int64_t total_ = 0;
};

std::string FormatCount(int64_t count) {
  return absl::StrCat(count);
}

void WarnOfLimits(const Container& container, const std::string& path, const FamilyLimits& node,
                  SpecProblems* problems) {
  const ResourceAmounts limits = LimitsOf(container);
  if (const std::optional<int64_t> cpu = Cpu(limits); cpu && *cpu > node.cpu_millicores) {
    problems->Warning(AttributePath(path, "limits.cpu"),
                      absl::StrCat("\"", *limits.cpu, "\" is more than a node of ", node.family, " has (",
                                   FormatCpu(node.cpu_millicores), ")"),
                      "Lower the limit, or leave it out: it is the whole node then.");
  }
  if (const std::optional<int64_t> memory = Memory(limits.memory); memory && *memory > node.memory_bytes) {
    problems->Warning(AttributePath(path, "limits.memory"),
                      absl::StrCat("\"", *limits.memory, "\" is more than a node of ", node.family, " has (",
                                   FormatMemory(node.memory_bytes), ")"),
                      "Lower the limit, or leave it out: it is the whole node then.");
  }
}

void CheckAgainstNode(const ServiceSpec& spec, const FamilyLimits& node, SpecProblems* problems) {
  NodeBudget cpus(" CPU", node.cpu_millicores, FormatCpu, node, problems);
  NodeBudget memory(" of memory", node.memory_bytes, FormatMemory, node, problems);
  NodeBudget gpus(" GPU", node.gpus, FormatCount, node, problems);
  for (const auto& [name, container] : spec.containers) {
    const std::string path = AttributePath(NamedPath("spec.containers", name), "resources");
    const ResourceAmounts requests = RequestsOf(container);
    if (const std::optional<int64_t> amount = Cpu(requests)) cpus.Add(AttributePath(path, "requests.cpu"), *amount);
    if (const std::optional<int64_t> amount = Memory(requests.memory)) {
      memory.Add(AttributePath(path, "requests.memory"), *amount);
    }
    if (requests.gpu && *requests.gpu > 0) gpus.Add(AttributePath(path, "requests.gpu"), *requests.gpu);
    WarnOfLimits(container, path, node, problems);
  }
  if (!spec.volumes) return;
  for (const auto& [name, volume] : *spec.volumes) {
    if (!absl::EqualsIgnoreCase(volume.source.value_or(""), "memory")) continue;
    const std::optional<int64_t> size = Memory(volume.size);
    if (!size || *size <= node.memory_bytes) continue;
    problems->Error(AttributePath(NamedPath("spec.volumes", name), "size"),
                    absl::StrCat("\"", *volume.size, "\" is more memory than a node of ", node.family, " has (",
                                 FormatMemory(node.memory_bytes), ")"),
                    "Make the volume smaller, or use a compute pool of a larger instance family.");
  }
}

}  // namespace

void CheckResources(const ServiceSpec& spec, const std::optional<FamilyLimits>& limits, SpecProblems* problems) {
  for (const auto& [name, container] : spec.containers) {
    CheckContainer(container, AttributePath(NamedPath("spec.containers", name), "resources"), problems);
  }
  if (limits) CheckAgainstNode(spec, *limits, problems);
}

}  // namespace spcs::snowflake
