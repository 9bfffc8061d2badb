// SPDX-License-Identifier: MPL-2.0
#include "emulator/runtime/process/stage_tree.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"

namespace spcs::runtime::process {

std::string StageTree::PathOf(uint64_t node, absl::string_view name) const {
  const auto found = paths_.find(node);
  const std::string path = found == paths_.end() ? "." : found->second;
  if (name.empty()) return path;
  return path == "." ? std::string(name) : absl::StrCat(path, "/", name);
}

uint64_t StageTree::NodeOf(const std::string& path) {
  const auto [found, is_new] = nodes_.emplace(path, last_node_ + 1);
  if (is_new) paths_[++last_node_] = path;
  return found->second;
}

int StageTree::Refuse(uint64_t node, absl::string_view name, absl::string_view what) const {
  refused_(PathOf(node, name), what);
  return -EOPNOTSUPP;
}

int StageTree::Lookup(uint64_t parent, const char* name, uint64_t& node, struct stat& facts) {
  const std::string path = PathOf(parent, name);
  if (::fstatat(folder_.get(), path.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) return -errno;
  node = NodeOf(path);
  return 0;
}

int StageTree::Stat(uint64_t node, struct stat& facts) const {
  return ::fstatat(folder_.get(), PathOf(node).c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0 ? 0 : -errno;
}

int StageTree::SetSize(uint64_t node, uint64_t size) {
  struct stat facts{};
  if (const int failed = Stat(node, facts)) return failed;
  if (static_cast<uint64_t>(facts.st_size) == size) return 0;
  if (size != 0) return Refuse(node, "", "changing the size of a file");
  const Fd file(::openat(folder_.get(), PathOf(node).c_str(), O_WRONLY | O_TRUNC | O_NOFOLLOW | O_CLOEXEC));
  if (!file) return -errno;
  for (auto& [handle, open] : files_) {
    if (open.node == node) open.position = 0;
  }
  return 0;
}

int StageTree::SetTimes(uint64_t node, const timespec (&times)[2]) {
  return ::utimensat(folder_.get(), PathOf(node).c_str(), times, AT_SYMLINK_NOFOLLOW) == 0 ? 0 : -errno;
}

int StageTree::MakeFolder(uint64_t parent, const char* name, uint64_t& node, struct stat& facts) {
  if (::mkdirat(folder_.get(), PathOf(parent, name).c_str(), 0755) != 0) return -errno;
  return Lookup(parent, name, node, facts);
}

int StageTree::Remove(uint64_t parent, const char* name, bool folder) {
  return ::unlinkat(folder_.get(), PathOf(parent, name).c_str(), folder ? AT_REMOVEDIR : 0) == 0 ? 0 : -errno;
}

int StageTree::Create(uint64_t parent, const char* name, int flags, mode_t mode, uint64_t& node, struct stat& facts,
                      uint64_t& handle) {
  if ((flags & O_APPEND) != 0) return Refuse(parent, name, "appending");
  const int kept = (flags & (O_ACCMODE | O_EXCL | O_TRUNC)) | O_CREAT | O_NOFOLLOW | O_CLOEXEC;
  Fd file(::openat(folder_.get(), PathOf(parent, name).c_str(), kept, mode & 0777));
  if (!file) return -errno;
  if (const int failed = Lookup(parent, name, node, facts)) return failed;
  return Keep(std::move(file), node, facts.st_size == 0, handle);
}

int StageTree::Open(uint64_t node, int flags, uint64_t& handle) {
  const bool writes = (flags & O_ACCMODE) != O_RDONLY;
  if (writes && (flags & O_APPEND) != 0) return Refuse(node, "", "appending");
  Fd file(::openat(folder_.get(), PathOf(node).c_str(), (flags & (O_ACCMODE | O_TRUNC)) | O_NOFOLLOW | O_CLOEXEC));
  if (!file) return -errno;
  struct stat facts{};
  if (::fstat(file.get(), &facts) != 0) return -errno;
  return Keep(std::move(file), node, facts.st_size == 0, handle);
}

int StageTree::Keep(Fd file, uint64_t node, bool empty, uint64_t& handle) {
  handle = ++last_handle_;
  files_[handle] = {std::move(file), node, empty ? 0 : -1};
  return 0;
}

int StageTree::Read(uint64_t handle, uint64_t offset, std::string& buffer) const {
  const auto open = files_.find(handle);
  if (open == files_.end()) return -EBADF;
  const ssize_t size = ::pread(open->second.file.get(), buffer.data(), buffer.size(), static_cast<off_t>(offset));
  return size < 0 ? -errno : static_cast<int>(size);
}

int StageTree::Write(uint64_t handle, uint64_t offset, absl::string_view bytes) {
  const auto open = files_.find(handle);
  if (open == files_.end()) return -EBADF;
  OpenFile& file = open->second;
  if (file.position < 0) return Refuse(file.node, "", "writing into a file that is there");
  if (static_cast<uint64_t>(file.position) != offset) return Refuse(file.node, "", "writing out of order");
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t size =
        ::pwrite(file.file.get(), bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
    if (size < 0) return -errno;
    done += static_cast<size_t>(size);
  }
  file.position += static_cast<int64_t>(done);
  return static_cast<int>(done);
}

int StageTree::OpenFolder(uint64_t node, uint64_t& handle) {
  const int folder = ::openat(folder_.get(), PathOf(node).c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder < 0) return -errno;
  DIR* list = ::fdopendir(folder);
  if (list == nullptr) return -errno;
  handle = ++last_handle_;
  while (const dirent* entry = ::readdir(list)) listings_[handle].emplace_back(entry->d_name, entry->d_type);
  ::closedir(list);
  return 0;
}

void StageTree::Close(uint64_t handle) {
  files_.erase(handle);
  listings_.erase(handle);
}

int StageTree::Space(struct statvfs& facts) const {
  return ::fstatvfs(folder_.get(), &facts) == 0 ? 0 : -errno;
}

}  // namespace spcs::runtime::process
