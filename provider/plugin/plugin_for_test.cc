// SPDX-License-Identifier: MPL-2.0
// The executable that process_test.cc starts: a plugin around FakeServer.
#include <memory>

#include "provider/plugin/fake_server_for_test.h"
#include "provider/plugin/serve.h"

int main(int argc, char** argv) {
  return spcs::plugin::Serve(argc, argv, "0.0.0-test", [] { return std::make_unique<spcs::plugin::FakeServer>(); });
}
