// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/options.h"

#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "provider/base/status.h"

namespace spcs::emulator_http {
namespace {

constexpr absl::string_view kHelp = R"(spcs-emulator stands in for a Snowflake account on this machine.

  --data-dir=FOLDER    where the account lives; made when absent. It gets a key and a connections.toml:
                       `export SNOWFLAKE_HOME=FOLDER` is all that a client needs. Required.
  --listen=ADDRESS     loopback address and port, 127.0.0.1:0 by default; port 0 takes any free one
  --port-file=FILE     gets the port once requests are accepted
  --runtime=NAME       what runs containers: simulated (by default), or process: as local processes in namespaces of
                       their own, each image by its stand-in
  --stand-ins=FOLDER   with --runtime=process: IMAGE/stand-in.json for each image name says what to run for it
  --speed=N            simulated states change N times faster than real ones, 1 by default; 0: at once
  --latency=TIME       added to each answer of the account, such as 100ms; 0 by default
  --seed=N             of everything random, 0 by default
  --images=any|FILE    accept every image, or those listed in FILE, one reference a line; default: what was pushed
  --scenarios=FOLDER   one JSON file for each image name: duration, exit code, log, probe
  --ingress-idle=TIME  a connection to a public endpoint ends after this much silence, 90s by default
  --open               skip privilege checks
  --partition-cells=N  values in one partition of a result, 10000 by default
  --help               print this text
)";

absl::Status Bad(absl::string_view name, absl::string_view wanted) {
  return absl::InvalidArgumentError(absl::StrCat("--", name, " must be ", wanted));
}

absl::Status SetListen(absl::string_view text, EmulatorOptions& options) {
  const size_t colon = text.rfind(':');
  absl::string_view host = text.substr(0, colon == absl::string_view::npos ? 0 : colon);
  if (host == "[::1]") host = "::1";
  int port = -1;
  if (colon == absl::string_view::npos || !absl::SimpleAtoi(text.substr(colon + 1), &port) || port < 0 ||
      port > 65535) {
    return Bad("listen", "an address and a port, such as 127.0.0.1:0");
  }
  if (host != "127.0.0.1" && host != "::1" && host != "localhost") {
    return Bad("listen", "a loopback address (127.0.0.1 or [::1]): the emulator has no TLS and an open admin API");
  }
  options.host = host == "localhost" ? "127.0.0.1" : std::string(host);
  options.port = port;
  return absl::OkStatus();
}

absl::Status SetRuntime(absl::string_view value, EmulatorOptions& options) {
  if (value != "simulated" && value != "process") return Bad("runtime", "simulated or process");
  options.runtime = std::string(value);
  return absl::OkStatus();
}

absl::Status SetLatency(absl::string_view value, EmulatorOptions& options) {
  if (!absl::ParseDuration(value, &options.latency) || options.latency < absl::ZeroDuration() ||
      options.latency > absl::Minutes(1)) {
    return Bad("latency", "a time from 0 to 1m, such as 100ms");
  }
  return absl::OkStatus();
}

absl::Status SetOption(absl::string_view name, absl::string_view value, EmulatorOptions& options) {
  if (name == "listen") return SetListen(value, options);
  if (name == "runtime") return SetRuntime(value, options);
  if (name == "latency") return SetLatency(value, options);
  if (name == "ingress-idle") {
    const bool good = absl::ParseDuration(value, &options.ingress_idle) &&
                      options.ingress_idle > absl::ZeroDuration() && options.ingress_idle <= absl::Hours(1);
    return good ? absl::OkStatus() : Bad("ingress-idle", "a time up to 1h, such as 90s");
  }
  if (name == "speed") {
    const bool good = absl::SimpleAtod(value, &options.speed) && options.speed >= 0 && options.speed <= 1e9;
    return good ? absl::OkStatus() : Bad("speed", "a number from 0 on");
  }
  if (name == "seed") return absl::SimpleAtoi(value, &options.seed) ? absl::OkStatus() : Bad("seed", "a whole number");
  if (name == "partition-cells") {
    const bool good = absl::SimpleAtoi(value, &options.partition_cells) && options.partition_cells > 0;
    return good ? absl::OkStatus() : Bad("partition-cells", "a whole number from 1 on");
  }
  std::string* const text = name == "port-file"   ? &options.port_file
                            : name == "data-dir"  ? &options.data_dir
                            : name == "images"    ? &options.images
                            : name == "scenarios" ? &options.scenarios
                            : name == "stand-ins" ? &options.stand_ins
                                                  : nullptr;
  if (text == nullptr) return absl::InvalidArgumentError(absl::StrCat("unknown argument --", name, "; see --help"));
  if (value.empty()) return Bad(name, "given a value");
  *text = std::string(value);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<EmulatorOptions> ParseOptions(const std::vector<std::string>& arguments) {
  EmulatorOptions options;
  for (size_t i = 0; i < arguments.size(); ++i) {
    absl::string_view argument = arguments[i];
    if (argument == "--help" || argument == "-h") {
      options.help = true;
      return options;
    }
    if (!absl::ConsumePrefix(&argument, "--")) {
      return absl::InvalidArgumentError(absl::StrCat("unknown argument ", arguments[i], "; see --help"));
    }
    if (argument == "open" || argument == "open=true") {
      options.open = true;
      continue;
    }
    const size_t equals = argument.find('=');
    if (equals != absl::string_view::npos) {
      RETURN_IF_ERROR(SetOption(argument.substr(0, equals), argument.substr(equals + 1), options));
    } else if (i + 1 < arguments.size() && !absl::StartsWith(arguments[i + 1], "--")) {
      RETURN_IF_ERROR(SetOption(argument, arguments[++i], options));
    } else {
      RETURN_IF_ERROR(SetOption(argument, "", options));
    }
  }
  if ((options.runtime == "process") == options.stand_ins.empty()) {
    return absl::InvalidArgumentError("--runtime=process and --stand-ins=FOLDER go together; see --help");
  }
  if (options.data_dir.empty()) return absl::InvalidArgumentError("--data-dir is required; see --help");
  return options;
}

std::string AddressOf(const EmulatorOptions& options, int port) {
  const bool bracketed = absl::StrContains(options.host, ':');
  return absl::StrCat(bracketed ? "[" : "", options.host, bracketed ? "]:" : ":", port);
}

absl::string_view HelpText() {
  return kHelp;
}

}  // namespace spcs::emulator_http
