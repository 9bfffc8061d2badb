// SPDX-License-Identifier: MPL-2.0
// spcs_service: containers that run for long. Statements beyond the convention: the specification, suspending and
// resuming, and the wait until what was planned is what runs.
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "provider/base/status.h"
#include "provider/resources/all.h"
#include "provider/resources/names.h"
#include "provider/resources/plan_review.h"
#include "provider/resources/service_model.h"
#include "provider/resources/service_wait.h"
#include "provider/resources/sql_resource.h"
#include "provider/resources/workload.h"

namespace spcs::resources {
namespace {

using snowflake::ObjectName;
using snowflake::Statement;

// Names under which the private state remembers what `endpoints` was read from.
constexpr char kEndpointsOf[] = "endpoints_of";
// The digest of a specification that was compared and found to mean the same as the one in state.
constexpr char kSeenDigest[] = "seen_digest";

SqlKind ServiceKind() {
  return {.keyword = "SERVICE",
          .list = snowflake::ShowKind::kService,
          .quotable = false,
          .rules = {{"compute_pool", {.in_create = false, .in_alter = false}},
                    {"spec", {.in_create = false, .in_alter = false, .in_show = false}},
                    {"suspended", {.in_create = false, .in_alter = false, .in_show = false}},
                    {"log_level", {.in_show = false, .word = true}},
                    {"query_warehouse", {.names = true}},
                    {"external_access_integrations", {.names = true}},
                    {"spec_digest", {.in_show = false}},
                    {"endpoints", {.in_show = false}}},
          .create_privilege =
              "CREATE SERVICE on the schema, USAGE on its compute pool, integrations and WAREHOUSE, READ on its "
              "image repository and secrets, with a public endpoint BIND SERVICE ENDPOINT on the ACCOUNT",
          .peer = {.type = "snowflake_service", .paths = {{"spec_digest", "show_output.0.spec_digest"}}}};
}

bool WantsWait(const Service& planned) {
  return planned.wait_for.value_or("ready") == "ready" && !planned.suspended.value_or(false);
}

bool IsSuspended(const ObjectRow& row) {
  return row.Text("status") == "SUSPENDED" || row.Text("status") == "SUSPENDING";
}

// The endpoints of a specification that are, or may be, public.
std::vector<std::string> PublicEndpoints(const tf::Value& spec) {
  std::vector<std::string> names;
  if (!spec.Get("endpoints").IsMap()) return names;
  for (const auto& [name, endpoint] : spec.Get("endpoints").AsMap()) {
    const tf::Value& is_public = endpoint.Get("public");
    if (is_public.IsUnknown() || (is_public.IsBool() && is_public.AsBool())) names.push_back(name);
  }
  return names;
}

// Whether the names or the publicity of endpoints differ: then their URLs are read anew.
bool PublicEndpointsDiffer(const tf::Value& a, const tf::Value& b) {
  return PublicEndpoints(a) != PublicEndpoints(b) || a.Get("endpoints").IsUnknown() != b.Get("endpoints").IsUnknown();
}

void CheckInstances(const Service& config, tf::Diagnostics& diagnostics) {
  if (config.min_instances.IsUnknown()) return;
  const int64_t fewest = config.min_instances.value_or(1);
  if (config.max_instances.IsKnown() && fewest > config.max_instances.value()) {
    diagnostics.AddError(tf::Path("min_instances"), "Fewest above most",
                         absl::StrCat("min_instances = ", fewest, " is above max_instances = ",
                                      config.max_instances.value(), ". Raise max_instances or lower min_instances."));
  }
  if (config.min_ready_instances.IsKnown() && config.min_ready_instances.value() > fewest) {
    diagnostics.AddError(tf::Path("min_ready_instances"), "More ready than there are",
                         absl::StrCat("min_ready_instances = ", config.min_ready_instances.value(),
                                      " is above min_instances = ", fewest, ". Lower it or raise min_instances."));
  }
}

// The service's rules for AUTO_SUSPEND_SECS.
void CheckAutoSuspend(const Service& config, tf::Diagnostics& diagnostics) {
  constexpr int64_t kShortest = 300;
  const int64_t seconds = config.auto_suspend_secs.value_or(0);
  if (seconds <= 0) return;
  const tf::Path path("auto_suspend_secs");
  if (seconds < kShortest) {
    diagnostics.AddError(
        path, "Too short",
        absl::StrCat(seconds, " s is less than the service allows: write 0 for never, or at least ", kShortest, "."));
  }
  if (!config.spec.IsKnown()) return;
  const snowflake::ServiceSpec spec = ToServiceSpec(config.spec.value().value);
  for (const auto& [name, endpoint] : spec.endpoints.value_or(std::map<std::string, snowflake::Endpoint>{})) {
    if (!endpoint.is_public.value_or(false)) continue;
    return diagnostics.AddError(path, "Public endpoint",
                                absl::StrCat("The service suspends no services with public endpoints by itself, and "
                                             "endpoint \"",
                                             name, "\" is public. Leave auto_suspend_secs out."));
  }
}

class ServiceResource : public SqlResource<Service> {
 public:
  explicit ServiceResource(Account& account) : SqlResource<Service>(account, ServiceKind(), ServiceModel()) {}

