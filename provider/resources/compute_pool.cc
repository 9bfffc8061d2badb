// SPDX-License-Identifier: MPL-2.0
// spcs_compute_pool: statements beyond the convention: suspending and resuming, changing the family in place, and the
// guard of its services.
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "provider/base/status.h"
#include "provider/resources/all.h"
#include "provider/resources/compute_pool_model.h"
#include "provider/resources/names.h"
#include "provider/resources/plan_review.h"
#include "provider/resources/poll.h"
#include "provider/resources/sql_resource.h"

namespace spcs::resources {
namespace {

using snowflake::ObjectName;
using snowflake::Statement;

constexpr snowflake::ShowKind kKind = snowflake::ShowKind::kComputePool;
// Name under which the private state remembers that it was we who suspended the pool, to change its family.
constexpr char kSuspendedForFamily[] = "suspended_for_family";

SqlKind ComputePoolKind() {
  return {
      .keyword = "COMPUTE POOL",
      .list = snowflake::ShowKind::kComputePool,
      .scope = Scope::kAccount,
      .quotable = false,
      .rules = {{"instance_family", {.in_alter = false, .word = true}},
                {"backup_instance_families", {.names = true}},
                {"for_application", {.column = "application", .in_create = false, .in_alter = false, .names = true}},
                {"suspended", {.in_create = false, .in_alter = false, .in_show = false}}},
      .create_privilege = "CREATE COMPUTE POOL on the account",
      .peer = {.type = "snowflake_compute_pool"}};
}

bool InPlace(const ComputePool& pool) {
  return pool.instance_family_change.value_or("replace") == "in_place";
}

bool FamilyChanges(const ComputePool& prior, const ComputePool& planned) {
  if (!planned.instance_family.IsKnown()) return true;
  return !absl::EqualsIgnoreCase(prior.instance_family.value_or(""), planned.instance_family.value());
}

// nullopt while a part of it is not known.
std::optional<PoolSize> SizeOf(const ComputePool& pool) {
  if (!pool.instance_family.IsKnown() || !pool.min_nodes.IsKnown() || !pool.max_nodes.IsKnown()) return std::nullopt;
  return PoolSize{
      .family = pool.instance_family.value(), .min_nodes = pool.min_nodes.value(), .max_nodes = pool.max_nodes.value()};
}

bool IsSuspended(const ObjectRow& row) {
  return row.Text("state") == "SUSPENDED" || row.Text("state") == "STOPPING";
}

class ComputePoolResource : public SqlResource<ComputePool> {
 public:
  explicit ComputePoolResource(Account& account)
      : SqlResource<ComputePool>(account, ComputePoolKind(), ComputePoolModel()) {}

 protected:
  void ValidateModel(const ComputePool& config, tf::Diagnostics& diagnostics) const override {
    if (!config.min_nodes.IsKnown() || !config.max_nodes.IsKnown()) return;
    if (config.min_nodes.value() <= config.max_nodes.value()) return;
    diagnostics.AddError(tf::Path("min_nodes"), "Fewest above most",
                         absl::StrCat("min_nodes = ", config.min_nodes.value(), " is above max_nodes = ",
                                      config.max_nodes.value(), ". Raise max_nodes or lower min_nodes."));
  }

  absl::Status ExtendPlan(tf::PlanContext& context, const ComputePool&, const std::optional<ComputePool>& prior,
                          ComputePool& planned) override {
    if (!prior) return absl::OkStatus();
    if (FamilyChanges(*prior, planned) && !InPlace(planned)) {
      context.requires_replace.push_back(tf::Path("instance_family"));
    }
    const bool shrinks = planned.max_nodes.IsKnown() && planned.max_nodes.value() < prior->max_nodes.value_or(0);
    if (shrinks) WarnOfServices(context, planned);
    return absl::OkStatus();
  }

