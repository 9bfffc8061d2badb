// SPDX-License-Identifier: MPL-2.0
// An account in memory with short verbs, for the tests of this folder and of kinds/.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "emulator/engine/engine.h"
#include "nlohmann/json.hpp"
#include "provider/base/random.h"
#include "provider/base/status.h"

namespace spcs::engine {

class TestAccount {
 public:
  explicit TestAccount(EngineOptions options = {}) {
    options.clock = &clock_;
    absl::StatusOr<std::unique_ptr<Engine>> engine = Engine::Open(std::move(options));
    EXPECT_TRUE(engine.ok()) << engine.status();
    if (engine.ok()) engine_ = *std::move(engine);
    session_ = {.user = "SPCS_DEMO_USER", .role = "ACCOUNTADMIN", .warehouse = "DEMO_WH"};
  }

  Engine& engine() { return *engine_; }
  EmulatorClock& clock() { return clock_; }
  // The session of the statements that follow.
  Session& session() { return session_; }

  absl::StatusOr<ResultSet> Try(absl::string_view sql, const std::vector<Binding>& bindings = {}) {
    return engine_->Execute(session_, sql, bindings, NewUuid());
  }
  ResultSet Run(absl::string_view sql, const std::vector<Binding>& bindings = {}) {
    absl::StatusOr<ResultSet> result = Try(sql, bindings);
    EXPECT_TRUE(result.ok()) << sql << ": " << result.status();
    return result.ok() ? *std::move(result) : ResultSet{};
  }
  // Runs each as ACCOUNTADMIN, whatever the session.
  void Admin(const std::vector<std::string>& statements) {
    const Session admin{.user = "SPCS_DEMO_USER", .role = "ACCOUNTADMIN"};
    for (const std::string& sql : statements) {
      const absl::StatusOr<ResultSet> result = engine_->Execute(admin, sql, {}, NewUuid());
      EXPECT_TRUE(result.ok()) << sql << ": " << result.status();
    }
  }
  // "code/state message" of the error, "" when there is none.
  std::string Error(absl::string_view sql, const std::vector<Binding>& bindings = {}) {
    const absl::StatusOr<ResultSet> result = Try(sql, bindings);
    if (result.ok()) return "";
    return absl::StrCat(FactOf(result.status(), kVendorCode).value_or("-"), "/",
                        FactOf(result.status(), kSqlState).value_or("-"), " ", result.status().message());
  }
  size_t Rows(absl::string_view sql) { return Run(sql).rows.size(); }
  // The first cell; "NULL" for NULL or when there is none.
  std::string Scalar(absl::string_view sql) {
    const ResultSet result = Run(sql);
    if (result.rows.empty() || result.rows[0].empty()) return "NULL";
    return result.rows[0][0].value_or("NULL");
  }
  // The cell of the named column; "NULL" for NULL, a failure when there is no such row or column.
  std::string Cell(absl::string_view sql, size_t row, absl::string_view column) {
    const ResultSet result = Run(sql);
    for (size_t i = 0; i < result.columns.size(); ++i) {
      if (result.columns[i].name != column) continue;
      if (row < result.rows.size()) return result.rows[row][i].value_or("NULL");
      break;
    }
    ADD_FAILURE() << sql << " has no row " << row << " with a column " << column;
    return "";
  }
  // All cells of the named column, joined by commas.
  std::string ColumnOf(absl::string_view sql, absl::string_view column) {
    const ResultSet result = Run(sql);
    std::string joined;
    for (size_t i = 0; i < result.columns.size(); ++i) {
      if (result.columns[i].name != column) continue;
      for (const Row& row : result.rows) {
        absl::StrAppend(&joined, joined.empty() ? "" : ",", row[i].value_or("NULL"));
      }
      return joined;
    }
    ADD_FAILURE() << sql << " has no column " << column;
    return "";
  }
  // The names of the result's columns, joined by commas.
  std::string Columns(absl::string_view sql) {
    std::string joined;
    for (const Column& column : Run(sql).columns) absl::StrAppend(&joined, joined.empty() ? "" : ",", column.name);
    return joined;
  }

 private:
  EmulatorClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  std::unique_ptr<Engine> engine_;
  Session session_;
};

}  // namespace spcs::engine
