// SPDX-License-Identifier: MPL-2.0
// The account: executes statements on a durable store, as strictly as the service would. The HTTP layer is its caller;
// tests call it directly.
//
//   ASSIGN_OR_RETURN(std::unique_ptr<Engine> engine, Engine::Open({.data_dir = dir, .clock = &clock}));
//   engine->Execute({.user = "ADMIN", .role = "ACCOUNTADMIN"}, "CREATE DATABASE D", {}, NewUuid());
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/engine/clock.h"
#include "emulator/engine/result.h"
#include "nlohmann/json_fwd.hpp"

namespace spcs::runtime::process {
class Runtime;
}

namespace spcs::engine {

// Stored (exact) names; "" = none.
struct Session {
  std::string user, role, warehouse, database, schema;
  std::string role_restriction{};  // of the token that it signed in with: no other role may be used
  std::string id{};                // of a driver's session, in which USE and ALTER SESSION work; "": the SQL API
};

// A bound `?` of the SQL API: type as sent ("TEXT", "FIXED", …), value as text or NULL.
struct Binding {
  std::string type;
  std::optional<std::string> value;
  // What drivers send for many rows at once: a value for each row, for INSERT … VALUES only.
  std::optional<std::vector<std::optional<std::string>>> array = std::nullopt;
};

// What a statement is, for the log and the fault rules.
struct StatementInfo {
  std::string kind;      // "CREATE COMPUTE POOL", "SHOW SERVICES"; "UNKNOWN" when it does not parse
  std::string object;    // the object's name as far as the text qualifies it, "" when there is none
  std::string redacted;  // the text with the literals of secrets replaced by '***'
};

struct EngineOptions {
  std::string data_dir;            // folder of the store; "" keeps everything in memory
  EmulatorClock* clock = nullptr;  // required; must outlive the engine
  double speed = 1;                // simulated durations are divided by it; 0: at once
  uint64_t seed = 0;
  std::string images;                              // "any"; a file with one reference a line; "": what was pushed
  std::string scenarios_dir;                       // "": the default behaviour for every image
  bool open = false;                               // skip privilege checks
  runtime::process::Runtime* processes = nullptr;  // runs containers for real; null: they are simulated
  bool legacy_families = false;                    // accept instance families of the private preview (GPU_3, …)
  std::string registry_host;                       // see Engine::SetRegistryHost
  std::string ingress_domain = "snowflakecomputing.app";  // see Engine::SetIngressDomain

  // For a new account only.
  std::string organization = "SPCS";
  std::string account_name = "EMULATOR";
  std::string user = "SPCS_DEMO_USER";
  std::string user_public_key;  // DER SubjectPublicKeyInfo in base64; may be set later by SetPublicKey
};

class ExecutionContext;

struct AccountInfo {
  std::string organization, account_name, locator, region;
};

struct UserRecord {
  std::string name, login_name;
  std::vector<std::string> public_keys;  // RSA_PUBLIC_KEY and RSA_PUBLIC_KEY_2 when set: DER SPKI in base64
  std::string default_role, default_warehouse, default_namespace;  // "" = none
  std::vector<std::string> roles;  // granted directly or by the role hierarchy, PUBLIC too; sorted
  bool disabled = false;
};

// A record of the layer above that is written in the transaction of a statement, if that succeeds: what is remembered
// of the statement and what it did are on disk together or not at all. Secret results are not recorded.
struct RecordedAnswer {
  std::string space, key;                              // as PutRecord()
  std::function<std::string(const ResultSet&)> value;  // empty: nothing is recorded
};

class Engine {
 public:
  // Opens or makes the account in options.data_dir. Fails when the folder or the store cannot be used, or an option
  // (images file, scenarios) is bad.
  static absl::StatusOr<std::unique_ptr<Engine>> Open(EngineOptions options);
  ~Engine();

  // Never fails and changes nothing.
  StatementInfo Inspect(absl::string_view sql) const;

  // Executes one statement in one transaction; durable when it returns. Thread-safe. An SQL error carries kVendorCode
  // and kSqlState; one without them is a fault of the emulator itself. `session.role` must be checked with UserHasRole.
  absl::StatusOr<ResultSet> Execute(const Session& session, absl::string_view sql, const std::vector<Binding>& bindings,
                                    absl::string_view query_id, const RecordedAnswer& record = {});

  // Asks a statement whose result goes on for its end, under the same session: a result that still goes on, or the end.
  absl::StatusOr<ResultSet> Continue(const Session& session, const ResultSet& result);

  // Runs `body` as a statement of the session, in one transaction: for the surfaces beside SQL (registry, stage files).
  // Rolled back when it fails.
  absl::Status Run(const Session& session, const std::function<absl::Status(ExecutionContext&)>& body);

  // The registry's address, "127.0.0.1:4711", which SHOW IMAGE REPOSITORIES tells; without it the name that the service
  // would give.
  void SetRegistryHost(std::string host);

  // What the hosts of public endpoints end with, "localhost:4711"; without it the domain that the service has.
  void SetIngressDomain(std::string domain);

  // With EngineOptions.processes: takes what became of the containers and says anew what is to run. To be called when
  // either may have changed.
  absl::Status ExchangeWithProcesses();

  // Everything that exists: {"COMPUTE POOL": [{"name": …, column: …}], …}. Secrets as hashes only.
  nlohmann::json Objects();

  // An outside change: {kind, name, set: {column: value}} and what the kind's handler adds (reserialize, …).
  // InvalidArgument for a bad request, NotFound for an absent object.
  absl::Status Mutate(const nlohmann::json& request);

  AccountInfo account() const;

  // By name or login name, compared without case. NotFound when there is none.
  absl::StatusOr<UserRecord> FindUser(absl::string_view name);
  bool UserHasRole(absl::string_view user, absl::string_view role);
  // The stored name of the role that `name` means: exact first, else folded to upper case. "" when there is none.
  std::string CanonicalRole(absl::string_view name);
  // Sets RSA_PUBLIC_KEY of the user.
  absl::Status SetPublicKey(absl::string_view user, absl::string_view base64_der);

  // Durable records of the layer above, by space and key: answers by request id, token hashes. Thread-safe.
  absl::Status PutRecord(absl::string_view space, absl::string_view key, absl::string_view value);
  std::optional<std::string> GetRecord(absl::string_view space, absl::string_view key);
  std::vector<std::pair<std::string, std::string>> ListRecords(absl::string_view space);
  absl::Status DeleteRecord(absl::string_view space, absl::string_view key);

 private:
  struct Impl;
  explicit Engine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace spcs::engine