  void ReviewPlanModel(tf::PlanContext& context, const std::optional<ComputePool>& prior, const ComputePool& planned,
                       bool replaces) override {
    const std::string name = (prior ? prior->name : planned.name).value_or("?");
    if (replaces) WarnOfReplacedPool(context, name);
    const std::optional<PoolSize> before = prior ? SizeOf(*prior) : std::nullopt;
    const std::optional<PoolSize> after = SizeOf(planned);
    if (after && (before || !prior)) WarnOfCost(context, name, before, *after);
  }

  // The application stands before the properties.
  absl::StatusOr<Statement> MakeCreate(const ComputePool& config, const ComputePool& planned) const override {
    const tf::Value value = model().Encode(planned);
    ASSIGN_OR_RETURN(const ObjectName name, NameOf(kind(), value));
    Statement statement("CREATE COMPUTE POOL");
    statement.Name(name);
    if (planned.for_application.IsKnown()) {
      ASSIGN_OR_RETURN(const auto application, snowflake::Identifier::Parse(planned.for_application.value()));
      statement.Raw("FOR APPLICATION").Name(ObjectName(application));
    }
    RETURN_IF_ERROR(AppendProperties(kind(), schema(), value, model().Encode(config), statement));
    return statement;
  }

  absl::Status ExtendCreate(const ComputePool&, const ComputePool& planned, Statement& statement) const override {
    const bool suspended = planned.initially_suspended.value_or(false) || planned.suspended.value_or(false);
    if (suspended) statement.Property("INITIALLY_SUSPENDED", true);
    return absl::OkStatus();
  }

  absl::Status UpdateModel(tf::Context& context, const ComputePool& config, const ComputePool& prior,
                           const ComputePool& planned, ComputePool& state) override {
    if (FamilyChanges(prior, planned)) {
      RETURN_IF_ERROR(RequireSameAccount(context));
      RETURN_IF_ERROR(ChangeFamily(context, planned));
    }
    return SqlResource<ComputePool>::UpdateModel(context, config, prior, planned, state);
  }

  absl::Status ExtendUpdate(const ComputePool&, const ComputePool& prior, const ComputePool& planned,
                            std::vector<Statement>& statements) const override {
    if (!planned.suspended.IsKnown() || prior.suspended == planned.suspended) return absl::OkStatus();
    ASSIGN_OR_RETURN(const ObjectName name, NameOf(kind(), model().Encode(planned)));
    if (planned.suspended.value()) statements.push_back(Statement("ALTER COMPUTE POOL").Name(name).Raw("SUSPEND"));
    return absl::OkStatus();
  }

  // Resumes at the transition only, and only what is suspended: RESUME is an error on a pool that runs.
  absl::Status Settle(tf::Context& context, const ComputePool& planned, const std::optional<ComputePool>& prior,
                      ComputePool& state) override {
    state.suspended = planned.suspended;  // what has been asked for is under way
    const bool resumes =
        prior && planned.suspended.IsKnown() && !planned.suspended.value() && !(prior->suspended == planned.suspended);
    if (!resumes) return absl::OkStatus();
    ASSIGN_OR_RETURN(const ObjectName name, NameOf(kind(), model().Encode(planned)));
    ASSIGN_OR_RETURN(const auto row, object().Find(context, name));
    if (!row || !IsSuspended(*row)) return absl::OkStatus();
    return object().Execute(context, name, {Statement("ALTER COMPUTE POOL").Name(name).Raw("RESUME")});
  }

  void ForgetUnreadable(ComputePool& planned) const override { planned.suspended = tf::Bool(); }

  absl::Status ExtendRead(tf::Context&, const ObjectRow& row, ComputePool& state) override {
    if (!state.suspended.IsKnown()) return absl::OkStatus();
    const bool may_suspend = state.auto_suspend_secs.value_or(0) > 0;
    const bool may_resume = state.auto_resume.value_or(true);
    // What auto-suspend and auto-resume do is no drift; what they cannot have done is.
    if (IsSuspended(row) && !state.suspended.value() && !may_suspend) state.suspended = true;
    if (!IsSuspended(row) && state.suspended.value() && !may_resume) state.suspended = false;
    return absl::OkStatus();
  }

