// SPDX-License-Identifier: MPL-2.0
#include "emulator/runtime/process/channel.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::runtime::process {
namespace {

constexpr int kOneFd = CMSG_SPACE(sizeof(int));

// The descriptor that came with the message, or none.
Fd TakeFd(msghdr& header) {
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(part), sizeof fd);
    return Fd(fd);
  }
  return Fd();
}

}  // namespace

Fd::~Fd() {
  if (fd_ >= 0) ::close(fd_);
}

absl::StatusOr<std::pair<Fd, Fd>> MakeChannel() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    return absl::InternalError(absl::StrCat("no socket pair: ", std::strerror(errno)));
  }
  for (const int end : ends) {
    const int size = 2 * kMaxMessage;
    ::setsockopt(end, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  }
  return std::make_pair(Fd(ends[0]), Fd(ends[1]));
}

absl::Status Send(int channel, const nlohmann::json& body, int fd) {
  const std::string text = DumpJson(body);
  if (text.size() > kMaxMessage) return absl::InvalidArgumentError("a message to the sandbox is too long");
  iovec data{const_cast<char*>(text.data()), text.size()};
  alignas(cmsghdr) char control[kOneFd] = {};
  msghdr header{};
  header.msg_iov = &data;
  header.msg_iovlen = 1;
  if (fd >= 0) {
    header.msg_control = control;
    header.msg_controllen = sizeof control;
    cmsghdr* part = CMSG_FIRSTHDR(&header);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(sizeof fd);
    std::memcpy(CMSG_DATA(part), &fd, sizeof fd);
  }
  while (::sendmsg(channel, &header, MSG_NOSIGNAL) < 0) {
    if (errno != EINTR) return absl::UnavailableError(absl::StrCat("the sandbox is gone: ", std::strerror(errno)));
  }
  return absl::OkStatus();
}

absl::StatusOr<Message> Receive(int channel) {
  std::string text(kMaxMessage, '\0');
  iovec data{text.data(), text.size()};
  alignas(cmsghdr) char control[kOneFd] = {};
  msghdr header{};
  header.msg_iov = &data;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = sizeof control;
  ssize_t size = 0;
  do {
    size = ::recvmsg(channel, &header, MSG_CMSG_CLOEXEC);
  } while (size < 0 && errno == EINTR);
  if (size <= 0) return absl::UnavailableError("the sandbox is gone");
  Message message{.body = {}, .fd = TakeFd(header)};
  ASSIGN_OR_RETURN(message.body, ParseJson(absl::string_view(text.data(), static_cast<size_t>(size))));
  return message;
}

}  // namespace spcs::runtime::process
