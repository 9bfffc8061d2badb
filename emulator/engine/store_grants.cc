// SPDX-License-Identifier: MPL-2.0
// The store's grants and records.
#include <sqlite3.h>

#include "emulator/engine/store.h"
#include "emulator/engine/store_statement.h"

namespace spcs::engine {
namespace {

Grant ReadGrant(SqliteStatement& row) {
  Grant grant;
  grant.privilege = row.Text(0);
  grant.object_id = row.Int(1);
  grant.detail = row.Text(2);
  grant.role = row.Text(3);
  grant.granted_by = row.Text(4);
  grant.grant_option = row.Int(5) != 0;
  grant.created_on = absl::FromUnixMicros(row.Int(6));
  return grant;
}

std::vector<Grant> ReadGrants(SqliteStatement& query) {
  std::vector<Grant> grants;
  while (query.Step()) grants.push_back(ReadGrant(query));
  return grants;
}

}  // namespace

void Store::AddGrant(const Grant& grant) {
  SqliteStatement insert(*this, "INSERT OR REPLACE INTO grants VALUES(?, ?, ?, ?, ?, ?, ?)");
  insert.Bind(grant.privilege).Bind(grant.object_id).Bind(grant.detail).Bind(grant.role).Bind(grant.granted_by);
  insert.Bind(int64_t{grant.grant_option}).Bind(absl::ToUnixMicros(grant.created_on)).Run();
}

bool Store::RemoveGrant(const Grant& grant) {
  SqliteStatement(*this, "DELETE FROM grants WHERE privilege=? AND object_id=? AND detail=? AND role=?")
      .Bind(grant.privilege)
      .Bind(grant.object_id)
      .Bind(grant.detail)
      .Bind(grant.role)
      .Run();
  return sqlite3_changes(db_) > 0;
}

std::vector<Grant> Store::GrantsOn(int64_t object_id) {
  SqliteStatement query(*this, "SELECT * FROM grants WHERE object_id=? ORDER BY privilege, detail, role");
  return ReadGrants(query.Bind(object_id));
}

std::vector<Grant> Store::GrantsTo(absl::string_view role) {
  SqliteStatement query(*this, "SELECT * FROM grants WHERE role=? ORDER BY object_id, privilege, detail");
  return ReadGrants(query.Bind(role));
}

void Store::AddRoleGrant(const RoleGrant& grant) {
  SqliteStatement insert(*this, "INSERT OR IGNORE INTO role_grants VALUES(?, ?, ?, ?, ?)");
  insert.Bind(grant.role).Bind(sql::InfoOf(grant.grantee_kind).keyword).Bind(grant.grantee).Bind(grant.granted_by);
  insert.Bind(absl::ToUnixMicros(grant.created_on)).Run();
}

bool Store::RemoveRoleGrant(const RoleGrant& grant) {
  SqliteStatement(*this, "DELETE FROM role_grants WHERE role=? AND grantee_kind=? AND grantee=?")
      .Bind(grant.role)
      .Bind(sql::InfoOf(grant.grantee_kind).keyword)
      .Bind(grant.grantee)
      .Run();
  return sqlite3_changes(db_) > 0;
}

std::vector<RoleGrant> Store::AllRoleGrants() {
  SqliteStatement query(*this, "SELECT * FROM role_grants ORDER BY role, grantee_kind, grantee");
  std::vector<RoleGrant> grants;
  while (query.Step()) {
    RoleGrant grant;
    grant.role = query.Text(0);
    grant.grantee_kind = sql::KindOfKeyword(query.Text(1)).value_or(Kind::kUser);
    grant.grantee = query.Text(2);
    grant.granted_by = query.Text(3);
    grant.created_on = absl::FromUnixMicros(query.Int(4));
    grants.push_back(std::move(grant));
  }
  return grants;
}

void Store::RenameGrantee(Kind kind, absl::string_view from, absl::string_view to) {
  SqliteStatement(*this, "UPDATE role_grants SET grantee=? WHERE grantee_kind=? AND grantee=?")
      .Bind(to)
      .Bind(sql::InfoOf(kind).keyword)
      .Bind(from)
      .Run();
  if (kind != Kind::kRole) return;
  for (const char* update : {"UPDATE role_grants SET role=? WHERE role=?", "UPDATE grants SET role=? WHERE role=?",
                             "UPDATE objects SET owner=? WHERE owner=?"}) {
    SqliteStatement(*this, update).Bind(to).Bind(from).Run();
  }
}

void Store::DropGrantee(Kind kind, absl::string_view name) {
  SqliteStatement(*this, "DELETE FROM role_grants WHERE grantee_kind=? AND grantee=?")
      .Bind(sql::InfoOf(kind).keyword)
      .Bind(name)
      .Run();
  if (kind != Kind::kRole) return;
  for (const char* remove : {"DELETE FROM role_grants WHERE role=?", "DELETE FROM grants WHERE role=?"}) {
    SqliteStatement(*this, remove).Bind(name).Run();
  }
}

void Store::TransferOwnership(absl::string_view from, absl::string_view to) {
  SqliteStatement(*this, "UPDATE objects SET owner=? WHERE owner=?").Bind(to).Bind(from).Run();
}

void Store::PutRecord(absl::string_view space, absl::string_view key, absl::string_view value) {
  SqliteStatement(*this, "INSERT OR REPLACE INTO records VALUES(?, ?, ?)").Bind(space).Bind(key).Bind(value).Run();
}

std::optional<std::string> Store::GetRecord(absl::string_view space, absl::string_view key) {
  SqliteStatement query(*this, "SELECT value FROM records WHERE space=? AND key=?");
  query.Bind(space).Bind(key);
  if (!query.Step()) return std::nullopt;
  return query.Text(0);
}

std::vector<std::pair<std::string, std::string>> Store::ListRecords(absl::string_view space) {
  SqliteStatement query(*this, "SELECT key, value FROM records WHERE space=? ORDER BY key");
  query.Bind(space);
  std::vector<std::pair<std::string, std::string>> records;
  while (query.Step()) records.emplace_back(query.Text(0), query.Text(1));
  return records;
}

void Store::DeleteRecord(absl::string_view space, absl::string_view key) {
  SqliteStatement(*this, "DELETE FROM records WHERE space=? AND key=?").Bind(space).Bind(key).Run();
}

}  // namespace spcs::engine
