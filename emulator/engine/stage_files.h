// SPDX-License-Identifier: MPL-2.0
// The files of internal stages: real files, DATA/run/stages/<id of the stage>/<path>. The process runtime mounts this
// folder (kinds/process_plan.cc), so what a container writes is listed and removed as what a client has put. LIST and
// REMOVE (kinds/stage_file.cc) and the presigned uploads of the HTTP layer work on them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "provider/base/mutex.h"

namespace spcs::engine {

// The folder in the data folder that the process runtime keeps its own in, and the stages' folder in that.
inline constexpr char kRunFolder[] = "run";
inline constexpr char kStagesFolder[] = "stages";

struct StageFile {
  std::string path;  // inside the stage
  uint64_t size = 0;
  absl::Time modified;
};

// Parts joined by single slashes, none of them "." or "..".
bool IsStagePath(absl::string_view path);

// The folder of a stage; "" for an account without a data folder.
std::string StageFolder(const std::string& data_dir, int64_t stage);

// The files whose path begins with `prefix`, sorted.
std::vector<StageFile> ListStageFiles(const std::string& folder, absl::string_view prefix);

// Removes the folders of stages that do not exist: what a crash has left. Ids are never used again.
void SweepStageFolders(const std::string& data_dir, const std::function<bool(int64_t stage)>& exists);

// In lower-case hex; as the service computes it over what is stored.
absl::StatusOr<std::string> Md5OfFile(const std::string& file);

// The same for files that are asked for again and again: what has not changed is not read again. Thread-safe.
class Md5Cache {
 public:
  absl::StatusOr<std::string> Of(const std::string& file);

 private:
  struct Known {
    uint64_t inode = 0;
    int64_t size = 0, modified_ns = 0;
    std::string md5;
  };
  Mutex mu_;
  std::map<std::string, Known> known_ ABSL_GUARDED_BY(mu_);
};

}  // namespace spcs::engine
