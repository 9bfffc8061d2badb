// SPDX-License-Identifier: MPL-2.0
// Text to document: YAML (so JSON too) whose members are all known and of the right type.
#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/engine/spec/document.h"

namespace spcs::spec {

// Fails with 395018 and the path of the member at fault. Nothing is filled in, meaning is not checked.
absl::StatusOr<Document> Read(absl::string_view text);

}  // namespace spcs::spec
