// SPDX-License-Identifier: MPL-2.0
#include "emulator/registry/blob_store.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "emulator/engine/hash.h"
#include "provider/base/file.h"
#include "provider/base/random.h"
#include "provider/base/status.h"

namespace spcs::registry {
namespace {

constexpr size_t kBuffer = 1u << 20;

absl::Status WriteAll(int fd, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return absl::ErrnoToStatus(errno, "cannot write a blob");
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return absl::OkStatus();
}

}  // namespace

bool IsDigest(absl::string_view digest) {
  return absl::ConsumePrefix(&digest, "sha256:") && digest.size() == 64 &&
         digest.find_first_not_of("0123456789abcdef") == absl::string_view::npos;
}

std::string DigestOf(absl::string_view bytes) {
  return absl::StrCat("sha256:", engine::Sha256Hex(bytes));
}

Upload::Upload(std::string id, std::string scope, std::string path, int fd)
    : id_(std::move(id)), scope_(std::move(scope)), path_(std::move(path)), fd_(fd), hash_(EVP_MD_CTX_new()) {
  EVP_DigestInit_ex(hash_.get(), EVP_sha256(), nullptr);
}

Upload::~Upload() {
  ::close(fd_);
  if (!committed_) ::unlink(path_.c_str());
}

bool Upload::Claim() {
  MutexLock lock(mu_);
  return !std::exchange(claimed_, true);
}

void Upload::Release() {
  MutexLock lock(mu_);
  claimed_ = false;
}

absl::Status Upload::Append(absl::string_view bytes) {
  size_ += bytes.size();
  buffer_.append(bytes.data(), bytes.size());
  return buffer_.size() < kBuffer ? absl::OkStatus() : Flush();
}

absl::Status Upload::Flush() {
  // Both in large pieces: the HTTP library hands over 4 KB at a time.
  EVP_DigestUpdate(hash_.get(), buffer_.data(), buffer_.size());
  const absl::Status written = WriteAll(fd_, buffer_);
  buffer_.clear();
  return written;
}

absl::StatusOr<std::unique_ptr<BlobStore>> BlobStore::Open(const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  fs::remove_all(folder + "/uploads", error);
  for (const char* part : {"/uploads", "/blobs/sha256"}) {
    fs::create_directories(folder + part, error);
    if (error) {
      return absl::FailedPreconditionError(
          absl::StrCat("cannot make the folder ", folder, part, ": ", error.message()));
    }
  }
  return std::unique_ptr<BlobStore>(new BlobStore(folder));
}

std::string BlobStore::PathOf(absl::string_view digest) const {
  absl::ConsumePrefix(&digest, "sha256:");
  return absl::StrCat(folder_, "/blobs/sha256/", digest);
}

std::optional<uint64_t> BlobStore::SizeOf(absl::string_view digest) const {
  std::error_code error;
  const uint64_t size = std::filesystem::file_size(PathOf(digest), error);
  if (error) return std::nullopt;
  return size;
}

absl::StatusOr<std::string> BlobStore::Read(absl::string_view digest) const {
  return ReadFile(PathOf(digest));
}

absl::Status BlobStore::Put(absl::string_view digest, absl::string_view bytes) {
  if (SizeOf(digest)) return absl::OkStatus();
  return WriteFile(PathOf(digest), bytes);
}

void BlobStore::Sweep(const std::function<bool(const std::string& digest)>& is_used) const {
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<fs::path> unused;
  for (const auto& entry : fs::directory_iterator(folder_ + "/blobs/sha256", error)) {
    if (!is_used(absl::StrCat("sha256:", entry.path().filename().string()))) unused.push_back(entry.path());
  }
  for (const fs::path& file : unused) fs::remove(file, error);
}

absl::StatusOr<std::shared_ptr<Upload>> BlobStore::Start(const std::string& scope) {
  const std::string id = NewUuid();
  const std::string path = absl::StrCat(folder_, "/uploads/", id);
  const int fd = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0) return absl::ErrnoToStatus(errno, "cannot start an upload");
  auto upload = std::make_shared<Upload>(id, scope, path, fd);
  MutexLock lock(mu_);
  uploads_[id] = upload;
  return upload;
}

std::shared_ptr<Upload> BlobStore::Find(const std::string& id, absl::string_view scope) {
  MutexLock lock(mu_);
  const auto found = uploads_.find(id);
  return found == uploads_.end() || found->second->scope() != scope ? nullptr : found->second;
}

void BlobStore::Cancel(const std::string& id) {
  MutexLock lock(mu_);
  uploads_.erase(id);
}

absl::Status BlobStore::Commit(Upload& upload, absl::string_view digest) {
  RETURN_IF_ERROR(upload.Flush());
  unsigned char raw[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  EVP_DigestFinal_ex(upload.hash_.get(), raw, &length);
  const std::string actual =
      absl::StrCat("sha256:", absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(raw), length)));
  absl::Status status;
  if (actual != digest) {
    status = absl::InvalidArgumentError("provided digest did not match uploaded content");
  } else if (::rename(upload.path_.c_str(), PathOf(digest).c_str()) != 0) {
    status = absl::ErrnoToStatus(errno, "cannot keep a blob");
  } else {
    upload.committed_ = true;
  }
  Cancel(upload.id());
  return status;
}

}  // namespace spcs::registry
