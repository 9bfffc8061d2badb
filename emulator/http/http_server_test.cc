// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <random>
#include <stdexcept>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "httplib.h"

namespace spcs::emulator_http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// A plain socket, for what an HTTP client does not let a test send or see.
class RawClient {
 public:
  explicit RawClient(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~RawClient() { ::close(socket_); }

  void Send(const std::string& text) { EXPECT_EQ(::send(socket_, text.data(), text.size(), 0), ssize_t(text.size())); }

  // One piece of what has come, at least one byte.
  std::string ReadSome() {
    char buffer[4096];
    const ssize_t count = ::recv(socket_, buffer, sizeof buffer, 0);
    return std::string(buffer, size_t(std::max<ssize_t>(count, 0)));
  }

  // Reads until the server closes; errno_ is 0 after an orderly end.
  std::string ReadAll() {
    std::string all;
    char buffer[4096];
    ssize_t count;
    while ((count = ::recv(socket_, buffer, sizeof buffer, 0)) > 0) all.append(buffer, size_t(count));
    errno_ = count < 0 ? errno : 0;
    return all;
  }
  int error() const { return errno_; }

 private:
  int socket_;
  int errno_ = 0;
};

HttpReply Echo(const HttpRequest& request, Peer&) {
  HttpReply reply{.body = request.method + " " + request.path + " " + request.body, .content_type = "text/plain"};
  if (request.path == "/half") reply.delivery = Delivery::kHalf;
  if (request.path == "/nothing") reply.delivery = Delivery::kNothing;
  if (request.path == "/reset") reply.delivery = Delivery::kReset;
  return reply;
}

class HttpServerTest : public ::testing::Test {
 protected:
  void Serve(Handler handler, int most_connections = 4096) {
    server_ = std::make_unique<HttpServer>(std::move(handler), "", Diversion{}, most_connections);
    const absl::StatusOr<int> port = server_->Start("127.0.0.1", 0);
    ASSERT_TRUE(port.ok()) << port.status();
    port_ = *port;
  }

