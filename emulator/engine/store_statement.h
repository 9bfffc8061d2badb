// SPDX-License-Identifier: MPL-2.0
// One use of a prepared SQLite statement: bind in order, run or step, read columns; given back at the end of its life.
// Errors go to Store::Fail. For the store's own files and the user tables.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "emulator/engine/store.h"

struct sqlite3_stmt;

namespace spcs::engine {

class SqliteStatement {
 public:
  SqliteStatement(Store& store, absl::string_view text);
  ~SqliteStatement();
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;

  // The next parameter. Texts are copied.
  SqliteStatement& Bind(absl::string_view value);
  SqliteStatement& Bind(int64_t value);
  SqliteStatement& BindNull();

  // For statements without rows.
  void Run();
  // Moves to the next row; false at the end or on an error.
  bool Step();

  bool IsNull(int column) const;
  std::string Text(int column) const;
  int64_t Int(int column) const;
  int columns() const;

 private:
  Store& store_;
  sqlite3_stmt* statement_;
  int bound_ = 0;
};

}  // namespace spcs::engine
