// SPDX-License-Identifier: MPL-2.0
// Pushes one image, for the acceptance tests and the benchmark, which compare with other clients on other registries:
//   spcs-oci-push layout|archive|registry SOURCE HOST/PATH:TAG
// User and password come from SPCS_OCI_USER and SPCS_OCI_PASSWORD. Prints one JSON line.
#include <unistd.h>

#include <cstdio>
#include <string>

#include "absl/strings/str_cat.h"
#include "provider/base/clock.h"
#include "provider/base/file.h"
#include "provider/base/logger.h"
#include "provider/base/status.h"
#include "provider/http/curl_transport.h"
#include "provider/oci/local_source.h"
#include "provider/oci/push.h"
#include "provider/oci/reference.h"
#include "provider/oci/remote.h"

namespace spcs::oci {
namespace {

absl::StatusOr<PushResult> Push(const std::string& kind, const std::string& source, const std::string& target) {
  http::CurlTransport transport("spcs-oci-push");
  RealClock clock;
  FdLogger logger(STDERR_FILENO, LogLevelFromEnvironment());
  ASSIGN_OR_RETURN(const Reference to, ParseReference(target));
  const auto credentials = [](std::stop_token) -> absl::StatusOr<Credentials> {
    return Credentials{GetEnv("SPCS_OCI_USER").value_or(""), GetEnv("SPCS_OCI_PASSWORD").value_or("")};
  };
  RegistryClient client({.origin = OriginOfHost(to.host), .credentials = credentials}, transport, clock, logger);
  if (kind != "registry") {
    ASSIGN_OR_RETURN(const Image image, kind == "layout" ? OpenLayout(source, {}) : OpenArchive(source, {}));
    return PushImage(client, to.repository, to.version(), image, {}, {});
  }
  ASSIGN_OR_RETURN(const Reference from, ParseReference(source));
  RegistryClient other({.origin = OriginOfHost(from.host), .credentials = credentials}, transport, clock, logger);
  ASSIGN_OR_RETURN(Image image, OpenRemote(other, from, "linux/amd64", {}));
  if (from.host == to.host) image.mount_from = from.repository;
  return PushImage(client, to.repository, to.version(), image, {}, {});
}

}  // namespace
}  // namespace spcs::oci

int main(int argc, char** argv) {
  if (argc != 4) return std::fprintf(stderr, "usage: spcs-oci-push layout|archive|registry SOURCE HOST/PATH:TAG\n"), 2;
  const absl::StatusOr<spcs::oci::PushResult> result = spcs::oci::Push(argv[1], argv[2], argv[3]);
  if (!result.ok()) return std::fprintf(stderr, "%s\n", std::string(result.status().message()).c_str()), 1;
  std::printf("{\"sent\": %d, \"present\": %d, \"mounted\": %d, \"sent_bytes\": %lld, \"resumed\": %d}\n", result->sent,
              result->present, result->mounted, static_cast<long long>(result->sent_bytes), result->resumed);
  return 0;
}
