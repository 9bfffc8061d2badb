// SPDX-License-Identifier: MPL-2.0
#include "emulator/runtime/process/hub_client.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "emulator/runtime/process/hub.h"
#include "provider/base/json.h"
#include "provider/base/status.h"

extern char** environ;

namespace spcs::runtime::process {
namespace {

using nlohmann::json;

absl::Status ErrorOf(const json& answer) {
  const std::string error = JsonString(answer, "error");
  return error.empty() ? absl::OkStatus() : absl::UnavailableError(error);
}

// Starts the program with the channel open in it.
absl::StatusOr<pid_t> Spawn(const std::string& program, int channel) {
  // Its number in the child must not be one that is closed at exec: a copy has no such mark.
  const Fd copy(::dup(channel));
  const std::string argument = absl::StrCat(kHubArgument, copy.get());
  char* arguments[] = {const_cast<char*>(program.c_str()), const_cast<char*>(argument.c_str()), nullptr};
  pid_t child = 0;
  const int error = ::posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments, environ);
  if (error != 0) return absl::InternalError(absl::StrCat("cannot start ", program, ": ", std::strerror(error)));
  return child;
}

}  // namespace

absl::StatusOr<std::unique_ptr<HubClient>> HubClient::Start(Options options) {
  ASSIGN_OR_RETURN(auto ends, MakeChannel());
  ASSIGN_OR_RETURN(const pid_t hub, Spawn(options.program, ends.second.get()));
  ends.second = Fd();
  std::unique_ptr<HubClient> client(new HubClient(std::move(ends.first), hub, std::move(options)));
  RETURN_IF_ERROR(client->AwaitReady());
  client->reader_ = std::thread([raw = client.get()] { raw->ReadAll(); });
  return client;
}

HubClient::HubClient(Fd channel, pid_t hub, Options options)
    : options_(std::move(options)), channel_(std::move(channel)), hub_(hub) {}

HubClient::~HubClient() {
  closing_ = true;
  ::shutdown(channel_.get(), SHUT_RDWR);
  if (reader_.joinable()) reader_.join();
  ::waitpid(hub_, nullptr, 0);
}

absl::Status HubClient::AwaitReady() {
  ASSIGN_OR_RETURN(const Message message, Receive(channel_.get()));
  const std::string error = JsonString(message.body, "error");
  return error.empty() ? absl::OkStatus() : absl::FailedPreconditionError(error);
}

void HubClient::ReadAll() {
  while (true) {
    absl::StatusOr<Message> message = Receive(channel_.get());
    if (!message.ok()) break;
    if (JsonString(message->body, "op") == "exited") {
      if (options_.on_exit) {
        options_.on_exit(JsonString(message->body, "name"), static_cast<int>(JsonInt(message->body, "code")));
      }
      continue;
    }
    const int64_t id = JsonInt(message->body, "id");
    MutexLock lock(mu_);
    answers_.insert_or_assign(id, *std::move(message));
    changed_.NotifyAll();
  }
  {
    MutexLock lock(mu_);
    gone_ = true;
    changed_.NotifyAll();
  }
  if (!closing_ && options_.on_gone) options_.on_gone();
}

absl::StatusOr<Message> HubClient::Call(json request) {
  MutexLock lock(mu_);
  const int64_t id = ++last_id_;
  request["id"] = id;
  RETURN_IF_ERROR(Send(channel_.get(), request));
  while (!gone_ && answers_.count(id) == 0) changed_.Wait(lock);
  const auto answer = answers_.find(id);
  if (answer == answers_.end()) return absl::UnavailableError("the sandbox is gone");
  Message message = std::move(answer->second);
  answers_.erase(answer);
  RETURN_IF_ERROR(ErrorOf(message.body));
  return message;
}

absl::Status HubClient::StartInstance(const InstancePlan& plan) {
  return Call({{"op", "instance"}, {"plan", ToJson(plan)}}).status();
}

absl::Status HubClient::StartContainer(const ContainerPlan& plan) {
  return Call({{"op", "container"}, {"plan", ToJson(plan)}}).status();
}

absl::Status HubClient::Signal(const std::string& container, int signal) {
  return Call({{"op", "signal"}, {"name", container}, {"signal", signal}}).status();
}

absl::Status HubClient::RemoveInstance(const std::string& name) {
  return Call({{"op", "remove"}, {"name", name}}).status();
}

absl::StatusOr<Fd> HubClient::Connect(const std::string& ip, int port, absl::Duration timeout) {
  ASSIGN_OR_RETURN(Message message, Call({{"op", "connect"}, {"ip", ip}, {"port", port}}));
  pollfd wait{message.fd.get(), POLLOUT, 0};
  const int ready = ::poll(&wait, 1, static_cast<int>(absl::ToInt64Milliseconds(timeout)));
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(message.fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (ready <= 0 || error != 0) {
    return absl::UnavailableError(ready <= 0 ? "nobody answers" : std::strerror(error));
  }
  ::fcntl(message.fd.get(), F_SETFL, ::fcntl(message.fd.get(), F_GETFL) & ~O_NONBLOCK);
  return std::move(message.fd);
}

absl::StatusOr<Fd> HubClient::Listen(int port) {
  ASSIGN_OR_RETURN(Message message, Call({{"op", "listen"}, {"port", port}}));
  return std::move(message.fd);
}

}  // namespace spcs::runtime::process
