// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/spec/complete.h"

#include "absl/strings/str_cat.h"
#include "emulator/engine/spec/check.h"
#include "emulator/engine/spec/quantity.h"
#include "emulator/engine/spec/shape.h"
#include "provider/base/status.h"

namespace spcs::spec {
namespace {

// Members in the order of the shape: what was added stands where the service prints it.
Document Ordered(const Document& value, const Member& member) {
  if (value.is_array() && member.shape == Shape::kObjects) {
    Document list = Document::array();
    for (const Document& item : value) list.push_back(Ordered(item, {"", Shape::kObject, false, member.members}));
    return list;
  }
  if (!value.is_object() || member.members.empty()) return value;
  Document object = Document::object();
  for (const Member& one : member.members) {
    const std::string name(one.name);
    if (value.contains(name)) object[name] = Ordered(value[name], one);
  }
  return object;
}

void Default(Document& object, const char* member, const Document& value) {
  if (!object.contains(member)) object[member] = value;
}

void CompleteResources(Document& container, const runtime::Resources& node) {
  const runtime::Resources request = RequestOfContainer(container);
  Document& resources = container["resources"];
  // A member may move when another is added, so no reference to one is kept.
  Default(resources["limits"], "memory", PrintMemory(node.memory));
  Default(resources["limits"], "cpu", PrintCpu(node.milli_cpu));
  Default(resources["requests"], "memory", PrintMemory(request.memory));
  Default(resources["requests"], "cpu", PrintCpu(request.milli_cpu));
}

void CompleteStage(Document& config) {
  Document& resources = config["resources"];
  Default(resources["requests"], "memory", "0.5Gi");
  Default(resources["requests"], "cpu", "0");
  Default(resources["limits"], "memory", "1Gi");
  Default(resources["limits"], "cpu", "0.5");
}

}  // namespace

absl::StatusOr<Document> Complete(const Document& document, const runtime::Resources& node,
                                  const ResolveImage& resolve) {
  Document result = document;
  for (size_t i = 0; i < result["spec"]["containers"].size(); ++i) {
    Document& container = result["spec"]["containers"][i];
    ASSIGN_OR_RETURN(const ImageReference reference,
                     ParseImage(TextOf(container, "image"), absl::StrCat("spec.containers[", i, "].image")));
    ASSIGN_OR_RETURN(const ResolvedImage image, resolve(reference));
    container["image"] = image.full;
    container["sha256"] = absl::StrCat("@", image.digest);
    CompleteResources(container, node);
  }
  if (result["spec"].contains("endpoints")) {
    for (Document& endpoint : result["spec"]["endpoints"]) {
      Default(endpoint, "protocol", "HTTP");
      Default(endpoint, "public", false);
    }
  }
  if (result["spec"].contains("volumes")) {
    for (Document& volume : result["spec"]["volumes"]) {
      if (volume.contains("stageConfig")) CompleteStage(volume["stageConfig"]);
    }
  }
  return Ordered(result, Root());
}

std::vector<std::string> SidecarsOf(const Document& document) {
  std::vector<std::string> names;
  for (const Document& volume : ListAt(document, {"spec", "volumes"})) {
    if (volume.contains("stageConfig")) {
      names.push_back(absl::StrCat("stage-mount-v2-sidecar-", TextOf(volume, "name")));
    }
  }
  return names;
}

}  // namespace spcs::spec
