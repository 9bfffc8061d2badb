// SPDX-License-Identifier: MPL-2.0
// Untrusted bytes as requests of the drivers' session protocol. The first byte picks which; the path's query and the
// body stand on both sides of the first newline.
#include <cstdint>
#include <string>

#include "emulator/http/driver_request.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace spcs::emulator_http;  // NOLINT: this file is about nothing else
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const size_t end = text.find('\n');
  HttpRequest request{.method = "POST", .path = "/"};
  request.headers.emplace("Authorization", text.substr(0, end));
  request.query.emplace("requestId", text.substr(0, end));
  request.query.emplace("roleName", text.substr(0, end));
  if (end != std::string::npos) request.body = text.substr(end + 1);
  if ((data[0] & 1) == 0) {
    (void)ParseLoginRequest(request);
  } else {
    (void)ParseQueryRequest(request);
  }
  (void)DriverToken(request);
  return 0;
}
