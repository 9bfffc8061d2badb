// SPDX-License-Identifier: MPL-2.0
// Against a raw server on loopback, so that each fault is what the network really does.
#include "provider/http/curl_transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "provider/base/status.h"
#include "provider/testing/http_server.h"

namespace spcs::http {
namespace {

using ::spcs::testing::HttpAnswer;
using ::spcs::testing::HttpServer;
using ::testing::HasSubstr;
using Answer = HttpServer::Answer;

TEST(CurlTransportTest, SendsMethodHeadersBodyAndReadsTheAnswer) {
  std::string seen;
  HttpServer server([&](const std::string& request, int) {
    seen = request;
    return Answer{HttpAnswer(422, "the body", "X-Thing:  one \r\n")};
  });
  CurlTransport transport("spcs-test/1");
  const auto response = transport.Send(
      {.method = "POST", .url = server.url() + "/p?q=1", .headers = {{"A", "b"}, {"Empty", ""}}, .body = "hello"}, {});
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->status, 422);
  EXPECT_EQ(response->body, "the body");
  EXPECT_EQ(FindHeader(response->headers, "x-thing"), "one");
  EXPECT_THAT(seen, HasSubstr("POST /p?q=1 HTTP/1.1\r\n"));
  EXPECT_THAT(seen, HasSubstr("User-Agent: spcs-test/1\r\n"));
  EXPECT_THAT(seen, HasSubstr("A: b\r\n"));
  EXPECT_THAT(seen, HasSubstr("Empty:"));
  EXPECT_THAT(seen, HasSubstr("Content-Length: 5\r\n"));
  EXPECT_THAT(seen, ::testing::EndsWith("\r\n\r\nhello"));
}

TEST(CurlTransportTest, OtherMethods) {
  std::string seen;
  HttpServer server([&](const std::string& request, int) {
    seen = request;
    return Answer{request.substr(0, 4) == "HEAD" ? "HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\n" : HttpAnswer(200, "")};
  });
  CurlTransport transport("t");
  for (const std::string method : {"GET", "HEAD", "DELETE", "PUT", "PATCH"}) {
    ASSERT_TRUE(transport.Send({.method = method, .url = server.url()}, {}).ok()) << method;
    EXPECT_THAT(seen, ::testing::StartsWith(method + " / HTTP/1.1\r\n"));
  }
  EXPECT_EQ(server.connections(), 1) << "the connection is kept";
}

TEST(CurlTransportTest, RedirectIsAResponse) {
  HttpServer server(
      [](const std::string&, int) { return Answer{HttpAnswer(302, "", "Location: http://elsewhere.invalid/\r\n")}; });
  CurlTransport transport("t");
  EXPECT_EQ(transport.Send({.url = server.url()}, {})->status, 302);
}

TEST(CurlTransportTest, ConnectionRefusedIsNotSent) {
  std::string url;
  {
    url = HttpServer([](const std::string&, int) { return Answer{}; }).url();
  }
  CurlTransport transport("t");
  const absl::Status status = transport.Send({.method = "POST", .url = url, .body = "x"}, {}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(FactOf(status, kNotSent));
  EXPECT_TRUE(FactOf(status, kAdvice));
  EXPECT_THAT(std::string(status.message()), HasSubstr(url));
}

TEST(CurlTransportTest, UnknownHostIsNotSent) {
  CurlTransport transport("t");
  const absl::Status status = transport.Send({.url = "http://no-such-host.invalid/"}, {}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(FactOf(status, kNotSent));
}

TEST(CurlTransportTest, BadUrlsAreRefused) {
  CurlTransport transport("t");
  for (const char* url : {"", "ftp://h/", "file:///etc/passwd", "http://"}) {
    EXPECT_EQ(transport.Send({.url = url}, {}).status().code(), absl::StatusCode::kInvalidArgument) << url;
  }
}

// A kept-alive connection that ends after the server has read the statement: libcurl alone would send it again.
TEST(CurlTransportTest, LostAnswerOnAKeptConnectionIsNotSentTwice) {
  std::atomic<int> statements = 0;
  HttpServer server([&](const std::string& request, int) {
    if (!absl::StrContains(request, "CREATE")) return Answer{HttpAnswer(200, "ok")};
    ++statements;
    return Answer{"", true};
  });
  CurlTransport transport("t");
  ASSERT_TRUE(transport.Send({.method = "POST", .url = server.url(), .body = "warm up"}, {}).ok());
  const absl::Status status =
      transport.Send({.method = "POST", .url = server.url(), .body = "CREATE DATABASE X"}, {}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_FALSE(FactOf(status, kNotSent));
  EXPECT_EQ(statements, 1);
}

TEST(CurlTransportTest, HalfAnAnswerIsALostConnection) {
  HttpServer server(
      [](const std::string&, int) { return Answer{"HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\nhalf", true}; });
  CurlTransport transport("t");
  const absl::Status status = transport.Send({.url = server.url()}, {}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_FALSE(FactOf(status, kNotSent));
}

TEST(CurlTransportTest, LargeAnswersAreRefused) {
  HttpServer server([](const std::string&, int) { return Answer{HttpAnswer(200, std::string(5000, 'x'))}; });
  CurlTransport transport("t");
  EXPECT_EQ(transport.Send({.url = server.url(), .max_response_bytes = 4999}, {}).status().code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(transport.Send({.url = server.url(), .max_response_bytes = 5000}, {})->body.size(), 5000u);
}

TEST(CurlTransportTest, TimeoutOfASilentServer) {
  HttpServer server([](const std::string&, int) { return Answer{}; });
  CurlTransport transport("t");
  const absl::Status status = transport.Send({.url = server.url(), .timeout = absl::Milliseconds(100)}, {}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_THAT(std::string(status.message()), HasSubstr("within 100ms"));
}

TEST(CurlTransportTest, StopEndsATransferAtOnce) {
  std::stop_source stop;
  HttpServer server([&](const std::string&, int) {
    stop.request_stop();
    return Answer{};  // and no answer ever
  });
  CurlTransport transport("t");
  const absl::Time start = absl::Now();
  EXPECT_EQ(transport.Send({.url = server.url()}, stop.get_token()).status().code(), absl::StatusCode::kCancelled);
  EXPECT_LT(absl::Now() - start, absl::Milliseconds(500));
  EXPECT_EQ(transport.Send({.url = server.url()}, stop.get_token()).status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(server.connections(), 1) << "after the stop nothing is sent";
}

TEST(CurlTransportTest, GraceLetsAnAnswerThatIsNearlyThereArrive) {
  std::stop_source stop;
  HttpServer server([&](const std::string&, int) {
    stop.request_stop();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    return Answer{HttpAnswer(200, "done")};
  });
  CurlTransport transport("t");
  const auto response = transport.Send(
      {.method = "POST", .url = server.url(), .body = "x", .stop_grace = absl::Seconds(5)}, stop.get_token());
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, "done");
}

TEST(CurlTransportTest, ManyThreadsShareConnections) {
  std::atomic<int> served = 0;
  HttpServer server([&](const std::string& request, int) {
    ++served;
    return Answer{HttpAnswer(200, request.substr(request.find("\r\n\r\n") + 4))};
  });
  CurlTransport transport("t");
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 16; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 25; ++i) {
        const std::string body = std::to_string(t * 1000 + i);
        const auto response = transport.Send({.method = "POST", .url = server.url(), .body = body}, {});
        if (response.ok() && response->body == body) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 400);
  EXPECT_EQ(served, 400);
  EXPECT_LE(server.connections(), 32);
}

TEST(CurlTransportTest, GzipIsUndone) {
  HttpServer server([](const std::string& request, int) {
    EXPECT_THAT(request, HasSubstr("gzip"));
    const unsigned char bytes[] = {0x1f, 0x8b, 8, 0, 0,    0,    0,    0,    0, 3, 0xcb, 0x48, 0xcd,
                                   0xc9, 0xc9, 7, 0, 0x86, 0xa6, 0x10, 0x36, 5, 0, 0,    0};
    return Answer{
        HttpAnswer(200, std::string(reinterpret_cast<const char*>(bytes), sizeof bytes), "Content-Encoding: gzip\r\n")};
  });
  CurlTransport transport("t");
  EXPECT_EQ(transport.Send({.url = server.url()}, {})->body, "hello");
}

// Gives out `total` bytes; fails after `fail_after` of them when that is set.
class CountingSource : public BodySource {
 public:
  explicit CountingSource(int64_t total, int64_t fail_after = -1) : total_(total), fail_after_(fail_after) {}
  int64_t size() const override { return total_; }
  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    if (fail_after_ >= 0 && given_ >= fail_after_) return absl::DataLossError("the file is gone");
    const auto count =
        static_cast<size_t>(std::min<int64_t>(static_cast<int64_t>(size), std::min<int64_t>(total_ - given_, 1000)));
    for (size_t i = 0; i < count; ++i) buffer[i] = static_cast<char>('a' + (given_ + static_cast<int64_t>(i)) % 26);
    given_ += static_cast<int64_t>(count);
    return count;
  }
  int64_t given() const { return given_; }

 private:
  const int64_t total_, fail_after_;
  int64_t given_ = 0;
};

class CollectingSink : public BodySink {
 public:
  explicit CollectingSink(size_t limit = 1 << 30) : limit_(limit) {}
  absl::Status Write(absl::string_view piece) override {
    absl::StrAppend(&text, piece);
    return text.size() > limit_ ? absl::ResourceExhaustedError("the disk is full") : absl::OkStatus();
  }
  std::string text;

 private:
  const size_t limit_;
};

TEST(CurlTransportTest, SendsABodyThatIsNotInMemory) {
  std::string seen;
  HttpServer server([&](const std::string& request, int) {
    seen = request;
    return Answer{HttpAnswer(202, "")};
  });
  CurlTransport transport("t");
  CountingSource source(100'000);
  const auto response = transport.Send({.method = "PATCH", .url = server.url(), .source = &source}, {});
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->status, 202);
  EXPECT_THAT(seen, HasSubstr("PATCH / HTTP/1.1\r\n"));
  EXPECT_THAT(seen, HasSubstr("Content-Length: 100000\r\n"));
  EXPECT_EQ(seen.size() - seen.find("\r\n\r\n") - 4, 100'000u);
  EXPECT_THAT(seen, HasSubstr("\r\n\r\nabcdefgh"));
}

TEST(CurlTransportTest, ErrorOfTheSourceEndsTheRequest) {
  HttpServer server([](const std::string&, int) { return Answer{HttpAnswer(202, "")}; });
  CurlTransport transport("t");
  CountingSource source(100'000, 5000);
  const absl::Status status = transport.Send({.method = "PUT", .url = server.url(), .source = &source}, {}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
}

TEST(CurlTransportTest, SinkTakesTheBodyOfASuccessOnly) {
  int status = 200;
  HttpServer server([&](const std::string&, int) { return Answer{HttpAnswer(status, "the body")}; });
  CurlTransport transport("t");
  CollectingSink sink;
  auto response = transport.Send({.url = server.url(), .max_response_bytes = 1, .sink = &sink}, {});
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(sink.text, "the body");
  EXPECT_EQ(response->body, "");
  status = 404;
  sink.text.clear();
  response = transport.Send({.url = server.url(), .sink = &sink}, {});
  EXPECT_EQ(response->body, "the body") << "what is wrong is for the caller";
  EXPECT_EQ(sink.text, "");
}

TEST(CurlTransportTest, ErrorOfTheSinkEndsTheRequest) {
  HttpServer server([](const std::string&, int) { return Answer{HttpAnswer(200, std::string(1 << 20, 'x'))}; });
  CurlTransport transport("t");
  CollectingSink sink(1000);
  const absl::Status status = transport.Send({.url = server.url(), .sink = &sink}, {}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
  EXPECT_LT(sink.text.size(), size_t{1} << 20);
}

}  // namespace
}  // namespace spcs::http
