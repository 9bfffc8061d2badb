// SPDX-License-Identifier: MPL-2.0
#include "emulator/runtime/process/sandbox.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "emulator/runtime/process/channel.h"
#include "emulator/runtime/process/root.h"
#include "provider/base/status.h"

namespace spcs::runtime::process {
namespace {

constexpr char kBridge[] = "spcs0";
constexpr int kNetworkNamespaces = CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC;

absl::Status Errno(absl::string_view what) {
  return absl::InternalError(absl::StrCat(what, ": ", std::strerror(errno)));
}

void DieWithParent(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(0);  // it went before the line above
}

// Runs a program of the machine with `input`, in the network of `holder` (0: in this one). Its output is the error.
absl::Status Run(const std::vector<std::string>& command, const std::string& input, pid_t holder = 0) {
  int in[2], out[2];
  if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0) return Errno("no pipe");
  Fd in_read(in[0]), in_write(in[1]), out_read(out[0]), out_write(out[1]);
  const pid_t child = ::fork();
  if (child < 0) return Errno("fork");
  if (child == 0) {
    if (holder != 0) {
      const Fd net(::open(absl::StrCat("/proc/", holder, "/ns/net").c_str(), O_RDONLY | O_CLOEXEC));
      if (::setns(net.get(), CLONE_NEWNET) != 0) ::_exit(kSetupFailed);
    }
    ::dup2(in_read.get(), 0);
    ::dup2(out_write.get(), 1);
    ::dup2(out_write.get(), 2);
    std::vector<char*> arguments;
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
  }
  in_read = Fd();
  out_write = Fd();
  if (::write(in_write.get(), input.data(), input.size()) < 0) return Errno("write");
  in_write = Fd();
  std::string said(4096, '\0');
  const ssize_t size = ::read(out_read.get(), said.data(), said.size());
  said.resize(size > 0 ? static_cast<size_t>(size) : 0);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return absl::OkStatus();
  if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
    return absl::FailedPreconditionError(absl::StrCat("`", command[0], "` is not installed"));
  }
  return absl::InternalError(absl::StrCat(absl::StrJoin(command, " "), ": ", said));
}

absl::Status RunIp(const std::vector<std::string>& lines, pid_t holder = 0) {
  return Run({"ip", "-batch", "-"}, absl::StrCat(absl::StrJoin(lines, "\n"), "\n"), holder);
}

// What others may reach of an instance: its declared ports. The hub, where the emulator's own probes and ingress come
// from, reaches all; answers to what the instance itself began come in too.
std::string PortRules(const InstancePlan& plan) {
  std::vector<std::string> lines = {"*filter",
                                    ":INPUT DROP [0:0]",
                                    ":FORWARD DROP [0:0]",
                                    ":OUTPUT ACCEPT [0:0]",
                                    "-A INPUT -i lo -j ACCEPT",
                                    absl::StrCat("-A INPUT -s ", kHubAddress, " -j ACCEPT"),
                                    "-A INPUT -p tcp ! --syn -j ACCEPT",
                                    "-A INPUT -p icmp -j ACCEPT"};
  for (const PortRange& range : plan.ports) {
    lines.push_back(absl::StrCat("-A INPUT -p tcp --dport ", range.first, ":", range.last, " -j ACCEPT"));
  }
  lines.push_back("-A INPUT -p tcp -j REJECT --reject-with tcp-reset");
  lines.push_back("COMMIT");
  return absl::StrCat(absl::StrJoin(lines, "\n"), "\n");
}

[[noreturn]] void HoldNetwork(const InstancePlan& plan, pid_t parent, int ready) {
  DieWithParent(parent);
  const bool done = ::unshare(kNetworkNamespaces) == 0 &&
                    ::sethostname(plan.host_name.data(), std::min<size_t>(plan.host_name.size(), 63)) == 0;
  const char answer = done ? 'r' : 'f';
  if (::write(ready, &answer, 1) < 0) ::_exit(kSetupFailed);
  ::close(ready);
  while (true) ::pause();
}

absl::Status Connect(const InstancePlan& plan, pid_t holder, int number) {
  const std::string outside = absl::StrCat("v", number);
  RETURN_IF_ERROR(RunIp({absl::StrCat("link add ", outside, " type veth peer name eth0 netns ", holder),
                         absl::StrCat("link set ", outside, " master ", kBridge, " up")}));
  RETURN_IF_ERROR(
      RunIp({"link set lo up", absl::StrCat("addr add ", plan.ip, "/16 dev eth0"), "link set eth0 up"}, holder));
  return Run({"iptables-restore"}, PortRules(plan), holder);
}

// --- The container's own processes; they end by _exit() alone
// -----------------------------------------------------------

[[noreturn]] void Fail(absl::string_view why) {
  const std::string line = absl::StrCat("spcs-emulator: this container cannot be set up: ", why, "\n");
  (void)!::write(2, line.data(), line.size());
  ::_exit(kSetupFailed);
}