 protected:
  void ValidateModel(const Service& config, tf::Diagnostics& diagnostics) const override {
    if (config.spec.IsKnown()) CheckSpec(config.spec.value().value, config.instance_family, diagnostics);
    CheckInstances(config, diagnostics);
    CheckAutoSuspend(config, diagnostics);
  }

  absl::Status ExtendPlan(tf::PlanContext& context, const Service& config, const std::optional<Service>& prior,
                          Service& planned) override {
    if (config.max_instances.IsNull()) planned.max_instances = planned.min_instances;
    if (config.min_ready_instances.IsNull()) planned.min_ready_instances = planned.min_instances;
    if (!prior) {
      if (!planned.suspended.IsUnknown()) planned.ready = WantsWait(planned) ? tf::Bool(true) : tf::Bool();
      return absl::OkStatus();
    }
    const tf::String& pool_before = prior->compute_pool_created_on;
    if (pool_before.IsKnown() && !planned.compute_pool_created_on.IsNull() &&
        !(pool_before == planned.compute_pool_created_on)) {
      context.requires_replace.push_back(tf::Path("compute_pool_created_on"));
    }
    if (prior->spec.IsKnown() && planned.spec.IsKnown() &&
        PublicEndpointsDiffer(prior->spec.value().value, planned.spec.value().value)) {
      planned.endpoints = tf::Map<tf::String>::Unknown();
    }
    // A wait that was given up is taken up again, whatever else changes or does not.
    if (prior->ready.IsKnown() && !prior->ready.value()) {
      planned.ready = WantsWait(planned) ? tf::Bool::Unknown() : tf::Bool();
    }
    if (Resumes(context, *prior, planned)) planned.resumed_on = tf::String::Unknown();
    // As a rule all URLs are there, and nothing has to be compared.
    const bool may_gain = LacksEndpoints(*prior, planned) && !(model().Encode(*prior) == model().Encode(planned));
    if (may_gain) planned.endpoints = tf::Map<tf::String>::Unknown();
    return absl::OkStatus();
  }

  void ReviewPlanModel(tf::PlanContext& context, const std::optional<Service>& prior, const Service& planned,
                       bool replaces) override {
    const std::string name = (prior ? prior->qualified_name : planned.qualified_name).value_or("?");
    const tf::Value before = prior && prior->spec.IsKnown() ? prior->spec.value().value : tf::Value::Null();
    if (planned.spec.IsKnown()) WarnOfMovingTags(context, before, planned.spec.value().value);
    if (replaces) return WarnOfReplacedService(context, name);
    const bool runs = prior && !prior->suspended.value_or(false) && !planned.suspended.value_or(false);
    const bool updated = prior && !(prior->spec == planned.spec);
    if (runs && updated && prior->min_instances.value_or(1) < 2) WarnOfUpdateWithoutPeer(context, name);
  }

  // At plan the pool's family may not have been known: it is asked for once more, before anything is sent.
  absl::Status CreateModel(tf::Context& context, const Service& config, const Service& planned,
                           std::optional<Service>& state) override {
    RETURN_IF_ERROR(CheckAgainstPool(context, planned));
    return SqlResource<Service>::CreateModel(context, config, planned, state);
  }

