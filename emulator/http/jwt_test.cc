// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/jwt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/escaping.h"
#include "emulator/http/keys.h"
#include "nlohmann/json.hpp"
#include "provider/base/file.h"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::emulator_http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

const std::string& Key() {
  static const std::string key = *NewRsaKey();
  return key;
}

const std::string& OtherKey() {
  static const std::string key = *NewRsaKey();
  return key;
}

JwtParts Good() {
  return {.issued = kNow - absl::Seconds(30), .expires = kNow + absl::Minutes(59)};
}

// The code with which the whole check ends; "" when the token is good.
std::string Code(absl::string_view token, absl::Time now = kNow, const std::string& key = Key()) {
  absl::StatusOr<Jwt> jwt = ParseJwt(token);
  absl::Status status = jwt.status();
  if (status.ok()) status = CheckJwtTimes(*jwt, now);
  if (status.ok()) status = CheckJwtSignature(*jwt, {*PublicKeyOf(key)});
  return FactOf(status, kVendorCode).value_or("");
}

std::string Unsigned(absl::string_view header, absl::string_view claims) {
  return absl::StrCat(absl::WebSafeBase64Escape(header), ".", absl::WebSafeBase64Escape(claims), ".",
                      absl::WebSafeBase64Escape("signature"));
}

TEST(JwtTest, GoodRsaTokenPasses) {
  EXPECT_EQ(Code(*MakeJwt(Good(), Key())), "");
}

TEST(JwtTest, GoodEcTokenPasses) {
  const std::string key = *NewEcKey();
  JwtParts parts = Good();
  parts.algorithm = "ES256";
  EXPECT_EQ(Code(*MakeJwt(parts, key), kNow, key), "");
}

// Made with another library, so that a slip shared by MakeJwt and the check shows.
TEST(JwtTest, TokensOfAnotherLibraryPass) {
  const nlohmann::json tokens = *ParseJson(*ReadFile(SPCS_TEST_DATA "/tokens.json"));
  for (const std::string algorithm : {"RS256", "ES256"}) {
    const nlohmann::json& entry = tokens[algorithm];
    const std::string key = entry["public_key"].get<std::string>();
    EXPECT_EQ(*Fingerprint(key), entry["fingerprint"].get<std::string>());
    const absl::StatusOr<Jwt> jwt = ParseJwt(entry["token"].get<std::string>());
    ASSERT_TRUE(jwt.ok()) << jwt.status();
    EXPECT_EQ(jwt->algorithm, algorithm);
    EXPECT_TRUE(CheckJwtTimes(*jwt, kNow).ok());
    EXPECT_TRUE(CheckJwtSignature(*jwt, {key}).ok());
  }
}

TEST(JwtTest, RandomBytesAreRefused) {
  std::mt19937 random(5);
  for (int i = 0; i < 2000; ++i) {
    std::string text(random() % 200, '\0');
    for (char& c : text) c = random() % 8 == 0 ? '.' : static_cast<char>(random());
    EXPECT_FALSE(ParseJwt(text).ok());
  }
}

TEST(JwtTest, PartsAreRead) {
  JwtParts parts = Good();
  parts.account = "MYORG-MY_ACCT";
  parts.user = "FIRST.LAST@EXAMPLE.COM";
  const absl::StatusOr<Jwt> jwt = ParseJwt(*MakeJwt(parts, Key()));
  ASSERT_TRUE(jwt.ok()) << jwt.status();
  EXPECT_EQ(jwt->account, "MYORG-MY_ACCT");
  EXPECT_EQ(jwt->user, "FIRST.LAST@EXAMPLE.COM");
  EXPECT_EQ(jwt->fingerprint, *Fingerprint(*PublicKeyOf(Key())));
}

TEST(JwtTest, SecondPublicKeyCounts) {
  const Jwt jwt = *ParseJwt(*MakeJwt(Good(), Key()));
  EXPECT_TRUE(CheckJwtSignature(jwt, {*PublicKeyOf(OtherKey()), *PublicKeyOf(Key())}).ok());
}

TEST(JwtTest, ExpiredToken) {
  JwtParts parts = Good();
  parts.expires = kNow;
  EXPECT_EQ(Code(*MakeJwt(parts, Key())), kJwtExpired);
}

TEST(JwtTest, LifeIsCappedAtOneHour) {
  JwtParts parts{.issued = kNow, .expires = kNow + absl::Hours(24)};
  const std::string token = *MakeJwt(parts, Key());
  EXPECT_EQ(Code(token, kNow + absl::Minutes(59)), "");
  EXPECT_EQ(Code(token, kNow + absl::Minutes(60)), kJwtExpired);
}

TEST(JwtTest, IssuedInTheFuture) {
  JwtParts parts{.issued = kNow + absl::Seconds(1), .expires = kNow + absl::Minutes(5)};
  EXPECT_EQ(Code(*MakeJwt(parts, Key())), kJwtNotYetValid);
}

