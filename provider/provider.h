// SPDX-License-Identifier: MPL-2.0
// Composition: everything that the provider consists of, put together. main.cc serves what this makes.
#pragma once

#include <memory>

#include "provider/tf/server.h"

namespace spcs {

// The whole provider, connected to nothing yet.
std::unique_ptr<tf::ServerInterface> MakeServer();

}  // namespace spcs
