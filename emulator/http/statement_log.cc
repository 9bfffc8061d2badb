// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/statement_log.h"

#include <algorithm>

#include "nlohmann/json.hpp"

namespace spcs::emulator_http {
namespace {

// The oldest entries go first beyond this; the answer says how many.
constexpr size_t kMostLines = 200'000;

std::string Rfc3339(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", time, absl::UTCTimeZone());
}

}  // namespace

int64_t StatementLog::Received(StatementEntry entry, absl::Time time) {
  MutexLock lock(mu_);
  lines_.push_back({.number = ++last_number_, .entry = std::move(entry), .received = time});
  if (lines_.size() > kMostLines) {
    lines_.pop_front();
    ++dropped_;
  }
  return last_number_;
}

StatementLog::Line* StatementLog::Find(int64_t number) {
  if (lines_.empty() || number < lines_.front().number || number > lines_.back().number) return nullptr;
  return &lines_[static_cast<size_t>(number - lines_.front().number)];
}

void StatementLog::Update(int64_t number, const StatementEntry& entry) {
  MutexLock lock(mu_);
  if (Line* line = Find(number)) line->entry = entry;
}

void StatementLog::Answered(int64_t number, absl::Time time) {
  MutexLock lock(mu_);
  if (Line* line = Find(number)) line->answered = time;
}

nlohmann::json StatementLog::Line::ToJson() const {
  nlohmann::json json = {{"number", number},
                         {"received", Rfc3339(received)},
                         {"answered", nullptr},
                         {"kind", entry.kind},
                         {"object", entry.object},
                         {"text", entry.redacted},
                         {"user", entry.user},
                         {"role", entry.role},
                         {"request_id", entry.request_id},
                         {"query_id", entry.query_id},
                         {"code", entry.code},
                         {"fault", entry.fault},
                         {"retry", entry.retry},
                         {"executed", entry.executed},
                         {"http_status", entry.http_status}};
  if (answered != absl::InfinitePast()) json["answered"] = Rfc3339(answered);
  return json;
}

// Numbers are consecutive, so the first line to be listed is found without looking.
nlohmann::json StatementLog::ListAfter(int64_t number) const {
  nlohmann::json list = nlohmann::json::array();
  if (lines_.empty() || number >= lines_.back().number) return list;
  const int64_t skipped = std::max<int64_t>(0, number + 1 - lines_.front().number);
  for (size_t i = static_cast<size_t>(skipped); i < lines_.size(); ++i) list.push_back(lines_[i].ToJson());
  return list;
}

nlohmann::json StatementLog::Get(int64_t after) const {
  MutexLock lock(mu_);
  return {{"statements", ListAfter(after)}, {"dropped", dropped_}};
}

nlohmann::json StatementLog::Newest(int64_t count) const {
  MutexLock lock(mu_);
  return ListAfter(last_number_ - count);
}

void StatementLog::Reset() {
  MutexLock lock(mu_);
  lines_.clear();
  dropped_ = 0;
}

}  // namespace spcs::emulator_http
