// SPDX-License-Identifier: MPL-2.0
// Images of another registry: manifest and configuration are read at once, each layer when it is sent, through a
// temporary file without a name.
#pragma once

#include <stop_token>
#include <string>

#include "absl/status/statusor.h"
#include "provider/oci/image.h"
#include "provider/oci/reference.h"
#include "provider/oci/registry_client.h"

namespace spcs::oci {

// Chooses `platform` where the reference leads to an index. NotFound, or InvalidArgument with the platforms that there
// are. The client must outlive the image.
absl::StatusOr<Image> OpenRemote(RegistryClient& client, const Reference& reference, const std::string& platform,
                                 std::stop_token stop);

}  // namespace spcs::oci
