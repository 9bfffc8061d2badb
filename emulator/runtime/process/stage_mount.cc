// SPDX-License-Identifier: MPL-2.0
#include "emulator/runtime/process/stage_mount.h"

#include <fcntl.h>
#include <linux/fuse.h>
#include <sys/mount.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "emulator/runtime/process/stage_tree.h"

namespace spcs::runtime::process {
namespace {

constexpr size_t kLargestWrite = 128 << 10;
constexpr size_t kRequestSize = kLargestWrite + (64 << 10);

fuse_attr AttributesOf(const struct stat& facts) {
  fuse_attr attributes{};
  attributes.ino = facts.st_ino;
  attributes.size = static_cast<uint64_t>(facts.st_size);
  attributes.blocks = static_cast<uint64_t>(facts.st_blocks);
  attributes.atime = static_cast<uint64_t>(facts.st_atim.tv_sec);
  attributes.mtime = static_cast<uint64_t>(facts.st_mtim.tv_sec);
  attributes.ctime = static_cast<uint64_t>(facts.st_ctim.tv_sec);
  attributes.atimensec = static_cast<uint32_t>(facts.st_atim.tv_nsec);
  attributes.mtimensec = static_cast<uint32_t>(facts.st_mtim.tv_nsec);
  attributes.ctimensec = static_cast<uint32_t>(facts.st_ctim.tv_nsec);
  attributes.mode = facts.st_mode;
  attributes.nlink = static_cast<uint32_t>(facts.st_nlink);
  attributes.uid = facts.st_uid;
  attributes.gid = facts.st_gid;
  attributes.blksize = 4096;
  return attributes;
}

// One request of the kernel, taken apart.
struct Request {
  const fuse_in_header* header;
  const char* body;

  template <typename T>
  const T& As() const {
    return *reinterpret_cast<const T*>(body);
  }
  // The name behind a T; most requests end with one.
  template <typename T>
  const char* NameBehind() const {
    return body + sizeof(T);
  }
};

// Answers the kernel's requests one after the other until the mount is gone.
class Server {
 public:
  Server(Fd device, StageTree tree) : device_(std::move(device)), tree_(std::move(tree)) {}

  [[noreturn]] void Run() {
    std::vector<uint64_t> buffer(kRequestSize / sizeof(uint64_t));
    while (true) {
      const ssize_t size = ::read(device_.get(), buffer.data(), kRequestSize);
      if (size < 0 && (errno == EINTR || errno == ENOENT || errno == EAGAIN)) continue;
      if (size < static_cast<ssize_t>(sizeof(fuse_in_header))) ::_exit(0);  // ENODEV: unmounted
      const auto* header = reinterpret_cast<const fuse_in_header*>(buffer.data());
      Serve({header, reinterpret_cast<const char*>(header + 1)});
    }
  }

 private:
  void Reply(const Request& request, int error, const void* data = nullptr, size_t size = 0) {
    fuse_out_header header{static_cast<uint32_t>(sizeof header + size), error, request.header->unique};
    const iovec parts[2] = {{&header, sizeof header}, {const_cast<void*>(data), size}};
    (void)!::writev(device_.get(), parts, size == 0 ? 1 : 2);
  }
  // The outcome of a call: its error, or the data.
  template <typename T>
  void ReplyWith(const Request& request, int outcome, const T& data) {
    outcome < 0 ? Reply(request, outcome) : Reply(request, 0, &data, sizeof data);
  }

  void Serve(const Request& request) {
    switch (request.header->opcode) {
      case FUSE_INIT: return Begin(request);
      case FUSE_FORGET:
      case FUSE_BATCH_FORGET:
      case FUSE_INTERRUPT: return;  // no answer is wanted
      case FUSE_LOOKUP:
      case FUSE_MKDIR: return Entry(request);
      case FUSE_GETATTR: return Attributes(request, 0);
      case FUSE_SETATTR: return Attributes(request, Change(request));
      case FUSE_CREATE:
      case FUSE_OPEN:
      case FUSE_OPENDIR: return Open(request);
      case FUSE_READ: return Read(request);
      case FUSE_WRITE: return Write(request);
      case FUSE_READDIR: return List(request);
      case FUSE_STATFS: return Space(request);
      case FUSE_RELEASE:
      case FUSE_RELEASEDIR: tree_.Close(request.As<fuse_release_in>().fh); return Reply(request, 0);
      case FUSE_FLUSH:
      case FUSE_FSYNC:
      case FUSE_FSYNCDIR: return Reply(request, 0);
      case FUSE_UNLINK:
      case FUSE_RMDIR:
        return Reply(request, tree_.Remove(request.header->nodeid, request.body, request.header->opcode == FUSE_RMDIR));
      default: return Reply(request, Refusal(request));
    }
  }

