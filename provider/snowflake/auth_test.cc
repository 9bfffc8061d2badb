// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/auth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "nlohmann/json.hpp"
#include "provider/base/status.h"
#include "provider/snowflake/private_key.h"
#include "provider/testing/fake_environment.h"

namespace spcs::snowflake {
namespace {

using ::spcs::testing::FakeEnvironment;
using ::testing::AllOf;
using ::testing::HasSubstr;

// A key pair made for the test, with OpenSSL's own view of it.
class Key {
 public:
  explicit Key(EVP_PKEY* key) : key_(key) {}
  ~Key() { EVP_PKEY_free(key_); }
  EVP_PKEY* get() const { return key_; }

  std::string Pem(const char* passphrase = nullptr) const {
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PKCS8PrivateKey(bio, key_, passphrase != nullptr ? EVP_aes_256_cbc() : nullptr, passphrase,
                                  passphrase != nullptr ? int(strlen(passphrase)) : 0, nullptr, nullptr);
    return Drain(bio);
  }
  std::string TraditionalPem() const {
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey_traditional(bio, key_, nullptr, nullptr, 0, nullptr, nullptr);
    return Drain(bio);
  }
  std::string PublicPem() const {
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(bio, key_);
    return Drain(bio);
  }
  bool Verify(absl::string_view text, std::string signature, const EVP_MD* digest) const {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_DigestVerifyInit(context, nullptr, digest, nullptr, key_);
    const bool ok =
        EVP_DigestVerify(context, reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                         reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
    EVP_MD_CTX_free(context);
    return ok;
  }

 private:
  static std::string Drain(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    std::string text(data, size_t(size));
    BIO_free(bio);
    return text;
  }
  EVP_PKEY* key_;
};

const Key& Rsa() {
  static const Key* const kKey = new Key(EVP_RSA_gen(2048));
  return *kKey;
}

struct Token {
  nlohmann::json header, claims;
  std::string signed_text, signature;
};

Token Decode(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, '.');
  EXPECT_EQ(parts.size(), 3u);
  std::string header, claims, signature;
  EXPECT_TRUE(absl::WebSafeBase64Unescape(parts[0], &header) && absl::WebSafeBase64Unescape(parts[1], &claims) &&
              absl::WebSafeBase64Unescape(parts[2], &signature));
  EXPECT_EQ(text.find_first_of("=+/"), std::string::npos) << "base64url without padding";
  return {nlohmann::json::parse(header), nlohmann::json::parse(claims), parts[0] + "." + parts[1], signature};
}

class AuthTest : public ::testing::Test {
 protected:
  AuthTest() {
    config_.account = "my_org-Acct";
    config_.user = "deployer";
    Set("private_key_file", "~/key.p8");
    environment_.files["/home/me/key.p8"].content = Rsa().Pem();
  }
  void Set(const std::string& key, const std::string& value) {
    config_.settings[key] = value;
    config_.sources[key] = {"the provider block", key};
  }
  std::unique_ptr<Authenticator> Make() {
    auto made = MakeAuthenticator(config_, environment_, clock_);
    EXPECT_TRUE(made.ok()) << made.status();
    return made.ok() ? *std::move(made) : nullptr;
  }
  absl::Status Failure() { return MakeAuthenticator(config_, environment_, clock_).status(); }
  static std::string Text(const absl::Status& status) {
    return absl::StrCat(std::string(status.message()), " | ", FactOf(status, kAdvice).value_or(""));
  }