int CodeOf(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

[[noreturn]] void RunCommand(const ContainerPlan& plan) {
  ::setsid();
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  std::signal(SIGPIPE, SIG_DFL);
  if (::chdir(plan.working_dir.c_str()) != 0) Fail(absl::StrCat("no folder ", plan.working_dir));
  std::vector<std::string> variables;
  for (const auto& [name, value] : plan.env) variables.push_back(absl::StrCat(name, "=", value));
  std::vector<char*> environment, arguments;
  for (std::string& variable : variables) environment.push_back(variable.data());
  environment.push_back(nullptr);
  for (const std::string& word : plan.command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  environ = environment.data();  // before the command is looked for: by the container's PATH, not ours
  ::execvp(arguments[0], arguments.data());
  const int error = errno;
  const std::string line =
      absl::StrCat("spcs-emulator: cannot run ", plan.command[0], ": ", std::strerror(error), "\n");
  (void)!::write(2, line.data(), line.size());
  ::_exit(127);
}

// Waits for `child`, passing SIGTERM on to it (or to its whole process group), reaping whatever else ends.
[[noreturn]] void Guard(pid_t child, bool whole_group, const sigset_t& signals) {
  while (true) {
    int signal = 0;
    sigwait(&signals, &signal);
    if (signal == SIGTERM) ::kill(whole_group ? -child : child, SIGTERM);
    int status = 0;
    for (pid_t ended; (ended = ::waitpid(-1, &status, WNOHANG)) > 0;) {
      if (ended == child) ::_exit(CodeOf(status));
    }
  }
}

[[noreturn]] void RunFirstProcess(const ContainerPlan& plan, const sigset_t& signals) {
  if (const absl::Status status = EnterRoot(plan); !status.ok()) Fail(status.message());
  const pid_t command = ::fork();
  if (command < 0) Fail("no process");
  if (command == 0) RunCommand(plan);
  Guard(command, /*whole_group=*/true, signals);
}

[[noreturn]] void RunKeeper(const ContainerPlan& plan, pid_t parent, int log, const Fd (&networks)[3]) {
  DieWithParent(parent);
  ::dup2(::open("/dev/null", O_RDONLY | O_CLOEXEC), 0);
  ::dup2(log, 1);
  ::dup2(log, 2);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGCHLD);
  ::sigprocmask(SIG_SETMASK, &signals, nullptr);
  for (const Fd& space : networks) {
    if (::setns(space.get(), 0) != 0) Fail("its instance is gone");
  }
  ::close_range(3, ~0U, 0);
  if (::unshare(CLONE_NEWPID | CLONE_NEWNS) != 0) Fail(absl::StrCat("no namespaces: ", std::strerror(errno)));
  const pid_t first = ::fork();
  if (first < 0) Fail("no process");
  if (first == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    RunFirstProcess(plan, signals);
  }
  Guard(first, /*whole_group=*/false, signals);
}

}  // namespace

absl::Status MakeBridge() {
  return RunIp({"link set lo up", absl::StrCat("link add ", kBridge, " type bridge"),
                absl::StrCat("addr add ", kHubAddress, "/16 dev ", kBridge),
                absl::StrCat("link set ", kBridge, " up")});
}

absl::StatusOr<pid_t> StartInstance(const InstancePlan& plan, int number) {
  int ready[2];
  if (::pipe2(ready, O_CLOEXEC) != 0) return Errno("no pipe");
  const Fd read_end(ready[0]);
  Fd write_end(ready[1]);
  const pid_t self = ::getpid();
  const pid_t holder = ::fork();
  if (holder < 0) return Errno("fork");
  if (holder == 0) HoldNetwork(plan, self, write_end.get());
  write_end = Fd();
  char answer = 'f';
  const bool heard = ::read(read_end.get(), &answer, 1) == 1;
  absl::Status status = heard && answer == 'r' ? Connect(plan, holder, number)
                                               : absl::InternalError("no network namespace for the instance");
  if (status.ok()) return holder;
  ::kill(holder, SIGKILL);
  ::waitpid(holder, nullptr, 0);
  return status;
}

absl::StatusOr<pid_t> StartContainer(const ContainerPlan& plan, pid_t holder) {
  if (plan.command.empty()) return absl::InvalidArgumentError("a container needs a command");
  const Fd log(::open(plan.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!log) return Errno(absl::StrCat("cannot write ", plan.log));
  const Fd networks[3] = {Fd(::open(absl::StrCat("/proc/", holder, "/ns/net").c_str(), O_RDONLY | O_CLOEXEC)),
                          Fd(::open(absl::StrCat("/proc/", holder, "/ns/uts").c_str(), O_RDONLY | O_CLOEXEC)),
                          Fd(::open(absl::StrCat("/proc/", holder, "/ns/ipc").c_str(), O_RDONLY | O_CLOEXEC))};
  const pid_t self = ::getpid();
  const pid_t keeper = ::fork();
  if (keeper < 0) return Errno("fork");
  if (keeper == 0) RunKeeper(plan, self, log.get(), networks);
  return keeper;
}

}  // namespace spcs::runtime::process