  absl::StatusOr<std::vector<std::string>> CompareExisting(tf::Context& context, const Service& planned,
                                                           const ObjectRow&) override {
    ASSIGN_OR_RETURN(const ObjectName name, NameOf(kind(), model().Encode(planned)));
    ASSIGN_OR_RETURN(Session * session, object().account().Connect());
    ASSIGN_OR_RETURN(const auto described, DescribeService(*session, name, context.stop));
    const std::string text = described ? described->Text("spec") : "";
    if (text.empty()) return std::vector<std::string>{"spec (which this role may not see)"};
    ASSIGN_OR_RETURN(const snowflake::ServiceSpec there, snowflake::ParseServerSpec(text));
    const snowflake::ServiceSpec wanted = ToServiceSpec(planned.spec.value().value);
    return Differences(wanted, Reconcile(wanted, there, LimitsOfFamily(planned.instance_family)));
  }

  void ForgetUnreadable(Service& planned) const override { planned.suspended = tf::Bool(); }

  absl::StatusOr<Statement> MakeCreate(const Service& config, const Service& planned) const override {
    const tf::Value value = model().Encode(planned);
    ASSIGN_OR_RETURN(const ObjectName name, NameOf(kind(), value));
    ASSIGN_OR_RETURN(const ObjectName pool, ObjectName::Parse(planned.compute_pool.value()));
    ASSIGN_OR_RETURN(const std::string text, RenderServiceSpec(ToServiceSpec(planned.spec.value().value)));
    Statement statement("CREATE SERVICE");
    statement.Name(name).Raw("IN COMPUTE POOL").Name(pool).Spec(text);
    RETURN_IF_ERROR(AppendProperties(kind(), schema(), value, model().Encode(config), statement));
    return statement;
  }

  absl::Status ExtendUpdate(const Service&, const Service& prior, const Service& planned,
                            std::vector<Statement>& statements) const override {
    ASSIGN_OR_RETURN(const ObjectName name, NameOf(kind(), model().Encode(planned)));
    const tf::Value& spec = planned.spec.value().value;
    if (!prior.spec.IsKnown() || !SameSpec(prior.spec.value().value, spec)) {
      ASSIGN_OR_RETURN(const std::string text, RenderServiceSpec(ToServiceSpec(spec)));
      statements.push_back(Statement("ALTER SERVICE").Name(name).Spec(text));
    }
    if (planned.suspended.IsKnown() && !(prior.suspended == planned.suspended)) {
      Statement alter("ALTER SERVICE");
      alter.Name(name);
      if (planned.suspended.value()) {
        alter.Raw("SUSPEND");
      } else {
        alter.Raw("RESUME");
      }
      // From "not managed" to false there may be nothing to resume, which the service does not mind.
      statements.push_back(std::move(alter));
    }
    return absl::OkStatus();
  }

  absl::Status Settle(tf::Context& context, const Service& planned, const std::optional<Service>& prior,
                      Service& state) override {
    ASSIGN_OR_RETURN(const ObjectName name, NameOf(kind(), model().Encode(planned)));
    ASSIGN_OR_RETURN(Session * session, object().account().Connect());
    if (!prior && planned.suspended.value_or(false)) {
      RETURN_IF_ERROR(session->Change(snowflake::ShowKind::kService, name,
                                      Statement("ALTER SERVICE").Name(name).Raw("SUSPEND"), context.stop));
    }
    state.suspended = planned.suspended;  // what has been asked for is under way
    ASSIGN_OR_RETURN(const bool waits, Waits(context, planned, prior, name));
    if (!waits) {
      if (!state.ready.IsKnown()) state.ready = tf::Bool();
      if (!state.endpoints.IsKnown()) state.endpoints = std::map<std::string, tf::String>();
      return absl::OkStatus();
    }
    const auto verb = prior ? &ServiceTimeouts::update : &ServiceTimeouts::create;
    const absl::Time deadline = context.clock.Now() + tf::TimeoutOr(planned.timeouts, verb, ServiceTimeouts::kWait);
    state.ready = false;  // stays when the wait fails: the next plan shows it
    ASSIGN_OR_RETURN(
        const ReadyService ready,
        WaitUntilReady(context, *session, name,
                       {.deadline = deadline, .fail_fast_on_capacity = planned.fail_fast_on_capacity.value_or(false)}));
    state.ready = planned.ready.IsNull() ? tf::Bool() : tf::Bool(true);
    KeepEndpoints(ready.urls, ready.row, context, state);
    if (!state.spec_digest.IsKnown()) state.spec_digest = ready.row.Text("spec_digest");
    return absl::OkStatus();
  }

