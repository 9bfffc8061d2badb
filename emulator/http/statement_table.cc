// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/statement_table.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/random.h"

namespace spcs::emulator_http {
namespace {

constexpr absl::string_view kSpace = "answer";
constexpr absl::Duration kKept = absl::Hours(24);
// Beyond these the oldest go although they are younger than 24 hours: memory has an end. About 100 MB each.
constexpr size_t kMostChanges = 50'000;
constexpr size_t kMostQuestions = 50'000;
constexpr int64_t kMostCells = 2'000'000;

// A change's answer is one status row; columns are kept with their names and types.
nlohmann::json ResultToJson(const engine::ResultSet& result) {
  nlohmann::json columns = nlohmann::json::array();
  for (const engine::Column& column : result.columns) {
    columns.push_back({column.name, column.type, column.precision, column.scale, column.nullable, column.length});
  }
  nlohmann::json rows = nlohmann::json::array();
  for (const engine::Row& row : result.rows) {
    nlohmann::json cells = nlohmann::json::array();
    for (const engine::Cell& cell : row) cells.push_back(cell ? nlohmann::json(*cell) : nlohmann::json(nullptr));
    rows.push_back(std::move(cells));
  }
  return {{"columns", std::move(columns)},
          {"rows", std::move(rows)},
          {"affected", result.rows_affected},
          {"change", static_cast<int>(result.row_change)}};
}

engine::ResultSet ResultFromJson(const nlohmann::json& json) {
  engine::ResultSet result;
  for (const nlohmann::json& column : json["columns"]) {
    result.columns.push_back({column[0].get<std::string>(), column[1].get<std::string>(), column[2].get<int>(),
                              column[3].get<int>(), column[4].get<bool>(),
                              column.size() > 5 ? column[5].get<int64_t>() : 0});
  }
  for (const nlohmann::json& cells : json["rows"]) {
    engine::Row row;
    for (const nlohmann::json& cell : cells) {
      row.push_back(cell.is_null() ? engine::Cell() : engine::Cell(cell.get<std::string>()));
    }
    result.rows.push_back(std::move(row));
  }
  result.rows_affected = json["affected"].get<int64_t>();
  result.row_change = static_cast<engine::RowChange>(json.value("change", 0));
  return result;
}

std::string RecordKey(absl::string_view user, absl::string_view request_id) {
  return absl::StrCat(request_id, " ", user);
}

// nullptr when the record is not one of ours: it is then as if it were not there.
std::shared_ptr<ExecutedStatement> FromRecord(const std::string& text) {
  const absl::StatusOr<nlohmann::json> json = ParseJson(text);
  if (!json.ok() || !json->contains("result")) return nullptr;
  auto statement = std::make_shared<ExecutedStatement>(
      ExecutedStatement::Facts{.handle = JsonString(*json, "handle"),
                               .request_id = JsonString(*json, "request_id"),
                               .user = JsonString(*json, "user"),
                               .created = absl::FromUnixMicros(JsonInt(*json, "created")),
                               .is_change = true});
  statement->StartExecution();
  statement->Finish(ResultFromJson((*json)["result"]));
  return statement;
}

}  // namespace

std::shared_ptr<const ExecutedStatement::Outcome> ExecutedStatement::outcome() const {
  MutexLock lock(mu_);
  return outcome_;
}

bool ExecutedStatement::StartExecution() {
  MutexLock lock(mu_);
  return !std::exchange(claimed_, true);
}

void ExecutedStatement::Finish(Outcome outcome) {
  auto shared = std::make_shared<const Outcome>(std::move(outcome));
  MutexLock lock(mu_);
  if (outcome_ == nullptr) outcome_ = std::move(shared);
}

void ExecutedStatement::GoOn(Unfinished rest) {
  MutexLock lock(mu_);
  goes_on_ = true;
  unfinished_ = std::move(rest);
}

std::optional<ExecutedStatement::Unfinished> ExecutedStatement::TakeUnfinished() {
  MutexLock lock(mu_);
  if (outcome_ != nullptr) return std::nullopt;
  return std::exchange(unfinished_, std::nullopt);
}

bool ExecutedStatement::Cancel(absl::Status error) {
  auto shared = std::make_shared<const Outcome>(std::move(error));
  MutexLock lock(mu_);
  if (outcome_ != nullptr || (claimed_ && !goes_on_)) return false;
  claimed_ = true;
  outcome_ = std::move(shared);
  return true;
}

StatementTable::StatementTable(engine::Engine& engine, const engine::EmulatorClock& clock)
    : engine_(engine), clock_(clock) {
  std::vector<std::shared_ptr<ExecutedStatement>> kept;
  for (const auto& [key, text] : engine_.ListRecords(kSpace)) {
    if (auto statement = FromRecord(text)) kept.push_back(std::move(statement));
  }
  std::sort(kept.begin(), kept.end(),
            [](const auto& a, const auto& b) { return a->facts().created < b->facts().created; });
  MutexLock lock(mu_);
  for (auto& statement : kept) Insert(std::move(statement));
  Expire();
}

std::pair<std::shared_ptr<ExecutedStatement>, bool> StatementTable::FindOrAdd(ExecutedStatement::Facts facts,
                                                                              bool may_repeat) {
  auto statement = std::make_shared<ExecutedStatement>(std::move(facts));
  MutexLock lock(mu_);
  Expire();
  if (may_repeat) {
    const auto known = by_request_.find(Key(statement->facts().user, statement->facts().request_id));
    if (known != by_request_.end()) return {known->second, false};
  }
  Insert(statement);
  return {std::move(statement), true};
}

std::shared_ptr<ExecutedStatement> StatementTable::Add(ExecutedStatement::Facts facts) {
  return FindOrAdd(std::move(facts), /*may_repeat=*/false).first;
}

engine::RecordedAnswer StatementTable::Record(const ExecutedStatement::Facts& facts) {
  if (!facts.is_change) return {};
  return {.space = std::string(kSpace),
          .key = RecordKey(facts.user, facts.request_id),
          .value = [facts](const engine::ResultSet& result) {
            return DumpJson({{"handle", facts.handle},
                             {"request_id", facts.request_id},
                             {"user", facts.user},
                             {"created", absl::ToUnixMicros(facts.created)},
                             {"result", ResultToJson(result)}});
          }};
}

void StatementTable::Ended(const ExecutedStatement& statement) {
  Count(statement);
}

std::shared_ptr<ExecutedStatement> StatementTable::ByHandle(absl::string_view user, absl::string_view handle) {
  MutexLock lock(mu_);
  Expire();
  const auto found = by_handle_.find(handle);
  return found != by_handle_.end() && found->second.statement->facts().user == user ? found->second.statement : nullptr;
}

std::shared_ptr<ExecutedStatement> StatementTable::ByRequest(absl::string_view user, absl::string_view request_id) {
  MutexLock lock(mu_);
  Expire();
  const auto found = by_request_.find(Key(user, request_id));
  return found != by_request_.end() ? found->second : nullptr;
}

void StatementTable::ForgetRequest(absl::string_view user, absl::string_view request_id) {
  {
    MutexLock lock(mu_);
    by_request_.erase(Key(user, request_id));
  }
  // A failure only means that the record outlives its request id in the store; it expires there.
  engine_.DeleteRecord(kSpace, RecordKey(user, request_id)).IgnoreError();
}

void StatementTable::Insert(std::shared_ptr<ExecutedStatement> statement) {
  const ExecutedStatement::Facts& facts = statement->facts();
  by_handle_[facts.handle] = {.statement = statement};
  by_request_[Key(facts.user, facts.request_id)] = statement;
  Statements& statements = facts.is_change ? changes_ : questions_;
  statements.push_back(std::move(statement));
  if (changes_.size() > kMostChanges) DropOldest(changes_);
  if (questions_.size() > kMostQuestions) DropOldest(questions_);
}

void StatementTable::Count(const ExecutedStatement& statement) {
  const auto outcome = statement.outcome();
  if (outcome == nullptr || !outcome->ok()) return;
  MutexLock lock(mu_);
  const auto held = by_handle_.find(statement.facts().handle);
  if (held == by_handle_.end()) return;
  held->second.cells = static_cast<int64_t>((*outcome)->rows.size() * (*outcome)->columns.size());
  cells_ += held->second.cells;
  while (cells_ > kMostCells && questions_.size() > 1) DropOldest(questions_);
}

void StatementTable::DropOldest(Statements& statements) {
  const std::shared_ptr<ExecutedStatement> oldest = std::move(statements.front());
  statements.pop_front();
  const ExecutedStatement::Facts& facts = oldest->facts();
  const auto held = by_handle_.find(facts.handle);
  cells_ -= held->second.cells;
  by_handle_.erase(held);
  const auto request = by_request_.find(Key(facts.user, facts.request_id));
  if (request == by_request_.end() || request->second != oldest) return;
  by_request_.erase(request);
  if (facts.is_change) engine_.DeleteRecord(kSpace, RecordKey(facts.user, facts.request_id)).IgnoreError();
}

void StatementTable::Expire() {
  const absl::Time oldest = clock_.Now() - kKept;
  for (Statements* statements : {&changes_, &questions_}) {
    while (!statements->empty() && statements->front()->facts().created < oldest) DropOldest(*statements);
  }
}

std::string NewHandle(absl::Time now) {
  const std::string random = NewUuid();
  return absl::StrFormat("01%06x-%s", absl::ToUnixSeconds(now) / 60 % 0x1000000, random.substr(9));
}

}  // namespace spcs::emulator_http
