// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/store_statement.h"

#include <sqlite3.h>

namespace spcs::engine {

SqliteStatement::SqliteStatement(Store& store, absl::string_view text)
    : store_(store), statement_(store.failure().ok() ? store.Prepare(text) : nullptr) {}

SqliteStatement::~SqliteStatement() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

SqliteStatement& SqliteStatement::Bind(absl::string_view value) {
  ++bound_;
  if (statement_ != nullptr && sqlite3_bind_text64(statement_, bound_, value.data() == nullptr ? "" : value.data(),
                                                   value.size(), SQLITE_TRANSIENT, SQLITE_UTF8) != SQLITE_OK) {
    store_.Fail("bind");
  }
  return *this;
}

SqliteStatement& SqliteStatement::Bind(int64_t value) {
  ++bound_;
  if (statement_ != nullptr && sqlite3_bind_int64(statement_, bound_, value) != SQLITE_OK) store_.Fail("bind");
  return *this;
}

SqliteStatement& SqliteStatement::BindNull() {
  ++bound_;
  if (statement_ != nullptr && sqlite3_bind_null(statement_, bound_) != SQLITE_OK) store_.Fail("bind");
  return *this;
}

void SqliteStatement::Run() {
  while (Step()) {
  }
}

bool SqliteStatement::Step() {
  if (statement_ == nullptr || !store_.failure().ok()) return false;
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) store_.Fail("step");
  return false;
}

bool SqliteStatement::IsNull(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::string SqliteStatement::Text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (text == nullptr) return "";
  return std::string(text, sqlite3_column_bytes(statement_, column));
}

int64_t SqliteStatement::Int(int column) const {
  return sqlite3_column_int64(statement_, column);
}

int SqliteStatement::columns() const {
  return sqlite3_column_count(statement_);
}

}  // namespace spcs::engine
