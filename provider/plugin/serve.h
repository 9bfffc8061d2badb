// SPDX-License-Identifier: MPL-2.0
// Runs a provider as a plugin of OpenTofu or Terraform: everything between main() and tf::ServerInterface.
//
//   int main(int argc, char** argv) {
//     return spcs::plugin::Serve(argc, argv, "1.2.3", [] { return spcs::MakeServer(); });
//   }
#pragma once

#include <functional>
#include <memory>

#include "absl/strings/string_view.h"
#include "provider/plugin/ready_answer.h"
#include "provider/tf/server.h"

namespace spcs::plugin {

// Makes the server. Called once; should leave its own work for the first call that needs it.
using ServerFactory = std::function<std::unique_ptr<tf::ServerInterface>()>;

// Reads the command line (`-debug`, `-version`, `-help`) and what the client put into the environment, shakes hands and
// serves until the client asks for the end, dies, or a signal comes. Returns the exit code when it could not start or
// was started by hand; once serving, it ends the process by itself.
int Serve(int argc, char** argv, absl::string_view version, const ServerFactory& make_server,
          const ReadyAnswers& ready = {});

}  // namespace spcs::plugin
