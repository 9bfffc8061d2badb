// SPDX-License-Identifier: MPL-2.0
#include "provider/plugin/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>

#include "absl/strings/str_cat.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

namespace spcs::plugin {
namespace {

// The handler of a signal can do no more than write here.
int signal_event = -1;

void OnSignal(int) {
  const int saved = errno;
  const uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(signal_event, &one, sizeof one);
  errno = saved;
}

void Handle(int signal, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  ::sigaction(signal, &action, nullptr);
}

bool IsPipe(int fd) {
  struct stat info = {};
  return ::fstat(fd, &info) == 0 && (S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode));
}

}  // namespace

void ExitNow(const std::string& socket_path, int code) {
  if (!socket_path.empty()) ::unlink(socket_path.c_str());
#ifdef __SANITIZE_ADDRESS__
  if (__lsan_do_recoverable_leak_check() != 0) code = 23;
#endif
  ::_exit(code);
}

void OpenStandardStreams() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0) continue;
    // The lowest free number is this one.
    [[maybe_unused]] const int opened = ::open("/dev/null", fd == 0 ? O_RDONLY : O_WRONLY);
  }
}

absl::Status WriteHandshake(absl::string_view line) {
  while (!line.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, line.data(), line.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return absl::UnavailableError(absl::StrCat("cannot write to stdout: ", std::strerror(errno)));
    line.remove_prefix(static_cast<size_t>(written));
  }
  ::dup2(STDERR_FILENO, STDOUT_FILENO);
  return absl::OkStatus();
}

absl::Status Watch::Start(bool interactive, std::function<void(Reason)> callback) {
  signal_event = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (signal_event < 0) return absl::InternalError(absl::StrCat("no event descriptor: ", std::strerror(errno)));
  Handle(SIGPIPE, SIG_IGN);
  Handle(SIGINT, interactive ? &OnSignal : SIG_IGN);
  Handle(SIGTERM, &OnSignal);
  Handle(SIGHUP, &OnSignal);
  int client = -1;
  if (!interactive && IsPipe(STDOUT_FILENO)) {
    client = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    if (client < 0) return absl::InternalError(absl::StrCat("no descriptor for stdout: ", std::strerror(errno)));
  }
  thread_ = std::thread([this, client, callback = std::move(callback)] { Run(client, callback); });
  return absl::OkStatus();
}

Watch::~Watch() {
  if (!thread_.joinable()) return;
  closing_ = true;
  OnSignal(0);
  thread_.join();
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) Handle(signal, SIG_DFL);
  ::close(signal_event);
  signal_event = -1;
}

void Watch::Run(int client, std::function<void(Reason)> callback) {
  // No events asked for: a pipe without readers reports POLLERR, and nothing else wakes us. A negative number is
  // skipped.
  pollfd watched[2] = {{.fd = signal_event, .events = POLLIN, .revents = 0}, {.fd = client, .events = 0, .revents = 0}};
  while (true) {
    const int ready = ::poll(watched, 2, -1);
    if (ready < 0 && errno != EINTR) break;
    if (ready <= 0) continue;
    if (closing_) break;
    const bool gone = (watched[1].revents & (POLLERR | POLLHUP)) != 0;
    callback(gone ? Reason::kClientGone : Reason::kSignal);
    if (gone) watched[1].fd = -1;
    uint64_t count = 0;
    [[maybe_unused]] const auto drained = ::read(signal_event, &count, sizeof count);
  }
  if (client >= 0) ::close(client);
}

}  // namespace spcs::plugin
