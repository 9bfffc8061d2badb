// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/stage_files.h"

#include <openssl/evp.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <system_error>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace spcs::engine {
namespace {

namespace fs = std::filesystem;

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

}  // namespace spcs::engine
