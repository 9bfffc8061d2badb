// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/engine.h"

#include <filesystem>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "emulator/engine/account.h"
#include "emulator/engine/context.h"
#include "emulator/engine/inspect.h"
#include "emulator/engine/kind_handler.h"
#include "emulator/engine/kinds/all.h"
#include "emulator/engine/kinds/kinds.h"
#include "emulator/engine/stage_files.h"
#include "emulator/sql/parse_name.h"
#include "emulator/sql/parser.h"
#include "emulator/sql/session_grammar.h"
#include "provider/base/json.h"
#include "provider/base/mutex.h"
#include "provider/base/status.h"

namespace spcs::engine {

struct Engine::Impl {
  EngineOptions options;
  Registry registry;
  Mutex mu;  // one statement at a time
  std::unique_ptr<Store> store;

  // Runs `body` in a transaction of its own, with every state machine brought to now before it.
  template <typename Result, typename Body>
  Result Transact(const Session& session, const std::vector<Binding>& bindings, absl::string_view query_id, Body body) {
    MutexLock lock(mu);
    store->Begin();
    ExecutionContext context(session, bindings, query_id, options, *store, registry);
    // Pools before services: a service's instances need the nodes.
    for (const auto& [kind, handler] : registry.kinds()) handler->Advance(context);
    Result result = body(context);
    absl::Status status = Status(result);
    if (!status.ok() && store->failure().ok()) {
      store->Rollback();
      return result;
    }
    if (absl::Status committed = store->Commit(); !committed.ok()) return committed;
    context.FinishCommit();
    return result;
  }

