// SPDX-License-Identifier: MPL-2.0
// spcs_job: a job that is run once, waited for, and whose result is kept in state.
#include "absl/strings/str_cat.h"
#include "provider/resources/all.h"
#include "provider/resources/job_runner.h"
#include "provider/resources/names.h"
#include "provider/resources/plan_review.h"
#include "provider/resources/spec_value.h"
#include "provider/resources/sql_resource.h"
#include "provider/tf/timeouts.h"
#include "provider/tf/validate.h"

namespace spcs::resources {
namespace {

using snowflake::ObjectName;

// In the private state of an imported job: the account did not show its replicas, so a number that is given for them
// tells of no change.
constexpr char kReplicasUnseen[] = "replicas_unseen";

struct Result {
  tf::Int exit_code{};
  tf::String log{};
  static const tf::Table<Result>& Fields() {
    static const tf::Table<Result> table{
        {"exit_code", &Result::exit_code, tf::Computed{.doc = "Exit code of the container."}},
        {"log", &Result::log,
         tf::Computed{.doc = "The last lines that it wrote. They are kept in the state: let no job print a secret."}},
    };
    return table;
  }
};

struct JobTimeouts {
  static constexpr absl::Duration kRun = absl::Hours(1);
  static constexpr absl::Duration kDrop = absl::Minutes(10);
  tf::String create{}, delete_{};
  static const tf::Table<JobTimeouts>& Fields();
};

const tf::Table<JobTimeouts>& JobTimeouts::Fields() {
  using M = JobTimeouts;
  static const tf::Table<M> table{
      {"create", &M::create, tf::TimeoutAttribute("create", kRun)},
      {"delete", &M::delete_, tf::TimeoutAttribute("delete", kDrop)},
  };
  return table;
}

struct Job {
  tf::String database{}, schema{}, name{}, compute_pool{};
  tf::Attr<SpecValue> spec{};
  tf::Map<tf::String> triggers{};
  tf::Int replicas{};
  tf::String query_warehouse{};
  tf::Set<tf::String> external_access_integrations{};
  tf::String comment{};
  tf::Object<JobTimeouts> timeouts{};
  tf::String qualified_name{}, status{}, created_on{};
  tf::Map<tf::Object<Result>> result{};
};

tf::Optional ReplacingIntegrations() {
  tf::Optional attribute = IntegrationsAttribute();
  attribute.replace = true;
  return attribute;
}

const tf::Model<Job>& JobModel() {
  using M = Job;
  using tf::Computed, tf::Optional, tf::Required;
  static const tf::Model<M> model{
      "spcs_job",
      "A job: containers that run once to their end. The apply waits for it and keeps exit codes and logs; a job that "
      "fails is an error. It runs again when an attribute or a trigger changes.",
      {
          {"database", &M::database, PlainParentAttribute("Database of the job.")},
          {"schema", &M::schema, PlainParentAttribute("Schema of the job.")},
          {"name", &M::name, PlainNameAttribute("job")},
          {"compute_pool", &M::compute_pool, PoolAttribute("Compute pool on which the job runs.")},
          {"spec", &M::spec, Required{.replace = true, .same_meaning = SameSpec, .doc = "The specification."}},
          {"triggers", &M::triggers,
           Optional{.client_only = true, .doc = "Any values; a change of one runs the job again."}},
          {"replicas", &M::replicas,
           Optional{.default_value = 1,
                    .unreadable = true,
                    .validators = {tf::AtLeast(1)},
                    .doc = "Instances that run at once."}},
          {"query_warehouse", &M::query_warehouse,
           Optional{.replace = true,
                    .same_meaning = SameNameValue,
                    .validators = {CheckName},
                    .doc = "Warehouse for queries of the containers."}},
          {"external_access_integrations", &M::external_access_integrations, ReplacingIntegrations()},
          {"comment", &M::comment,
           Optional{.replace = true, .validators = {tf::NonEmpty()}, .doc = "Free text kept with the job."}},
          {"timeouts", &M::timeouts, tf::TimeoutsAttribute()},
          {"qualified_name", &M::qualified_name, QualifiedNameAttribute()},
          {"status", &M::status,
           Computed{
               .doc =
                   "How the job ended: DONE; or FAILED, CANCELLED or INTERNAL_ERROR, which are errors of the apply. An "
                   "imported job that still runs shows PENDING or RUNNING."}},
          {"created_on", &M::created_on, Computed{.doc = "When the job was started."}},
          {"result", &M::result, Computed{.doc = "What each container left, by its name."}},
      }};
  return model;
}

class JobResource : public SqlResource<Job> {
 public:
  explicit JobResource(Account& account)
      : SqlResource<Job>(account,
                         SqlKind{.keyword = "JOB SERVICE",
                                 .show = "SERVICE",
                                 .quotable = false,
                                 .rules = {{"result", {.in_show = false}}, {"replicas", {.in_alter = false}}},
                                 .create_privilege = "CREATE SERVICE on the schema",
                                 .peer = {.type = "snowflake_job_service",
                                          .paths = {{"status", "show_output.0.status"},
                                                    {"created_on", "show_output.0.created_on"}}}},
                         JobModel()) {}

