// SPDX-License-Identifier: MPL-2.0
// Key-pair JWTs, checked as the service checks them: form, algorithm, times, names, fingerprint, signature, in that
// order, each failure with the service's own code. Pure functions; the Authenticator brings account and users.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace spcs::emulator_http {

// The parts of a token whose form is right. Nothing of it is verified yet.
struct Jwt {
  std::string algorithm;    // "RS256" or "ES256"
  std::string account;      // of iss and sub, which agree
  std::string user;         // likewise
  std::string fingerprint;  // "SHA256:…"
  absl::Time issued;
  absl::Time expires;       // at most one hour after `issued`, whatever the token says
  std::string signed_text;  // what the signature covers
  std::string signature;
};

// Codes of the failures, as kVendorCode of an Unauthenticated status.
inline constexpr absl::string_view kJwtInvalid = "394300";
inline constexpr absl::string_view kJwtExpired = "394301";
inline constexpr absl::string_view kJwtNotYetValid = "394302";
inline constexpr absl::string_view kJwtBadExpiry = "394303";
inline constexpr absl::string_view kJwtFingerprint = "394304";
inline constexpr absl::string_view kJwtAlgorithm = "394305";
inline constexpr absl::string_view kJwtFormat = "394306";

// A failure with one of the codes above. The text names no part of the token.
absl::Status JwtError(absl::string_view code, absl::string_view text);

// Takes the token apart. Errors: kJwtFormat, kJwtAlgorithm, kJwtBadExpiry.
absl::StatusOr<Jwt> ParseJwt(absl::string_view token);

// Checks the times against `now`. Errors: kJwtNotYetValid, kJwtExpired.
absl::Status CheckJwtTimes(const Jwt& jwt, absl::Time now);

// Checks fingerprint and signature against the user's public keys (base64 DER). Errors: kJwtFingerprint, kJwtInvalid.
absl::Status CheckJwtSignature(const Jwt& jwt, const std::vector<std::string>& public_keys);

// What a test may choose in a token that it makes.
struct JwtParts {
  std::string algorithm = "RS256";
  std::string account = "SPCS-EMULATOR";
  std::string user = "SPCS_DEMO_USER";
  std::string fingerprint;  // "": that of the key
  absl::Time issued;
  absl::Time expires;
};

// A signed token. For tests of the emulator and of clients.
absl::StatusOr<std::string> MakeJwt(const JwtParts& parts, absl::string_view private_pem);

}  // namespace spcs::emulator_http