  // A text keeps its spelling while the digest is the one that was stored with it; else the account's counts.
  absl::Status ExtendMove(const std::string& source, Service& state) const override {
    ASSIGN_OR_RETURN(state.spec, PeerSpec(source, type_name()));
    if (!state.spec.IsKnown() || !state.spec_digest.IsKnown()) {
      state.spec = tf::Attr<SpecValue>();
      state.spec_digest = tf::String();
    }
    return absl::OkStatus();
  }

  absl::Status ExtendRead(tf::Context& context, const ObjectRow& row, Service& state) override {
    ASSIGN_OR_RETURN(const ObjectName name, NameOf(kind(), model().Encode(state)));
    ASSIGN_OR_RETURN(Session * session, object().account().Connect());
    RETURN_IF_ERROR(ReadSpec(context, *session, name, row, state));
    ReadSuspended(row, state);
    return ReadEndpoints(context, *session, name, row, state);
  }

  absl::Status DeleteModel(tf::Context& context, const Service& state) override {
    ASSIGN_OR_RETURN(Session * session, object().account().Connect());
    ASSIGN_OR_RETURN(const ObjectName name, NameOf(kind(), model().Encode(state)));
    RETURN_IF_ERROR(RequireSameAccount(context));
    return object().AcceptGone(
        context, name,
        DropAndWait(context, *session, name, state.force_destroy.value_or(false),
                    tf::TimeoutOr(state.timeouts, &ServiceTimeouts::delete_, ServiceTimeouts::kDrop)));
  }

 private:
  // Whether the apply will resume it. From "not managed" the listing tells whether there is anything to resume.
  bool Resumes(tf::PlanContext& context, const Service& prior, const Service& planned) {
    if (!planned.suspended.IsKnown() || planned.suspended.value()) return false;
    if (prior.suspended.IsKnown()) return prior.suspended.value();
    const auto name = NameOf(kind(), model().Encode(prior));
    const auto session = object().account().Connect();
    if (!name.ok() || !session.ok()) return false;
    const auto found = (*session)->inventory().Find(snowflake::ShowKind::kService, *name, context.stop);
    return found.ok() && *found && IsSuspended(ObjectRow((*found)->row));
  }

  // Whether URLs that are missing now may be there when the apply reads them.
  static bool LacksEndpoints(const Service& prior, const Service& planned) {
    if (!prior.endpoints.IsKnown()) return true;
    if (!planned.spec.IsKnown()) return false;
    const std::vector<std::string> names = PublicEndpoints(planned.spec.value().value);
    return std::any_of(names.begin(), names.end(),
                       [&](const std::string& name) { return prior.endpoints.value().count(name) == 0; });
  }

  // A service that is suspended, by whomever, runs nothing that could be waited for, unless this apply resumes it.
  absl::StatusOr<bool> Waits(tf::Context& context, const Service& planned, const std::optional<Service>& prior,
                             const ObjectName& name) {
    if (!WantsWait(planned)) return false;
    if (!prior || (planned.suspended.IsKnown() && !(prior->suspended == planned.suspended))) return true;
    ASSIGN_OR_RETURN(const auto row, object().Find(context, name));
    return !row || !IsSuspended(*row);
  }

  absl::Status CheckAgainstPool(tf::Context& context, const Service& planned) {
    ASSIGN_OR_RETURN(Session * session, object().account().Connect());
    ASSIGN_OR_RETURN(const ObjectName pool, ObjectName::Parse(planned.compute_pool.value()));
    const auto found = session->inventory().Find(snowflake::ShowKind::kComputePool, pool, context.stop);
    // A pool that this role does not see in the listing is the service's business: it names the pool in its error.
    if (!found.ok() || !*found) return absl::OkStatus();
    tf::Diagnostics problems;
    CheckSpec(planned.spec.value().value, tf::String((*found)->row.Text("instance_family")), problems);
    for (const tf::Diagnostic& problem : problems.list()) {
      if (problem.severity != tf::Diagnostic::Severity::kError) continue;
      return WithFact(absl::InvalidArgumentError(problem.detail), kAttributePath, problem.path.ToString());
    }
    return absl::OkStatus();
  }

