// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/store.h"

#include <sqlite3.h>

#include <map>

#include "absl/strings/str_cat.h"
#include "emulator/engine/store_statement.h"
#include "provider/base/json.h"

namespace spcs::engine {
namespace {

constexpr char kSchema[] = R"sql(
CREATE TABLE IF NOT EXISTS objects(
  id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, db TEXT NOT NULL, sc TEXT NOT NULL, name TEXT NOT NULL,
  owner TEXT NOT NULL, created_us INTEGER NOT NULL, props TEXT NOT NULL, UNIQUE(kind, db, sc, name));
CREATE TABLE IF NOT EXISTS grants(
  privilege TEXT NOT NULL, object_id INTEGER NOT NULL, detail TEXT NOT NULL, role TEXT NOT NULL,
  granted_by TEXT NOT NULL, grant_option INTEGER NOT NULL, created_us INTEGER NOT NULL,
  PRIMARY KEY(privilege, object_id, detail, role));
CREATE INDEX IF NOT EXISTS grants_on ON grants(object_id);
CREATE INDEX IF NOT EXISTS grants_to ON grants(role);
CREATE TABLE IF NOT EXISTS role_grants(
  role TEXT NOT NULL, grantee_kind TEXT NOT NULL, grantee TEXT NOT NULL, granted_by TEXT NOT NULL,
  created_us INTEGER NOT NULL, PRIMARY KEY(role, grantee_kind, grantee));
CREATE TABLE IF NOT EXISTS records(
  space TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY(space, key));
)sql";

// "spcs": marks the file as ours; the version is that of kSchema.
constexpr int kApplicationId = 0x73706373, kVersion = 1;

constexpr char kObjectColumns[] = "id, kind, db, sc, name, owner, created_us, props";

std::string KindText(Kind kind) {
  return std::string(sql::InfoOf(kind).keyword);
}

int64_t PragmaValue(sqlite3* db, const char* pragma) {
  sqlite3_stmt* statement = nullptr;
  int64_t value = -1;
  if (sqlite3_prepare_v2(db, pragma, -1, &statement, nullptr) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
    value = sqlite3_column_int64(statement, 0);
  }
  sqlite3_finalize(statement);
  return value;
}

}  // namespace

// Prepared statements by text, kept for the life of the store.
struct Store::Cache {
  std::map<std::string, sqlite3_stmt*, std::less<>> statements;
  ~Cache() {
    for (const auto& [text, statement] : statements) sqlite3_finalize(statement);
  }
};

Store::Store(sqlite3* db) : db_(db), cache_(std::make_unique<Cache>()) {}

Store::~Store() {
  cache_.reset();
  sqlite3_close(db_);
}

sqlite3_stmt* Store::Prepare(absl::string_view text) {
  auto found = cache_->statements.find(std::string(text));
  if (found != cache_->statements.end()) return found->second;
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(db_, text.data(), static_cast<int>(text.size()), SQLITE_PREPARE_PERSISTENT, &statement,
                         nullptr) != SQLITE_OK) {
    Fail(absl::StrCat("prepare ", text));
    return nullptr;
  }
  cache_->statements.emplace(std::string(text), statement);
  return statement;
}

