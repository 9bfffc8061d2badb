// SPDX-License-Identifier: MPL-2.0
// Untrusted bytes as the answer that gives a presigned URL, and as what the storage behind it says. No URL that is not
// safe may be sent to.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/match.h"
#include "provider/http/url.h"
#include "provider/snowflake/stage_upload.h"
#include "provider/testing/fake_transport.h"

namespace spcs::snowflake {
namespace {

class FixedToken : public Authenticator {
 public:
  absl::StatusOr<Authorization> Authorize() override { return Authorization{.token = "t", .token_type = ""}; }
  void Invalidate() override {}
};

void CheckTarget(const http::Request& request) {
  const std::string host = http::HostOf(request.url);
  const bool safe = absl::StartsWith(request.url, "https://") || http::IsLoopbackHost(host);
  if (request.method == "PUT" && !safe) std::abort();
}

void Try(uint8_t choice, const std::string& body) {
  testing::FakeTransport transport([&](const http::Request& request, std::stop_token) {
    CheckTarget(request);
    const bool asks = request.method == "POST";
    return absl::StatusOr<http::Response>(http::Response{asks || (choice & 1) == 0 ? 200 : 403, {}, body});
  });
  RealClock clock;
  NullLogger logger;
  FixedToken authenticator;
  const StageUpload upload({.base_url = "https://account.example.com"}, transport, authenticator, clock, logger);
  (void)upload.PutText(*ObjectName::Parse("A.B.C"), "file", "text", {});
}

}  // namespace
}  // namespace spcs::snowflake

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 0) spcs::snowflake::Try(data[0], std::string(reinterpret_cast<const char*>(data) + 1, size - 1));
  return 0;
}
