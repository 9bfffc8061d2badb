// SPDX-License-Identifier: MPL-2.0
// Heads, the ends of bodies, and one exchange over real sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "emulator/http/wire_body.h"
#include "emulator/http/wire_exchange.h"
#include "emulator/http/wire_head.h"

namespace spcs::emulator_http {
namespace {

using ::testing::HasSubstr;

constexpr char kCrLf[] = "\r\n";

WireHead Head(const std::string& text) {
  const auto head = ParseWireHead(text);
  EXPECT_TRUE(head.ok()) << text << head.status();
  return head.value_or(WireHead{});
}

TEST(WireHeadTest, ReadsARequest) {
  const std::string text = "GET /a?b=c HTTP/1.1\r\nHost: x\r\nCookie: a=b\r\nX-Y:  two words \r\ncookie: c=d\r\n\r\n";
  ASSERT_EQ(HeadSize(text + "rest"), text.size());
  EXPECT_EQ(HeadSize(text.substr(0, text.size() - 1)), absl::string_view::npos);
  WireHead head = Head(text);
  EXPECT_EQ(head.method(), "GET");
  EXPECT_EQ(head.target(), "/a?b=c");
  EXPECT_EQ(head.Get("x-y"), "two words");
  EXPECT_EQ(head.headers.size(), 4u);
  head.Set("COOKIE", "e=f");
  EXPECT_EQ(head.Print(), "GET /a?b=c HTTP/1.1\r\nHost: x\r\nX-Y: two words\r\nCOOKIE: e=f\r\n\r\n");
  EXPECT_FALSE(head.IsOld());
  EXPECT_TRUE(Head("GET / HTTP/1.0\r\n\r\n").IsOld());
  EXPECT_EQ(Head("HTTP/1.1 404 Not Found\r\n\r\n").status(), 404);
  EXPECT_EQ(Head("HTTP/1.1 200\r\n\r\n").status(), 200);
}

TEST(WireHeadTest, RefusesWhatTwoServersCouldReadDifferently) {
  for (const char* bad : {"GET /\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n", "GET / HTTP/2\r\n\r\n", "G\tT / HTTP/1.1\r\n\r\n",
                          "GET / HTTP/1.1\r\nHost : x\r\n\r\n", "GET / HTTP/1.1\r\n folded: x\r\n\r\n",
                          "GET / HTTP/1.1\r\nnocolon\r\n\r\n", "GET / HTTP/1.1\r\nA: x\ny: z\r\n\r\n",
                          "GET / x HTTP/1.1\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "\r\n\r\n"}) {
    EXPECT_FALSE(ParseWireHead(bad).ok()) << bad;
  }
}

TEST(WireHeadTest, DropsWhatIsBetweenNeighbours) {
  WireHead head = Head(
      "GET / HTTP/1.1\r\nConnection: keep-alive, X-Hop, content-length\r\nX-Hop: 1\r\nKeep-Alive: 5\r\n"
      "Proxy-Authorization: x\r\nTE: trailers\r\nUpgrade: h2c\r\nContent-Length: 3\r\nX: y\r\n\r\n");
  EXPECT_TRUE(head.Lists("connection", "x-hop"));
  RemoveHopHeaders(head);
  EXPECT_EQ(head.Print(), "GET / HTTP/1.1\r\nContent-Length: 3\r\nX: y\r\n\r\n");
}

// The bytes that the body takes of `bytes`, given in pieces of each size; -1 when it is malformed.
int Taken(const std::string& headers, const std::string& bytes, size_t piece) {
  auto body = WireBody::OfRequest(Head(absl::StrCat("POST / HTTP/1.1\r\n", headers, kCrLf)));
  if (!body.ok()) return -1;
  size_t total = 0;
  for (size_t at = 0; at < bytes.size() && !body->done(); at += piece) {
    const std::string part = bytes.substr(at, piece);
    const auto taken = body->Take(part);
    if (!taken.ok()) return -1;
    total += *taken;
  }
  return body->done() ? static_cast<int>(total) : -2;
}

TEST(WireBodyTest, EndsWhereTheHeadersSay) {
  const std::string chunks = "5;x=y\r\nhello\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n";
  for (const size_t piece : {1u, 2u, 3u, 1000u}) {
    EXPECT_EQ(Taken("", "next", piece), 0);
    EXPECT_EQ(Taken("Content-Length: 5\r\n", "hellonext", piece), 5);
    EXPECT_EQ(Taken("Content-Length: 5\r\n", "hell", piece), -2);
    EXPECT_EQ(Taken("Transfer-Encoding: chunked\r\n", chunks + "next", piece), static_cast<int>(chunks.size()));
    EXPECT_EQ(Taken("Transfer-Encoding: chunked\r\n", "0\r\n\r\n", piece), 5);
    EXPECT_EQ(Taken("Transfer-Encoding: chunked\r\n", "5\r\nhelloX", piece), -1);
    EXPECT_EQ(Taken("Transfer-Encoding: chunked\r\n", "x\r\n", piece), -1);
    EXPECT_EQ(Taken("Transfer-Encoding: chunked\r\n", "5\nhello\n0\n\n", piece), -1);
    EXPECT_EQ(Taken("Transfer-Encoding: chunked\r\n", "1234567890abcdef0\r\n", piece), -1);
  }
}

TEST(WireBodyTest, UnclearEndsAreRefused) {
  for (const char* bad :
       {"Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length: -1\r\n", "Content-Length: \r\n",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip, chunked\r\n",
        "Content-Length: +5\r\n", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"}) {
    EXPECT_EQ(Taken(bad, "x", 1), -1) << bad;
  }
}

TEST(WireBodyTest, AnswersWithoutOne) {
  const WireHead long_one = Head("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
  EXPECT_TRUE(WireBody::OfResponse(long_one, "HEAD")->done());
  EXPECT_FALSE(WireBody::OfResponse(long_one, "GET")->done());
  EXPECT_TRUE(WireBody::OfResponse(Head("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"), "GET")->done());
  EXPECT_TRUE(WireBody::OfResponse(Head("HTTP/1.1 200 OK\r\n\r\n"), "GET")->ends_with_connection());
}

// A client and a server at the ends of one exchange.
class WireExchangeTest : public ::testing::Test {
 protected:
  using End = WireExchange::End;

  WireExchangeTest() {
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, client_), 0);
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, server_), 0);
    EXPECT_EQ(::pipe(stop_), 0);
  }
  ~WireExchangeTest() override {
    if (thread_.joinable()) thread_.join();
    for (const int fd : {client_[0], client_[1], server_[0], server_[1], stop_[0], stop_[1]}) ::close(fd);
  }
  void Start(const std::string& head, const std::string& input = "", absl::Duration idle = absl::Seconds(20)) {
    const WireHead request = Head(head);
    exchange_ = std::make_unique<WireExchange>(
        WireExchange::Options{.client = client_[1], .server = server_[0], .stop = stop_[0], .idle = idle, .edit = {}},
        request, *WireBody::OfRequest(request), input);
    thread_ = std::thread([this] { end_ = exchange_->Run(); });
  }
  End Ended() {
    thread_.join();
    return end_;
  }
  static void Say(int socket, const std::string& text) {
    EXPECT_EQ(::send(socket, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  }
  static std::string Hear(int socket, size_t size) {
    std::string heard(size, '\0');
    const ssize_t count = ::recv(socket, heard.data(), size, MSG_WAITALL);
    heard.resize(static_cast<size_t>(std::max<ssize_t>(count, 0)));
    return heard;
  }
  void ExpectHeard(int socket, const std::string& text) { EXPECT_EQ(Hear(socket, text.size()), text); }

  int client_[2], server_[2], stop_[2];
  std::unique_ptr<WireExchange> exchange_;
  std::thread thread_;
  End end_ = End::kStopped;
};

constexpr char kGet[] = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

TEST_F(WireExchangeTest, EachPieceOfAStreamIsPassedOnAtOnce) {
  Start("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n");
  ExpectHeard(server_[1], "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
  // The answer begins before the request has ended: both go on at once.
  const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  Say(server_[1], "HTTP/1.1 100 Continue\r\n\r\n" + head.substr(0, 20));
  Say(server_[1], head.substr(20) + "3\r\none\r\n");
  ExpectHeard(client_[0], head + "3\r\none\r\n");
  Say(client_[0], "0\r\n\r\nGET /next");
  ExpectHeard(server_[1], "0\r\n\r\n");
  Say(server_[1], "3\r\ntwo\r\n");
  ExpectHeard(client_[0], "3\r\ntwo\r\n");
  Say(server_[1], "0\r\n\r\n");
  ExpectHeard(client_[0], "0\r\n\r\n");
  EXPECT_EQ(Ended(), End::kDone);
  EXPECT_EQ(exchange_->status(), 200);
  EXPECT_EQ(exchange_->input(), "GET /next");
}

TEST_F(WireExchangeTest, AClientThatGoesEndsItAtOnce) {
  Start(kGet);
  ExpectHeard(server_[1], kGet);
  const absl::Time start = absl::Now();
  ::shutdown(client_[0], SHUT_WR);
  EXPECT_EQ(Ended(), End::kClientGone);
  EXPECT_LT(absl::Now() - start, absl::Seconds(1));
  EXPECT_EQ(exchange_->status(), 0);
}

TEST_F(WireExchangeTest, AServerThatDiesIsNotACompleteAnswer) {
  Start(kGet);
  ExpectHeard(server_[1], kGet);
  Say(server_[1], "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
  Hear(client_[0], 42);
  ::shutdown(server_[1], SHUT_RDWR);
  EXPECT_EQ(Ended(), End::kServerGone);
  EXPECT_EQ(exchange_->status(), 200);
  EXPECT_FALSE(exchange_->keep());
}

TEST_F(WireExchangeTest, AnAnswerMayEndWithTheConnection) {
  Start(kGet);
  Say(server_[1], "HTTP/1.0 200 OK\r\n\r\nall of it");
  ::shutdown(server_[1], SHUT_WR);
  ExpectHeard(client_[0], "HTTP/1.0 200 OK\r\n\r\nall of it");
  EXPECT_EQ(Ended(), End::kDone);
  EXPECT_FALSE(exchange_->keep());
}

TEST_F(WireExchangeTest, SilenceIsLimited) {
  Start(kGet, "", absl::Milliseconds(50));
  EXPECT_EQ(Ended(), End::kIdle);
}

TEST_F(WireExchangeTest, AHeartbeatIsNoSilence) {
  Start(kGet, "", absl::Milliseconds(400));
  Say(server_[1], "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n");
  for (int i = 0; i < 4; ++i) {
    absl::SleepFor(absl::Milliseconds(200));
    Say(server_[1], ".");
  }
  EXPECT_EQ(Ended(), End::kDone);
  EXPECT_TRUE(exchange_->keep());
}

TEST_F(WireExchangeTest, ASlowClientHoldsTheServerBack) {
  const std::string huge(8u << 20, 'x');
  Start(kGet);
  std::thread server([&] {
    const std::string text = absl::StrCat("HTTP/1.1 200 OK\r\nContent-Length: ", huge.size(), "\r\n\r\n", huge);
    Say(server_[1], text);
  });
  absl::SleepFor(absl::Milliseconds(100));
  const std::string head = absl::StrCat("HTTP/1.1 200 OK\r\nContent-Length: ", huge.size(), "\r\n\r\n");
  ExpectHeard(client_[0], head);
  EXPECT_TRUE(Hear(client_[0], huge.size()) == huge);
  server.join();
  EXPECT_EQ(Ended(), End::kDone);
}

TEST_F(WireExchangeTest, AnEarlyAnswerEndsALongUpload) {
  Start("POST / HTTP/1.1\r\nContent-Length: 100000000\r\n\r\n", "x");
  Say(server_[1], "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
  ExpectHeard(client_[0], "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(Ended(), End::kDone);
  EXPECT_FALSE(exchange_->keep()) << "the rest of the upload would be read as a request";
}

TEST_F(WireExchangeTest, AnUpgradeIsATunnel) {
  const std::string head = "GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  Start(head);
  ExpectHeard(server_[1], head);
  const std::string answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";
  Say(server_[1], answer + "hello");
  ExpectHeard(client_[0], answer + "hello");
  Say(client_[0], "\x01\x02");
  ExpectHeard(server_[1], "\x01\x02");
  Say(client_[0], "last words");
  ::shutdown(client_[0], SHUT_WR);
  ExpectHeard(server_[1], "last words");
  EXPECT_EQ(Ended(), End::kDone);
  EXPECT_TRUE(exchange_->upgraded());
}

TEST_F(WireExchangeTest, WhatIsNoHttpIsNoAnswer) {
  Start(kGet);
  Say(server_[1], "SSH-2.0-x\r\n\r\n");
  EXPECT_EQ(Ended(), End::kBadAnswer);
}

TEST_F(WireExchangeTest, AHugeHeadIsNoAnswer) {
  Start(kGet);
  std::thread server([&] {
    const std::string text = "HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x');
    (void)!::send(server_[1], text.data(), text.size(), MSG_NOSIGNAL);
  });
  EXPECT_EQ(Ended(), End::kBadAnswer);
  ::shutdown(server_[0], SHUT_RDWR);
  server.join();
}

TEST_F(WireExchangeTest, NobodyAskedForThatUpgrade) {
  Start(kGet);
  Say(server_[1], "HTTP/1.1 101 Switching Protocols\r\n\r\n");
  EXPECT_EQ(Ended(), End::kBadAnswer);
}

TEST_F(WireExchangeTest, MalformedChunksAreABadRequest) {
  Start("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "nonsense");
  EXPECT_EQ(Ended(), End::kBadRequest);
}

TEST_F(WireExchangeTest, TheEmulatorsEndEndsIt) {
  Start(kGet);
  ::close(stop_[1]);
  stop_[1] = ::dup(0);
  EXPECT_EQ(Ended(), End::kStopped);
}

}  // namespace
}  // namespace spcs::emulator_http
