// SPDX-License-Identifier: MPL-2.0
// What the service adds to a specification before it keeps it: the image in full with its digest, and defaults.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "emulator/engine/spec/document.h"
#include "emulator/engine/spec/image.h"
#include "emulator/runtime/compute.h"

namespace spcs::spec {

struct ResolvedImage {
  std::string full;    // host, path and tag
  std::string digest;  // "sha256:…"
};
using ResolveImage = std::function<absl::StatusOr<ResolvedImage>(const ImageReference&)>;

// `document` passed Check(). Fails only as `resolve` does.
absl::StatusOr<Document> Complete(const Document& document, const runtime::Resources& node,
                                  const ResolveImage& resolve);

// The sidecars that mount stages: one container a stage volume, as container listings show them.
std::vector<std::string> SidecarsOf(const Document& document);

// The fixed image of those sidecars.
inline constexpr char kSidecarImage[] = "stage-mount-v2-sidecar";

}  // namespace spcs::spec
