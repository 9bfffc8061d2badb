// SPDX-License-Identifier: MPL-2.0
// The transport against a real gRPC client over its socket.
#include "provider/plugin/grpc_server.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <latch>
#include <stdexcept>

#include "gtest/gtest.h"
#include "provider/plugin/certificate.h"
#include "provider/plugin/client_for_test.h"
#include "provider/plugin/host_services.h"

namespace spcs::plugin {
namespace {

Method Unary(Method::Unary unary, Method::Where where = Method::Where::kWorker) {
  return {.where = where, .unary = std::move(unary)};
}

class GrpcServerTest : public ::testing::Test {
 protected:
  GrpcServerTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "spcsXXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    path_ = folder_ + "/socket";
    methods_.Add("/test/Echo", Unary([](absl::string_view request, std::stop_token) -> absl::StatusOr<std::string> {
                   return std::string(request);
                 }));
  }
  ~GrpcServerTest() override {
    Stop();
    std::filesystem::remove_all(folder_);
  }

  void Start(std::optional<TlsKeys> tls = std::nullopt, size_t max_workers = 64) {
    auto server =
        GrpcServer::Start(methods_, hub_, {.socket_path = path_, .tls = std::move(tls), .max_workers = max_workers});
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    thread_ = std::thread([this] { server_->Run(); });
  }
  void Stop() {
    if (server_ == nullptr) return;
    server_->Stop();
    thread_.join();
    server_.reset();
  }

