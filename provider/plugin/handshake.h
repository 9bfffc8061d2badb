// SPDX-License-Identifier: MPL-2.0
// What go-plugin's client tells a plugin through the environment, and the one line that it expects back on stdout.
// Facts: go-plugin 1.7 and its use by Terraform 1.11 and OpenTofu 1.12.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace spcs::plugin {

// The protocol that we speak, and the version of go-plugin's own.
inline constexpr int kProtocolVersion = 6;
inline constexpr int kCoreProtocolVersion = 1;

// Looks a variable up: nullopt when it is unset or empty.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

// What the client asked for.
struct ClientRequest {
  bool by_client = false;  // the magic cookie is there: a client started us, not a person
  bool speaks_our_protocol = true;
  std::string protocols;           // as the client listed them, for the error text
  std::string client_certificate;  // PEM; empty: no TLS
  std::string socket_folder;       // empty: ours to choose
  std::string socket_group;        // name or number; empty: this user only
  bool multiplex = false;          // asks whether several brokered connections can share one
};
ClientRequest ReadClientRequest(const Environment& environment);

// The line with its newline. `certificate_der` is empty without TLS.
std::string HandshakeLine(absl::string_view socket_path, absl::string_view certificate_der, bool multiplex);

// For a person who started the binary by hand: what it is, how to install it, how to debug it.
std::string StartedByHandText(absl::string_view program, absl::string_view version);

// `provider` as a value of TF_REATTACH_PROVIDERS (JSON): how clients find a provider that runs already.
std::string ReattachConfig(absl::string_view provider, absl::string_view socket_path, int pid);

}  // namespace spcs::plugin
