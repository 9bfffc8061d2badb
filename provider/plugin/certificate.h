// SPDX-License-Identifier: MPL-2.0
// The provider's side of go-plugin's automatic mutual TLS: a fresh key and a self-signed certificate for each
// process, handed to the client in the handshake line. Made in well under a millisecond, because a command starts the
// provider up to five times.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace spcs::plugin {

struct Certificate {
  std::string der;              // the certificate, as the handshake line carries it
  std::string certificate_pem;  // the same for gRPC
  std::string private_key_pem;
};

// A P-256 certificate for DNS:localhost, the name that go-plugin's client asks for, valid from a day before `now` (the
// clocks of containers differ) for ten years. Fails with Internal when OpenSSL does.
absl::StatusOr<Certificate> MakeCertificate(absl::Time now);

// Has OpenSSL take its random bytes straight from the kernel, read no configuration file of the machine, hand out no
// TLS tickets and keep no table of its ciphers' old names (they are fetched by name): each costs start-up time, and a
// file that loads engines cannot work in a static binary. Before the first other use of OpenSSL.
void PrepareOpenSsl();

}  // namespace spcs::plugin
