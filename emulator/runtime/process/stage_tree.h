// SPDX-License-Identifier: MPL-2.0
// A folder as a mounted stage shows it: files are written whole, from their start to their end. No appending, no
// writing in the middle, no renaming, no links. (Locks have no function here: stage_mount.cc refuses them.)
// StageMount's server is the caller. Calls return 0, or the negative errno that the container's process sees.
#pragma once

#include <dirent.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "emulator/runtime/process/channel.h"

namespace spcs::runtime::process {

// Not thread-safe. Nodes are numbers for paths, handles are open files and folders; node 1 is the folder itself.
class StageTree {
 public:
  // `refused` hears of what a stage does not do: the path below the folder, and what was tried.
  using Refused = std::function<void(const std::string& path, absl::string_view what)>;
  StageTree(Fd folder, Refused refused) : folder_(std::move(folder)), refused_(std::move(refused)) {}

  int Lookup(uint64_t parent, const char* name, uint64_t& node, struct stat& facts);
  int Stat(uint64_t node, struct stat& facts) const;
  // Only to 0, or to the size that the file has.
  int SetSize(uint64_t node, uint64_t size);
  int SetTimes(uint64_t node, const timespec (&times)[2]);
  int MakeFolder(uint64_t parent, const char* name, uint64_t& node, struct stat& facts);
  int Remove(uint64_t parent, const char* name, bool folder);
  int Create(uint64_t parent, const char* name, int flags, mode_t mode, uint64_t& node, struct stat& facts,
             uint64_t& handle);
  int Open(uint64_t node, int flags, uint64_t& handle);
  // Bytes read, at most buffer.size().
  int Read(uint64_t handle, uint64_t offset, std::string& buffer) const;
  // Bytes written: all of them, behind what this handle wrote before.
  int Write(uint64_t handle, uint64_t offset, absl::string_view bytes);
  int OpenFolder(uint64_t node, uint64_t& handle);
  // Name and type (DT_…) of each entry, "." and ".." first.
  const std::vector<std::pair<std::string, unsigned char>>& EntriesOf(uint64_t handle) { return listings_[handle]; }
  void Close(uint64_t handle);
  int Space(struct statvfs& facts) const;
  // EOPNOTSUPP, having told of it.
  int Refuse(uint64_t node, absl::string_view name, absl::string_view what) const;

 private:
  struct OpenFile {
    Fd file;
    uint64_t node = 0;
    int64_t position = 0;  // where the next write has to begin; -1: nowhere until the file is empty
  };

  std::string PathOf(uint64_t node, absl::string_view name = "") const;
  uint64_t NodeOf(const std::string& path);
  int Keep(Fd file, uint64_t node, bool empty, uint64_t& handle);

  Fd folder_;
  Refused refused_;
  std::map<uint64_t, std::string> paths_ = {{1, "."}};
  std::map<std::string, uint64_t> nodes_ = {{".", 1}};
  std::map<uint64_t, OpenFile> files_;
  std::map<uint64_t, std::vector<std::pair<std::string, unsigned char>>> listings_;
  uint64_t last_node_ = 1, last_handle_ = 0;
};

}  // namespace spcs::runtime::process
