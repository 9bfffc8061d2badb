// SPDX-License-Identifier: MPL-2.0
#include "emulator/runtime/process/root.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstring>
#include <map>
#include <set>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "emulator/runtime/process/stage_mount.h"
#include "provider/base/status.h"

namespace spcs::runtime::process {
namespace {

// Where the new root is put together. Exists on every machine, and what it holds is hidden from this process only.
constexpr char kStage[] = "/mnt";
constexpr char kScratch[] = "/mnt/.scratch";

absl::Status Failed(absl::string_view what, absl::string_view where) {
  return absl::InternalError(absl::StrCat("cannot ", what, " ", where, ": ", std::strerror(errno)));
}

absl::Status Bind(const std::string& from, const std::string& to) {
  if (::mount(from.c_str(), to.c_str(), nullptr, MS_BIND | MS_REC, nullptr) == 0) return absl::OkStatus();
  return Failed("bind", absl::StrCat(from, " to ", to));
}

absl::Status MountMemory(const std::string& to, const std::string& options) {
  if (::mount("tmpfs", to.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, options.c_str()) == 0) return absl::OkStatus();
  return Failed("mount a file system in memory at", to);
}

// Makes an empty file or folder like `from` at `to`.
absl::Status MakeLike(const struct stat& from, const std::string& to) {
  if (S_ISDIR(from.st_mode)) {
    if (::mkdir(to.c_str(), 0755) == 0 || errno == EEXIST) return absl::OkStatus();
    return Failed("make", to);
  }
  const int file = ::open(to.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
  if (file < 0) return Failed("make", to);
  ::close(file);
  return absl::OkStatus();
}

// Repeats one entry of `folder` in `copy`: links as links, files and folders by a bind.
absl::Status Repeat(const std::string& folder, const std::string& copy, const std::string& name) {
  const std::string from = absl::StrCat(folder == "/" ? "" : folder, "/", name), to = absl::StrCat(copy, "/", name);
  struct stat facts{};
  if (::lstat(from.c_str(), &facts) != 0) return absl::OkStatus();  // gone meanwhile
  if (S_ISLNK(facts.st_mode)) {
    std::string target(PATH_MAX, '\0');
    const ssize_t size = ::readlink(from.c_str(), target.data(), target.size());
    if (size < 0) return Failed("read the link", from);
    target.resize(static_cast<size_t>(size));
    return ::symlink(target.c_str(), to.c_str()) == 0 ? absl::OkStatus() : Failed("make the link", to);
  }
  if (!S_ISDIR(facts.st_mode) && !S_ISREG(facts.st_mode)) return absl::OkStatus();  // sockets and the like
  RETURN_IF_ERROR(MakeLike(facts, to));
  return Bind(from, to);
}

absl::StatusOr<std::vector<std::string>> List(const std::string& folder) {
  DIR* list = ::opendir(folder.c_str());
  if (list == nullptr) return Failed("list", folder);
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(list)) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  ::closedir(list);
  return names;
}

// Of the mount at `path`, and of all below it when `all`.
absl::Status SetReadOnly(const std::string& path, bool read_only, bool all) {
  mount_attr attributes{};
  (read_only ? attributes.attr_set : attributes.attr_clr) = MOUNT_ATTR_RDONLY;
  const int flags = all ? AT_RECURSIVE : 0;
  if (::syscall(SYS_mount_setattr, AT_FDCWD, path.c_str(), flags, &attributes, sizeof attributes) == 0) {
    return absl::OkStatus();
  }
  return Failed(read_only ? "make read-only" : "make writable", path);
}

absl::StatusOr<bool> IsFile(const std::string& path) {
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0) return Failed("find", path);
  return !S_ISDIR(facts.st_mode);
}

// Puts the new root together below kStage.
class Builder {
 public:
  // The machine's own file system, as it is.
  absl::Status Begin() {
    RETURN_IF_ERROR(Shadow("/", kStage));
    own_.insert(kStage);
    if (::mkdir(kScratch, 0755) != 0) return Failed("make", kScratch);
    return absl::OkStatus();
  }

  // An empty folder in place of one that is there; what is mounted from it is taken from outside, and so not touched.
  absl::Status Hide(const std::string& folder) {
    const std::string place = absl::StrCat(kStage, folder);
    struct stat facts{};
    if (::stat(place.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode)) return absl::OkStatus();
    RETURN_IF_ERROR(MountMemory(place, "mode=755,size=16m"));
    own_.insert(place);
    return absl::OkStatus();
  }

  absl::Status Add(const Mount& mount) {
    ASSIGN_OR_RETURN(const bool is_file, IsFile(mount.from));
    RETURN_IF_ERROR(MakeMountPoint(mount.to, is_file));
    RETURN_IF_ERROR(mount.stage ? AddStage(mount) : Bind(mount.from, absl::StrCat(kStage, mount.to)));
    if (!mount.read_only) NoteWritable(mount.to);
    return absl::OkStatus();
  }

