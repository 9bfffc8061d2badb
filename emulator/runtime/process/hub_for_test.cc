// SPDX-License-Identifier: MPL-2.0
// The hub as an executable of its own, for tests whose program is not the emulator.
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include "emulator/runtime/process/hub.h"

int main(int argc, char** argv) {
  int channel = -1;
  absl::string_view argument = argc == 2 ? argv[1] : "";
  if (!absl::ConsumePrefix(&argument, spcs::runtime::process::kHubArgument) || !absl::SimpleAtoi(argument, &channel)) {
    return 2;
  }
  spcs::runtime::process::RunHub(channel);
}
