// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/authenticator.h"

#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "emulator/engine/access_token.h"
#include "emulator/http/jwt.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::emulator_http {
namespace {

using engine::AccessToken;
using engine::kOauthType;
using engine::kPatType;
using engine::kTokenSpace;

constexpr absl::string_view kJwtType = "KEYPAIR_JWT";
constexpr int64_t kDefaultLifeSeconds = 15 * 24 * 3600;

absl::Status Refusal(absl::string_view code, absl::string_view text) {
  return WithFact(absl::UnauthenticatedError(text), kVendorCode, code);
}

absl::Status NoSuchToken(absl::string_view type) {
  if (type == kPatType) return Refusal("394400", "PAT_INVALID: Programmatic access token is invalid.");
  return Refusal("390303", "Invalid OAuth access token.");
}

absl::Status Expired(absl::string_view type) {
  if (type == kPatType) return Refusal("394400", "PAT_INVALID: Programmatic access token has expired.");
  return Refusal("390318", "OAuth access token expired.");
}

// The text after "Bearer "; the service wants one of its token forms there.
absl::StatusOr<absl::string_view> BearerToken(const HttpRequest& request) {
  const std::string* header = request.Header("Authorization");
  if (header == nullptr) return Refusal("390103", "Session token not found in the request data.");
  absl::string_view text = *header;
  if (text.size() < 7 || !absl::EqualsIgnoreCase(text.substr(0, 7), "Bearer ")) {
    return Refusal("390104",
                   "Session token not found, or not valid: the SQL API wants `Authorization: Bearer <token>`.");
  }
  return absl::StripAsciiWhitespace(text.substr(7));
}

// Without the header the service looks at the token itself.
std::string TokenType(const HttpRequest& request, absl::string_view token) {
  if (const std::string* header = request.Header("X-Snowflake-Authorization-Token-Type")) {
    return absl::AsciiStrToUpper(*header);
  }
  return std::string(ParseJwt(token).ok() ? kJwtType : "");
}

}  // namespace

Authenticator::Authenticator(engine::Engine& engine, const engine::EmulatorClock& clock,
                             std::function<absl::Time()> now)
    : engine_(engine), clock_(clock), now_(std::move(now)) {}

absl::StatusOr<Identity> Authenticator::Authenticate(const HttpRequest& request) const {
  ASSIGN_OR_RETURN(const absl::string_view token, BearerToken(request));
  const std::string type = TokenType(request, token);
  if (type == kJwtType) return CheckJwt(token);
  if (type.empty() || type == kPatType || type == kOauthType) return CheckStored(token, type);
  return Refusal("390144", absl::StrCat("Authorization token type is not supported by the emulator: use ", kJwtType,
                                        ", ", kPatType, " or ", kOauthType, "."));
}

absl::StatusOr<Identity> Authenticator::SignIn(const Credentials& credentials) const {
  const std::string& kind = credentials.authenticator;
  absl::StatusOr<Identity> identity;
  if (kind == "SNOWFLAKE_JWT") {
    identity = CheckJwt(credentials.token);
  } else if (kind == kPatType || kind == kOauthType) {
    identity = CheckStored(credentials.token, kind);
  } else if (kind.empty() || kind == "SNOWFLAKE") {
    // The service takes a programmatic access token where a password stands.
    identity = CheckStored(credentials.password, kPatType);
    if (!identity.ok()) {
      return Refusal("390100", absl::StrCat("Incorrect username or password was specified. The emulator knows no "
                                            "passwords: use the authenticator SNOWFLAKE_JWT, ",
                                            kPatType, " or ", kOauthType, "."));
    }
  } else {
    return Refusal("390302", absl::StrCat("Authenticator ", kind, " is not supported by the emulator: use ",
                                          "SNOWFLAKE_JWT, ", kPatType, " or ", kOauthType, "."));
  }
  RETURN_IF_ERROR(identity.status());
  const engine::UserRecord& user = identity->user;
  if (!credentials.user.empty() && !absl::EqualsIgnoreCase(credentials.user, user.name) &&
      !absl::EqualsIgnoreCase(credentials.user, user.login_name)) {
    return Refusal("390100", "Incorrect username or password was specified: the token is another user's.");
  }
  return identity;
}

absl::StatusOr<engine::UserRecord> Authenticator::EnabledUser(absl::string_view name,
                                                              const absl::Status& absent) const {
  absl::StatusOr<engine::UserRecord> user = engine_.FindUser(name);
  if (!user.ok()) return absent;
  if (user->disabled) {
    return Refusal("390101", "User access disabled. Contact your local system administrator.");
  }
  return user;
}

// Organization and account, or the locator.
bool Authenticator::IsThisAccount(absl::string_view name) const {
  const engine::AccountInfo account = engine_.account();
  return name == absl::AsciiStrToUpper(absl::StrCat(account.organization, "-", account.account_name)) ||
         name == absl::AsciiStrToUpper(account.locator);
}