  static absl::Status Status(const absl::Status& status) { return status; }
  template <typename T>
  static absl::Status Status(const absl::StatusOr<T>& result) {
    return result.status();
  }
};

namespace {

const Session& AdminSession() {
  static const Session* session = new Session{.user = "", .role = "ACCOUNTADMIN"};
  return *session;
}

const std::vector<Binding>& NoBindings() {
  static const std::vector<Binding>* bindings = new std::vector<Binding>;
  return *bindings;
}

nlohmann::json AdminRow(ExecutionContext& context, const Object& object, KindHandler* handler) {
  nlohmann::json row = handler == nullptr ? object.props : handler->AdminView(context, object);
  row["name"] = object.name;
  if (!object.database.empty()) row["database_name"] = object.database;
  if (!object.schema.empty()) row["schema_name"] = object.schema;
  row["owner"] = object.owner;
  row["created_on"] = absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", object.created_on, absl::UTCTimeZone());
  return row;
}

nlohmann::json AllGrants(ExecutionContext& context) {
  nlohmann::json rows = nlohmann::json::array();
  for (const Object& role : context.store().List(Kind::kRole)) {
    for (const Grant& grant : context.store().GrantsTo(role.name)) {
      const std::optional<Object> on = context.store().Get(grant.object_id);
      rows.push_back(
          {{"privilege", grant.privilege},
           {"on", on ? std::string(sql::InfoOf(on->kind).keyword) : "ACCOUNT"},
           {"name", absl::StrCat(on ? NameOf(*on).ToString() : "", grant.detail.empty() ? "" : "!", grant.detail)},
           {"role", grant.role}});
    }
  }
  return rows;
}

absl::StatusOr<FullName> ParseObjectName(ExecutionContext& context, Kind kind, const std::string& text) {
  const absl::StatusOr<sql::QualifiedName> name = sql::ParseWholeName(text);
  if (!name.ok()) return absl::InvalidArgumentError(absl::StrCat("'name' is no SQL name: ", text));
  absl::StatusOr<FullName> full = context.Qualify(kind, *name);
  if (!full.ok()) return absl::InvalidArgumentError(absl::StrCat("'name' must be fully qualified: ", text));
  return full;
}

absl::Status MutateObject(ExecutionContext& context, const nlohmann::json& request) {
  if (!request.is_object()) return absl::InvalidArgumentError("the request must be a JSON object");
  const std::string keyword = absl::AsciiStrToUpper(JsonString(request, "kind"));
  const std::optional<Kind> kind = sql::KindOfKeyword(keyword);
  KindHandler* handler = kind ? context.registry().FindKind(*kind) : nullptr;
  if (handler == nullptr) return absl::InvalidArgumentError(absl::StrCat("there is no kind '", keyword, "'"));
  ASSIGN_OR_RETURN(const FullName name, ParseObjectName(context, *kind, JsonString(request, "name")));
  std::optional<Object> object = context.Find(*kind, name);
  if (!object) return absl::NotFoundError(absl::StrCat("there is no ", keyword, " ", name.ToString()));
  return handler->Mutate(context, *object, request);
}

}  // namespace

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Engine::~Engine() = default;

absl::StatusOr<std::unique_ptr<Engine>> Engine::Open(EngineOptions options) {
  if (options.clock == nullptr) return absl::InvalidArgumentError("EngineOptions.clock must be set");
  auto impl = std::make_unique<Impl>();
  std::string path;
  if (!options.data_dir.empty()) {
    std::error_code error;
    std::filesystem::create_directories(options.data_dir, error);
    if (error) {
      return absl::FailedPreconditionError(
          absl::StrCat("cannot make the folder ", options.data_dir, ": ", error.message()));
    }
    path = (std::filesystem::path(options.data_dir) / "account.db").string();
  }
  ASSIGN_OR_RETURN(impl->store, Store::Open(path));
  impl->options = std::move(options);
  RETURN_IF_ERROR(RegisterAll(impl->registry, impl->options));
  impl->store->Begin();
  MakeAccount(*impl->store, impl->options);
  RETURN_IF_ERROR(impl->store->Commit());
  SweepStageFolders(impl->options.data_dir, [&](int64_t id) { return impl->store->Get(id).has_value(); });
  return std::unique_ptr<Engine>(new Engine(std::move(impl)));
}

StatementInfo Engine::Inspect(absl::string_view sql) const {
  return InspectStatement(sql);
}

absl::StatusOr<ResultSet> Engine::Execute(const Session& session, absl::string_view sql,
                                          const std::vector<Binding>& bindings, absl::string_view query_id,
                                          const RecordedAnswer& record) {
  ASSIGN_OR_RETURN(const sql::Statement statement, sql::Parse(sql));
  if (session.id.empty()) RETURN_IF_ERROR(sql::CheckNotSessionOnly(statement));
  const Registry::StatementFunction* function = impl_->registry.FindStatement(statement.command);
  if (function == nullptr) return Unsupported(statement.command);
  return impl_->Transact<absl::StatusOr<ResultSet>>(
      session, bindings, query_id, [&](ExecutionContext& context) -> absl::StatusOr<ResultSet> {
        ASSIGN_OR_RETURN(ResultSet result, (*function)(context, statement));
        if (!session.id.empty()) FollowContainers(context, statement, result);
        if (record.value && !result.secret && !result.goes_on) {
          context.store().PutRecord(record.space, record.key, record.value(result));
        }
        return result;
      });
}

absl::Status Engine::Run(const Session& session, const std::function<absl::Status(ExecutionContext&)>& body) {
  return impl_->Transact<absl::Status>(session, NoBindings(), "", body);
}

void Engine::SetRegistryHost(std::string host) {
  MutexLock lock(impl_->mu);
  impl_->options.registry_host = std::move(host);
}

void Engine::SetIngressDomain(std::string domain) {
  MutexLock lock(impl_->mu);
  impl_->options.ingress_domain = std::move(domain);
}

absl::StatusOr<ResultSet> Engine::Continue(const Session& session, const ResultSet& result) {
  if (!result.goes_on) return result;
  return impl_->Transact<absl::StatusOr<ResultSet>>(session, NoBindings(), "", result.goes_on);
}

absl::Status Engine::ExchangeWithProcesses() {
  return Run(AdminSession(), [](ExecutionContext& context) {
    for (const auto& [kind, handler] : context.registry().kinds()) handler->ExchangeWithProcesses(context);
    return absl::OkStatus();
  });
}

nlohmann::json Engine::Objects() {
  const auto collect = [&](ExecutionContext& context) -> absl::StatusOr<nlohmann::json> {
    nlohmann::json all = nlohmann::json::object();
    for (const sql::KindInfo& info : sql::AllKinds()) {
      if (info.kind == Kind::kAccount) continue;
      nlohmann::json& rows = all[std::string(info.keyword)] = nlohmann::json::array();
      KindHandler* handler = context.registry().FindKind(info.kind);
      for (const Object& object : context.store().List(info.kind)) rows.push_back(AdminRow(context, object, handler));
    }
    all["GRANT"] = AllGrants(context);
    return all;
  };
  absl::StatusOr<nlohmann::json> all =
      impl_->Transact<absl::StatusOr<nlohmann::json>>(AdminSession(), NoBindings(), "", collect);
  if (!all.ok()) return {{"error", std::string(all.status().message())}};
  return *std::move(all);
}

absl::Status Engine::Mutate(const nlohmann::json& request) {
  return impl_->Transact<absl::Status>(AdminSession(), NoBindings(), "",
                                       [&](ExecutionContext& context) { return MutateObject(context, request); });
}

AccountInfo Engine::account() const {
  MutexLock lock(impl_->mu);
  return ReadAccount(*impl_->store);
}

absl::StatusOr<UserRecord> Engine::FindUser(absl::string_view name) {
  MutexLock lock(impl_->mu);
  return ReadUser(*impl_->store, name);
}

bool Engine::UserHasRole(absl::string_view user, absl::string_view role) {
  MutexLock lock(impl_->mu);
  return RolesOfUser(*impl_->store, user).count(std::string(role)) > 0;
}

std::string Engine::CanonicalRole(absl::string_view name) {
  MutexLock lock(impl_->mu);
  for (const std::string& candidate : {std::string(name), absl::AsciiStrToUpper(name)}) {
    if (impl_->store->Find(Kind::kRole, "", "", candidate)) return candidate;
  }
  return "";
}

absl::Status Engine::SetPublicKey(absl::string_view user, absl::string_view base64_der) {
  MutexLock lock(impl_->mu);
  impl_->store->Begin();
  std::optional<Object> object = impl_->store->Find(Kind::kUser, "", "", absl::AsciiStrToUpper(user));
  if (!object) {
    impl_->store->Rollback();
    return absl::NotFoundError(absl::StrCat("there is no user ", user));
  }
  object->props["rsa_public_key"] = StripPublicKey(base64_der);
  impl_->store->Update(*object);
  return impl_->store->Commit();
}

absl::Status Engine::PutRecord(absl::string_view space, absl::string_view key, absl::string_view value) {
  MutexLock lock(impl_->mu);
  impl_->store->Begin();
  impl_->store->PutRecord(space, key, value);
  return impl_->store->Commit();
}

std::optional<std::string> Engine::GetRecord(absl::string_view space, absl::string_view key) {
  MutexLock lock(impl_->mu);
  return impl_->store->GetRecord(space, key);
}

std::vector<std::pair<std::string, std::string>> Engine::ListRecords(absl::string_view space) {
  MutexLock lock(impl_->mu);
  return impl_->store->ListRecords(space);
}

absl::Status Engine::DeleteRecord(absl::string_view space, absl::string_view key) {
  MutexLock lock(impl_->mu);
  impl_->store->Begin();
  impl_->store->DeleteRecord(space, key);
  return impl_->store->Commit();
}

}  // namespace spcs::engine
