// SPDX-License-Identifier: MPL-2.0
// What a specification must fulfil beyond the types of its members: names, amounts, ports, mounts, what could ever fit
// on a node. Pure; what needs the account (stages, secrets, images, privileges) is the service handler's.
#pragma once

#include "absl/status/status.h"
#include "emulator/engine/spec/document.h"
#include "emulator/runtime/compute.h"

namespace spcs::spec {

struct CheckOptions {
  runtime::Resources node;  // capacity of one node of the pool's family
  std::string family;       // for messages
};

// Fails with 395018 on the first fault found, in the order of the specification.
absl::Status Check(const Document& document, const CheckOptions& options);

// What one instance asks of a node: the requests of all containers and mount sidecars, with defaults.
runtime::Resources RequestOf(const Document& document);

// The same for one container.
runtime::Resources RequestOfContainer(const Document& container);

}  // namespace spcs::spec
