// SPDX-License-Identifier: MPL-2.0
// HTTPS against a server with a certificate that only SSL_CERT_FILE makes trusted.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "provider/base/file.h"
#include "provider/base/status.h"
#include "provider/http/curl_transport.h"

namespace spcs::http {
namespace {

// A certificate for 127.0.0.1 that signs itself.
class Certificate {
 public:
  Certificate() : key_(EVP_EC_gen("P-256")), certificate_(X509_new()) {
    X509_set_version(certificate_, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate_), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate_), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate_), 3600);
    X509_set_pubkey(certificate_, key_);
    X509_NAME* name = X509_get_subject_name(certificate_);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(certificate_, name);
    X509_EXTENSION* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
    X509_add_ext(certificate_, names, -1);
    X509_EXTENSION_free(names);
    X509_sign(certificate_, key_, EVP_sha256());
  }
  ~Certificate() {
    X509_free(certificate_);
    EVP_PKEY_free(key_);
  }
  EVP_PKEY* key() const { return key_; }
  X509* get() const { return certificate_; }
  std::string Pem() const {
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(bio, certificate_);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    std::string text(data, size_t(size));
    BIO_free(bio);
    return text;
  }

 private:
  EVP_PKEY* key_;
  X509* certificate_;
};

// Serves one connection after the other: handshake, one request, one answer.
class TlsServer {
 public:
  explicit TlsServer(const Certificate& certificate) : context_(SSL_CTX_new(TLS_server_method())) {
    SSL_CTX_use_certificate(context_, certificate.get());
    SSL_CTX_use_PrivateKey(context_, certificate.key());
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listener_, 8), 0);
    EXPECT_EQ(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Run(); });
  }
  ~TlsServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
    SSL_CTX_free(context_);
  }
  std::string Url(const std::string& host) const { return "https://" + host + ":" + std::to_string(port_) + "/"; }

 private:
  void Run() {
    while (true) {
      const int fd = ::accept(listener_, nullptr, nullptr);
      if (fd < 0) return;
      SSL* ssl = SSL_new(context_);
      SSL_set_fd(ssl, fd);
      char buffer[4096];
      if (SSL_accept(ssl) == 1 && SSL_read(ssl, buffer, sizeof buffer) > 0) {
        const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret";
        SSL_write(ssl, answer.data(), int(answer.size()));
        SSL_shutdown(ssl);
      }
      SSL_free(ssl);
      ::close(fd);
    }
  }
  SSL_CTX* context_;
  int listener_ = -1, port_ = 0;
  std::thread thread_;
};

TEST(CurlTlsTest, TrustsOnlyTheRootsOfThisMachineAndOnlyTheRightHost) {
  ::signal(SIGPIPE, SIG_IGN);
  const Certificate trusted, foreign;
  char file[] = "/tmp/spcs-roots-XXXXXX";
  ::close(::mkstemp(file));
  ASSERT_TRUE(WriteFile(file, trusted.Pem()).ok());
  ::setenv("SSL_CERT_FILE", file, 1);  // read at the first https request of this process, which is here

  CurlTransport transport("t");
  {
    TlsServer server(trusted);
    const auto response = transport.Send({.url = server.Url("127.0.0.1")}, {});
    ASSERT_TRUE(response.ok()) << response.status();
    EXPECT_EQ(response->body, "secret");
    const absl::Status wrong_host = transport.Send({.url = server.Url("localhost")}, {}).status();
    EXPECT_EQ(wrong_host.code(), absl::StatusCode::kFailedPrecondition) << wrong_host;
    EXPECT_TRUE(FactOf(wrong_host, kNotSent));
  }
  TlsServer server(foreign);
  const absl::Status status = transport.Send({.url = server.Url("127.0.0.1")}, {}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("cannot trust the certificate of https://127.0.0.1"));
  EXPECT_THAT(FactOf(status, kAdvice).value_or(""), ::testing::HasSubstr("SSL_CERT_FILE"));
  ::unlink(file);
}

TEST(CurlTlsTest, PlainTextToATlsPortIsALostConnection) {
  const Certificate certificate;
  TlsServer server(certificate);
  std::string url = server.Url("127.0.0.1");
  url.erase(4, 1);  // http:// to the TLS port
  EXPECT_EQ(CurlTransport("t").Send({.url = url}, {}).status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace spcs::http
