// SPDX-License-Identifier: MPL-2.0
// A user's private key: read from PEM (PKCS#8 plain or encrypted; PKCS#1 and SEC1 work as well), identified by its
// public half, used to sign. Used by the key-pair authenticator.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

typedef struct evp_pkey_st EVP_PKEY;

namespace spcs::snowflake {

// Thread-safe once made.
class PrivateKey {
 public:
  // Reads the first key of the text. Errors say which of these it is: no key in it, encrypted and no passphrase, wrong
  // passphrase, a kind of key that the service does not take. They never quote the text.
  static absl::StatusOr<PrivateKey> FromPem(absl::string_view pem, const std::optional<std::string>& passphrase);

  // "SHA256:" and the base64 of the digest of the public key's DER form: how the service names a key.
  std::string Fingerprint() const;

  // "RS256", "ES256", "ES384" or "ES512".
  const std::string& algorithm() const { return algorithm_; }

  // The signature in the form of JSON Web Signatures.
  absl::StatusOr<std::string> Sign(absl::string_view text) const;

 private:
  struct Deleter {
    void operator()(EVP_PKEY* key) const;
  };
  std::unique_ptr<EVP_PKEY, Deleter> key_;
  std::string algorithm_;
};

}  // namespace spcs::snowflake