  absl::Status DeleteModel(tf::Context& context, const ComputePool& state) override {
    RETURN_IF_ERROR(RequireSameAccount(context));
    ASSIGN_OR_RETURN(const ObjectName name, NameOf(kind(), model().Encode(state)));
    ASSIGN_OR_RETURN(Session * session, object().account().Connect());
    const bool forced = state.force_destroy.value_or(false);
    if (forced) {
      const absl::Status stopped =
          session->Change(kKind, name, Statement("ALTER COMPUTE POOL").Name(name).Raw("STOP ALL"), context.stop);
      if (absl::IsNotFound(stopped)) return object().AcceptGone(context, name, stopped);
      RETURN_IF_ERROR(stopped);
    }
    RETURN_IF_ERROR(AwaitNoServices(context, *session, name, state));
    return object().Drop(context, name, Statement("DROP COMPUTE POOL").Name(name));
  }

 private:
  // The services on the pool, other than jobs: DB.SCHEMA.NAME (STATUS).
  absl::StatusOr<std::vector<ObjectRow>> ServicesOn(Session& session, const ObjectName& pool, std::stop_token stop) {
    const auto result = session.Query(Statement("SHOW SERVICES EXCLUDE JOBS IN COMPUTE POOL").Name(pool), stop);
    if (absl::IsNotFound(result.status())) return std::vector<ObjectRow>();
    RETURN_IF_ERROR(result.status());
    return AllRows(*result);
  }

  static std::string NamesOf(const std::vector<ObjectRow>& services, const char* column = "status",
                             const char* after = "") {
    return absl::StrJoin(services, ", ", [&](std::string* out, const ObjectRow& row) {
      absl::StrAppend(out, row.Text("database_name"), ".", row.Text("schema_name"), ".", row.Text("name"), " (",
                      row.Text(column), after, ")");
    });
  }

  // Drops in progress end by themselves; anything else refuses the delete. By force every service is being dropped,
  // whatever it still shows.
  absl::Status AwaitNoServices(tf::Context& context, Session& session, const ObjectName& name,
                               const ComputePool& state) {
    const bool forced = state.force_destroy.value_or(false);
    const auto refuse = [&](const std::vector<ObjectRow>& services) {
      return WithFact(
          absl::FailedPreconditionError(
              absl::StrCat("services run on compute pool ", name.Sql(), ": ", NamesOf(services))),
          kAdvice,
          "Nothing was deleted. Destroy or move these services first, or set `force_destroy = true`, apply, "
          "and destroy again to drop them with the pool.");
    };
    std::vector<ObjectRow> services;
    const auto look = [&]() -> absl::StatusOr<std::optional<bool>> {
      ASSIGN_OR_RETURN(services, ServicesOn(session, name, context.stop));
      if (services.empty()) return std::optional<bool>(true);
      const bool going = forced || std::all_of(services.begin(), services.end(), [](const ObjectRow& row) {
                           return row.Text("status") == "DELETING" || row.Text("status") == "DELETED";
                         });
      if (!going) return refuse(services);
      return std::optional<bool>();
    };
    const Pace pace{.growth = 1};
    const absl::Duration limit =
        tf::TimeoutOr(state.timeouts, &ComputePoolTimeouts::delete_, ComputePoolTimeouts::kDrops);
    const absl::Status gone = PollUntil<bool>(context, pace, context.clock.Now() + limit, look, [&] {
                                return absl::StrCat("services are being dropped: ", NamesOf(services));
                              }).status();
    return absl::IsDeadlineExceeded(gone) ? refuse(services) : gone;
  }

