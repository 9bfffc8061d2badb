// SPDX-License-Identifier: MPL-2.0
// What the service answers, in the words of the user.
//
// The service writes the specification anew: it adds defaults, qualifies images, lists the sidecars that mount stages.
// First what it adds is taken off, then each field keeps the user's spelling unless the meaning differs.
//
// What cannot be decided from the text:
// - A limit of CPU or memory that the user did not write: the service fills in the node's capacity, so a limit that
//   somebody else adds to such a container stays unseen.
// - A request of 0.5 / 0.5Gi, or one equal to the limit, where the user wrote none: default or outside change.
// - On import: limits equal to a known family's whole node count as defaulted; in a container with other limits every
//   request is kept.
// - An image that moved to another digest under the same tag: the service pins the digest in a key that only it writes.
//   Where only one side names a digest, the tags decide; where only one names a tag, the digests or the bare name do.
// - A name that the user left unqualified is taken to be the qualified one that the service answers.
// - Explicitly written defaults that somebody removes outside, or the reverse: both ask for the same.
// - The host of an image, and keys that this release does not know (ParseServerSpec() lists them).
#include <utility>

#include "absl/strings/match.h"
#include "provider/snowflake/quantity.h"
#include "provider/snowflake/service_spec.h"
#include "provider/snowflake/service_spec_compare.h"
#include "provider/snowflake/service_spec_fields.h"

namespace spcs::snowflake {
namespace {

constexpr absl::string_view kDefaultCpu = "0.5";
constexpr absl::string_view kDefaultMemory = "0.5Gi";

// ---- The user's spelling where the meaning is the same. ----

class Merger {
 public:
  template <class S>
  S MergeStruct(FieldKind kind, const S& prior, const S& server) {
    Members<S> members{*this, kind, prior, server, S{}};
    VisitFields(static_cast<const S*>(nullptr), members);
    return std::move(members.merged);
  }

 private:
  template <class S>
  struct Members {
    Merger& merger;
    FieldKind kind;
    const S& prior;
    const S& server;
    S merged;

    template <class T>
    void operator()(const Field& field, std::optional<T> S::* member) {
      merged.*member = merger.Merge(field, kind, prior.*member, server.*member);
    }
    template <class T>
    void operator()(const Field&, std::map<std::string, T> S::* member) {
      merged.*member = merger.MergeNamed(prior.*member, server.*member);
    }
  };

  template <class T>
  std::optional<T> Merge(const Field& field, FieldKind parent, const std::optional<T>& prior,
                         const std::optional<T>& server) {
    if (Comparison(Writer::kServer, nullptr).Same(field, parent, "", prior, server)) return prior;
    if constexpr (kIsScalar<T> || kIsPlainCollection<T>) {
      return server;
    } else {
      if (!server) return std::nullopt;
      T merged = MergeValue(field.kind, prior.value_or(T{}), *server);
      if (!prior && merged == T{}) return std::nullopt;
      return merged;
    }
  }

  template <class T>
    requires kIsStruct<T>
  T MergeValue(FieldKind kind, const T& prior, const T& server) {
    return MergeStruct(kind, prior, server);
  }
  template <class T>
  std::map<std::string, T> MergeValue(FieldKind, const std::map<std::string, T>& prior,
                                      const std::map<std::string, T>& server) {
    return MergeNamed(prior, server);
  }

  // Elements of the same meaning stay where and as they are; the server's others take the places that became free.
  template <class T>
  std::vector<T> MergeValue(FieldKind kind, const std::vector<T>& prior, const std::vector<T>& server) {
    const std::vector<int> partner = Comparison(Writer::kServer, nullptr).Pair(prior, server);
    std::vector<bool> used(server.size(), false);
    for (int index : partner) {
      if (index >= 0) used[index] = true;
    }
    std::vector<T> merged;
    size_t next = 0;
    const auto take_next = [&](const T& like) {
      while (next < server.size() && used[next]) ++next;
      if (next < server.size()) merged.push_back(MergeStruct(kind, like, server[next++]));
    };
    for (size_t i = 0; i < prior.size(); ++i) {
      if (partner[i] >= 0) {
        merged.push_back(prior[i]);
      } else {
        take_next(prior[i]);
      }
    }
    while (next < server.size()) take_next(T{});
    return merged;
  }

