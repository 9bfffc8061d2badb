// SPDX-License-Identifier: MPL-2.0
// Log lines as the clients read them: one JSON object a line on stderr, in the shape of hclog, so that TF_LOG keeps
// the level. Values that are secret never reach a Logger: whoever logs a statement logs its redacted text.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace spcs {

enum class LogLevel { kTrace, kDebug, kInfo, kWarn, kError, kOff };

// Thread-safe.
class Logger {
 public:
  using Fields = std::initializer_list<std::pair<absl::string_view, std::string>>;

  virtual ~Logger() = default;
  virtual bool Enabled(LogLevel level) const = 0;
  virtual void Write(LogLevel level, absl::string_view message, Fields fields) = 0;

  void Trace(absl::string_view message, Fields fields = {}) { Log(LogLevel::kTrace, message, fields); }
  void Debug(absl::string_view message, Fields fields = {}) { Log(LogLevel::kDebug, message, fields); }
  void Info(absl::string_view message, Fields fields = {}) { Log(LogLevel::kInfo, message, fields); }
  void Warn(absl::string_view message, Fields fields = {}) { Log(LogLevel::kWarn, message, fields); }
  void Error(absl::string_view message, Fields fields = {}) { Log(LogLevel::kError, message, fields); }

 private:
  void Log(LogLevel level, absl::string_view message, Fields fields) {
    if (Enabled(level)) Write(level, message, fields);
  }
};

// Writes to a file descriptor, which stays the caller's. One write() a line, so lines of threads do not mix.
class FdLogger : public Logger {
 public:
  FdLogger(int fd, LogLevel threshold) : fd_(fd), threshold_(threshold) {}
  bool Enabled(LogLevel level) const override { return level >= threshold_; }
  void Write(LogLevel level, absl::string_view message, Fields fields) override;

 private:
  int fd_;
  LogLevel threshold_;
};

// Drops everything.
class NullLogger : public Logger {
 public:
  bool Enabled(LogLevel) const override { return false; }
  void Write(LogLevel, absl::string_view, Fields) override {}
};

// The level that TF_LOG_PROVIDER, else TF_LOG, asks for ("TRACE", "json", ...); kOff when neither is set.
LogLevel LogLevelFromEnvironment();

}  // namespace spcs
