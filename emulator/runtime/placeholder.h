// SPDX-License-Identifier: MPL-2.0
// The placeholders of scenario files: {{env.NAME}}, {{env_json.NAME.member}}, {{arg.0}}, {{service}} … with filters
// behind a bar: {{env_json.REQUEST.head | service_start:ray}}. emulator/scenarios/README.md is the list for users.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace spcs::runtime {

// What a scenario may ask about the container that it plays.
struct ContainerFacts {
  std::string database, schema, service, container, image, tag;
  int instance = 0;
  std::vector<std::string> args;           // command and args of the specification, in order
  std::map<std::string, std::string> env;  // with what the service itself sets (SNOWFLAKE_SERVICE_NAME …)
  std::optional<std::string> memory;       // what was kept under the key of the behaviour's memory
};

// When a container of another service of the same schema was started last; nullopt when there is none. The name is a
// service name, a DNS name or an URL whose host is one; an empty container is the service's first.
using StartLookup = std::function<std::optional<absl::Time>(absl::string_view service, absl::string_view container)>;

// The value of one expression without braces ("env.NAME", "env_json.A.b.0 | default:x"); nullopt when it names nothing.
std::optional<std::string> Evaluate(absl::string_view expression, const ContainerFacts& facts,
                                    const StartLookup& start_of);

// `text` with its placeholders replaced. What names nothing becomes "".
std::string Expand(absl::string_view text, const ContainerFacts& facts, const StartLookup& start_of);

// The first label of a host, URL or name, folded for comparison with a service: "http://my-head.x.svc:8265/y" ->
// "MY_HEAD".
std::string ServiceNameOf(absl::string_view name_or_url);

}  // namespace spcs::runtime