 protected:
  void ValidateModel(const Job& config, tf::Diagnostics& diagnostics) const override {
    if (config.spec.IsKnown()) CheckSpec(config.spec.value().value, tf::String(), diagnostics);
  }

  void ReviewPlanModel(tf::PlanContext& context, const std::optional<Job>& prior, const Job& planned, bool) override {
    const tf::Value before = prior && prior->spec.IsKnown() ? prior->spec.value().value : tf::Value::Null();
    if (planned.spec.IsKnown()) WarnOfMovingTags(context, before, planned.spec.value().value);
  }

  absl::Status ExtendPlan(tf::PlanContext& context, const Job&, const std::optional<Job>& prior,
                          Job& planned) override {
    // Behind an import the triggers are null: that runs nothing.
    if (prior && !prior->triggers.IsNull() && !(prior->triggers == planned.triggers)) {
      context.requires_replace.push_back(tf::Path("triggers"));
    }
    const bool seen = context.private_state.Get(kReplicasUnseen).empty();
    if (prior && seen && !(prior->replicas == planned.replicas)) {
      context.requires_replace.push_back(tf::Path("replicas"));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<snowflake::Statement> MakeCreate(const Job&, const Job& planned) const override {
    ASSIGN_OR_RETURN(const JobRequest request, RequestFor(planned));
    return ExecuteJobStatement(request);
  }

  absl::Status Settle(tf::Context& context, const Job& planned, const std::optional<Job>& prior, Job& state) override {
    context.private_state.Set(kReplicasUnseen, "");
    if (prior) return absl::OkStatus();
    ASSIGN_OR_RETURN(Session * session, object().account().Connect());
    ASSIGN_OR_RETURN(const ObjectName name, NameOf(kind(), model().Encode(planned)));
    const absl::Duration limit = tf::TimeoutOr(planned.timeouts, &JobTimeouts::create, JobTimeouts::kRun);
    ASSIGN_OR_RETURN(const JobResult result, AwaitJob(context, *session, name, context.clock.Now() + limit));
    Keep(result, state);
    return JudgeJob(name, result);
  }

  // The result of a job that has ended is read once: its record expires on the server, and an expired job is not run
  // again.
  absl::StatusOr<std::optional<Job>> ReadModel(tf::Context& context, const Job& stored) override {
    if (IsTerminal(stored.status.value_or("")) && stored.result.IsKnown()) return std::optional<Job>(stored);
    return SqlResource<Job>::ReadModel(context, stored);
  }

  // The peer waits for no job and keeps no result; one that it has seen ended is not run again, its record may be gone.
  absl::Status ExtendMove(const std::string& source, Job& state) const override {
    ASSIGN_OR_RETURN(state.spec, PeerSpec(source, type_name()));
    const bool ended = IsTerminal(state.status.value_or("")) && state.spec.IsKnown();
    if (ended) state.result = std::map<std::string, tf::Object<Result>>();
    return absl::OkStatus();
  }

  absl::Status ExtendRead(tf::Context& context, const ObjectRow& row, Job& state) override {
    ASSIGN_OR_RETURN(const ObjectName name, NameOf(kind(), model().Encode(state)));
    if (state.spec.IsNull() && row.Text("spec").empty()) {
      context.diagnostics.AddWarning(tf::Path("spec"), "Specification not visible",
                                     absl::StrCat("This role may not see the specification of ", name.Sql(),
                                                  ": only the owner may. It is planned as new."));
    } else if (state.spec.IsNull()) {  // behind an import
      ASSIGN_OR_RETURN(const snowflake::ServiceSpec there, snowflake::ParseServerSpec(row.Text("spec")));
      state.spec = SpecValue{FromServiceSpec(Reconcile(snowflake::ServiceSpec{}, there))};
      ReadReplicas(context, row, state);
    }
    if (!IsTerminal(row.Text("status"))) return absl::OkStatus();
    ASSIGN_OR_RETURN(Session * session, object().account().Connect());
    ASSIGN_OR_RETURN(const JobResult result, AwaitJob(context, *session, name, context.clock.Now()));
    Keep(result, state);
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<std::string>> CompareExisting(tf::Context&, const Job& planned,
                                                           const ObjectRow& row) override {
    if (row.Text("spec").empty()) return std::vector<std::string>{"spec (which this role may not see)"};
    ASSIGN_OR_RETURN(const snowflake::ServiceSpec there, snowflake::ParseServerSpec(row.Text("spec")));
    const snowflake::ServiceSpec wanted = ToServiceSpec(planned.spec.value().value);
    return Differences(wanted, Reconcile(wanted, there));
  }

  absl::Status DeleteModel(tf::Context& context, const Job& state) override {
    RETURN_IF_ERROR(RequireSameAccount(context));
    ASSIGN_OR_RETURN(Session * session, object().account().Connect());
    ASSIGN_OR_RETURN(const ObjectName name, NameOf(kind(), model().Encode(state)));
    return object().AcceptGone(context, name,
                               DropAndWait(context, *session, name, /*force=*/false,
                                           tf::TimeoutOr(state.timeouts, &JobTimeouts::delete_, JobTimeouts::kDrop)));
  }

 private:
  absl::StatusOr<JobRequest> RequestFor(const Job& planned) const {
    ASSIGN_OR_RETURN(const ObjectName name, NameOf(kind(), model().Encode(planned)));
    ASSIGN_OR_RETURN(const ObjectName pool, ObjectName::Parse(planned.compute_pool.value()));
    JobRequest request{.name = name,
                       .compute_pool = pool,
                       .spec = ToServiceSpec(planned.spec.value().value),
                       .replicas = planned.replicas.value_or(1),
                       .query_warehouse = std::nullopt,
                       .external_access_integrations = {},
                       .comment = planned.comment.value_or("")};
    if (planned.query_warehouse.IsKnown()) {
      ASSIGN_OR_RETURN(request.query_warehouse, ObjectName::Parse(planned.query_warehouse.value()));
    }
    for (const tf::String& integration : planned.external_access_integrations.value_or({}).elements) {
      ASSIGN_OR_RETURN(ObjectName integration_name, ObjectName::Parse(integration.value()));
      request.external_access_integrations.push_back(std::move(integration_name));
    }
    return request;
  }

  // The columns of services tell the replicas of a job too, where the account fills them in.
  static void ReadReplicas(tf::Context& context, const ObjectRow& row, Job& state) {
    if (row.Int("min_instances") > 0) {
      state.replicas = row.Int("min_instances");
    } else {
      context.private_state.Set(kReplicasUnseen, "true");
    }
  }

  static void Keep(const JobResult& result, Job& state) {
    state.status = result.status;
    state.created_on = result.created_on;
    std::map<std::string, tf::Object<Result>> containers;
    for (const auto& [name, ended] : result.containers) {
      containers[name] = Result{.exit_code = tf::Int::Of(ended.exit_code), .log = ended.log};
    }
    state.result = std::move(containers);
  }
};

}  // namespace

std::unique_ptr<tf::Resource> MakeJob(Account& account) {
  return std::make_unique<JobResource>(account);
}

}  // namespace spcs::resources