  void Begin(const Request& request) {
    const auto& asked = request.As<fuse_init_in>();
    fuse_init_out answer{};
    answer.major = FUSE_KERNEL_VERSION;
    answer.minor = std::min<uint32_t>(FUSE_KERNEL_MINOR_VERSION, asked.minor);
    answer.max_readahead = asked.max_readahead;
    // Locks come to us, so that they can be refused; so does O_TRUNC.
    answer.flags = asked.flags & (FUSE_BIG_WRITES | FUSE_ATOMIC_O_TRUNC | FUSE_POSIX_LOCKS | FUSE_FLOCK_LOCKS);
    answer.max_write = kLargestWrite;
    answer.time_gran = 1;
    Reply(request, 0, &answer, sizeof answer);
  }

  int Refusal(const Request& request) {
    const uint64_t node = request.header->nodeid;
    switch (request.header->opcode) {
      case FUSE_RENAME: return tree_.Refuse(node, request.NameBehind<fuse_rename_in>(), "renaming");
      case FUSE_RENAME2: return tree_.Refuse(node, request.NameBehind<fuse_rename2_in>(), "renaming");
      case FUSE_LINK: return tree_.Refuse(node, request.NameBehind<fuse_link_in>(), "linking");
      case FUSE_SYMLINK: return tree_.Refuse(node, request.body, "linking");
      case FUSE_MKNOD: return tree_.Refuse(node, request.NameBehind<fuse_mknod_in>(), "making a special file");
      case FUSE_GETLK:
      case FUSE_SETLK:
      case FUSE_SETLKW: return tree_.Refuse(node, "", "locking");
      case FUSE_FALLOCATE: return tree_.Refuse(node, "", "reserving space");
      default: return -ENOSYS;
    }
  }

  void Entry(const Request& request) {
    fuse_entry_out entry{};
    struct stat facts{};
    const uint64_t parent = request.header->nodeid;
    const int failed = request.header->opcode == FUSE_LOOKUP
                           ? tree_.Lookup(parent, request.body, entry.nodeid, facts)
                           : tree_.MakeFolder(parent, request.NameBehind<fuse_mkdir_in>(), entry.nodeid, facts);
    entry.attr = AttributesOf(facts);
    ReplyWith(request, failed, entry);
  }

  int Change(const Request& request) {
    const auto& wanted = request.As<fuse_setattr_in>();
    const uint64_t node = request.header->nodeid;
    if ((wanted.valid & FATTR_SIZE) != 0) {
      if (const int failed = tree_.SetSize(node, wanted.size)) return failed;
    }
    if ((wanted.valid & (FATTR_ATIME | FATTR_MTIME | FATTR_ATIME_NOW | FATTR_MTIME_NOW)) == 0) return 0;
    const auto time = [&](uint32_t set, uint32_t now, uint64_t seconds, uint32_t nanos) {
      if ((wanted.valid & now) != 0) return timespec{0, UTIME_NOW};
      if ((wanted.valid & set) == 0) return timespec{0, UTIME_OMIT};
      return timespec{static_cast<time_t>(seconds), static_cast<long>(nanos)};
    };
    return tree_.SetTimes(node, {time(FATTR_ATIME, FATTR_ATIME_NOW, wanted.atime, wanted.atimensec),
                                 time(FATTR_MTIME, FATTR_MTIME_NOW, wanted.mtime, wanted.mtimensec)});
  }

  void Attributes(const Request& request, int failed) {
    fuse_attr_out answer{};
    struct stat facts{};
    if (failed == 0) failed = tree_.Stat(request.header->nodeid, facts);
    answer.attr = AttributesOf(facts);
    ReplyWith(request, failed, answer);
  }

  void Open(const Request& request) {
    struct {
      fuse_entry_out entry;
      fuse_open_out open;
    } answer{};
    const uint64_t node = request.header->nodeid;
    // Every read and write comes to us, in the order and size in which the process makes it.
    answer.open.open_flags = FOPEN_DIRECT_IO;
    if (request.header->opcode == FUSE_OPENDIR) {
      answer.open.open_flags = 0;
      return ReplyWith(request, tree_.OpenFolder(node, answer.open.fh), answer.open);
    }
    if (request.header->opcode == FUSE_OPEN) {
      const int flags = static_cast<int>(request.As<fuse_open_in>().flags);
      return ReplyWith(request, tree_.Open(node, flags, answer.open.fh), answer.open);
    }
    struct stat facts{};
    const auto& wanted = request.As<fuse_create_in>();
    const int failed = tree_.Create(node, request.NameBehind<fuse_create_in>(), static_cast<int>(wanted.flags),
                                    wanted.mode, answer.entry.nodeid, facts, answer.open.fh);
    answer.entry.attr = AttributesOf(facts);
    ReplyWith(request, failed, answer);
  }

