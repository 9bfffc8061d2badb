// SPDX-License-Identifier: MPL-2.0
#include "emulator/runtime/process/hub.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "emulator/runtime/process/channel.h"
#include "emulator/runtime/process/sandbox.h"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::runtime::process {
namespace {

using nlohmann::json;

absl::Status WriteText(const std::string& path, const std::string& text) {
  const Fd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size())) {
    return absl::OkStatus();
  }
  return absl::InternalError(absl::StrCat("cannot write ", path, ": ", std::strerror(errno)));
}

// Becomes root of new namespaces; the calling user outside stays who he is.
absl::Status EnterNamespaces() {
  const uid_t user = ::getuid();
  const gid_t group = ::getgid();
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("this machine does not allow user namespaces (", std::strerror(errno), ")"));
  }
  RETURN_IF_ERROR(WriteText("/proc/self/setgroups", "deny"));
  RETURN_IF_ERROR(WriteText("/proc/self/uid_map", absl::StrCat("0 ", user, " 1")));
  return WriteText("/proc/self/gid_map", absl::StrCat("0 ", group, " 1"));
}

absl::StatusOr<Fd> TcpSocket(int flags) {
  Fd made(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
  if (!made) return absl::InternalError(absl::StrCat("no socket: ", std::strerror(errno)));
  return made;
}

sockaddr_in AddressOf(const std::string& ip, int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  ::inet_pton(AF_INET, ip.c_str(), &address.sin_addr);
  return address;
}

// Connected or still connecting: whoever gets it waits until it can be written to.
absl::StatusOr<Fd> ConnectTo(const std::string& ip, int port) {
  ASSIGN_OR_RETURN(Fd made, TcpSocket(SOCK_NONBLOCK));
  const sockaddr_in address = AddressOf(ip, port);
  const int result = ::connect(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  if (result != 0 && errno != EINPROGRESS) return absl::UnavailableError(std::strerror(errno));
  return made;
}

absl::StatusOr<Fd> ListenOn(int port) {
  ASSIGN_OR_RETURN(Fd made, TcpSocket(0));
  const int on = 1;
  ::setsockopt(made.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in address = AddressOf(kHubAddress, port);
  if (::bind(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(made.get(), 128) != 0) {
    return absl::InternalError(absl::StrCat("cannot listen on port ", port, ": ", std::strerror(errno)));
  }
  return made;
}

class Hub {
 public:
  explicit Hub(int channel) : channel_(channel) {}

  int Run(int signals) {
    pollfd waits[2] = {{channel_, POLLIN, 0}, {signals, POLLIN, 0}};
    while (true) {
      if (::poll(waits, 2, -1) < 0 && errno != EINTR) return 1;
      if (waits[1].revents != 0) {
        signalfd_siginfo ignored{};
        (void)!::read(signals, &ignored, sizeof ignored);
        Reap();
      }
      if (waits[0].revents == 0) continue;
      absl::StatusOr<Message> message = Receive(channel_);
      if (!message.ok()) return 0;
      Answer(message->body);
    }
  }

 private:
  void Answer(const json& request) {
    Fd socket;
    const absl::Status status = CarryOut(request, socket);
    json answer = {{"id", JsonInt(request, "id")}};
    if (!status.ok()) answer["error"] = std::string(status.message());
    (void)Send(channel_, answer, socket.get());
  }

  absl::Status CarryOut(const json& request, Fd& socket) {
    const std::string op = JsonString(request, "op");
    if (op == "instance") return Start(request);
    if (op == "container") return StartIn(request);
    if (op == "signal") return Signal(JsonString(request, "name"), static_cast<int>(JsonInt(request, "signal")));
    if (op == "remove") return Remove(JsonString(request, "name"));
    if (op == "connect") {
      ASSIGN_OR_RETURN(socket, ConnectTo(JsonString(request, "ip"), static_cast<int>(JsonInt(request, "port"))));
      return absl::OkStatus();
    }
    if (op == "listen") {
      ASSIGN_OR_RETURN(socket, ListenOn(static_cast<int>(JsonInt(request, "port"))));
      return absl::OkStatus();
    }
    return absl::UnimplementedError(absl::StrCat("no operation ", op));
  }

  absl::Status Start(const json& request) {
    ASSIGN_OR_RETURN(const InstancePlan plan, InstanceFromJson(request.value("plan", json())));
    if (holders_.count(plan.name) > 0) return absl::AlreadyExistsError(absl::StrCat(plan.name, " runs"));
    ASSIGN_OR_RETURN(holders_[plan.name], StartInstance(plan, ++last_number_));
    return absl::OkStatus();
  }

  absl::Status StartIn(const json& request) {
    ASSIGN_OR_RETURN(const ContainerPlan plan, ContainerFromJson(request.value("plan", json())));
    const auto holder = holders_.find(plan.instance);
    if (holder == holders_.end()) return absl::NotFoundError(absl::StrCat("no instance ", plan.instance));
    if (keepers_.count(plan.name) > 0) return absl::AlreadyExistsError(absl::StrCat(plan.name, " runs"));
    ASSIGN_OR_RETURN(const pid_t keeper, StartContainer(plan, holder->second));
    keepers_[plan.name] = keeper;
    instances_[plan.name] = plan.instance;
    return absl::OkStatus();
  }

  absl::Status Signal(const std::string& name, int signal) {
    const auto keeper = keepers_.find(name);
    if (keeper == keepers_.end()) return absl::NotFoundError(absl::StrCat("no container ", name));
    ::kill(keeper->second, signal);
    return absl::OkStatus();
  }

  // Ends the instance and what is left in it, at once.
  absl::Status Remove(const std::string& name) {
    const auto holder = holders_.find(name);
    if (holder == holders_.end()) return absl::OkStatus();
    for (const auto& [container, instance] : instances_) {
      if (instance == name) ::kill(keepers_[container], SIGKILL);
    }
    ::kill(holder->second, SIGKILL);
    holders_.erase(holder);
    return absl::OkStatus();
  }

  void Reap() {
    int status = 0;
    for (pid_t ended; (ended = ::waitpid(-1, &status, WNOHANG)) > 0;) {
      for (auto keeper = keepers_.begin(); keeper != keepers_.end(); ++keeper) {
        if (keeper->second != ended) continue;
        const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        (void)Send(channel_, {{"op", "exited"}, {"name", keeper->first}, {"code", code}});
        instances_.erase(keeper->first);
        keepers_.erase(keeper);
        break;
      }
    }
  }

  const int channel_;
  int last_number_ = 0;
  std::map<std::string, pid_t> holders_;          // by instance
  std::map<std::string, pid_t> keepers_;          // by container
  std::map<std::string, std::string> instances_;  // by container
};

int ServeHub(int channel) {
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0) {
    (void)Send(channel, {{"op", "ready"}, {"error", absl::StrCat("no /proc of its own: ", std::strerror(errno))}});
    return 1;
  }
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &child, nullptr);
  const Fd signals(::signalfd(-1, &child, SFD_CLOEXEC));
  const absl::Status bridge = MakeBridge();
  json ready = {{"op", "ready"}};
  if (!bridge.ok()) ready["error"] = std::string(bridge.message());
  (void)Send(channel, ready);
  return bridge.ok() ? Hub(channel).Run(signals.get()) : 1;
}

}  // namespace

void RunHub(int channel) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::fcntl(channel, F_SETFD, FD_CLOEXEC);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  // The terminal's Ctrl-C is for the emulator, which ends us in order.
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  if (const absl::Status status = EnterNamespaces(); !status.ok()) {
    (void)Send(channel, {{"op", "ready"}, {"error", std::string(status.message())}});
    ::_exit(1);
  }
  // The next child is the first process of the new process namespace: when it ends, all others in there do.
  const pid_t hub = ::fork();
  if (hub == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::_exit(ServeHub(channel));
  }
  ::close(channel);
  int status = 0;
  while (::waitpid(hub, &status, 0) < 0 && errno == EINTR) {
  }
  ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

}  // namespace spcs::runtime::process
