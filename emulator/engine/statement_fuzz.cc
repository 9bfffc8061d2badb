// SPDX-License-Identifier: MPL-2.0
// Untrusted text as statements on an account in memory that has a table with rows. Lines are statements of their own;
// any answer will do, an end of the program will not.
#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/str_split.h"
#include "emulator/engine/testing.h"

namespace spcs::engine {
namespace {

constexpr int kMostStatements = 8;
constexpr int kInputsOfOneAccount = 2000;

struct Ground {
  Ground() {
    account.Admin({"CREATE DATABASE d"});
    account.session().database = "D";
    account.session().schema = "PUBLIC";
    account.Run("CREATE TABLE t (s VARCHAR, i INTEGER, n NUMBER(38,10), f FLOAT, b BOOLEAN, d DATE, ts TIMESTAMP_TZ)");
    account.Run(
        "INSERT INTO t VALUES ('a', 1, 1.5, 0.1, TRUE, '2026-01-01', '2026-01-01 01:02:03 +0100'), (NULL, NULL, NULL, "
        "NULL, NULL, NULL, NULL)");
  }
  TestAccount account;
};

}  // namespace
}  // namespace spcs::engine

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // Statements drop things: now and then the account is made anew.
  static std::unique_ptr<spcs::engine::Ground> ground;
  static int inputs = 0;
  if (inputs++ % spcs::engine::kInputsOfOneAccount == 0) ground = std::make_unique<spcs::engine::Ground>();
  const std::string text(reinterpret_cast<const char*>(data), size);
  int count = 0;
  for (const absl::string_view statement : absl::StrSplit(text, '\n')) {
    if (++count > spcs::engine::kMostStatements) break;
    (void)ground->account.Try(statement);
  }
  return 0;
}