  void Read(const Request& request) {
    const auto& wanted = request.As<fuse_read_in>();
    std::string bytes(wanted.size, '\0');
    const int size = tree_.Read(wanted.fh, wanted.offset, bytes);
    size < 0 ? Reply(request, size) : Reply(request, 0, bytes.data(), static_cast<size_t>(size));
  }

  void Write(const Request& request) {
    const auto& given = request.As<fuse_write_in>();
    const int size = tree_.Write(given.fh, given.offset, {request.NameBehind<fuse_write_in>(), given.size});
    ReplyWith(request, size, fuse_write_out{static_cast<uint32_t>(std::max(size, 0)), 0});
  }

  void List(const Request& request) {
    const auto& wanted = request.As<fuse_read_in>();
    const auto& entries = tree_.EntriesOf(wanted.fh);
    std::string bytes;
    for (size_t i = wanted.offset; i < entries.size(); ++i) {
      const auto& [name, type] = entries[i];
      const size_t size = FUSE_DIRENT_ALIGN(FUSE_NAME_OFFSET + name.size());
      if (bytes.size() + size > wanted.size) break;
      fuse_dirent entry{};
      entry.ino = i + 1;  // a number is wanted; nobody looks for the file by it
      entry.off = i + 1;
      entry.namelen = static_cast<uint32_t>(name.size());
      entry.type = type;
      const size_t start = bytes.size();
      bytes.append(reinterpret_cast<const char*>(&entry), FUSE_NAME_OFFSET);
      bytes.append(name);
      bytes.resize(start + size, '\0');
    }
    Reply(request, 0, bytes.data(), bytes.size());
  }

  void Space(const Request& request) {
    struct statvfs facts{};
    const int failed = tree_.Space(facts);
    fuse_statfs_out answer{};
    answer.st.blocks = facts.f_blocks;
    answer.st.bfree = facts.f_bfree;
    answer.st.bavail = facts.f_bavail;
    answer.st.files = facts.f_files;
    answer.st.ffree = facts.f_ffree;
    answer.st.bsize = static_cast<uint32_t>(facts.f_bsize);
    answer.st.frsize = static_cast<uint32_t>(facts.f_frsize);
    answer.st.namelen = static_cast<uint32_t>(facts.f_namemax);
    ReplyWith(request, failed, answer);
  }

  Fd device_;
  StageTree tree_;
};

// Says each thing once: a program that tries again and again would fill its log.
StageTree::Refused Teller(const std::string& shown) {
  return [shown, told = std::set<std::string>()](const std::string& path, absl::string_view what) mutable {
    const std::string line = absl::StrCat("spcs-emulator: ", shown, "/", path, ": ", what,
                                          " is not possible on a mounted stage; files are written whole\n");
    if (told.size() < 100 && told.insert(line).second) (void)!::write(2, line.data(), line.size());
  };
}

absl::Status Failed(absl::string_view what) {
  return absl::InternalError(absl::StrCat(what, ": ", std::strerror(errno)));
}

}  // namespace

absl::Status MountStage(const std::string& folder, const std::string& target, const std::string& shown) {
  Fd device(::open("/dev/fuse", O_RDWR | O_CLOEXEC));
  if (!device) return absl::UnavailableError(absl::StrCat("/dev/fuse: ", std::strerror(errno)));
  Fd files(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!files) return Failed(folder);
  const std::string options = absl::StrCat("fd=", device.get(), ",rootmode=40000,user_id=", ::getuid(),
                                           ",group_id=", ::getgid(), ",allow_other");
  if (::mount("stage", target.c_str(), "fuse", MS_NOSUID | MS_NODEV, options.c_str()) != 0) {
    return absl::UnavailableError(absl::StrCat("fuse: ", std::strerror(errno)));
  }
  const pid_t server = ::fork();
  if (server < 0) return Failed("no process");
  if (server == 0) Server(std::move(device), StageTree(std::move(files), Teller(shown))).Run();
  return absl::OkStatus();
}

}  // namespace spcs::runtime::process