  // A family is changed only on a pool that is fully suspended.
  absl::Status ChangeFamily(tf::Context& context, const ComputePool& planned) {
    ASSIGN_OR_RETURN(const ObjectName name, NameOf(kind(), model().Encode(planned)));
    ASSIGN_OR_RETURN(Session * session, object().account().Connect());
    ASSIGN_OR_RETURN(const std::vector<ObjectRow> services, ServicesOn(*session, name, context.stop));
    if (!services.empty() && !planned.force_destroy.value_or(false)) {
      return WithFact(WithFact(absl::FailedPreconditionError(absl::StrCat(
                                   "the family of ", name.Sql(),
                                   " cannot be changed in place while it has services: ", NamesOf(services))),
                               kAttributePath, "instance_family"),
                      kAdvice, "Move these services, or set `force_destroy = true` to suspend them with the pool.");
    }
    ASSIGN_OR_RETURN(auto row, object().Find(context, name));
    if (!row || !IsSuspended(*row)) {
      // Remembered before: an apply that fails behind it leaves the pool to the next one, which resumes it.
      context.private_state.Set(kSuspendedForFamily, "yes");
      RETURN_IF_ERROR(
          session->Change(kKind, name, Statement("ALTER COMPUTE POOL").Name(name).Raw("SUSPEND"), context.stop));
    }
    const absl::Duration limit =
        tf::TimeoutOr(planned.timeouts, &ComputePoolTimeouts::update, ComputePoolTimeouts::kSuspend);
    RETURN_IF_ERROR(AwaitSuspended(context, *session, name, context.clock.Now() + limit));
    Statement alter("ALTER COMPUTE POOL");
    alter.Name(name).Raw("SET").Property(
        "INSTANCE_FAMILY", snowflake::SqlValue::Word(snowflake::DerivedKeyword(planned.instance_family.value())));
    RETURN_IF_ERROR(session->Change(kKind, name, alter, context.stop));
    const bool resumes = !context.private_state.Get(kSuspendedForFamily).empty() && !planned.suspended.value_or(false);
    if (resumes) {
      RETURN_IF_ERROR(
          session->Change(kKind, name, Statement("ALTER COMPUTE POOL").Name(name).Raw("RESUME"), context.stop));
    }
    context.private_state.Remove(kSuspendedForFamily);
    return absl::OkStatus();
  }

  absl::Status AwaitSuspended(tf::Context& context, Session& session, const ObjectName& name, absl::Time deadline) {
    std::string state;
    const auto look = [&]() -> absl::StatusOr<std::optional<bool>> {
      ASSIGN_OR_RETURN(const auto result, session.Query(Statement("DESCRIBE COMPUTE POOL").Name(name), context.stop));
      state = DescribedRow(result).Text("state");
      return state == "SUSPENDED" ? std::optional<bool>(true) : std::nullopt;
    };
    const absl::Status suspended = PollUntil<bool>(context, {}, deadline, look, [&] {
                                     return absl::StrCat("compute pool ", name.Sql(), " is still ", state);
                                   }).status();
    return WithFact(
        suspended, kAdvice,
        "The pool is being suspended, and its family is as it was. Apply again: that changes the family and "
        "resumes the pool.");
  }

  void WarnOfServices(tf::PlanContext& context, const ComputePool& planned) {
    const auto name = NameOf(kind(), model().Encode(planned));
    const auto session = object().account().Connect();
    if (!name.ok() || !session.ok()) return;
    const auto services = ServicesOn(**session, *name, context.stop);
    if (!services.ok()) return;
    int64_t wanted = 0;
    for (const ObjectRow& row : *services) wanted += row.Int("max_instances");
    if (wanted <= planned.max_nodes.value()) return;
    context.diagnostics.AddWarning(
        tf::Path("max_nodes"), "Fewer nodes than instances",
        absl::StrCat("The pool will have at most ", planned.max_nodes.value(),
                     " nodes, and its services ask for up to ", wanted,
                     " instances: ", NamesOf(*services, "max_instances", " at most"),
                     ". The service may stop instances on the nodes that go. Lower the instances in the same apply."));
  }
};

}  // namespace

std::unique_ptr<tf::Resource> MakeComputePool(Account& account) {
  return std::make_unique<ComputePoolResource>(account);
}

}  // namespace spcs::resources
