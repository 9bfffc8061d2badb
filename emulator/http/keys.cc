// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/keys.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "provider/base/status.h"

namespace spcs::emulator_http {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Free>;
using Bio = std::unique_ptr<BIO, Free>;
using EcSignature = std::unique_ptr<ECDSA_SIG, Free>;

constexpr int kEcNumberSize = 32;

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

absl::StatusOr<std::string> PrivatePem(const Key& key) {
  if (key == nullptr) return absl::InternalError("cannot make a key");
  const Bio bio(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return absl::InternalError("cannot write the key as PEM");
  }
  char* data = nullptr;
  const int64_t size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

absl::StatusOr<Key> ReadPrivate(absl::string_view pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const auto no_passphrase = [](char*, int, int, void*) { return -1; };
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  if (key == nullptr) return absl::InvalidArgumentError("not an unencrypted private key in PEM");
  return key;
}

absl::StatusOr<Key> ReadPublic(absl::string_view base64) {
  std::string der;
  if (!absl::Base64Unescape(base64, &der)) return absl::InvalidArgumentError("public key is not base64");
  const unsigned char* cursor = Bytes(der);
  Key key(d2i_PUBKEY(nullptr, &cursor, static_cast<long>(der.size())));
  if (key == nullptr) return absl::InvalidArgumentError("public key is no DER SubjectPublicKeyInfo");
  return key;
}

absl::Status CheckAlgorithm(absl::string_view algorithm, const Key& key) {
  const bool fits = (algorithm == "RS256" && EVP_PKEY_base_id(key.get()) == EVP_PKEY_RSA) ||
                    (algorithm == "ES256" && EVP_PKEY_base_id(key.get()) == EVP_PKEY_EC);
  return fits ? absl::OkStatus() : absl::InvalidArgumentError(absl::StrCat("the key is not one for ", algorithm));
}

// r||s of a JWT to the DER that OpenSSL wants; "" when it has the wrong length.
std::string EcToDer(absl::string_view raw) {
  if (raw.size() != 2 * kEcNumberSize) return "";
  const EcSignature signature(ECDSA_SIG_new());
  BIGNUM* r = BN_bin2bn(Bytes(raw), kEcNumberSize, nullptr);
  BIGNUM* s = BN_bin2bn(Bytes(raw) + kEcNumberSize, kEcNumberSize, nullptr);
  ECDSA_SIG_set0(signature.get(), r, s);
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &der);
  std::string result(reinterpret_cast<char*>(der), static_cast<size_t>(std::max(size, 0)));
  OPENSSL_free(der);
  return result;
}

std::string EcFromDer(absl::string_view der) {
  const unsigned char* cursor = Bytes(der);
  const EcSignature signature(d2i_ECDSA_SIG(nullptr, &cursor, static_cast<long>(der.size())));
  if (signature == nullptr) return "";
  std::string raw(2 * kEcNumberSize, '\0');
  auto* target = reinterpret_cast<unsigned char*>(raw.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), target, kEcNumberSize);
  BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), target + kEcNumberSize, kEcNumberSize);
  return raw;
}

}  // namespace

absl::StatusOr<std::string> NewRsaKey() {
  return PrivatePem(Key(EVP_RSA_gen(2048)));
}

absl::StatusOr<std::string> NewEcKey() {
  return PrivatePem(Key(EVP_EC_gen("P-256")));
}

absl::StatusOr<std::string> PublicKeyOf(absl::string_view private_pem) {
  ASSIGN_OR_RETURN(const Key key, ReadPrivate(private_pem));
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key.get(), &der);
  if (size <= 0) return absl::InternalError("cannot write the public key");
  const std::string text(reinterpret_cast<char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return absl::Base64Escape(text);
}

absl::StatusOr<std::string> Fingerprint(absl::string_view public_key) {
  std::string der;
  if (!absl::Base64Unescape(public_key, &der)) return absl::InvalidArgumentError("public key is not base64");
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(Bytes(der), der.size(), digest);
  return absl::StrCat("SHA256:", absl::Base64Escape(absl::string_view(reinterpret_cast<char*>(digest), sizeof digest)));
}

absl::StatusOr<bool> VerifySignature(absl::string_view algorithm, absl::string_view public_key, absl::string_view text,
                                     absl::string_view signature) {
  ASSIGN_OR_RETURN(const Key key, ReadPublic(public_key));
  RETURN_IF_ERROR(CheckAlgorithm(algorithm, key));
  const std::string der = algorithm == "ES256" ? EcToDer(signature) : std::string(signature);
  const DigestContext context(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), Bytes(der), der.size(), Bytes(text), text.size()) == 1;
}

absl::StatusOr<std::string> Sign(absl::string_view algorithm, absl::string_view private_pem, absl::string_view text) {
  ASSIGN_OR_RETURN(const Key key, ReadPrivate(private_pem));
  RETURN_IF_ERROR(CheckAlgorithm(algorithm, key));
  const DigestContext context(EVP_MD_CTX_new());
  size_t size = 0;
  if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, Bytes(text), text.size()) != 1) {
    return absl::InternalError("cannot sign");
  }
  std::string signature(size, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, Bytes(text),
                     text.size()) != 1) {
    return absl::InternalError("cannot sign");
  }
  signature.resize(size);
  return algorithm == "ES256" ? EcFromDer(signature) : signature;
}

}  // namespace spcs::emulator_http