  template <class T>
  std::map<std::string, T> MergeNamed(const std::map<std::string, T>& prior, const std::map<std::string, T>& server) {
    std::map<std::string, T> merged;
    for (const auto& [name, value] : server) {
      const auto mine = prior.find(name);
      merged[name] = MergeStruct(FieldKind::kText, mine == prior.end() ? T{} : mine->second, value);
    }
    return merged;
  }
};

// ---- What the service adds. ----

bool IsNodeCapacity(const ResourceAmounts& limits, const std::optional<FamilyLimits>& family) {
  const auto is_whole_node = [&](const FamilyLimits& node) {
    return limits.cpu && limits.memory && SameCpu(*limits.cpu, FormatCpu(node.cpu_millicores)) &&
           SameMemory(*limits.memory, FormatMemory(node.memory_bytes));
  };
  if (family) return is_whole_node(*family);
  for (const InstanceFamily& known : KnownInstanceFamilies()) {
    if (is_whole_node(LimitsOf(known))) return true;
  }
  return false;
}

// Drops `amount` when the user has none and it is the default.
void DropDefault(const std::optional<std::string>& prior, bool is_default, std::optional<std::string>* amount) {
  if (!prior && is_default) amount->reset();
}

// Of a container that the user described.
void StripResources(const Resources& prior, Resources* server) {
  const ResourceAmounts requests = prior.requests.value_or(ResourceAmounts{});
  const ResourceAmounts limits = prior.limits.value_or(ResourceAmounts{});
  const ResourceAmounts server_limits = server->limits.value_or(ResourceAmounts{});
  if (server->requests) {
    std::optional<std::string>& cpu = server->requests->cpu;
    std::optional<std::string>& memory = server->requests->memory;
    const bool cpu_default =
        cpu && (SameCpu(*cpu, kDefaultCpu) || (server_limits.cpu && SameCpu(*cpu, *server_limits.cpu)));
    const bool memory_default = memory && (SameMemory(*memory, kDefaultMemory) ||
                                           (server_limits.memory && SameMemory(*memory, *server_limits.memory)));
    DropDefault(requests.cpu, cpu_default, &cpu);
    DropDefault(requests.memory, memory_default, &memory);
  }
  if (server->limits) {
    DropDefault(limits.cpu, true, &server->limits->cpu);
    DropDefault(limits.memory, true, &server->limits->memory);
  }
}

// Of a container that nobody here described.
void StripResourcesOnImport(const std::optional<FamilyLimits>& family, Resources* server) {
  if (!server->limits || !IsNodeCapacity(*server->limits, family)) return;
  server->limits->cpu.reset();
  server->limits->memory.reset();
  if (!server->requests) return;
  std::optional<std::string>& cpu = server->requests->cpu;
  std::optional<std::string>& memory = server->requests->memory;
  if (cpu && SameCpu(*cpu, kDefaultCpu)) cpu.reset();
  if (memory && SameMemory(*memory, kDefaultMemory)) memory.reset();
}

void StripContainer(const Container* prior, const std::optional<FamilyLimits>& family, Container* server) {
  if (server->resources) {
    if (prior != nullptr) {
      StripResources(prior->resources.value_or(Resources{}), &*server->resources);
    } else {
      StripResourcesOnImport(family, &*server->resources);
    }
  }
  if (prior == nullptr && server->image) server->image = ImageWithoutHost(*server->image);
}

// The sidecar of a stage volume has fixed documented defaults.
void StripStage(const Volume* prior, Volume* server) {
  if (!server->stage_config || !server->stage_config->resources) return;
  Resources mine;
  if (prior != nullptr && prior->stage_config) mine = prior->stage_config->resources.value_or(Resources{});
  const auto strip = [](const std::optional<ResourceAmounts>& kept, absl::string_view cpu, absl::string_view memory,
                        std::optional<ResourceAmounts>* amounts) {
    if (!*amounts) return;
    const ResourceAmounts user = kept.value_or(ResourceAmounts{});
    DropDefault(user.cpu, (*amounts)->cpu && SameCpu(*(*amounts)->cpu, cpu), &(*amounts)->cpu);
    DropDefault(user.memory, (*amounts)->memory && SameMemory(*(*amounts)->memory, memory), &(*amounts)->memory);
  };
  Resources& resources = *server->stage_config->resources;
  strip(mine.requests, "0", kDefaultMemory, &resources.requests);
  strip(mine.limits, "0.5", "1Gi", &resources.limits);
}

template <class T>
const T* Find(const std::map<std::string, T>& map, const std::string& name) {
  const auto found = map.find(name);
  return found == map.end() ? nullptr : &found->second;
}

ServiceSpec WithoutAdditions(const ServiceSpec& prior, ServiceSpec server, const std::optional<FamilyLimits>& family) {
  for (auto it = server.containers.begin(); it != server.containers.end();) {
    const Container* mine = Find(prior.containers, it->first);
    if (mine == nullptr && absl::StartsWith(it->first, kSidecarPrefix)) {
      it = server.containers.erase(it);
      continue;
    }
    StripContainer(mine, family, &it->second);
    ++it;
  }
  if (server.volumes) {
    for (auto& [name, volume] : *server.volumes) {
      StripStage(prior.volumes ? Find(*prior.volumes, name) : nullptr, &volume);
    }
  }
  return server;
}

}  // namespace

ServiceSpec Reconcile(const ServiceSpec& prior, const ServiceSpec& from_server,
                      const std::optional<FamilyLimits>& limits) {
  return Merger().MergeStruct(FieldKind::kText, prior, WithoutAdditions(prior, from_server, limits));
}

}  // namespace spcs::snowflake
