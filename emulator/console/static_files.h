// SPDX-License-Identifier: MPL-2.0
// The files of static/, which the build writes into the program (embed.cmake): the console works from one executable
// and without a network.
#pragma once

#include <vector>

#include "absl/strings/string_view.h"

namespace spcs::console {

struct StaticFile {
  absl::string_view name, content_type, bytes;
};

const std::vector<StaticFile>& StaticFiles();

}  // namespace spcs::console
