// SPDX-License-Identifier: MPL-2.0
// Where an image is: "host[:port]/path/name[:tag][@sha256:…]".
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace spcs::oci {

struct Reference {
  std::string host;        // "registry.example.com:5000"
  std::string repository;  // "team/app"
  std::string tag;         // "" when there is none
  std::string digest;      // likewise

  // The digest, else the tag.
  const std::string& version() const { return digest.empty() ? tag : digest; }
  std::string ToString() const;
};

// InvalidArgument says what is wrong. The host must be written; without tag and digest the tag is "latest".
absl::StatusOr<Reference> ParseReference(absl::string_view text);

bool IsTag(absl::string_view text);
// Lower-case parts joined by slashes, as the path of an image has it.
bool IsRepository(absl::string_view text);

// "https://host", or "http://host" where the host is this machine.
std::string OriginOfHost(absl::string_view host);

}  // namespace spcs::oci
