// SPDX-License-Identifier: MPL-2.0
// Images that are files of this machine: an OCI layout folder, or a tar file as `docker save` writes it (of any
// version). Nothing is unpacked: layers are read where they are, when they are sent.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "provider/oci/image.h"

namespace spcs::oci {

// Which image to take from a source.
struct Choice {
  std::string platform = "linux/amd64";
  std::string name;  // of an image where the source holds several; "": the only one
};

// Reads manifest and configuration, not the layers. NotFound, InvalidArgument (no image, several images, no such
// platform: the message lists what is there) or FailedPrecondition (content is missing).
absl::StatusOr<Image> OpenLayout(const std::string& folder, const Choice& choice);
absl::StatusOr<Image> OpenArchive(const std::string& path, const Choice& choice);

}  // namespace spcs::oci
