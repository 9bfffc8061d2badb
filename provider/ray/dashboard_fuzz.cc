// SPDX-License-Identifier: MPL-2.0
// Untrusted bytes as the answers of Ray's dashboard: nothing may crash, whatever listens there. The first byte picks
// the question.
#include <cstdint>
#include <string>

#include "provider/ray/dashboard.h"
#include "provider/testing/fake_transport.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const int status = (data[0] & 4) == 0 ? 200 : 500;
  spcs::testing::FakeTransport transport([&](const spcs::http::Request&, std::stop_token) {
    return absl::StatusOr<spcs::http::Response>(spcs::http::Response{status, {}, body});
  });
  spcs::ray::Dashboard dashboard(transport, {.url = "http://127.0.0.1:8265"});
  switch (data[0] & 3) {
    case 0: (void)dashboard.GetVersion({}); break;
    case 1: (void)dashboard.Nodes({}); break;
    default: (void)dashboard.Applications({});
  }
  return 0;
}
