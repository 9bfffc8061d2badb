// SPDX-License-Identifier: MPL-2.0
// The files of internal stages: real files, DATA/run/stages/<id of the stage>/<path>. The process runtime mounts this
// folder (kinds/process_plan.cc), so what a container writes is listed and removed as what a client has put. LIST and
// REMOVE (kinds/stage_file.cc) and the presigned uploads of the HTTP layer work on them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

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

// In lower-case hex; as the service computes it over what is stored.
absl::StatusOr<std::string> Md5OfFile(const std::string& file);

}  // namespace spcs::engine
