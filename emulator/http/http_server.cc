// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/http_server.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <netinet/tcp.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <regex>
#include <system_error>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "emulator/http/connection.h"
#include "emulator/http/wire_head.h"
#include "emulator/runtime/process/relay.h"
#include "provider/base/mutex.h"

namespace spcs::emulator_http {
namespace {

// The library listens with a backlog of 5, which loses connections when many clients start at once.
constexpr int kBacklog = 4096;
constexpr absl::Duration kIdle = absl::Seconds(300);
constexpr size_t kLongestPath = 4096;
constexpr size_t kLargestBody = 64u << 20;
constexpr absl::string_view kHeadTooLong =
    "HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
constexpr size_t kFilePiece = 256u << 10;

// Set while a connection is turned away on the thread that accepts.
thread_local bool refusing = false;

// A thread for each connection: kept-alive connections hold theirs, so any fixed number lets idle clients shut out new
// ones (the library's pool of 8 does so at once).
class ThreadPerConnection : public httplib::TaskQueue {
 public:
  explicit ThreadPerConnection(int most) : most_(most) {}

  void enqueue(std::function<void()> serve) override {
    if (!Begin()) return Refuse(serve);
    try {
      std::thread([this, serve] {
        serve();
        End();
      }).detach();
    } catch (const std::system_error&) {  // the machine has no thread left
      End();
      Refuse(serve);
    }
  }
  void shutdown() override {
    MutexLock lock(mu_);
    while (running_ > 0) ended_.Wait(lock);
  }

 private:
  bool Begin() {
    MutexLock lock(mu_);
    if (running_ >= most_) return false;
    ++running_;
    return true;
  }
  void End() {
    MutexLock lock(mu_);
    --running_;
    ended_.NotifyAll();
  }
  // Only the task knows its socket.
  static void Refuse(const std::function<void()>& serve) {
    refusing = true;
    serve();
    refusing = false;
  }

  const int most_;
  Mutex mu_;
  CondVar ended_;
  int running_ ABSL_GUARDED_BY(mu_) = 0;
};

HttpRequest FromLibrary(const httplib::Request& request, int socket) {
  HttpRequest result{.method = request.method,
                     .path = request.path,
                     .body = request.body,
                     .from_container = runtime::process::ComesFromContainer(socket)};
  for (const auto& [name, value] : request.params) result.query.emplace(name, value);
  for (const auto& [name, value] : request.headers) result.headers.emplace(name, value);
  return result;
}

// A form's fields are parameters like those of the query, as the library has it.
void AddForm(const httplib::Request& request, HttpRequest& own) {
  if (!absl::StartsWith(request.get_header_value("Content-Type"), "application/x-www-form-urlencoded")) return;
  httplib::Params fields;
  httplib::detail::parse_query_text(own.body, fields);
  for (const auto& [name, value] : fields) own.query.emplace(name, value);
}

// A request that says nothing of a body has none; the library would read until the connection ends.
bool SaysBody(const httplib::Request& request) {
  const std::string length = request.get_header_value("Content-Length");
  return request.has_header("Transfer-Encoding") || (!length.empty() && length != "0");
}

// Reads the body into `body`. The status of the refusal when it is too long (inflated, where it is compressed) or ends
// early.
std::optional<int> Collect(const httplib::Request& request, const httplib::ContentReader& reader, std::string& body) {
  bool large = false;
  const auto take = [&](const char* data, size_t size) {
    large = size > kLargestBody - body.size();
    if (!large) body.append(data, size);
    return !large;
  };
  if (request.is_multipart_form_data()) return 415;  // no surface takes any
  if (reader(take)) return std::nullopt;
  return large ? 413 : 400;
}

// Whether the library's table says that the verb has no body.
bool IsBodyless(const httplib::Request& request) {
  return request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS";
}

// The body that the library does not read, of such a verb.
uint64_t UnreadBody(const httplib::Request& request) {
  uint64_t length = 0;
  if (!IsBodyless(request) || !absl::SimpleAtoi(request.get_header_value("Content-Length"), &length)) return 0;
  return length;
}

// Sends the part of the file without holding it in memory.
void SendFile(const FilePart& part, const std::string& content_type, httplib::Response& response) {
  const int fd = ::open(part.path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    response.status = 500;
    return;
  }
  const auto file = std::shared_ptr<const int>(new int(fd), [](const int* open) {
    ::close(*open);
    delete open;
  });
  if (part.length == 0) return;
  response.set_content_provider(
      part.length, content_type, [file, part](size_t offset, size_t length, httplib::DataSink& sink) {
        thread_local std::vector<char> buffer(kFilePiece);
        const ssize_t count =
            ::pread(*file, buffer.data(), std::min(length, buffer.size()), static_cast<off_t>(part.offset + offset));
        return count > 0 && sink.write(buffer.data(), static_cast<size_t>(count));
      });
}

}  // namespace

class HttpServer::Impl : public httplib::Server {
 public:
  Impl(emulator_http::Handler handler, std::string streamed, Diversion diversion, int most_connections)
      : handler_(std::move(handler)),
        streamed_(std::move(streamed)),
        diversion_(std::move(diversion)),
        most_connections_(most_connections) {}
  ~Impl() override { StopServing(); }

