// SPDX-License-Identifier: MPL-2.0
// Keys of key-pair authentication: making the demo key, fingerprints as the service writes them, checking signatures.
// The only file of the emulator that calls OpenSSL's key functions. Public keys are base64 of a DER
// SubjectPublicKeyInfo, as RSA_PUBLIC_KEY holds them.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace spcs::emulator_http {

// A new RSA-2048 private key as unencrypted PKCS#8 PEM. Takes about 0.1 s.
absl::StatusOr<std::string> NewRsaKey();

// A new P-256 private key, likewise.
absl::StatusOr<std::string> NewEcKey();

// The public key of a private key in PEM. InvalidArgument when the text is no unencrypted private key.
absl::StatusOr<std::string> PublicKeyOf(absl::string_view private_pem);

// "SHA256:<base64 of the SHA-256 of the DER>". InvalidArgument when the text is not base64.
absl::StatusOr<std::string> Fingerprint(absl::string_view public_key);

// Whether `signature` (as in a JWT: PKCS#1 v1.5 for RS256, r||s for ES256) of `text` was made with the key's private
// half. InvalidArgument when the key cannot be read or is not of the algorithm.
absl::StatusOr<bool> VerifySignature(absl::string_view algorithm, absl::string_view public_key, absl::string_view text,
                                     absl::string_view signature);

// The signature that VerifySignature accepts; for tests of clients and of this emulator.
absl::StatusOr<std::string> Sign(absl::string_view algorithm, absl::string_view private_pem, absl::string_view text);

}  // namespace spcs::emulator_http
