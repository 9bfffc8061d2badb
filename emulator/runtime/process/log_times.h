// SPDX-License-Identifier: MPL-2.0
// When the lines of processes' logs were written. The processes write to their files themselves, so the times are those
// at which the runtime saw a file grow, a few times a second. Used by Runtime.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "emulator/runtime/printed_line.h"
#include "provider/base/mutex.h"

namespace spcs::runtime::process {

// Thread-safe.
class LogTimes {
 public:
  // Notes how long the file is. A new file in the place of one that was moved to `<file>.previous` starts anew.
  void Observe(const std::string& file, absl::Time now);

  // The lines in the last `most` bytes of the file, or of the one before it; none when there is no file.
  std::vector<PrintedLine> Read(const std::string& file, bool previous, int64_t most, absl::Time now);

 private:
  struct Mark {
    int64_t size = 0;
    absl::Time at;
  };
  struct Growth {
    ino_t inode = 0;
    std::vector<Mark> marks;
  };
  struct Files {
    Growth current, previous;
  };
  static absl::Time TimeOf(const Growth& growth, int64_t offset, absl::Time fallback);

  Mutex mu_;
  std::map<std::string, Files> files_ ABSL_GUARDED_BY(mu_);
};

}  // namespace spcs::runtime::process
