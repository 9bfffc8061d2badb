// SPDX-License-Identifier: MPL-2.0
#include "provider/plugin/certificate.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"
#include "provider/plugin/der.h"

namespace spcs::plugin {
namespace {

using X509Ptr = std::unique_ptr<X509, decltype(&X509_free)>;
using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

X509Ptr ParseDer(const std::string& der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  return X509Ptr(d2i_X509(nullptr, &at, static_cast<long>(der.size())), &X509_free);
}

template <typename Read>
auto FromPem(const std::string& pem, Read read) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                      &BIO_free);
  return read(bio.get(), nullptr, nullptr, nullptr);
}

TEST(CertificateTest, VerifiesAsItsOwnRootForLocalhost) {
  const auto made = MakeCertificate(absl::Now());
  ASSERT_TRUE(made.ok()) << made.status();
  const X509Ptr certificate = ParseDer(made->der);
  ASSERT_NE(certificate, nullptr);
  EXPECT_EQ(X509_verify(certificate.get(), X509_get0_pubkey(certificate.get())), 1);
  EXPECT_EQ(X509_check_host(certificate.get(), "localhost", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(certificate.get(), "example.com", 0, 0, nullptr), 0);
  EXPECT_EQ(X509_get_version(certificate.get()), 2);  // counted from 0

  const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(), &X509_STORE_free);
  X509_STORE_add_cert(store.get(), certificate.get());
  const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> context(X509_STORE_CTX_new(),
                                                                                &X509_STORE_CTX_free);
  X509_STORE_CTX_init(context.get(), store.get(), certificate.get(), nullptr);
  EXPECT_EQ(X509_verify_cert(context.get()), 1)
      << X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
}

TEST(CertificateTest, ParsesBackToTheSameBytes) {
  const auto made = MakeCertificate(absl::Now());
  ASSERT_TRUE(made.ok());
  const X509Ptr certificate = ParseDer(made->der);
  ASSERT_NE(certificate, nullptr);
  unsigned char* encoded = nullptr;
  const int size = i2d_X509(certificate.get(), &encoded);
  ASSERT_GT(size, 0);
  EXPECT_EQ(std::string(reinterpret_cast<char*>(encoded), static_cast<size_t>(size)), made->der);
  OPENSSL_free(encoded);
}

TEST(CertificateTest, PemFormsBelongTogether) {
  const auto made = MakeCertificate(absl::Now());
  ASSERT_TRUE(made.ok());
  const X509Ptr certificate(FromPem(made->certificate_pem, &PEM_read_bio_X509), &X509_free);
  const KeyPtr key(FromPem(made->private_key_pem, &PEM_read_bio_PrivateKey), &EVP_PKEY_free);
  ASSERT_NE(certificate, nullptr);
  ASSERT_NE(key, nullptr);
  EXPECT_EQ(X509_check_private_key(certificate.get(), key.get()), 1);
  EXPECT_EQ(X509_cmp(certificate.get(), ParseDer(made->der).get()), 0);
}

TEST(CertificateTest, IsValidFromTheDayBeforeForTenYears) {
  const absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  const auto made = MakeCertificate(now);
  ASSERT_TRUE(made.ok());
  const X509Ptr certificate = ParseDer(made->der);
  ASSERT_NE(certificate, nullptr);
  time_t day_before = absl::ToTimeT(now - absl::Hours(25));
  time_t shortly_before = absl::ToTimeT(now - absl::Hours(23));
  time_t late = absl::ToTimeT(now + absl::Hours(24 * 3650));
  time_t too_late = absl::ToTimeT(now + absl::Hours(24 * 3654));
  // Compares a time of the certificate with another: -1 earlier, 1 later.
  EXPECT_EQ(X509_cmp_time(X509_get0_notBefore(certificate.get()), &day_before), 1);
  EXPECT_EQ(X509_cmp_time(X509_get0_notBefore(certificate.get()), &shortly_before), -1);
  EXPECT_EQ(X509_cmp_time(X509_get0_notAfter(certificate.get()), &late), 1);
  EXPECT_EQ(X509_cmp_time(X509_get0_notAfter(certificate.get()), &too_late), -1);
}

TEST(CertificateTest, EachIsNew) {
  const auto a = MakeCertificate(absl::Now());
  const auto b = MakeCertificate(absl::Now());
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_NE(a->private_key_pem, b->private_key_pem);
  EXPECT_NE(ASN1_INTEGER_get(X509_get0_serialNumber(ParseDer(a->der).get())), 0);
  EXPECT_NE(
      ASN1_INTEGER_cmp(X509_get0_serialNumber(ParseDer(a->der).get()), X509_get0_serialNumber(ParseDer(b->der).get())),
      0);
}

std::string Hex(const std::string& bytes) {
  return absl::BytesToHexString(bytes);
}

TEST(DerTest, LengthsAreShortOrLong) {
  EXPECT_EQ(Hex(der::OctetString("")), "0400");
  EXPECT_EQ(Hex(der::OctetString(std::string(127, 'x'))).substr(0, 4), "047f");
  EXPECT_EQ(Hex(der::OctetString(std::string(128, 'x'))).substr(0, 6), "048180");
  EXPECT_EQ(Hex(der::OctetString(std::string(256, 'x'))).substr(0, 8), "04820100");
}

TEST(DerTest, UnsignedIntegersAreMinimalAndPositive) {
  EXPECT_EQ(Hex(der::UnsignedInteger(std::string("\0\0\x01", 3))), "020101");
  EXPECT_EQ(Hex(der::UnsignedInteger("\x80")), "02020080");
  EXPECT_EQ(Hex(der::UnsignedInteger(std::string(1, '\0'))), "020100");
}

TEST(DerTest, TimesChangeTheirFormIn2050) {
  EXPECT_EQ(der::Time(absl::FromUnixSeconds(0)), std::string("\x17\x0d", 2) + "700101000000Z");
  EXPECT_EQ(der::Time(absl::FromUnixSeconds(2524607999)), std::string("\x17\x0d", 2) + "491231235959Z");
  EXPECT_EQ(der::Time(absl::FromUnixSeconds(2524608000)), std::string("\x18\x0f", 2) + "20500101000000Z");
}

TEST(DerTest, BitStringsAndContextTags) {
  EXPECT_EQ(Hex(der::BitString("\x01")), "03020001");
  EXPECT_EQ(Hex(der::Context(3, "\x05")), "a30105");
  EXPECT_EQ(Hex(der::Sequence({der::Set({}), der::Utf8String("a")})),
            "30053100"
            "0c0161");
}

}  // namespace
}  // namespace spcs::plugin
