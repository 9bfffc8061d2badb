// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/wire_exchange.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/strings/match.h"
#include "absl/time/clock.h"

namespace spcs::emulator_http {
namespace {

// What a side has not taken yet; the other is not read beyond it.
constexpr size_t kMostWaiting = 128u << 10;
constexpr size_t kPiece = 32u << 10;

// Bytes received; 0: the other side has ended, -1: nothing is there yet, -2: the connection is broken.
ssize_t Receive(int socket, char* into, size_t size) {
  ssize_t count;
  do {
    count = ::recv(socket, into, size, MSG_DONTWAIT);
  } while (count < 0 && errno == EINTR);
  if (count >= 0) return count;
  return errno == EAGAIN || errno == EWOULDBLOCK ? -1 : -2;
}

// Sends what goes at once and removes it from `bytes`. False when the connection is broken.
bool SendSome(int socket, std::string& bytes, bool& progress) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
    bytes.erase(0, static_cast<size_t>(count));
    progress = true;
  }
  return true;
}

}  // namespace

WireExchange::WireExchange(Options options, const WireHead& request, WireBody body, std::string input)
    : options_(std::move(options)),
      method_(request.method()),
      old_(request.IsOld()),
      upgrade_asked_(request.Find("Upgrade") != nullptr),
      request_body_(body),
      input_(std::move(input)),
      to_server_(request.Print()),
      keep_(!old_),
      last_(absl::Now()) {}

WireExchange::End WireExchange::Run() {
  std::optional<End> end = TakeInput();
  while (!end) {
    end = Flush();
    if (!end && Complete()) end = End::kDone;
    if (!end) end = Wait();
  }
  keep_ = keep_ && *end == End::kDone && !upgraded_;
  return *end;
}

bool WireExchange::Complete() const {
  if (!to_client_.empty()) return false;
  if (upgraded_) return server_ended_ || (client_ended_ && to_server_.empty());
  if (!answer_body_) return false;
  return answer_body_->done() || (answer_body_->ends_with_connection() && server_ended_);
}

bool WireExchange::WantsClient() const {
  if (client_ended_ || server_refuses_ || to_server_.size() >= kMostWaiting) return false;
  return upgraded_ || (!request_body_.done() && input_.empty());
}

