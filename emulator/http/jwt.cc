// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/jwt.h"

#include <algorithm>
#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "emulator/http/keys.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::emulator_http {
namespace {

constexpr absl::Duration kLongestLife = absl::Hours(1);
// Claims above this are milliseconds: clients send either.
constexpr int64_t kMilliseconds = 100'000'000'000;

absl::Status BadFormat(absl::string_view why) {
  return JwtError(kJwtFormat, absl::StrCat("JWT token format is invalid: ", why));
}

absl::StatusOr<nlohmann::json> DecodeObject(absl::string_view base64, absl::string_view what) {
  std::string text;
  if (!absl::WebSafeBase64Unescape(base64, &text)) return BadFormat(absl::StrCat(what, " is not base64url"));
  absl::StatusOr<nlohmann::json> object = ParseJson(text);
  if (!object.ok() || !object->is_object()) return BadFormat(absl::StrCat(what, " is not a JSON object"));
  return object;
}

std::optional<absl::Time> TimeClaim(const nlohmann::json& claims, const char* name) {
  const auto claim = claims.find(name);
  if (claim == claims.end() || !claim->is_number()) return std::nullopt;
  const double number = claim->get<double>();
  if (!(number > 0 && number < 1e16)) return std::nullopt;
  if (number >= static_cast<double>(kMilliseconds)) return absl::FromUnixMillis(static_cast<int64_t>(number));
  return absl::UnixEpoch() + absl::Seconds(number);
}

// iss is <ACCOUNT>.<USER>.SHA256:<fingerprint>, sub is <ACCOUNT>.<USER>.
absl::Status ReadNames(const nlohmann::json& claims, Jwt& jwt) {
  const std::string issuer = JsonString(claims, "iss");
  const std::string subject = JsonString(claims, "sub");
  const size_t mark = issuer.find(".SHA256:");
  if (mark == std::string::npos) return BadFormat("iss has no .SHA256:<fingerprint> at its end");
  jwt.fingerprint = issuer.substr(mark + 1);
  const std::string names = issuer.substr(0, mark);
  if (names != subject) return BadFormat("sub is not the account and user of iss");
  const size_t dot = names.find('.');
  if (dot == std::string::npos || dot == 0 || dot + 1 == names.size()) return BadFormat("sub is not <ACCOUNT>.<USER>");
  jwt.account = names.substr(0, dot);
  jwt.user = names.substr(dot + 1);
  return absl::OkStatus();
}

absl::Status ReadTimes(const nlohmann::json& claims, Jwt& jwt) {
  const std::optional<absl::Time> issued = TimeClaim(claims, "iat");
  const std::optional<absl::Time> expires = TimeClaim(claims, "exp");
  if (!issued || !expires || *expires <= *issued) {
    return JwtError(kJwtBadExpiry,
                    "JWT token has an invalid expiration time: iat and exp must be there, exp after iat");
  }
  jwt.issued = *issued;
  jwt.expires = std::min(*expires, *issued + kLongestLife);
  return absl::OkStatus();
}

}  // namespace

absl::Status JwtError(absl::string_view code, absl::string_view text) {
  return WithFact(absl::UnauthenticatedError(text), kVendorCode, code);
}

absl::StatusOr<Jwt> ParseJwt(absl::string_view token) {
  const std::vector<absl::string_view> parts = absl::StrSplit(token, '.');
  if (parts.size() != 3) return BadFormat("it must have three parts");
  ASSIGN_OR_RETURN(const nlohmann::json header, DecodeObject(parts[0], "the header"));
  ASSIGN_OR_RETURN(const nlohmann::json claims, DecodeObject(parts[1], "the payload"));
  Jwt jwt;
  jwt.algorithm = JsonString(header, "alg");
  if (jwt.algorithm != "RS256" && jwt.algorithm != "ES256") {
    return JwtError(kJwtAlgorithm, "JWT token was signed with an unsupported algorithm: use RS256 or ES256");
  }
  RETURN_IF_ERROR(ReadNames(claims, jwt));
  RETURN_IF_ERROR(ReadTimes(claims, jwt));
  if (!absl::WebSafeBase64Unescape(parts[2], &jwt.signature)) return BadFormat("the signature is not base64url");
  jwt.signed_text = absl::StrCat(parts[0], ".", parts[1]);
  return jwt;
}

absl::Status CheckJwtTimes(const Jwt& jwt, absl::Time now) {
  if (jwt.issued > now) return JwtError(kJwtNotYetValid, "JWT token is not yet valid: iat is in the future");
  if (jwt.expires <= now) return JwtError(kJwtExpired, "JWT token has expired");
  return absl::OkStatus();
}

absl::Status CheckJwtSignature(const Jwt& jwt, const std::vector<std::string>& public_keys) {
  for (const std::string& key : public_keys) {
    const absl::StatusOr<std::string> fingerprint = Fingerprint(key);
    if (!fingerprint.ok() || *fingerprint != jwt.fingerprint) continue;
    const absl::StatusOr<bool> good = VerifySignature(jwt.algorithm, key, jwt.signed_text, jwt.signature);
    if (good.ok() && *good) return absl::OkStatus();
    return JwtError(kJwtInvalid, "JWT token is invalid");
  }
  return JwtError(kJwtFingerprint, "JWT token public key fingerprint mismatch");
}

absl::StatusOr<std::string> MakeJwt(const JwtParts& parts, absl::string_view private_pem) {
  ASSIGN_OR_RETURN(const std::string public_key, PublicKeyOf(private_pem));
  ASSIGN_OR_RETURN(std::string fingerprint, Fingerprint(public_key));
  if (!parts.fingerprint.empty()) fingerprint = parts.fingerprint;
  const std::string subject = absl::StrCat(parts.account, ".", parts.user);
  const nlohmann::json header = {{"alg", parts.algorithm}, {"typ", "JWT"}};
  const nlohmann::json claims = {{"iss", absl::StrCat(subject, ".", fingerprint)},
                                 {"sub", subject},
                                 {"iat", absl::ToUnixSeconds(parts.issued)},
                                 {"exp", absl::ToUnixSeconds(parts.expires)}};
  const std::string text =
      absl::StrCat(absl::WebSafeBase64Escape(DumpJson(header)), ".", absl::WebSafeBase64Escape(DumpJson(claims)));
  ASSIGN_OR_RETURN(const std::string signature, Sign(parts.algorithm, private_pem, text));
  return absl::StrCat(text, ".", absl::WebSafeBase64Escape(signature));
}

}  // namespace spcs::emulator_http