  // Reads the specification when its digest has moved, and keeps the user's spelling of what means the same.
  absl::Status ReadSpec(tf::Context& context, Session& session, const ObjectName& name, const ObjectRow& row,
                        Service& state) {
    const std::string digest = row.Text("spec_digest");
    const bool seen = state.spec_digest.value_or("") == digest || context.private_state.Get(kSeenDigest) == digest;
    if (state.spec.IsKnown() && state.spec_digest.IsKnown() && seen) return absl::OkStatus();
    // Right behind our own CREATE or ALTER the digest belongs to what was sent.
    if (state.spec.IsKnown() && !state.spec_digest.IsKnown()) {
      context.private_state.Set(kSeenDigest, "");
      state.spec_digest = digest;
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const auto described, DescribeService(session, name, context.stop));
    const std::string text = described ? described->Text("spec") : "";
    if (text.empty()) {
      context.diagnostics.AddWarning(tf::Path("spec"), "Specification not visible",
                                     absl::StrCat("The specification of ", name.Sql(),
                                                  " has changed outside or was imported, but this role may not "
                                                  "see it: only the owner may. No difference is shown for it."));
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const snowflake::ServiceSpec now, snowflake::ParseServerSpec(text));
    const snowflake::ServiceSpec before =
        state.spec.IsKnown() ? ToServiceSpec(state.spec.value().value) : snowflake::ServiceSpec{};
    const auto limits = LimitsOfFamily(state.instance_family);
    const snowflake::ServiceSpec reconciled = Reconcile(before, now, limits);
    // Written anew with the same meaning: the digest that others build on (a model's cluster_revision) stays.
    const bool same = state.spec.IsKnown() && state.spec_digest.IsKnown() && SameMeaning(before, reconciled);
    context.private_state.Set(kSeenDigest, same ? digest : "");
    if (same) return absl::OkStatus();
    state.spec = SpecValue{FromServiceSpec(reconciled)};
    state.spec_digest = digest;
    return absl::OkStatus();
  }

  // What auto-suspend and auto-resume do is no drift; what they cannot have done is.
  static void ReadSuspended(const ObjectRow& row, Service& state) {
    if (!state.suspended.IsKnown()) return;
    const bool suspended = IsSuspended(row);
    const bool may_suspend = state.auto_suspend_secs.value_or(0) > 0;
    const bool may_resume = state.auto_resume.value_or(true);
    if (suspended && !state.suspended.value() && !may_suspend) state.suspended = true;
    if (!suspended && state.suspended.value() && !may_resume) state.suspended = false;
  }

  absl::Status ReadEndpoints(tf::Context& context, Session& session, const ObjectName& name, const ObjectRow& row,
                             Service& state) {
    const bool unchanged = state.endpoints.IsKnown() && context.private_state.Get(kEndpointsOf) == EndpointsKey(row);
    if (unchanged) return absl::OkStatus();
    ASSIGN_OR_RETURN(const auto result, session.Query(Statement("SHOW ENDPOINTS IN SERVICE").Name(name), context.stop));
    bool complete = false;
    const auto urls = ReadUrls(AllRows(result), complete);
    if (complete) {
      KeepEndpoints(urls, row, context, state);
      return absl::OkStatus();
    }
    // Some have no URL yet: those known stay, and the next read asks again.
    context.private_state.Set(kEndpointsOf, "");
    if (!state.endpoints.IsKnown()) return absl::OkStatus();
    for (const auto& [endpoint, url] : urls) state.endpoints.value()[endpoint] = url;
    return absl::OkStatus();
  }

  static std::string EndpointsKey(const ObjectRow& row) {
    return absl::StrJoin({row.Text("spec_digest"), row.Text("created_on"), row.Text("resumed_on")}, "|");
  }

  static void KeepEndpoints(const std::map<std::string, std::string>& urls, const ObjectRow& row, tf::Context& context,
                            Service& state) {
    std::map<std::string, tf::String> endpoints(urls.begin(), urls.end());
    state.endpoints = std::move(endpoints);
    context.private_state.Set(kEndpointsOf, EndpointsKey(row));
  }
};

}  // namespace

std::unique_ptr<tf::Resource> MakeService(Account& account) {
  return std::make_unique<ServiceResource>(account);
}

}  // namespace spcs::resources
