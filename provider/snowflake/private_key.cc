// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/private_key.h"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "provider/base/status.h"

namespace spcs::snowflake {
namespace {

constexpr int kMinRsaBits = 2048;

struct Passphrase {
  const std::optional<std::string>& text;
  bool asked = false;
};

int GivePassphrase(char* buffer, int size, int, void* user) {
  auto* passphrase = static_cast<Passphrase*>(user);
  passphrase->asked = true;
  if (!passphrase->text || int(passphrase->text->size()) > size) return -1;
  std::memcpy(buffer, passphrase->text->data(), passphrase->text->size());
  return int(passphrase->text->size());
}

absl::Status Bad(absl::string_view what, absl::string_view advice) {
  return WithFact(absl::InvalidArgumentError(what), kAdvice, advice);
}

absl::Status WhyNotRead(absl::string_view pem, const Passphrase& passphrase) {
  if (passphrase.asked && !passphrase.text) {
    return Bad("the private key is encrypted, and no passphrase is set",
               "Set private_key_file_pwd, or SNOWFLAKE_PRIVATE_KEY_PASSPHRASE.");
  }
  if (passphrase.asked) {
    return Bad("the passphrase does not fit the private key", "Check private_key_file_pwd.");
  }
  if (absl::StrContains(pem, "PUBLIC KEY")) {
    return Bad("it holds a public key", "Name the file with the private key (often ending in .p8).");
  }
  return Bad("it holds no private key in PEM form",
             "The file starts with -----BEGIN PRIVATE KEY----- or -----BEGIN ENCRYPTED PRIVATE KEY-----.");
}

// The JWS name of the key's algorithm.
absl::StatusOr<std::string> AlgorithmOf(EVP_PKEY* key) {
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA) {
    if (EVP_PKEY_get_bits(key) >= kMinRsaBits) return std::string("RS256");
    return Bad(absl::StrCat("the RSA key has ", EVP_PKEY_get_bits(key), " bits"), "Snowflake wants 2048 at least.");
  }
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC) {
    char group[80] = "";
    EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, nullptr);
    const std::string name = group;
    if (name == "prime256v1") return std::string("ES256");
    if (name == "secp384r1") return std::string("ES384");
    if (name == "secp521r1") return std::string("ES512");
  }
  return Bad("the key is of a kind that Snowflake does not take", "Use an RSA key of 2048 bits or more.");
}

const EVP_MD* DigestFor(absl::string_view algorithm) {
  if (absl::EndsWith(algorithm, "384")) return EVP_sha384();
  if (absl::EndsWith(algorithm, "512")) return EVP_sha512();
  return EVP_sha256();
}

// OpenSSL's DER pair as the two numbers side by side that JWS wants.
absl::StatusOr<std::string> SideBySide(absl::string_view der, int bits) {
  const int width = (bits + 7) / 8;
  const auto* data = reinterpret_cast<const unsigned char*>(der.data());
  ECDSA_SIG* pair = d2i_ECDSA_SIG(nullptr, &data, long(der.size()));
  if (pair == nullptr) return absl::InternalError("cannot read an ECDSA signature");
  std::string out(size_t(width) * 2, '\0');
  auto* bytes = reinterpret_cast<unsigned char*>(out.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(pair), bytes, width);
  BN_bn2binpad(ECDSA_SIG_get0_s(pair), bytes + width, width);
  ECDSA_SIG_free(pair);
  return out;
}

}  // namespace

void PrivateKey::Deleter::operator()(EVP_PKEY* key) const {
  EVP_PKEY_free(key);
}

absl::StatusOr<PrivateKey> PrivateKey::FromPem(absl::string_view pem, const std::optional<std::string>& passphrase) {
  // A key in a variable often has its line ends written as \n.
  const std::string text = absl::StrContains(pem, '\n') ? std::string(pem) : absl::StrReplaceAll(pem, {{"\\n", "\n"}});
  BIO* bio = BIO_new_mem_buf(text.data(), int(text.size()));
  Passphrase given{passphrase};
  PrivateKey key;
  key.key_.reset(PEM_read_bio_PrivateKey(bio, nullptr, GivePassphrase, &given));
  BIO_free(bio);
  ERR_clear_error();
  if (key.key_ == nullptr) return WhyNotRead(text, given);
  ASSIGN_OR_RETURN(key.algorithm_, AlgorithmOf(key.key_.get()));
  return key;
}

std::string PrivateKey::Fingerprint() const {
  unsigned char* der = nullptr;
  const int length = i2d_PUBKEY(key_.get(), &der);
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(der, size_t(std::max(length, 0)), digest);
  OPENSSL_free(der);
  return absl::StrCat("SHA256:", absl::Base64Escape(absl::string_view(reinterpret_cast<char*>(digest), sizeof digest)));
}

absl::StatusOr<std::string> PrivateKey::Sign(absl::string_view text) const {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  size_t length = 0;
  std::string signature;
  const auto* data = reinterpret_cast<const unsigned char*>(text.data());
  bool ok = EVP_DigestSignInit(context, nullptr, DigestFor(algorithm_), nullptr, key_.get()) == 1 &&
            EVP_DigestSign(context, nullptr, &length, data, text.size()) == 1;
  if (ok) {
    signature.resize(length);
    ok = EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &length, data, text.size()) == 1;
    signature.resize(length);
  }
  EVP_MD_CTX_free(context);
  ERR_clear_error();
  if (!ok) return absl::InternalError("cannot sign with the private key");
  return algorithm_ == "RS256" ? signature : SideBySide(signature, EVP_PKEY_get_bits(key_.get()));
}

}  // namespace spcs::snowflake
