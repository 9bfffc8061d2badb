// SPDX-License-Identifier: MPL-2.0
#include "provider/oci/image.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "provider/base/file.h"

namespace spcs::oci {

absl::StatusOr<std::shared_ptr<const File>> File::Open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot read ", path));
  ::posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  return std::shared_ptr<const File>(new File(path, fd));
}

absl::StatusOr<std::shared_ptr<const File>> File::Temporary() {
  std::string path = absl::StrCat(GetEnv("TMPDIR").value_or("/tmp"), "/spcs-blob-XXXXXX");
  const int fd = ::mkostemp(path.data(), O_CLOEXEC);
  if (fd < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot make a temporary file ", path));
  ::unlink(path.c_str());
  return std::shared_ptr<const File>(new File("a temporary file", fd));
}

File::~File() {
  ::close(fd_);
}

absl::StatusOr<int64_t> File::Size() const {
  struct stat info;
  if (::fstat(fd_, &info) != 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot read ", path_));
  return int64_t{info.st_size};
}

absl::Status File::ReadAt(int64_t offset, char* buffer, size_t size) const {
  while (size > 0) {
    const ssize_t count = ::pread(fd_, buffer, size, offset);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot read ", path_));
    if (count == 0) return absl::OutOfRangeError(absl::StrCat(path_, " ends too early"));
    buffer += count;
    offset += count;
    size -= static_cast<size_t>(count);
  }
  return absl::OkStatus();
}

std::vector<Descriptor> BlobsOf(const Manifest& manifest) {
  std::vector<Descriptor> blobs{manifest.config};
  std::set<std::string> seen{manifest.config.digest};
  for (const Descriptor& layer : manifest.layers) {
    if (!layer.foreign && seen.insert(layer.digest).second) blobs.push_back(layer);
  }
  return blobs;
}

}  // namespace spcs::oci
