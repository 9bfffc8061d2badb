// SPDX-License-Identifier: MPL-2.0
#include "provider/plugin/handshake.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"

namespace spcs::plugin {
namespace {

constexpr absl::string_view kCookieName = "TF_PLUGIN_MAGIC_COOKIE";
constexpr absl::string_view kCookie = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

}  // namespace

ClientRequest ReadClientRequest(const Environment& environment) {
  const auto get = [&](absl::string_view name) { return environment(std::string(name)).value_or(""); };
  ClientRequest request;
  request.by_client = get(kCookieName) == kCookie;
  request.protocols = get("PLUGIN_PROTOCOL_VERSIONS");
  if (!request.protocols.empty()) {  // unsorted, "5,6"; an old client says nothing
    request.speaks_our_protocol = false;
    for (absl::string_view version : absl::StrSplit(request.protocols, ',')) {
      if (absl::StripAsciiWhitespace(version) == absl::StrCat(kProtocolVersion)) request.speaks_our_protocol = true;
    }
  }
  request.client_certificate = get("PLUGIN_CLIENT_CERT");
  request.socket_folder = get("PLUGIN_UNIX_SOCKET_DIR");
  request.socket_group = get("PLUGIN_UNIX_SOCKET_GROUP");
  request.multiplex = !get("PLUGIN_MULTIPLEX_GRPC").empty();
  return request;
}

std::string HandshakeLine(absl::string_view socket_path, absl::string_view certificate_der, bool multiplex) {
  std::string certificate = absl::Base64Escape(certificate_der);
  while (!certificate.empty() && certificate.back() == '=') certificate.pop_back();
  return absl::StrCat(kCoreProtocolVersion, "|", kProtocolVersion, "|unix|", socket_path, "|grpc|", certificate,
                      multiplex ? "|false" : "", "\n");
}

std::string StartedByHandText(absl::string_view program, absl::string_view version) {
  return absl::StrCat("This is version ", version,
                      " of the provider spcs/spcs for OpenTofu and Terraform. It manages Snowflake's\n"
                      "Snowpark Container Services. It is a plugin: tofu and terraform start it, people do not.\n"
                      "\n"
                      "To use it, name it in a configuration and run `tofu init` or `terraform init`:\n"
                      "\n"
                      "  terraform {\n"
                      "    required_providers {\n"
                      "      spcs = { source = \"spcs/spcs\" }\n"
                      "    }\n"
                      "  }\n"
                      "\n"
                      "To try this very file, without `init`, put its folder into the CLI configuration (~/.tofurc or\n"
                      "~/.terraformrc):\n"
                      "\n"
                      "  provider_installation {\n"
                      "    dev_overrides { \"spcs/spcs\" = \"/the/folder/of/the/file\" }\n"
                      "    direct {}\n"
                      "  }\n"
                      "\n"
                      "To run it under a debugger, start `",
                      program, " -debug` and follow what it prints.\n");
}

std::string ReattachConfig(absl::string_view provider, absl::string_view socket_path, int pid) {
  const nlohmann::json config = {{std::string(provider),
                                  {{"Protocol", "grpc"},
                                   {"ProtocolVersion", kProtocolVersion},
                                   {"Pid", pid},
                                   {"Test", true},  // the client neither shuts us down nor kills us
                                   {"Addr", {{"Network", "unix"}, {"String", std::string(socket_path)}}}}}};
  return DumpJson(config);
}

}  // namespace spcs::plugin
