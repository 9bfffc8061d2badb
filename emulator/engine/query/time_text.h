// SPDX-License-Identifier: MPL-2.0
// Dates and times between the texts that SQL has and the numbers in which they are kept. The session's time zone is
// UTC, as the emulator tells every client.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace spcs::engine {

struct ParsedTime {
  absl::Time time;
  int offset_minutes = 0;  // of the text; 0 when it says none
};

// "2026-01-02", "2026-01-02 03:04:05.678", with T between, with an offset (+01:00, Z) behind. nullopt: not recognised.
std::optional<ParsedTime> ParseTimestamp(absl::string_view text);
// "03:04:05.678", "03:04"; seconds since midnight with nine decimals.
std::optional<std::string> ParseTimeOfDay(absl::string_view text);

// Seconds since the epoch with nine decimals, and back. `digits` of the fraction are kept.
std::string SecondsText(absl::Time time, int digits = 9);
absl::Time TimeOfSeconds(absl::string_view seconds);

// The value as TO_VARCHAR prints it under the default formats.
std::string DateText(int64_t days);
std::string TimestampText(absl::Time time, std::optional<int> offset_minutes);
std::string TimeOfDayText(absl::string_view seconds);

}  // namespace spcs::engine
