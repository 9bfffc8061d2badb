// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/auth.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/mutex.h"
#include "provider/base/status.h"
#include "provider/snowflake/private_key.h"

namespace spcs::snowflake {
namespace {

// The service cuts a token's life at an hour whatever it says.
constexpr absl::Duration kJwtLife = absl::Minutes(59);
constexpr double kRenewAt = 0.8;
constexpr absl::Duration kClockSkew = absl::Seconds(30);

// A token file is read again when what was read is older than this: the service renews it every few minutes.
constexpr absl::Duration kTokenFileAge = absl::Minutes(1);

class KeyPairAuthenticator : public Authenticator {
 public:
  KeyPairAuthenticator(PrivateKey key, absl::string_view account, absl::string_view user, const Clock& clock)
      : key_(std::move(key)), clock_(clock) {
    subject_ = absl::StrCat(JwtAccount(account), ".", absl::AsciiStrToUpper(user));
    issuer_ = absl::StrCat(subject_, ".", key_.Fingerprint());
  }

  absl::StatusOr<Authorization> Authorize() override {
    MutexLock lock(mu_);
    const absl::Time now = clock_.Now();
    if (now >= renew_at_ || token_.empty()) {
      ASSIGN_OR_RETURN(token_, MakeToken(now));
      renew_at_ = now + kJwtLife * kRenewAt;
    }
    return Authorization{token_, "KEYPAIR_JWT"};
  }

  void Invalidate() override {
    MutexLock lock(mu_);
    token_.clear();
  }

 private:
  absl::StatusOr<std::string> MakeToken(absl::Time now) const {
    // Begun a little in the past: the service's clock may be behind ours.
    const int64_t begin = absl::ToUnixSeconds(now - kClockSkew);
    const nlohmann::json header{{"alg", key_.algorithm()}, {"typ", "JWT"}};
    const nlohmann::json claims{
        {"iss", issuer_}, {"sub", subject_}, {"iat", begin}, {"exp", begin + absl::ToInt64Seconds(kJwtLife)}};
    std::string token = absl::StrCat(Encode(DumpJson(header)), ".", Encode(DumpJson(claims)));
    ASSIGN_OR_RETURN(const std::string signature, key_.Sign(token));
    return absl::StrCat(token, ".", Encode(signature));
  }

  static std::string Encode(absl::string_view bytes) { return absl::WebSafeBase64Escape(bytes); }

  const PrivateKey key_;
  const Clock& clock_;
  std::string subject_, issuer_;

  Mutex mu_;
  std::string token_ ABSL_GUARDED_BY(mu_);
  absl::Time renew_at_ ABSL_GUARDED_BY(mu_) = absl::InfinitePast();
};

class TokenAuthenticator : public Authenticator {
 public:
  TokenAuthenticator(std::string token, std::string type) : authorization_{std::move(token), std::move(type)} {}
  absl::StatusOr<Authorization> Authorize() override { return authorization_; }
  void Invalidate() override {}

 private:
  const Authorization authorization_;
};

class TokenFileAuthenticator : public Authenticator {
 public:
  TokenFileAuthenticator(ConnectionConfig config, std::string type, const Environment& environment, const Clock& clock)
      : config_(std::move(config)), type_(std::move(type)), environment_(environment), clock_(clock) {}

  absl::StatusOr<Authorization> Authorize() override {
    MutexLock lock(mu_);
    if (token_.empty() || clock_.Now() - read_at_ > kTokenFileAge) {
      ASSIGN_OR_RETURN(token_, ReadToken());
      read_at_ = clock_.Now();
    }
    return Authorization{token_, type_};
  }

  void Invalidate() override {
    MutexLock lock(mu_);
    token_.clear();
  }

 private:
  absl::StatusOr<std::string> ReadToken() const {
    const std::string path = ExpandHome(environment_, config_.Get("token_file_path"));
    absl::StatusOr<std::string> content = environment_.Read(path);
    if (!content.ok()) return config_.Blame(content.status(), "token_file_path");
    std::string token(absl::StripAsciiWhitespace(*content));
    if (token.empty()) {
      return config_.Blame(absl::InvalidArgumentError(absl::StrCat(path, " is empty")), "token_file_path");
    }
    return token;
  }

  const ConnectionConfig config_;
  const std::string type_;
  const Environment& environment_;
  const Clock& clock_;

  Mutex mu_;
  std::string token_ ABSL_GUARDED_BY(mu_);
  absl::Time read_at_ ABSL_GUARDED_BY(mu_);
};

absl::StatusOr<PrivateKey> ReadKey(const ConnectionConfig& config, const Environment& environment) {
  std::optional<std::string> passphrase;
  if (const std::string text = config.Get("private_key_file_pwd"); !text.empty()) passphrase = text;
  if (const std::string raw = config.Get("private_key_raw"); !raw.empty()) {
    absl::StatusOr<PrivateKey> key = PrivateKey::FromPem(raw, passphrase);
    if (!key.ok()) return config.Blame(key.status(), "private_key_raw");
    return key;
  }
  const std::string path = ExpandHome(environment, config.Get("private_key_file"));
  if (absl::StrContains(path, "-----BEGIN")) {  // not to be quoted, as a path that cannot be read is
    return config.Blame(WithFact(absl::InvalidArgumentError("it holds a key, and not the path of a file with one"),
                                 kAdvice, "Give a key as private_key_raw."),
                        "private_key_file");
  }
  absl::StatusOr<std::string> pem = environment.Read(path);
  if (!pem.ok()) {
    return config.Blame(WithFact(pem.status(), kAdvice, "Check the path, and that this user may read the file."),
                        "private_key_file");
  }
  if (const absl::Status status = CheckPrivate(environment, path); !status.ok()) {
    return config.Blame(status, "private_key_file");
  }
  absl::StatusOr<PrivateKey> key = PrivateKey::FromPem(*pem, passphrase);
  if (!key.ok()) return config.Blame(Annotate(key.status(), path), "private_key_file");
  return key;
}

std::string TokenType(Authentication authentication) {
  switch (authentication) {
    case Authentication::kKeyPair: return "KEYPAIR_JWT";
    case Authentication::kOauth: return "OAUTH";
    case Authentication::kProgrammaticToken: return "PROGRAMMATIC_ACCESS_TOKEN";
    case Authentication::kTokenOfUnknownKind: return "";
  }
  return "";
}

}  // namespace

std::string JwtAccount(absl::string_view account) {
  std::string name = absl::AsciiStrToUpper(account);
  const char end = absl::StrContains(name, ".GLOBAL") ? '-' : '.';
  name = name.substr(0, name.find(end));
  return absl::StrReplaceAll(name, {{".", "-"}});
}

absl::StatusOr<std::unique_ptr<Authenticator>> MakeAuthenticator(const ConnectionConfig& config,
                                                                 const Environment& environment, const Clock& clock) {
  if (config.authentication == Authentication::kKeyPair) {
    ASSIGN_OR_RETURN(PrivateKey key, ReadKey(config, environment));
    return std::make_unique<KeyPairAuthenticator>(std::move(key), config.account, config.user, clock);
  }
  std::string type = TokenType(config.authentication);
  if (const std::string token = config.Get("token"); !token.empty()) {
    return std::make_unique<TokenAuthenticator>(std::string(absl::StripAsciiWhitespace(token)), std::move(type));
  }
  auto authenticator = std::make_unique<TokenFileAuthenticator>(config, std::move(type), environment, clock);
  RETURN_IF_ERROR(authenticator->Authorize().status());  // a file that cannot be read is an error now, not later
  return authenticator;
}

}  // namespace spcs::snowflake
