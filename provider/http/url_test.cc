// SPDX-License-Identifier: MPL-2.0
#include "provider/http/url.h"

#include <gtest/gtest.h>

#include "provider/http/transport.h"

namespace spcs::http {
namespace {

TEST(UrlTest, PercentEncodesAllButUnreserved) {
  EXPECT_EQ(PercentEncode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(PercentEncode("a b/\"\xc3\xa9"), "a%20b%2F%22%C3%A9");
}

TEST(UrlTest, OriginHasNoSecrets) {
  EXPECT_EQ(OriginOf("https://user:pass@host:8080/path?token=x"), "https://host:8080");
  EXPECT_EQ(OriginOf("http://h?x=1"), "http://h");
  EXPECT_EQ(OriginOf("nonsense"), "nonsense");
}

TEST(UrlTest, HostWithoutPort) {
  EXPECT_EQ(HostOf("https://user:pass@host:8080/path"), "host");
  EXPECT_EQ(HostOf("http://[::1]:80/"), "[::1]");
  EXPECT_EQ(HostOf("http://h"), "h");
  EXPECT_EQ(HostOf("http://[::1"), "");
  EXPECT_EQ(HostOf("nonsense"), "");
}

TEST(UrlTest, LoopbackHosts) {
  for (const char* host : {"localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "::1", "[::1]"}) {
    EXPECT_TRUE(IsLoopbackHost(host)) << host;
  }
  for (const char* host : {"128.0.0.1", "localhost.example.com", "127.0.0.1.example.com", "::2", "", "10.0.0.1"}) {
    EXPECT_FALSE(IsLoopbackHost(host)) << host;
  }
}

TEST(TransportTest, HeadersCompareWithoutCase) {
  const Headers headers{{"Retry-After", "3"}, {"X", "1"}};
  EXPECT_EQ(FindHeader(headers, "retry-after"), "3");
  EXPECT_EQ(FindHeader(headers, "missing"), std::nullopt);
}

}  // namespace
}  // namespace spcs::http