TEST(JwtTest, ExpiryBeforeIssue) {
  JwtParts parts{.issued = kNow, .expires = kNow - absl::Minutes(5)};
  EXPECT_EQ(Code(*MakeJwt(parts, Key())), kJwtBadExpiry);
}

TEST(JwtTest, MissingTimes) {
  const std::string claims = R"({"iss":"A.U.SHA256:x","sub":"A.U","iat":1800000000})";
  EXPECT_EQ(Code(Unsigned(R"({"alg":"RS256"})", claims)), kJwtBadExpiry);
}

TEST(JwtTest, TimesMayBeMilliseconds) {
  const std::string claims = R"({"iss":"A.U.SHA256:x","sub":"A.U","iat":1800000000000,"exp":1800000060000})";
  const absl::StatusOr<Jwt> jwt = ParseJwt(Unsigned(R"({"alg":"RS256"})", claims));
  ASSERT_TRUE(jwt.ok()) << jwt.status();
  EXPECT_EQ(jwt->issued, kNow);
  EXPECT_EQ(jwt->expires, kNow + absl::Minutes(1));
}

TEST(JwtTest, WrongKeyIsAFingerprintMismatch) {
  EXPECT_EQ(Code(*MakeJwt(Good(), OtherKey())), kJwtFingerprint);
}

TEST(JwtTest, RightFingerprintWrongSignature) {
  JwtParts parts = Good();
  parts.fingerprint = *Fingerprint(*PublicKeyOf(Key()));
  EXPECT_EQ(Code(*MakeJwt(parts, OtherKey())), kJwtInvalid);
}

TEST(JwtTest, ChangedPayloadIsInvalid) {
  const std::vector<std::string> good = absl::StrSplit(*MakeJwt(Good(), Key()), '.');
  JwtParts parts = Good();
  parts.expires += absl::Seconds(1);
  const std::vector<std::string> other = absl::StrSplit(*MakeJwt(parts, Key()), '.');
  EXPECT_EQ(Code(absl::StrCat(good[0], ".", other[1], ".", good[2])), kJwtInvalid);
}

TEST(JwtTest, UnsupportedAlgorithms) {
  const std::string claims = R"({"iss":"A.U.SHA256:x","sub":"A.U","iat":1800000000,"exp":1800000060})";
  for (const absl::string_view algorithm : {"none", "HS256", "RS512", ""}) {
    EXPECT_EQ(Code(Unsigned(absl::StrCat("{\"alg\":\"", algorithm, "\"}"), claims)), kJwtAlgorithm) << algorithm;
  }
}

TEST(JwtTest, AlgorithmMustFitTheKey) {
  // An RSA key under the name of an elliptic curve's algorithm.
  std::vector<std::string> parts = absl::StrSplit(*MakeJwt(Good(), Key()), '.');
  parts[0] = absl::WebSafeBase64Escape(R"({"alg":"ES256","typ":"JWT"})");
  EXPECT_EQ(Code(absl::StrJoin(parts, ".")), kJwtInvalid);
}

TEST(JwtTest, BadFormats) {
  const std::string header = R"({"alg":"RS256"})";
  const std::string times = R"("iat":1800000000,"exp":1800000060})";
  EXPECT_EQ(Code(""), kJwtFormat);
  EXPECT_EQ(Code("a.b"), kJwtFormat);
  EXPECT_EQ(Code("a.b.c.d"), kJwtFormat);
  EXPECT_EQ(Code("!.!.!"), kJwtFormat);
  EXPECT_EQ(Code(Unsigned("[]", "{}")), kJwtFormat);
  EXPECT_EQ(Code(Unsigned(header, "not json")), kJwtFormat);
  EXPECT_EQ(Code(Unsigned(header, absl::StrCat(R"({"iss":"A.U","sub":"A.U",)", times))), kJwtFormat);
  EXPECT_EQ(Code(Unsigned(header, absl::StrCat(R"({"iss":"A.U.SHA256:x","sub":"A.V",)", times))), kJwtFormat);
  EXPECT_EQ(Code(Unsigned(header, absl::StrCat(R"({"iss":"AU.SHA256:x","sub":"AU",)", times))), kJwtFormat);
}

TEST(JwtTest, MessagesNameNoPartOfTheToken) {
  const std::string claims = R"({"iss":"SECRETACCOUNT.SECRETUSER","sub":"OTHER"})";
  const absl::Status status = ParseJwt(Unsigned(R"({"alg":"RS256"})", claims)).status();
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("SECRET")));
}

TEST(KeysTest, PrivateKeyIsPkcs8) {
  EXPECT_THAT(Key(), HasSubstr("-----BEGIN PRIVATE KEY-----"));
}

TEST(KeysTest, BadInputIsAnError) {
  EXPECT_FALSE(PublicKeyOf("no key").ok());
  EXPECT_FALSE(Fingerprint("!").ok());
  EXPECT_FALSE(VerifySignature("RS256", "AAAA", "text", "signature").ok());
  EXPECT_FALSE(Sign("ES256", Key(), "text").ok());
}

}  // namespace
}  // namespace spcs::emulator_http
