// SPDX-License-Identifier: MPL-2.0
// The checks of check.h on the parts of a specification. Used by check.cc only.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "emulator/engine/spec/check.h"
#include "emulator/engine/spec/document.h"

namespace spcs::spec {

// Up to 63 of [a-z0-9-], beginning with a letter and not ending with a hyphen.
absl::Status CheckName(const std::string& name, const std::string& path);

absl::Status CheckEndpoints(const Document& endpoints);
absl::Status CheckVolumes(const Document& volumes, const CheckOptions& options);
// cpu, memory and GPUs of limits and requests.
absl::Status CheckResources(const Document& resources, const std::string& path, const CheckOptions& options);
absl::Status CheckSecrets(const Document& secrets, const std::string& path);
// sessionTokenConfig of the container at `path`.
absl::Status CheckSessionToken(const Document& container, const std::string& path);
// spec.resourceManagement.autoScalingPolicies.
absl::Status CheckScaling(const Document& policies);

}  // namespace spcs::spec