  absl::StatusOr<int> Start(const std::string& host, int port);
  void StopServing();
  int64_t connections() const { return connections_.load(); }

 private:
  bool process_and_close_socket(socket_t socket) override;
  void Answer(const httplib::Request& request, httplib::Response& response, const httplib::ContentReader* reader);
  void Reply(const HttpRequest& own, httplib::Response& response);
  void Configure();
  bool IsDiverted(absl::string_view head) const;
  bool IsStreamed(const std::string& path) const { return !streamed_.empty() && std::regex_match(path, pattern_); }

  emulator_http::Handler handler_;
  const std::string streamed_;
  const Diversion diversion_;
  const int most_connections_;
  std::regex pattern_;
  int stop_fd_ = -1;
  int listening_ = -1;
  std::thread accepting_;
  std::atomic<int64_t> connections_ = 0;
};

void HttpServer::Impl::Configure() {
  new_task_queue = [this] { return new ThreadPerConnection(most_connections_); };
  set_payload_max_length(std::numeric_limits<size_t>::max());  // see the pre-routing handler
  set_keep_alive_max_count(1'000'000);
  set_keep_alive_timeout(absl::ToInt64Seconds(kIdle));
  set_socket_options([this](socket_t socket) {
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    listening_ = socket;
  });
  const auto answer = [this](const httplib::Request& request, httplib::Response& response) {
    Answer(request, response, nullptr);
  };
  // Bodies are read here and not by the library, which puts no bound on chunked and on compressed ones.
  const auto read = [this](const httplib::Request& request, httplib::Response& response,
                           const httplib::ContentReader& reader) { Answer(request, response, &reader); };
  if (!streamed_.empty()) pattern_ = std::regex(streamed_);
  Get(".*", answer).Options(".*", answer).Post(".*", read).Put(".*", read).Patch(".*", read).Delete(".*", read);
  set_exception_handler([](const httplib::Request&, httplib::Response& response, std::exception_ptr) {
    response.status = 500;
    response.set_content(R"({"code":"500","message":"Internal error of the emulator."})", "application/json");
  });
  set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
    uint64_t length = 0;
    const bool large = absl::SimpleAtoi(request.get_header_value("Content-Length"), &length) && length > kLargestBody &&
                       !IsStreamed(request.path);
    if (request.path.size() <= kLongestPath && !large) return HandlerResponse::Unhandled;
    response.status = large ? 413 : 414;
    Connection::Current()->CloseAfterAnswer();  // the body stays unread
    return HandlerResponse::Handled;
  });
}

absl::StatusOr<int> HttpServer::Impl::Start(const std::string& host, int port) {
  Configure();
  stop_fd_ = ::eventfd(0, EFD_CLOEXEC);
  if (stop_fd_ < 0) return absl::ErrnoToStatus(errno, "cannot make an event descriptor");
  const int bound = port == 0 ? bind_to_any_port(host) : (bind_to_port(host, port) ? port : -1);
  if (bound <= 0) {
    return absl::UnavailableError(absl::StrCat("cannot listen on ", host, ":", port, ": ", std::strerror(errno)));
  }
  if (::listen(listening_, kBacklog) != 0) return absl::ErrnoToStatus(errno, "cannot listen");
  accepting_ = std::thread([this] { listen_after_bind(); });
  while (!is_running()) std::this_thread::yield();
  return bound;
}