  FakeEnvironment environment_;
  FakeClock clock_;
  ConnectionConfig config_;
};

TEST_F(AuthTest, JwtIsWhatTheServiceWants) {
  const absl::StatusOr<Authorization> authorization = Make()->Authorize();
  ASSERT_TRUE(authorization.ok());
  EXPECT_EQ(authorization->token_type, "KEYPAIR_JWT");
  const Token token = Decode(authorization->token);
  EXPECT_EQ(token.header, (nlohmann::json{{"alg", "RS256"}, {"typ", "JWT"}}));
  EXPECT_EQ(token.claims["sub"], "MY_ORG-ACCT.DEPLOYER");

  unsigned char* der = nullptr;
  const int length = i2d_PUBKEY(Rsa().get(), &der);
  unsigned char digest[32];
  EVP_Digest(der, size_t(length), digest, nullptr, EVP_sha256(), nullptr);
  OPENSSL_free(der);
  const std::string fingerprint = absl::Base64Escape(std::string(reinterpret_cast<char*>(digest), 32));
  EXPECT_EQ(token.claims["iss"], "MY_ORG-ACCT.DEPLOYER.SHA256:" + fingerprint);

  const int64_t now = absl::ToUnixSeconds(clock_.Now());
  EXPECT_EQ(token.claims["iat"], now - 30);
  EXPECT_LE(token.claims["exp"].get<int64_t>() - token.claims["iat"].get<int64_t>(), 59 * 60);
  EXPECT_TRUE(Rsa().Verify(token.signed_text, token.signature, EVP_sha256()));
}

TEST_F(AuthTest, JwtIsKeptUntilFourFifthsOfItsLife) {
  const auto authenticator = Make();
  const std::string first = authenticator->Authorize()->token;
  clock_.Advance(absl::Minutes(47));
  EXPECT_EQ(authenticator->Authorize()->token, first);
  clock_.Advance(absl::Minutes(1));
  const std::string second = authenticator->Authorize()->token;
  EXPECT_NE(second, first);
  EXPECT_EQ(authenticator->Authorize()->token, second);
  clock_.Advance(absl::Seconds(1));
  authenticator->Invalidate();
  EXPECT_NE(authenticator->Authorize()->token, second);
}

TEST(JwtAccountTest, RegionsAndGlobalAccounts) {
  EXPECT_EQ(JwtAccount("ab12345"), "AB12345");
  EXPECT_EQ(JwtAccount("ab12345.eu-central-1"), "AB12345");
  EXPECT_EQ(JwtAccount("ab12345.west-europe.azure"), "AB12345");
  EXPECT_EQ(JwtAccount("myorg-my_acct"), "MYORG-MY_ACCT");
  EXPECT_EQ(JwtAccount("acct-x7y8.global"), "ACCT");
}

TEST_F(AuthTest, EllipticCurveKeys) {
  struct Row {
    const char *curve, *algorithm;
    const EVP_MD* digest;
    size_t width;
  };
  for (const Row& row : {Row{"P-256", "ES256", EVP_sha256(), 32}, Row{"P-384", "ES384", EVP_sha384(), 48},
                         Row{"P-521", "ES512", EVP_sha512(), 66}}) {
    const Key key(EVP_EC_gen(row.curve));
    environment_.files["/home/me/key.p8"].content = key.Pem();
    const Token token = Decode(Make()->Authorize()->token);
    EXPECT_EQ(token.header["alg"], row.algorithm);
    ASSERT_EQ(token.signature.size(), row.width * 2);
    const auto* bytes = reinterpret_cast<const unsigned char*>(token.signature.data());
    ECDSA_SIG* pair = ECDSA_SIG_new();
    ECDSA_SIG_set0(pair, BN_bin2bn(bytes, int(row.width), nullptr),
                   BN_bin2bn(bytes + row.width, int(row.width), nullptr));
    unsigned char* der = nullptr;
    const int length = i2d_ECDSA_SIG(pair, &der);
    ECDSA_SIG_free(pair);
    EXPECT_TRUE(key.Verify(token.signed_text, std::string(reinterpret_cast<char*>(der), size_t(length)), row.digest));
    OPENSSL_free(der);
  }
}

TEST_F(AuthTest, EncryptedKeys) {
  environment_.files["/home/me/key.p8"].content = Rsa().Pem("open sesame");
  EXPECT_THAT(Text(Failure()), AllOf(HasSubstr("private_key_file (from the provider block): /home/me/key.p8: "),
                                     HasSubstr("encrypted, and no passphrase"), HasSubstr("private_key_file_pwd")));
  EXPECT_EQ(FactOf(Failure(), kAttributePath), "private_key_file");
  Set("private_key_file_pwd", "wrong one");
  EXPECT_THAT(Text(Failure()), HasSubstr("passphrase does not fit"));
  EXPECT_THAT(Text(Failure()), ::testing::Not(HasSubstr("wrong one")));
  Set("private_key_file_pwd", "open sesame");
  EXPECT_TRUE(Make()->Authorize().ok());
}

TEST_F(AuthTest, KeyTextAsThePathOfAFileIsNotQuoted) {
  const std::string pem = Rsa().Pem();
  Set("private_key_file", pem);
  EXPECT_THAT(Text(Failure()), AllOf(HasSubstr("holds a key, and not the path"), HasSubstr("private_key_raw")));
  EXPECT_THAT(Text(Failure()), ::testing::Not(HasSubstr(pem.substr(40, 30))));
}

TEST_F(AuthTest, KeyTextInsteadOfAFile) {
  config_.settings.erase("private_key_file");
  Set("private_key_raw", Rsa().TraditionalPem());
  EXPECT_TRUE(Make()->Authorize().ok());
  Set("private_key_raw", absl::StrReplaceAll(Rsa().Pem(), {{"\n", "\\n"}}));
  EXPECT_TRUE(Make()->Authorize().ok()) << "line ends written as \\n";
  Set("private_key_raw", "nonsense");
  EXPECT_EQ(FactOf(Failure(), kAttributePath), "private_key_raw");
  EXPECT_THAT(Text(Failure()), HasSubstr("holds no private key"));
}

TEST_F(AuthTest, KeyFilesThatCannotBeUsed) {
  auto& file = environment_.files["/home/me/key.p8"];
  file.mode = 0644;
  EXPECT_THAT(Text(Failure()), AllOf(HasSubstr("not protected"), HasSubstr("chmod 600 '/home/me/key.p8'")));
  EXPECT_EQ(FactOf(Failure(), kAttributePath), "private_key_file");
  file = {.content = "", .readable = false};
  EXPECT_THAT(Text(Failure()), HasSubstr("cannot read /home/me/key.p8"));
  file = {.content = Rsa().PublicPem()};
  EXPECT_THAT(Text(Failure()), HasSubstr("public key"));
  file = {.content = Key(EVP_RSA_gen(1024)).Pem()};
  EXPECT_THAT(Text(Failure()), HasSubstr("1024 bits"));
  file = {.content = Key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")).Pem()};
  EXPECT_THAT(Text(Failure()), HasSubstr("does not take"));
  environment_.files.clear();
  EXPECT_THAT(Text(Failure()), HasSubstr("/home/me/key.p8"));
}

TEST_F(AuthTest, Tokens) {
  config_.settings.clear();
  Set("token", " secret-token\n");
  config_.authentication = Authentication::kProgrammaticToken;
  EXPECT_EQ(Make()->Authorize()->token, "secret-token");
  EXPECT_EQ(Make()->Authorize()->token_type, "PROGRAMMATIC_ACCESS_TOKEN");
  config_.authentication = Authentication::kOauth;
  EXPECT_EQ(Make()->Authorize()->token_type, "OAUTH");
  config_.authentication = Authentication::kTokenOfUnknownKind;
  EXPECT_EQ(Make()->Authorize()->token_type, "");
}

TEST_F(AuthTest, TokenFileIsReadAgain) {
  config_.settings.clear();
  config_.authentication = Authentication::kOauth;
  Set("token_file_path", "/token");
  EXPECT_EQ(FactOf(Failure(), kAttributePath), "token_file_path");
  environment_.files["/token"].content = "  \n";
  EXPECT_THAT(Text(Failure()), HasSubstr("is empty"));
  environment_.files["/token"].content = "one\n";
  const auto authenticator = Make();
  EXPECT_EQ(authenticator->Authorize()->token, "one");
  environment_.files["/token"].content = "two\n";
  EXPECT_EQ(authenticator->Authorize()->token, "one");
  authenticator->Invalidate();
  EXPECT_EQ(authenticator->Authorize()->token, "two");
  environment_.files["/token"].content = "three\n";
  clock_.Advance(absl::Minutes(2));
  EXPECT_EQ(authenticator->Authorize()->token, "three");
}

}  // namespace
}  // namespace spcs::snowflake