  absl::Status Add(const MemoryMount& mount) {
    RETURN_IF_ERROR(MakeMountPoint(mount.to, /*is_file=*/false));
    const std::string size = mount.bytes > 0 ? absl::StrCat(",size=", mount.bytes) : "";
    RETURN_IF_ERROR(MountMemory(absl::StrCat(kStage, mount.to), absl::StrCat("mode=1777", size)));
    NoteWritable(mount.to);
    return absl::OkStatus();
  }

  // The processes of this process namespace; everything but the container's own mounts becomes read-only.
  absl::Status Finish() {
    const std::string proc = absl::StrCat(kStage, "/proc");
    if (::mount("proc", proc.c_str(), "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0) {
      return Failed("mount", proc);
    }
    RETURN_IF_ERROR(SetReadOnly(kStage, true, /*all=*/true));
    for (const std::string& path : writable_) RETURN_IF_ERROR(SetReadOnly(path, false, /*all=*/false));
    return absl::OkStatus();
  }

 private:
  void NoteWritable(const std::string& path) {
    writable_.push_back(absl::StrCat(kStage, path));
    own_.insert(writable_.back());
  }

  // Where the machine has no FUSE, a stage is a plain folder: better than none, and said.
  static absl::Status AddStage(const Mount& mount) {
    const std::string target = absl::StrCat(kStage, mount.to);
    const absl::Status status = MountStage(mount.from, target, mount.to);
    if (!absl::IsUnavailable(status)) return status;
    const std::string line = absl::StrCat("spcs-emulator: the limits of a mounted stage are not enforced at ", mount.to,
                                          ": ", status.message(), "\n");
    (void)!::write(2, line.data(), line.size());
    return Bind(mount.from, target);
  }

  // Makes `path` exist as a folder, or as a file when `is_file`.
  absl::Status MakeMountPoint(const std::string& path, bool is_file) {
    std::string reached = kStage;
    const std::vector<std::string> parts = absl::StrSplit(path, '/', absl::SkipEmpty());
    for (size_t i = 0; i < parts.size(); ++i) {
      const std::string next = absl::StrCat(reached, "/", parts[i]);
      struct stat facts{};
      if (::stat(next.c_str(), &facts) != 0) {
        RETURN_IF_ERROR(MakeOwn(reached));
        facts.st_mode = is_file && i + 1 == parts.size() ? S_IFREG : S_IFDIR;
        RETURN_IF_ERROR(MakeLike(facts, next));
        own_.insert(next);
      }
      reached = next;
    }
    return absl::OkStatus();
  }

  // A file system in memory at `copy` that shows what `folder` shows, and to which more can be added.
  static absl::Status Shadow(const std::string& folder, const std::string& copy) {
    ASSIGN_OR_RETURN(const std::vector<std::string> names, List(folder));
    RETURN_IF_ERROR(MountMemory(copy, "mode=755,size=16m"));
    for (const std::string& name : names) {
      if (folder == "/" && absl::StrCat("/", name) == kStage) continue;
      RETURN_IF_ERROR(Repeat(folder, copy, name));
    }
    return absl::OkStatus();
  }

  // A folder of the machine is not to be written to: it is shadowed first.
  absl::Status MakeOwn(const std::string& folder) {
    if (own_.count(folder) > 0) return absl::OkStatus();
    RETURN_IF_ERROR(Shadow(folder, kScratch));
    if (::mount(kScratch, folder.c_str(), nullptr, MS_MOVE, nullptr) != 0) return Failed("shadow", folder);
    own_.insert(folder);
    return absl::OkStatus();
  }

  std::set<std::string> own_;          // folders below the stage that are ours, not the machine's
  std::vector<std::string> writable_;  // what was added, and not read-only
};

}  // namespace

absl::Status EnterRoot(const ContainerPlan& plan) {
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return Failed("make private", "/");
  Builder builder;
  RETURN_IF_ERROR(builder.Begin());
  for (const std::string& folder : plan.hidden) RETURN_IF_ERROR(builder.Hide(folder));
  // What lies below another mount comes after it.
  std::map<std::string, std::variant<Mount, MemoryMount>> mounts;
  for (const MemoryMount& mount : plan.memory) mounts[mount.to] = mount;
  for (const Mount& mount : plan.mounts) mounts[mount.to] = mount;
  for (const auto& [path, any] : mounts) {
    RETURN_IF_ERROR(std::visit([&](const auto& mount) { return builder.Add(mount); }, any));
  }
  RETURN_IF_ERROR(builder.Finish());
  if (::chroot(kStage) != 0 || ::chdir("/") != 0) return Failed("enter", kStage);
  return absl::OkStatus();
}

}  // namespace spcs::runtime::process