  std::unique_ptr<HttpServer> server_;
  int port_ = 0;
};

TEST_F(HttpServerTest, AnswersEveryVerb) {
  Serve(Echo);
  httplib::Client client("127.0.0.1", port_);
  EXPECT_EQ(client.Get("/a%20b?x=1")->body, "GET /a b ");
  EXPECT_EQ(client.Post("/p", "body", "text/plain")->body, "POST /p body");
  EXPECT_EQ(client.Put("/p", "body", "text/plain")->body, "PUT /p body");
  EXPECT_EQ(client.Delete("/p")->body, "DELETE /p ");
}

TEST_F(HttpServerTest, KeepsTheConnection) {
  Serve(Echo);
  httplib::Client client("127.0.0.1", port_);
  client.set_keep_alive(true);
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(client.Get("/"));
  EXPECT_EQ(server_->connections(), 1);
}

TEST_F(HttpServerTest, InflatesBodies) {
  Serve(Echo);
  httplib::Client client("127.0.0.1", port_);
  client.set_compress(true);
  const std::string text(5000, 'x');
  EXPECT_EQ(client.Post("/p", text, "text/plain")->body, "POST /p " + text);
}

TEST_F(HttpServerTest, ToleratesABodyOnGet) {
  Serve(Echo);
  RawClient client(port_);
  client.Send("GET /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
  client.Send("GET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string all = client.ReadAll();
  EXPECT_THAT(all, HasSubstr("GET /1 "));
  EXPECT_THAT(all, HasSubstr("GET /2 "));
}

TEST_F(HttpServerTest, HalfAnAnswer) {
  Serve([](const HttpRequest&, Peer&) {
    return HttpReply{.body = "0123456789", .content_type = "text/plain", .delivery = Delivery::kHalf};
  });
  RawClient client(port_);
  client.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string all = client.ReadAll();
  EXPECT_THAT(all, HasSubstr("Content-Length: 10\r\n"));
  EXPECT_EQ(all.substr(all.find("\r\n\r\n") + 4), "01234");
}

TEST_F(HttpServerTest, NoAnswer) {
  Serve(Echo);
  RawClient client(port_);
  client.Send("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.ReadAll(), "");
  EXPECT_EQ(client.error(), 0);
}

TEST_F(HttpServerTest, ClientThatTriesTlsFirstIsToldAtOnce) {
  Serve(Echo);
  RawClient client(port_);
  const absl::Time started = absl::Now();
  client.Send(std::string("\x16\x03\x01\x00\xf4\x01", 6));  // the beginning of a ClientHello, without a line's end
  EXPECT_EQ(client.ReadAll(), "");
  EXPECT_LT(absl::Now() - started, absl::Seconds(2));
}

TEST_F(HttpServerTest, Reset) {
  Serve(Echo);
  RawClient client(port_);
  client.Send("GET /reset HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.ReadAll(), "");
  EXPECT_EQ(client.error(), ECONNRESET);
}

TEST_F(HttpServerTest, WaitingHandlerSeesItsClientGo) {
  std::atomic<bool> gone = false;
  Serve([&gone](const HttpRequest&, Peer& peer) {
    gone = !peer.Wait(absl::Seconds(30));
    return HttpReply{};
  });
  {
    RawClient client(port_);
    client.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    absl::SleepFor(absl::Milliseconds(20));
  }
  for (int i = 0; i < 1000 && !gone; ++i) absl::SleepFor(absl::Milliseconds(5));
  EXPECT_TRUE(gone);
}

TEST_F(HttpServerTest, StopsWithin200MsWhateverIsOpen) {
  Serve([](const HttpRequest&, Peer& peer) {
    peer.Wait(absl::Seconds(30));
    return HttpReply{};
  });
  RawClient idle(port_);
  RawClient waiting(port_);
  waiting.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  RawClient unfinished(port_);
  unfinished.Send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc");
  absl::SleepFor(absl::Milliseconds(20));
  const absl::Time start = absl::Now();
  server_->Stop();
  EXPECT_LT(absl::Now() - start, absl::Milliseconds(200));
}

TEST_F(HttpServerTest, RefusesAPortThatIsTaken) {
  Serve(Echo);
  HttpServer other(Echo);
  EXPECT_THAT(std::string(other.Start("127.0.0.1", port_).status().message()), StartsWith("cannot listen on"));
}

TEST_F(HttpServerTest, ContinuesBeforeTheBodyComes) {
  Serve(Echo);
  RawClient client(port_);
  client.Send("POST /p HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.ReadSome(), StartsWith("HTTP/1.1 100 Continue"));
  client.Send("body");
  EXPECT_THAT(client.ReadAll(), HasSubstr("POST /p body"));
}

TEST_F(HttpServerTest, ChunkedBodiesAreRead) {
  Serve(Echo);
  RawClient client(port_);
  client.Send("POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
  client.Send("4\r\nbody\r\n0\r\n\r\n");
  EXPECT_THAT(client.ReadAll(), HasSubstr("POST /p body"));
}

TEST_F(HttpServerTest, ABodyThatIsNotAnnouncedIsNone) {
  Serve(Echo);
  for (const char* verb : {"POST", "PUT", "PATCH", "DELETE"}) {
    RawClient client(port_);
    const absl::Time started = absl::Now();
    client.Send(absl::StrCat(verb, " /1 HTTP/1.1\r\nHost: x\r\n\r\n"));
    EXPECT_THAT(client.ReadSome(), StartsWith("HTTP/1.1 200"));
    client.Send("GET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(client.ReadAll(), HasSubstr("GET /2 "));
    EXPECT_LT(absl::Now() - started, absl::Seconds(5)) << verb;
  }
}

TEST_F(HttpServerTest, ChunkedBodiesHaveABoundToo) {
  Serve(Echo);
  httplib::Client client("127.0.0.1", port_);
  const std::string piece(1 << 20, 'x');
  int pieces = 0;
  const auto answer = client.Post(
      "/p",
      [&](size_t, httplib::DataSink& sink) {
        if (++pieces > 70) return sink.done(), true;
        return sink.write(piece.data(), piece.size());
      },
      "text/plain");
  EXPECT_TRUE(!answer || answer->status == 413);  // a client that goes on sending may miss the answer
  EXPECT_EQ(httplib::Client("127.0.0.1", port_).Get("/")->status, 200);
}

TEST_F(HttpServerTest, CompressedBodiesAreMeasuredInflated) {
  Serve(Echo);
  httplib::Client client("127.0.0.1", port_);
  client.set_compress(true);
  EXPECT_EQ(client.Post("/p", std::string(70u << 20, 'x'), "text/plain")->status, 413);
}

TEST_F(HttpServerTest, HeadsHaveABound) {
  Serve(Echo);
  for (const std::string& line : {"X-Long: " + std::string(80 << 10, 'a') + "\r\n", std::string(80 << 10, 'a')}) {
    RawClient client(port_);
    client.Send("GET / HTTP/1.1\r\n" + line);
    EXPECT_THAT(client.ReadSome(), StartsWith("HTTP/1.1 431 "));
  }
  RawClient many(port_);
  std::string lines;
  for (int i = 0; i < 15000; ++i) lines += "A: b\r\n";
  many.Send("GET / HTTP/1.1\r\n" + lines + "\r\n");
  EXPECT_THAT(many.ReadSome(), StartsWith("HTTP/1.1 431 "));
}

TEST_F(HttpServerTest, ConnectionsBeyondTheMostAreClosed) {
  Serve(Echo, 2);
  {
    RawClient first(port_), second(port_), third(port_);
    EXPECT_EQ(third.ReadAll(), "");
    first.Send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(first.ReadAll(), StartsWith("HTTP/1.1 200"));
  }
  bool served = false;
  for (int i = 0; i < 1000 && !served; ++i) {
    served = static_cast<bool>(httplib::Client("127.0.0.1", port_).Get("/"));
    if (!served) absl::SleepFor(absl::Milliseconds(5));
  }
  EXPECT_TRUE(served);
}

TEST_F(HttpServerTest, IdleConnectionsDoNotShutOutNewOnes) {
  Serve(Echo);
  std::vector<std::unique_ptr<RawClient>> idle;
  for (int i = 0; i < 300; ++i) idle.push_back(std::make_unique<RawClient>(port_));
  httplib::Client client("127.0.0.1", port_);
  EXPECT_EQ(client.Get("/")->status, 200);
}

TEST_F(HttpServerTest, GarbageHurtsNobody) {
  Serve(Echo);
  std::mt19937 random(3);
  for (int i = 0; i < 50; ++i) {
    RawClient client(port_);
    std::string text(random() % 2000 + 1, '\0');
    for (char& c : text) c = static_cast<char>(random());
    client.Send(text + "\r\n\r\n");
  }
  httplib::Client client("127.0.0.1", port_);
  EXPECT_EQ(client.Get("/")->status, 200);
}

TEST_F(HttpServerTest, ThrowingHandlerIsA500WithoutItsText) {
  Serve([](const HttpRequest&, Peer&) -> HttpReply { throw std::runtime_error("inner secret"); });
  httplib::Client client("127.0.0.1", port_);
  const auto answer = client.Get("/");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 500);
  for (const auto& [name, value] : answer->headers) EXPECT_THAT(value, Not(HasSubstr("secret"))) << name;
  EXPECT_THAT(answer->body, Not(HasSubstr("secret")));
}

TEST_F(HttpServerTest, RefusesAPathThatIsTooLong) {
  Serve(Echo);
  httplib::Client client("127.0.0.1", port_);
  EXPECT_EQ(client.Get("/" + std::string(5000, 'a'))->status, 414);
}

}  // namespace
}  // namespace spcs::emulator_http
