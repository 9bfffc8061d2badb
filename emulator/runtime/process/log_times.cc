// SPDX-License-Identifier: MPL-2.0
#include "emulator/runtime/process/log_times.h"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace spcs::runtime::process {
namespace {

// Enough for a quarter of an hour of steady writing; then every other mark goes.
constexpr size_t kMostMarks = 4096;

// The bytes from `start` to the end.
std::string ReadFrom(const std::string& file, int64_t start) {
  std::ifstream stream(file, std::ios::binary);
  stream.seekg(start);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

}  // namespace

void LogTimes::Observe(const std::string& file, absl::Time now) {
  struct stat info;
  if (::stat(file.c_str(), &info) != 0) return;
  MutexLock lock(mu_);
  Files& files = files_[file];
  if (files.current.inode != info.st_ino) {
    files.previous = std::exchange(files.current, Growth{.inode = info.st_ino, .marks = {}});
  }
  std::vector<Mark>& marks = files.current.marks;
  if (info.st_size == (marks.empty() ? 0 : marks.back().size)) return;
  if (marks.size() >= kMostMarks) {
    for (size_t i = 1; i < marks.size(); i += 2) marks[i / 2] = marks[i];
    marks.resize(marks.size() / 2);
  }
  marks.push_back({info.st_size, now});
}

// The time of the first mark behind the byte, and a nanosecond more for each byte since the mark before.
absl::Time LogTimes::TimeOf(const Growth& growth, int64_t offset, absl::Time fallback) {
  const auto mark = std::upper_bound(growth.marks.begin(), growth.marks.end(), offset,
                                     [](int64_t byte, const Mark& one) { return byte < one.size; });
  if (mark == growth.marks.end()) return fallback + absl::Nanoseconds(offset);
  const int64_t before = mark == growth.marks.begin() ? 0 : std::prev(mark)->size;
  return mark->at + absl::Nanoseconds(offset - before);
}

std::vector<PrintedLine> LogTimes::Read(const std::string& file, bool previous, int64_t most, absl::Time now) {
  Observe(file, now);
  const std::string path = previous ? absl::StrCat(file, ".previous") : file;
  struct stat info;
  if (::stat(path.c_str(), &info) != 0) return {};
  int64_t offset = std::max<int64_t>(0, info.st_size - most);
  std::string text = ReadFrom(path, offset);
  if (!text.empty() && text.back() == '\n') text.pop_back();
  std::vector<PrintedLine> lines;
  if (text.empty()) return lines;
  MutexLock lock(mu_);
  const Files& files = files_[file];
  // A process that came and went between two looks has left no marks.
  const Growth& seen = previous ? files.previous : files.current;
  const Growth growth = seen.inode == info.st_ino ? seen : Growth();
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    lines.push_back({TimeOf(growth, offset, now), std::string(line)});
    offset += static_cast<int64_t>(line.size()) + 1;
  }
  return lines;
}

}  // namespace spcs::runtime::process