  std::string folder_, path_;
  MethodTable methods_;
  StopHub hub_;
  std::unique_ptr<GrpcServer> server_;
  std::thread thread_;
};

TEST_F(GrpcServerTest, AnswersOnASocketForThisUserOnly) {
  Start();
  struct stat info = {};
  ASSERT_EQ(::stat(path_.c_str(), &info), 0);
  EXPECT_TRUE(S_ISSOCK(info.st_mode));
  EXPECT_EQ(info.st_mode & 0077, 0u);
  const auto answer = TestClient(path_).Call("/test/Echo", "hello");
  EXPECT_TRUE(answer.status.ok()) << answer.status.error_message();
  EXPECT_EQ(answer.bytes, "hello");
}

TEST_F(GrpcServerTest, ListensInAFolderWithOddCharacters) {
  const std::string odd = folder_ + "/a b%2#?ü";
  std::filesystem::create_directory(odd);
  path_ = odd + "/socket";
  Start();
  EXPECT_TRUE(std::filesystem::exists(path_));
}

TEST_F(GrpcServerTest, SaysWhereItCannotListen) {
  const auto server = GrpcServer::Start(methods_, hub_, {.socket_path = folder_ + "/missing/socket"});
  ASSERT_FALSE(server.ok());
  EXPECT_NE(server.status().message().find("missing/socket"), absl::string_view::npos);
}

TEST_F(GrpcServerTest, RefusesUnknownMethods) {
  Start();
  const auto answer = TestClient(path_).Call("/test/Nothing", "");
  EXPECT_EQ(answer.status.error_code(), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_NE(answer.status.error_message().find("/test/Nothing"), std::string::npos);
}

TEST_F(GrpcServerTest, FailuresAndExceptionsBecomeStatuses) {
  methods_.Add("/test/Fail", Unary([](absl::string_view, std::stop_token) -> absl::StatusOr<std::string> {
                 return absl::InvalidArgumentError("not so");
               }));
  methods_.Add("/test/Throw", Unary([](absl::string_view, std::stop_token) -> absl::StatusOr<std::string> {
                 throw std::runtime_error("secret");
               }));
  methods_.Add("/test/ThrowInline",
               Unary([](absl::string_view, std::stop_token) -> absl::StatusOr<std::string> { throw 7; },
                     Method::Where::kInline));
  Start();
  TestClient client(path_);
  const auto failed = client.Call("/test/Fail", "");
  EXPECT_EQ(failed.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(failed.status.error_message(), "not so");
  for (const char* method : {"/test/Throw", "/test/ThrowInline"}) {
    const auto thrown = client.Call(method, "");
    EXPECT_EQ(thrown.status.error_code(), grpc::StatusCode::INTERNAL);
    EXPECT_EQ(thrown.status.error_message().find("secret"), std::string::npos);
  }
  EXPECT_EQ(client.Call("/test/Echo", "still there").bytes, "still there");
}

TEST_F(GrpcServerTest, CarriesLargeMessages) {
  Start();
  std::string large(100 << 20, 'x');
  large[large.size() / 2] = 'y';
  const auto answer = TestClient(path_).Call("/test/Echo", large, 60);
  EXPECT_TRUE(answer.status.ok()) << answer.status.error_message();
  EXPECT_TRUE(answer.bytes == large);
  EXPECT_EQ(TestClient(path_).Call("/test/Echo", "").bytes, "");
}

TEST_F(GrpcServerTest, ServesManyCallsAtOnce) {
  std::latch all(20);
  methods_.Add("/test/Together", Unary([&](absl::string_view request, std::stop_token) -> absl::StatusOr<std::string> {
                 all.arrive_and_wait();  // hangs when the calls run one after the other
                 return std::string(request);
               }));
  Start();
  TestClient client(path_);
  std::vector<std::thread> callers;
  std::atomic<int> good = 0;
  for (int i = 0; i < 20; ++i) {
    callers.emplace_back([&, i] {
      if (client.Call("/test/Together", std::to_string(i)).bytes == std::to_string(i)) ++good;
      for (int j = 0; j < 100; ++j) {
        if (client.Call("/test/Echo", std::to_string(j)).bytes == std::to_string(j)) ++good;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(good, 20 * 101);
}

TEST_F(GrpcServerTest, InlineMethodsAnswerWhileAllWorkersAreBusy) {
  std::latch busy(2);
  methods_.Add("/test/Wait", Unary([&](absl::string_view, std::stop_token stop) -> absl::StatusOr<std::string> {
                 std::latch stopped(1);
                 const std::stop_callback callback(stop, [&] { stopped.count_down(); });
                 busy.count_down();
                 stopped.wait();
                 return "stopped";
               }));
  methods_.Add("/test/Stop", Unary(
                                 [&](absl::string_view, std::stop_token) -> absl::StatusOr<std::string> {
                                   hub_.StopRunning();
                                   return "";
                                 },
                                 Method::Where::kInline));
  Start(std::nullopt, 2);
  TestClient client(path_);
  std::vector<std::thread> callers;
  std::atomic<int> stopped = 0;
  for (int i = 0; i < 2; ++i) {
    callers.emplace_back([&] { stopped += client.Call("/test/Wait", "").bytes == "stopped"; });
  }
  busy.wait();
  EXPECT_TRUE(client.Call("/test/Stop", "").status.ok());
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(stopped, 2);
}

TEST_F(GrpcServerTest, ACallerThatGivesUpStopsItsCall) {
  std::latch stopped(1);
  methods_.Add("/test/Wait", Unary([&](absl::string_view, std::stop_token stop) -> absl::StatusOr<std::string> {
                 std::latch here(1);
                 const std::stop_callback callback(stop, [&] { here.count_down(); });
                 here.wait();
                 stopped.count_down();
                 return "";
               }));
  Start();
  EXPECT_EQ(TestClient(path_).Call("/test/Wait", "", 1).status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  stopped.wait();
}

TEST_F(GrpcServerTest, StreamsSeveralMessages) {
  methods_.Add("/test/Count",
               {.unary = nullptr, .streaming = [](absl::string_view request, std::stop_token, const SendMessage& send) {
                  for (int i = 0; i < std::stoi(std::string(request)); ++i) {
                    if (!send(std::to_string(i))) return absl::CancelledError();
                  }
                  return absl::OkStatus();
                }});
  Start();
  TestClient client(path_);
  auto stream = client.Open("/test/Count", "1000");
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(stream->Next(), std::to_string(i));
  EXPECT_EQ(stream->Next(), std::nullopt);
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(client.Open("/test/Count", "0")->Next(), std::nullopt);
  const auto failed = client.Open("/test/Count", "no number");
  EXPECT_EQ(failed->Next(), std::nullopt);
  EXPECT_EQ(failed->Finish().error_code(), grpc::StatusCode::INTERNAL);
}

TEST_F(GrpcServerTest, AStreamEndsWhenItsReaderLeaves) {
  std::latch ended(1);
  methods_.Add("/test/Forever",
               {.unary = nullptr, .streaming = [&](absl::string_view, std::stop_token, const SendMessage& send) {
                  while (send(std::string(10'000, 'x'))) {
                  }
                  ended.count_down();
                  return absl::CancelledError();
                }});
  Start();
  TestClient client(path_);
  EXPECT_TRUE(client.Open("/test/Forever")->Next().has_value());
  ended.wait();
}

TEST_F(GrpcServerTest, HostServices) {
  std::latch shut_down(1);
  AddHostServices(methods_, [&] { shut_down.count_down(); });
  Start();
  TestClient client(path_);
  const auto stdio = client.Open("/plugin.GRPCStdio/StreamStdio");
  const auto broker = client.Open("/plugin.GRPCBroker/StartStream");
  EXPECT_EQ(client.Call("/grpc.health.v1.Health/Check", "\x0a\x06plugin").bytes, "\x08\x01");
  const auto answer = client.Call("/plugin.GRPCController/Shutdown", "");
  EXPECT_TRUE(answer.status.ok());
  EXPECT_EQ(answer.bytes, "");
  shut_down.wait();
  Stop();  // with both streams open
}

TEST_F(GrpcServerTest, StopsWithCallsUnderWay) {
  std::latch begun(1);
  methods_.Add("/test/Wait", Unary([&](absl::string_view, std::stop_token stop) -> absl::StatusOr<std::string> {
                 std::latch here(1);
                 const std::stop_callback callback(stop, [&] { here.count_down(); });
                 begun.count_down();
                 here.wait();
                 return "";
               }));
  Start();
  TestClient client(path_);
  std::thread caller([&] { client.Call("/test/Wait", ""); });
  begun.wait();
  Stop();
  caller.join();
}

TlsKeys KeysFor(const Certificate& own, const Certificate& other) {
  return {.certificate = own.certificate_pem,
          .private_key = own.private_key_pem,
          .client_certificate = other.certificate_pem};
}

class MutualTlsTest : public GrpcServerTest {
 protected:
  const Certificate ours_ = *MakeCertificate(absl::Now());
  const Certificate theirs_ = *MakeCertificate(absl::Now());
};

TEST_F(MutualTlsTest, TheClientAndNobodyElse) {
  Start(KeysFor(ours_, theirs_));
  const auto answer = TestClient(path_, KeysFor(theirs_, ours_)).Call("/test/Echo", "hello");
  EXPECT_TRUE(answer.status.ok()) << answer.status.error_message();
  EXPECT_EQ(answer.bytes, "hello");

  const Certificate stranger = *MakeCertificate(absl::Now());
  EXPECT_EQ(TestClient(path_, KeysFor(stranger, ours_)).Call("/test/Echo", "").status.error_code(),
            grpc::StatusCode::UNAVAILABLE);
  const TlsKeys nobody{.certificate = "", .private_key = "", .client_certificate = ours_.certificate_pem};
  EXPECT_EQ(TestClient(path_, nobody).Call("/test/Echo", "").status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_FALSE(TestClient(path_).Call("/test/Echo", "", 2).status.ok()) << "without TLS";
}

TEST_F(MutualTlsTest, TheClientKnowsUs) {
  Start(KeysFor(ours_, theirs_));
  EXPECT_EQ(TestClient(path_, KeysFor(theirs_, theirs_)).Call("/test/Echo", "").status.error_code(),
            grpc::StatusCode::UNAVAILABLE)
      << "another server's certificate was expected";
}

}  // namespace
}  // namespace spcs::plugin