absl::StatusOr<std::unique_ptr<Store>> Store::Open(const std::string& path) {
  sqlite3* db = nullptr;
  const std::string file = path.empty() ? ":memory:" : path;
  const int opened = sqlite3_open_v2(file.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  std::unique_ptr<Store> store(new Store(db));
  const auto fail = [&](absl::string_view what) {
    return absl::FailedPreconditionError(absl::StrCat("cannot open the store ", file, ": ", what, ": ",
                                                      db == nullptr ? "no memory" : sqlite3_errmsg(db)));
  };
  if (opened != SQLITE_OK) return fail("open");
  sqlite3_busy_timeout(db, 2000);
  const int64_t application = PragmaValue(db, "PRAGMA application_id");
  const bool fresh = application == 0 && PragmaValue(db, "PRAGMA page_count") == 0;
  if (!fresh && (application != kApplicationId || PragmaValue(db, "PRAGMA user_version") != kVersion)) {
    return fail("the file exists but is no store of this version");
  }
  const std::string setup =
      absl::StrCat("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA application_id=",
                   kApplicationId, "; PRAGMA user_version=", kVersion, ";", kSchema);
  if (sqlite3_exec(db, setup.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return fail("set up");
  return store;
}

void Store::Fail(absl::string_view what) {
  if (!failure_.ok()) return;
  failure_ = absl::InternalError(absl::StrCat("the store failed: ", what, ": ", sqlite3_errmsg(db_)));
}

void Store::Execute(const std::string& text) {
  // Statements prepared for a table that goes would lock it.
  cache_ = std::make_unique<Cache>();
  if (failure_.ok() && sqlite3_exec(db_, text.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) Fail(text);
}

int64_t Store::generation() const {
  return sqlite3_total_changes64(db_) + rollbacks_;
}

void Store::Begin() {
  failure_ = absl::OkStatus();
  SqliteStatement(*this, "BEGIN IMMEDIATE").Run();
}

absl::Status Store::Commit() {
  if (failure_.ok()) SqliteStatement(*this, "COMMIT").Run();
  if (failure_.ok()) return absl::OkStatus();
  absl::Status failure = failure_;
  Rollback();
  return failure;
}

void Store::Rollback() {
  ++rollbacks_;
  if (sqlite3_get_autocommit(db_) == 0) sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
  failure_ = absl::OkStatus();
}

namespace {

Object ReadObject(SqliteStatement& row) {
  Object object;
  object.id = row.Int(0);
  object.kind = sql::KindOfKeyword(row.Text(1)).value_or(Kind::kDatabase);
  object.database = row.Text(2);
  object.schema = row.Text(3);
  object.name = row.Text(4);
  object.owner = row.Text(5);
  object.created_on = absl::FromUnixMicros(row.Int(6));
  absl::StatusOr<nlohmann::json> props = ParseJson(row.Text(7));
  if (props.ok()) object.props = *std::move(props);
  return object;
}

}  // namespace

std::optional<Object> Store::Find(Kind kind, absl::string_view database, absl::string_view schema,
                                  absl::string_view name) {
  SqliteStatement query(
      *this, absl::StrCat("SELECT ", kObjectColumns, " FROM objects WHERE kind=? AND db=? AND sc=? AND name=?"));
  query.Bind(KindText(kind)).Bind(database).Bind(schema).Bind(name);
  if (!query.Step()) return std::nullopt;
  return ReadObject(query);
}

std::optional<Object> Store::Get(int64_t id) {
  SqliteStatement query(*this, absl::StrCat("SELECT ", kObjectColumns, " FROM objects WHERE id=?"));
  query.Bind(id);
  if (!query.Step()) return std::nullopt;
  return ReadObject(query);
}

std::vector<Object> Store::List(Kind kind, std::optional<std::string> database, std::optional<std::string> schema) {
  std::string text = absl::StrCat("SELECT ", kObjectColumns, " FROM objects WHERE kind=?");
  if (database) absl::StrAppend(&text, " AND db=?");
  if (schema) absl::StrAppend(&text, " AND sc=?");
  SqliteStatement query(*this, absl::StrCat(text, " ORDER BY db, sc, name"));
  query.Bind(KindText(kind));
  if (database) query.Bind(*database);
  if (schema) query.Bind(*schema);
  std::vector<Object> objects;
  while (query.Step()) objects.push_back(ReadObject(query));
  return objects;
}

void Store::Insert(Object& object) {
  SqliteStatement insert(
      *this, "INSERT INTO objects(kind, db, sc, name, owner, created_us, props) VALUES(?, ?, ?, ?, ?, ?, ?)");
  insert.Bind(KindText(object.kind)).Bind(object.database).Bind(object.schema).Bind(object.name).Bind(object.owner);
  insert.Bind(absl::ToUnixMicros(object.created_on)).Bind(DumpJson(object.props));
  insert.Run();
  object.id = sqlite3_last_insert_rowid(db_);
}

void Store::Update(const Object& object) {
  SqliteStatement update(*this, "UPDATE objects SET db=?, sc=?, name=?, owner=?, created_us=?, props=? WHERE id=?");
  update.Bind(object.database).Bind(object.schema).Bind(object.name).Bind(object.owner);
  update.Bind(absl::ToUnixMicros(object.created_on)).Bind(DumpJson(object.props)).Bind(object.id);
  update.Run();
}

void Store::Delete(int64_t id) {
  SqliteStatement(*this, "DELETE FROM grants WHERE object_id=?").Bind(id).Run();
  SqliteStatement(*this, "DELETE FROM objects WHERE id=?").Bind(id).Run();
}

void Store::RenameDatabase(absl::string_view from, absl::string_view to) {
  SqliteStatement(*this, "UPDATE objects SET db=? WHERE db=?").Bind(to).Bind(from).Run();
}

void Store::RenameSchema(absl::string_view from_database, absl::string_view from, absl::string_view to_database,
                         absl::string_view to) {
  SqliteStatement(*this, "UPDATE objects SET db=?, sc=? WHERE db=? AND sc=?")
      .Bind(to_database)
      .Bind(to)
      .Bind(from_database)
      .Bind(from)
      .Run();
}

}  // namespace spcs::engine