void HttpServer::Impl::StopServing() {
  if (accepting_.joinable()) {
    const uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(stop_fd_, &one, sizeof one);
    stop();
    accepting_.join();
  }
  if (stop_fd_ >= 0) ::close(std::exchange(stop_fd_, -1));
}

bool HttpServer::Impl::IsDiverted(absl::string_view head) const {
  if (!diversion_.takes) return false;
  const absl::StatusOr<WireHead> parsed = ParseWireHead(head);
  return parsed.ok() && diversion_.takes(parsed->Get("Host"));
}

bool HttpServer::Impl::process_and_close_socket(socket_t socket) {
  if (refusing) return ::close(socket) == 0;
  connections_.fetch_add(1);
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  Connection connection(socket, stop_fd_);
  Connection::SetCurrent(&connection);
  bool open = true;
  while (open && connection.WaitForRequest(kIdle) && connection.BeginsRequest()) {
    const absl::string_view head = connection.PeekHead();
    const bool whole = HeadSize(head) != absl::string_view::npos;
    if (head.size() > kLongestHead) connection.write(kHeadTooLong.data(), kHeadTooLong.size());
    if (!whole || head.size() > kLongestHead) {
      connection.FinishAnswer();
      break;
    }
    if (IsDiverted(head)) {
      diversion_.serve(socket, stop_fd_, connection.TakeInput());
      break;
    }
    bool closed_by_client = false;
    const bool served = process_request(
        connection, /*close_connection=*/false, closed_by_client, [&connection](httplib::Request& request) {
          connection.set_unread(UnreadBody(request));
          if (IsBodyless(request) && request.has_header("Transfer-Encoding")) connection.CloseAfterAnswer();
          request.ranges.clear();  // surfaces that know ranges answer them by themselves
        });
    open = connection.FinishAnswer() && served && !closed_by_client && connection.SkipUnread();
  }
  Connection::SetCurrent(nullptr);
  ::close(socket);
  return true;
}

void HttpServer::Impl::Answer(const httplib::Request& request, httplib::Response& response,
                              const httplib::ContentReader* reader) {
  Connection& connection = *Connection::Current();
  HttpRequest own = FromLibrary(request, connection.socket());
  const bool says_body = reader != nullptr && SaysBody(request);
  bool read = false;
  if (says_body && IsStreamed(request.path)) {
    own.stream = [&](const HttpRequest::TakeBytes& take) {
      // When the reading ends early, the rest of the body would be taken for the next request.
      read = (*reader)([&](const char* data, size_t size) { return take(data, size); });
      return read;
    };
  } else if (says_body) {
    const std::optional<int> refused = Collect(request, *reader, own.body);
    if (refused) {
      response.status = *refused;
      return connection.CloseAfterAnswer();
    }
    read = true;
    AddForm(request, own);
  } else if (reader != nullptr && IsStreamed(request.path)) {
    own.stream = [](const HttpRequest::TakeBytes&) { return true; };
  }
  Reply(own, response);
  if (says_body && !read) connection.CloseAfterAnswer();
}

void HttpServer::Impl::Reply(const HttpRequest& own, httplib::Response& response) {
  Connection& connection = *Connection::Current();
  HttpReply reply = handler_(own, connection);
  connection.set_delivery(reply.delivery);
  response.status = reply.status;
  for (const auto& [name, value] : reply.headers) response.set_header(name, value);
  if (reply.file) {
    SendFile(*reply.file, reply.content_type, response);
  } else if (!reply.body.empty()) {
    response.set_content(reply.body, reply.content_type);
  }
}

HttpServer::HttpServer(Handler handler, std::string streamed, Diversion diversion, int most_connections)
    : impl_(std::make_unique<Impl>(std::move(handler), std::move(streamed), std::move(diversion), most_connections)) {}
HttpServer::~HttpServer() = default;
absl::StatusOr<int> HttpServer::Start(const std::string& host, int port) {
  return impl_->Start(host, port);
}
void HttpServer::Stop() {
  impl_->StopServing();
}
int64_t HttpServer::connections() const {
  return impl_->connections();
}

}  // namespace spcs::emulator_http
