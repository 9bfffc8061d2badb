// SPDX-License-Identifier: MPL-2.0
#include "provider/base/logger.h"

#include <unistd.h>

#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "nlohmann/json.hpp"

namespace spcs {
namespace {

absl::string_view Name(LogLevel level) {
  switch (level) {
    case LogLevel::kTrace: return "trace";
    case LogLevel::kDebug: return "debug";
    case LogLevel::kInfo: return "info";
    case LogLevel::kWarn: return "warn";
    case LogLevel::kError: return "error";
    case LogLevel::kOff: return "off";
  }
  return "off";
}

}  // namespace

void FdLogger::Write(LogLevel level, absl::string_view message, Fields fields) {
  nlohmann::ordered_json line;
  line["@level"] = std::string(Name(level));
  line["@message"] = std::string(message);
  line["@timestamp"] = absl::FormatTime("%Y-%m-%dT%H:%M:%E6S%Ez", absl::Now(), absl::LocalTimeZone());
  for (const auto& [key, value] : fields) line[std::string(key)] = value;
  std::string text = line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  text += '\n';
  // A log that cannot be written has nowhere to complain.
  [[maybe_unused]] const auto written = ::write(fd_, text.data(), text.size());
}

LogLevel LogLevelFromEnvironment() {
  const char* value = std::getenv("TF_LOG_PROVIDER");
  if (value == nullptr || *value == '\0') value = std::getenv("TF_LOG");
  if (value == nullptr || *value == '\0') return LogLevel::kOff;
  const std::string level = absl::AsciiStrToLower(value);
  for (LogLevel candidate : {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarn, LogLevel::kError, LogLevel::kOff}) {
    if (level == Name(candidate)) return candidate;
  }
  return LogLevel::kTrace;  // "trace", "json" and, as in the clients, anything else that is set
}

}  // namespace spcs