absl::StatusOr<Identity> Authenticator::CheckJwt(absl::string_view token) const {
  ASSIGN_OR_RETURN(const Jwt jwt, ParseJwt(token));
  RETURN_IF_ERROR(CheckJwtTimes(jwt, now_()));
  if (!IsThisAccount(jwt.account)) {
    return JwtError(kJwtInvalid, "JWT token is invalid: iss names another account, or not in upper case");
  }
  if (jwt.user != absl::AsciiStrToUpper(jwt.user)) {
    return JwtError(kJwtInvalid, "JWT token is invalid: the user in iss is not in upper case");
  }
  ASSIGN_OR_RETURN(engine::UserRecord user, EnabledUser(jwt.user, JwtError(kJwtInvalid, "JWT token is invalid")));
  RETURN_IF_ERROR(CheckJwtSignature(jwt, user.public_keys));
  return Identity{std::move(user), ""};
}

absl::StatusOr<Identity> Authenticator::CheckStored(absl::string_view token, absl::string_view type,
                                                    absl::string_view ingress) const {
  const std::optional<std::string> record = engine_.GetRecord(kTokenSpace, engine::TokenKey(token));
  if (!record) return NoSuchToken(type);
  ASSIGN_OR_RETURN(AccessToken facts, engine::TokenFromRecord(*record));
  if (!type.empty() && type != facts.type) return NoSuchToken(type);
  if (!facts.ingress.empty() && facts.ingress != ingress) return NoSuchToken(type);
  if (facts.expires <= clock_.Now()) return Expired(facts.type);
  if (facts.disabled) return Refusal("394400", "PAT_INVALID: Programmatic access token is disabled.");
  ASSIGN_OR_RETURN(engine::UserRecord user, EnabledUser(facts.user, NoSuchToken(facts.type)));
  return Identity{std::move(user), std::move(facts.role_restriction)};
}

absl::StatusOr<std::string> RegistryToken(absl::string_view user, absl::string_view password) {
  if (user != kRegistrySessionUser || !absl::StartsWith(password, "{")) return std::string(password);
  ASSIGN_OR_RETURN(const nlohmann::json json, ParseJson(password));
  return JsonString(json, "token");
}

absl::StatusOr<Identity> Authenticator::CheckPassword(absl::string_view user, absl::string_view password) const {
  ASSIGN_OR_RETURN(const std::string token, RegistryToken(user, password));
  ASSIGN_OR_RETURN(Identity identity, CheckStored(token, ""));
  const bool fits = user == kRegistrySessionUser || absl::EqualsIgnoreCase(user, identity.user.name) ||
                    absl::EqualsIgnoreCase(user, identity.user.login_name);
  if (!fits) return absl::UnauthenticatedError("the token is another user's");
  return identity;
}

absl::StatusOr<Identity> Authenticator::CheckForIngress(absl::string_view token, absl::string_view label) const {
  return CheckStored(token, "", label);
}

absl::StatusOr<std::string> Authenticator::MakeIngressToken(const std::string& user, const std::string& role,
                                                            absl::string_view label, absl::Duration life) {
  const absl::Time now = clock_.Now();
  const AccessToken token{.type = std::string(kOauthType),
                          .user = user,
                          .role_restriction = role,
                          .ingress = std::string(label),
                          .created = now,
                          .expires = now + life};
  std::string text = engine::NewTokenText();
  RETURN_IF_ERROR(engine_.PutRecord(kTokenSpace, engine::TokenKey(text), engine::TokenToRecord(token)));
  return text;
}

absl::StatusOr<std::string> Authenticator::MakeToken(const nlohmann::json& request) {
  if (!request.is_object()) return absl::InvalidArgumentError("the body must be an object {type, user, …}");
  const std::string type = absl::AsciiStrToUpper(JsonString(request, "type"));
  if (type != kPatType && type != kOauthType) {
    return absl::InvalidArgumentError(absl::StrCat("type must be ", kPatType, " or ", kOauthType));
  }
  ASSIGN_OR_RETURN(const engine::UserRecord user, engine_.FindUser(JsonString(request, "user")));
  std::string restriction = JsonString(request, "role_restriction");
  if (!restriction.empty()) {
    const std::string role = engine_.CanonicalRole(restriction);
    if (role.empty() || !engine_.UserHasRole(user.name, role)) {
      return absl::InvalidArgumentError(absl::StrCat("role_restriction: the user has no role ", restriction));
    }
    restriction = role;
  }
  int64_t life = kDefaultLifeSeconds;
  if (request.contains("expires_in")) {
    if (!request["expires_in"].is_number_integer())
      return absl::InvalidArgumentError("expires_in must be whole seconds");
    life = request["expires_in"].get<int64_t>();
  }
  const absl::Time now = clock_.Now();
  const AccessToken token{.type = type,
                          .user = user.name,
                          .role_restriction = restriction,
                          .created = now,
                          .expires = now + absl::Seconds(life)};
  std::string text = engine::NewTokenText();
  RETURN_IF_ERROR(engine_.PutRecord(kTokenSpace, engine::TokenKey(text), engine::TokenToRecord(token)));
  return text;
}

}  // namespace spcs::emulator_http
