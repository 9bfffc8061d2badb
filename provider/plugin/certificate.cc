// SPDX-License-Identifier: MPL-2.0
#define OPENSSL_SUPPRESS_DEPRECATED  // the EC_KEY functions: the new ones are an order of magnitude slower to start
#include "provider/plugin/certificate.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/conf.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/obj_mac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <sys/random.h>

#include <cerrno>
#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "provider/base/status.h"
#include "provider/plugin/der.h"

namespace spcs::plugin {
namespace {

constexpr absl::string_view kEcPublicKey = "\x2a\x86\x48\xce\x3d\x02\x01";
constexpr absl::string_view kPrime256v1 = "\x2a\x86\x48\xce\x3d\x03\x01\x07";
constexpr absl::string_view kEcdsaWithSha256 = "\x2a\x86\x48\xce\x3d\x04\x03\x02";
constexpr absl::string_view kCommonName = "\x55\x04\x03";
constexpr absl::string_view kSubjectAltName = "\x55\x1d\x11";
constexpr unsigned char kDnsName = 0x82;  // of GeneralName: [2] IMPLICIT IA5String
constexpr size_t kKeySize = 32;
constexpr size_t kPointSize = 1 + 2 * kKeySize;

using EcKey = std::unique_ptr<EC_KEY, decltype(&EC_KEY_free)>;

std::string Pem(absl::string_view label, absl::string_view der) {
  std::string text = absl::StrCat("-----BEGIN ", label, "-----\n");
  const std::string base64 = absl::Base64Escape(der);
  for (size_t at = 0; at < base64.size(); at += 64) absl::StrAppend(&text, base64.substr(at, 64), "\n");
  absl::StrAppend(&text, "-----END ", label, "-----\n");
  return text;
}

absl::StatusOr<std::string> Point(const EC_KEY* key) {
  std::string point(kPointSize, '\0');
  const size_t size =
      EC_POINT_point2oct(EC_KEY_get0_group(key), EC_KEY_get0_public_key(key), POINT_CONVERSION_UNCOMPRESSED,
                         reinterpret_cast<unsigned char*>(point.data()), point.size(), nullptr);
  if (size != kPointSize) return absl::InternalError("OpenSSL gave no public key");
  return point;
}

absl::StatusOr<std::string> Sign(absl::string_view text, EC_KEY* key) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  if (SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest) == nullptr) {
    return absl::InternalError("OpenSSL could not hash the certificate");
  }
  std::string signature(ECDSA_size(key), '\0');
  unsigned size = 0;
  if (ECDSA_sign(0, digest, sizeof digest, reinterpret_cast<unsigned char*>(signature.data()), &size, key) != 1) {
    return absl::InternalError("OpenSSL could not sign the certificate");
  }
  signature.resize(size);
  return signature;
}

// RFC 5915.
absl::StatusOr<std::string> PrivateKeyPem(const EC_KEY* key, absl::string_view point) {
  std::string secret(kKeySize, '\0');
  if (BN_bn2binpad(EC_KEY_get0_private_key(key), reinterpret_cast<unsigned char*>(secret.data()), kKeySize) !=
      static_cast<int>(kKeySize)) {
    return absl::InternalError("OpenSSL gave no private key");
  }
  return Pem("EC PRIVATE KEY",
             der::Sequence({der::UnsignedInteger("\x01"), der::OctetString(secret),
                            der::Context(0, der::ObjectId(kPrime256v1)), der::Context(1, der::BitString(point))}));
}

// RFC 5280, version 3, with the one extension that clients ask for.
absl::StatusOr<std::string> CertificateDer(EC_KEY* key, absl::string_view point, absl::Time now) {
  std::string serial(16, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(serial.data()), static_cast<int>(serial.size())) != 1) {
    return absl::InternalError("the system gave no random bytes");
  }
  serial[0] = static_cast<char>((serial[0] & 0x3f) | 0x40);  // positive, and never shorter
  const std::string algorithm = der::Sequence({der::ObjectId(kEcdsaWithSha256)});
  const std::string name =
      der::Sequence({der::Set({der::Sequence({der::ObjectId(kCommonName), der::Utf8String("localhost")})})});
  const std::string validity =
      der::Sequence({der::Time(now - absl::Hours(24)), der::Time(now + absl::Hours(24 * 3652))});
  const std::string public_key =
      der::Sequence({der::Sequence({der::ObjectId(kEcPublicKey), der::ObjectId(kPrime256v1)}), der::BitString(point)});
  const std::string alt_name = der::Sequence(
      {der::ObjectId(kSubjectAltName), der::OctetString(der::Sequence({der::Element(kDnsName, "localhost")}))});
  const std::string to_sign =
      der::Sequence({der::Context(0, der::UnsignedInteger("\x02")), der::UnsignedInteger(serial), algorithm, name,
                     validity, name, public_key, der::Context(3, der::Sequence({alt_name}))});
  ASSIGN_OR_RETURN(const std::string signature, Sign(to_sign, key));
  return der::Sequence({to_sign, algorithm, der::BitString(signature)});
}

int KernelRandom(unsigned char* buffer, int size) {
  for (int done = 0; done < size;) {
    const ssize_t got = ::getrandom(buffer + done, static_cast<size_t>(size - done), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return 0;
    done += static_cast<int>(got);
  }
  return 1;
}

int AlwaysReady() {
  return 1;
}

// No TLS session is taken up again: one client, one connection. Tickets would cost a tenth of the start-up, and gRPC
// has no word for them; a default of all new contexts has.
void GiveNoTickets() {
  static constexpr char kDefaults[] =
      "openssl_conf=modules\n[modules]\nssl_conf=ssl\n[ssl]\nsystem_default=all\n[all]\nOptions=-SessionTicket\n";
  const std::unique_ptr<BIO, decltype(&BIO_free)> text(BIO_new_mem_buf(kDefaults, -1), &BIO_free);
  const std::unique_ptr<CONF, decltype(&NCONF_free)> defaults(NCONF_new(nullptr), &NCONF_free);
  if (text && defaults && NCONF_load_bio(defaults.get(), text.get(), nullptr) > 0) {
    CONF_modules_load(defaults.get(), nullptr, CONF_MFLAGS_IGNORE_ERRORS | CONF_MFLAGS_SILENT);
  }
}

}  // namespace

absl::StatusOr<Certificate> MakeCertificate(absl::Time now) {
  const EcKey key(EC_KEY_new_by_curve_name(NID_X9_62_prime256v1), &EC_KEY_free);
  if (key == nullptr || EC_KEY_generate_key(key.get()) != 1) {
    return absl::InternalError("OpenSSL could not generate a key");
  }
  Certificate result;
  ASSIGN_OR_RETURN(const std::string point, Point(key.get()));
  ASSIGN_OR_RETURN(result.private_key_pem, PrivateKeyPem(key.get(), point));
  ASSIGN_OR_RETURN(result.der, CertificateDer(key.get(), point, now));
  result.certificate_pem = Pem("CERTIFICATE", result.der);
  return result;
}

void PrepareOpenSsl() {
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ADD_ALL_CIPHERS, nullptr);
  GiveNoTickets();
  static RAND_METHOD method = {.seed = nullptr,
                               .bytes = &KernelRandom,
                               .cleanup = nullptr,
                               .add = nullptr,
                               .pseudorand = &KernelRandom,
                               .status = &AlwaysReady};
  RAND_set_rand_method(&method);
}

}  // namespace spcs::plugin
