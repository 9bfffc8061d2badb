// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/stage_files.h"

#include <openssl/evp.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <system_error>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

namespace fs = std::filesystem;

// What was written last longer ago has come to rest.
constexpr absl::Duration kSettled = absl::Seconds(2);
constexpr size_t kMostKnown = 10'000;

absl::Time ModifiedAt(const fs::directory_entry& entry) {
  std::error_code error;
  const auto written = std::chrono::file_clock::to_sys(entry.last_write_time(error));
  return error ? absl::UnixEpoch() : absl::FromChrono(std::chrono::time_point_cast<std::chrono::seconds>(written));
}

}  // namespace

bool IsStagePath(absl::string_view path) {
  if (path.empty()) return false;
  for (const absl::string_view part : absl::StrSplit(path, '/')) {
    if (part.empty() || part == "." || part == ".." || absl::StrContains(part, absl::string_view("\0", 1)))
      return false;
  }
  return true;
}

std::string StageFolder(const std::string& data_dir, int64_t stage) {
  return data_dir.empty() ? "" : absl::StrCat(data_dir, "/", kRunFolder, "/", kStagesFolder, "/", stage);
}

std::vector<StageFile> ListStageFiles(const std::string& folder, absl::string_view prefix) {
  std::vector<StageFile> files;
  std::error_code error;
  if (folder.empty() || !fs::is_directory(folder, error)) return files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder, error)) {
    if (!entry.is_regular_file(error)) continue;
    const std::string path = fs::relative(entry.path(), folder, error).generic_string();
    if (!absl::StartsWith(path, prefix)) continue;
    files.push_back({path, entry.file_size(error), ModifiedAt(entry)});
  }
  std::sort(files.begin(), files.end(), [](const StageFile& a, const StageFile& b) { return a.path < b.path; });
  return files;
}

absl::StatusOr<std::string> Md5OfFile(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return absl::NotFoundError(absl::StrCat("cannot read ", file));
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_DigestInit_ex(context.get(), EVP_md5(), nullptr);
  char buffer[64 << 10];
  while (in.read(buffer, sizeof buffer) || in.gcount() > 0) {
    EVP_DigestUpdate(context.get(), buffer, static_cast<size_t>(in.gcount()));
  }
  unsigned char raw[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  EVP_DigestFinal_ex(context.get(), raw, &length);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(raw), length));
}

void SweepStageFolders(const std::string& data_dir, const std::function<bool(int64_t stage)>& exists) {
  if (data_dir.empty()) return;
  std::error_code error;
  std::vector<fs::path> gone;
  for (const auto& entry : fs::directory_iterator(absl::StrCat(data_dir, "/", kRunFolder, "/", kStagesFolder), error)) {
    int64_t id = 0;
    if (absl::SimpleAtoi(entry.path().filename().string(), &id) && !exists(id)) gone.push_back(entry.path());
  }
  for (const fs::path& folder : gone) fs::remove_all(folder, error);
}

absl::StatusOr<std::string> Md5Cache::Of(const std::string& file) {
  struct stat facts{};
  if (::stat(file.c_str(), &facts) != 0) return absl::NotFoundError(absl::StrCat("cannot read ", file));
  const int64_t modified_ns = absl::ToUnixNanos(absl::TimeFromTimespec(facts.st_mtim));
  {
    MutexLock lock(mu_);
    const auto known = known_.find(file);
    if (known != known_.end() && known->second.inode == facts.st_ino && known->second.size == facts.st_size &&
        known->second.modified_ns == modified_ns) {
      return known->second.md5;
    }
  }
  ASSIGN_OR_RETURN(std::string md5, Md5OfFile(file));
  // A file that is being written may change again within one tick of its clock.
  if (absl::Now() - absl::TimeFromTimespec(facts.st_mtim) < kSettled) return md5;
  MutexLock lock(mu_);
  if (known_.size() >= kMostKnown) known_.clear();
  known_[file] = {.inode = facts.st_ino, .size = facts.st_size, .modified_ns = modified_ns, .md5 = md5};
  return md5;
}

}  // namespace spcs::engine