std::optional<WireExchange::End> WireExchange::Wait() {
  // Without this a client that goes is noticed only by writing to it.
  short from_client = upgraded_ ? 0 : POLLRDHUP;
  if (WantsClient()) from_client |= POLLIN;
  if (!to_client_.empty()) from_client |= POLLOUT;
  short from_server = 0;
  if (!server_ended_ && to_client_.size() < kMostWaiting) from_server |= POLLIN;
  if (!to_server_.empty()) from_server |= POLLOUT;
  // A socket that nothing is wanted of would still report its end, again and again.
  pollfd waits[3] = {{from_client != 0 ? options_.client : -1, from_client, 0},
                     {from_server != 0 ? options_.server : -1, from_server, 0},
                     {options_.stop, POLLIN, 0}};
  const absl::Duration left = last_ + options_.idle - absl::Now();
  const int64_t wait = std::clamp<int64_t>(absl::ToInt64Milliseconds(left) + 1, 0, 3'600'000);
  const int ready = ::poll(waits, 3, static_cast<int>(wait));
  if (ready < 0) return errno == EINTR ? std::nullopt : std::optional(End::kStopped);
  if (ready == 0) return absl::Now() >= last_ + options_.idle ? std::optional(End::kIdle) : std::nullopt;
  if (waits[2].revents != 0) return End::kStopped;
  if ((waits[0].revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0 && !upgraded_) return End::kClientGone;
  if ((waits[0].revents & POLLIN) != 0 || (upgraded_ && (waits[0].revents & (POLLHUP | POLLERR)) != 0)) {
    if (const auto end = ReadClient()) return end;
  }
  if ((waits[1].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && (from_server & POLLIN) != 0) return ReadServer();
  return std::nullopt;
}

std::optional<WireExchange::End> WireExchange::ReadClient() {
  char bytes[kPiece];
  const ssize_t count = Receive(options_.client, bytes, sizeof bytes);
  if (count == -1) return std::nullopt;
  if (count <= 0) {
    if (!upgraded_ || count < 0) return End::kClientGone;
    client_ended_ = true;
    return std::nullopt;
  }
  last_ = absl::Now();
  input_.append(bytes, static_cast<size_t>(count));
  return TakeInput();
}

// Passes on what the client has sent, as far as it belongs to this request.
std::optional<WireExchange::End> WireExchange::TakeInput() {
  size_t taken = input_.size();
  if (!upgraded_) {
    const absl::StatusOr<size_t> body = request_body_.Take(input_);
    if (!body.ok()) return End::kBadRequest;
    taken = *body;
  }
  if (!server_refuses_) to_server_.append(input_, 0, taken);
  input_.erase(0, taken);
  return std::nullopt;
}

std::optional<WireExchange::End> WireExchange::ReadServer() {
  char bytes[kPiece];
  const ssize_t count = Receive(options_.server, bytes, sizeof bytes);
  if (count == -1) return std::nullopt;
  if (count > 0) {
    last_ = absl::Now();
    return TakeAnswer({bytes, static_cast<size_t>(count)});
  }
  server_ended_ = true;
  const bool may_end = upgraded_ || (answer_body_ && answer_body_->ends_with_connection() && count == 0);
  return may_end ? std::nullopt : std::optional(End::kServerGone);
}

std::optional<WireExchange::End> WireExchange::TakeAnswer(absl::string_view bytes) {
  if (upgraded_) {
    to_client_.append(bytes.data(), bytes.size());
    return std::nullopt;
  }
  if (!answer_body_) {
    head_.append(bytes.data(), bytes.size());
    return TakeHead();
  }
  const absl::StatusOr<size_t> taken = answer_body_->Take(bytes);
  if (!taken.ok()) return End::kBadAnswer;
  to_client_.append(bytes.data(), *taken);
  return std::nullopt;
}

std::optional<WireExchange::End> WireExchange::TakeHead() {
  const size_t size = HeadSize(head_);
  if (size == absl::string_view::npos)
    return head_.size() > kLongestHead ? std::optional(End::kBadAnswer) : std::nullopt;
  absl::StatusOr<WireHead> head = ParseWireHead(absl::string_view(head_).substr(0, size));
  if (!head.ok() || head->status() == 0) return End::kBadAnswer;
  const std::string rest = head_.substr(size);
  head_.clear();
  const int status = head->status();
  if (status < 200 && status != 101) return TakeAnswer(rest);  // "wait, I go on", which is between neighbours
  if (status == 101 && !upgrade_asked_) return End::kBadAnswer;
  const absl::StatusOr<WireBody> body = WireBody::OfResponse(*head, method_);
  if (!body.ok() && status != 101) return End::kBadAnswer;
  upgraded_ = status == 101;
  keep_ = keep_ && request_body_.done() && !upgraded_ && !body->ends_with_connection();
  if (options_.edit) options_.edit(*head, keep_);
  status_ = status;
  answer_body_ = *body;
  to_client_.append(head->Print());
  return TakeAnswer(rest);
}

std::optional<WireExchange::End> WireExchange::Flush() {
  bool progress = false;
  if (!SendSome(options_.server, to_server_, progress)) {
    // It may have answered before the request's end, as 413 does: that is still to be read.
    server_refuses_ = true;
    to_server_.clear();
    keep_ = false;
  }
  const bool taken = SendSome(options_.client, to_client_, progress);
  if (progress) last_ = absl::Now();
  return taken ? std::nullopt : std::optional(End::kClientGone);
}

}  // namespace spcs::emulator_http
