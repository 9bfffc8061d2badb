// SPDX-License-Identifier: MPL-2.0
// What the head of a Ray cluster keeps of an application on a stage, to put it back after a restart
// (images/ray/node/config.py has the layout): of a model that is deleted while its head does not run, it has to go.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "provider/resources/account.h"
#include "provider/tf/diagnostics.h"
#include "provider/tf/path.h"
#include "provider/tf/value.h"

namespace spcs::resources {

// Validator: "@database.schema.stage", then perhaps folders.
void CheckStagePath(const tf::Value& value, const tf::Path& path, tf::Diagnostics& diagnostics);

// Removes the files of one application below `restore_path`. NotFound when the stage is gone or not visible.
absl::Status RemoveKept(Session& session, const std::string& restore_path, const std::string& application,
                        std::stop_token stop);

}  // namespace spcs::resources
