// SPDX-License-Identifier: MPL-2.0
// spcs_services: the services and jobs that the role sees.
#include "absl/strings/ascii.h"
#include "provider/data_sources/all.h"
#include "provider/data_sources/show_source.h"
#include "provider/resources/names.h"
#include "provider/tf/validate.h"

namespace spcs::data_sources {
namespace {

using resources::CheckPlainName;
using snowflake::Identifier;
using snowflake::ObjectName;
using snowflake::Statement;

struct Service {
  tf::String name{}, database{}, schema{}, status{}, compute_pool{};
  tf::Int current_instances{}, target_instances{}, min_ready_instances{}, min_instances{}, max_instances{};
  tf::Bool auto_resume{};
  tf::Int auto_suspend_secs{};
  tf::List<tf::String> external_access_integrations{};
  tf::String query_warehouse{}, dns_name{}, owner{}, comment{}, spec_digest{};
  tf::Bool is_upgrading{}, is_job{};
  tf::String created_on{}, updated_on{}, resumed_on{}, suspended_on{};
  static const tf::Table<Service>& Fields() {
    using M = Service;
    using tf::Computed;
    static const tf::Table<M> table{
        {"name", &M::name, Computed{.doc = "Name as the service stores it."}},
        {"database", &M::database, Computed{.doc = "Database that holds it."}},
        {"schema", &M::schema, Computed{.doc = "Schema that holds it."}},
        {"status", &M::status,
         Computed{.doc = "PENDING, RUNNING, FAILED, DONE, SUSPENDING, SUSPENDED, DELETING, DELETED or INTERNAL_ERROR; "
                         "of a job also CANCELLING and CANCELLED."}},
        {"compute_pool", &M::compute_pool, Computed{.doc = "Pool it runs in."}},
        {"current_instances", &M::current_instances, Computed{.doc = "Instances there are."}},
        {"target_instances", &M::target_instances, Computed{.doc = "Instances the service is bringing it to."}},
        {"min_ready_instances", &M::min_ready_instances, Computed{.doc = "Ready instances that make it RUNNING."}},
        {"min_instances", &M::min_instances, Computed{.doc = "Fewest instances."}},
        {"max_instances", &M::max_instances, Computed{.doc = "Most instances."}},
        {"auto_resume", &M::auto_resume, Computed{.doc = "Whether a request wakes it up."}},
        {"auto_suspend_secs", &M::auto_suspend_secs,
         Computed{.doc = "Idle seconds until it suspends itself; 0: never."}},
        {"external_access_integrations", &M::external_access_integrations,
         Computed{.doc = "Integrations that let it reach hosts outside."}},
        {"query_warehouse", &M::query_warehouse, Computed{.doc = "Warehouse of its own queries."}},
        {"dns_name", &M::dns_name, Computed{.doc = "Host name for other services."}},
        {"owner", &M::owner, Computed{.doc = "Role that owns it."}},
        {"comment", &M::comment, Computed{.doc = "Comment."}},
        {"spec_digest", &M::spec_digest, Computed{.doc = "Digest of its specification."}},
        {"is_upgrading", &M::is_upgrading, Computed{.doc = "Whether a new specification is being rolled out."}},
        {"is_job", &M::is_job, Computed{.doc = "Whether it is a job."}},
        {"created_on", &M::created_on, Computed{.doc = "When it was created."}},
        {"updated_on", &M::updated_on, Computed{.doc = "When it was last changed."}},
        {"resumed_on", &M::resumed_on, Computed{.doc = "When it was last resumed."}},
        {"suspended_on", &M::suspended_on, Computed{.doc = "When it was last suspended."}},
    };
    return table;
  }
};

struct Services {
  tf::String kind{}, like{}, starts_with{}, database{}, schema{}, compute_pool{};
  tf::Map<tf::Object<Service>> services{};
};

const tf::Model<Services>& ServicesModel() {
  using M = Services;
  using tf::Computed, tf::Optional;
  static const tf::Model<M> model{
      "spcs_services",
      "The services or jobs that the provider's role sees: in the account, or in one database, schema or compute pool.",
      {
          {"kind", &M::kind,
           Optional{.validators = {tf::OneOf({"services", "jobs", "all"})},
                    .doc = "What to list: `services` (default), `jobs`, or `all`."}},
          {"like", &M::like,
           Optional{.validators = {tf::NonEmpty()},
                    .doc = "Pattern of names as in SQL, without regard to case: `%` is any text, `_` any character."}},
          {"starts_with", &M::starts_with,
           Optional{.validators = {tf::NonEmpty()}, .doc = "First characters of the names, with regard to case."}},
          {"database", &M::database, Optional{.validators = {CheckPlainName}, .doc = "Only those in this database."}},
          {"schema", &M::schema,
           Optional{.validators = {CheckPlainName}, .doc = "Only those in this schema of `database`."}},
          {"compute_pool", &M::compute_pool,
           Optional{.validators = {CheckPlainName}, .doc = "Only those in this pool; excludes `database`."}},
          {"services", &M::services, Computed{.doc = "What was found, by full name: `DATABASE.SCHEMA.NAME`."}},
      }};
  return model;
}

void Validate(const Services& config, tf::Diagnostics& diagnostics) {
  if (config.schema.IsKnown() && config.database.IsNull()) {
    diagnostics.AddError(tf::Path("schema"), "Missing database",
                         "A schema is searched in its database: set `database` too.");
  }
  if (config.compute_pool.IsKnown() && config.database.IsKnown()) {
    diagnostics.AddError(tf::Path("compute_pool"), "Two places",
                         "The service lists what is in a pool or in a database, not both: leave one out.");
  }
}

std::string KindOf(const Services& filter) {
  return absl::AsciiStrToLower(filter.kind.value_or("services"));
}

Statement Begin(const std::string& kind) {
  if (kind == "jobs") return Statement("SHOW JOB SERVICES");
  if (kind == "all") return Statement("SHOW SERVICES");
  return Statement("SHOW SERVICES EXCLUDE JOBS");
}

absl::Status AddPlace(const Services& filter, Statement& statement) {
  if (filter.compute_pool.IsKnown()) {
    ASSIGN_OR_RETURN(const ObjectName pool, ObjectName::Parse(filter.compute_pool.value(), 1));
    statement.Raw("IN COMPUTE POOL").Name(pool);
  } else if (filter.schema.IsKnown()) {
    ASSIGN_OR_RETURN(const Identifier database, Identifier::Parse(filter.database.value()));
    ASSIGN_OR_RETURN(const Identifier schema, Identifier::Parse(filter.schema.value()));
    statement.Raw("IN SCHEMA").Name(ObjectName(database, schema));
  } else if (filter.database.IsKnown()) {
    ASSIGN_OR_RETURN(const ObjectName database, ObjectName::Parse(filter.database.value(), 1));
    statement.Raw("IN DATABASE").Name(database);
  } else {
    statement.Raw("IN ACCOUNT");
  }
  return absl::OkStatus();
}

absl::StatusOr<Rows> Show(resources::Session& session, const Services& filter, std::stop_token stop) {
  const std::string kind = KindOf(filter);
  const bool everywhere =
      filter.like.IsNull() && filter.starts_with.IsNull() && filter.database.IsNull() && filter.compute_pool.IsNull();
  Rows rows;
  if (everywhere && kind == "services") {
    ASSIGN_OR_RETURN(rows, SharedRows(session, snowflake::ShowKind::kService, std::move(stop)));
  } else {
    Statement statement = Begin(kind);
    AddLike(filter.like, statement);
    RETURN_IF_ERROR(AddPlace(filter, statement));
    AddStartsWith(filter.starts_with, statement);
    ASSIGN_OR_RETURN(rows, QueryRows(session, statement, std::move(stop)));
  }
  // The column is left out where the listing can hold one kind only.
  for (resources::ObjectRow& row : rows) {
    if (!row.Has("is_job")) row.Set("is_job", kind == "jobs" ? "true" : "false");
  }
  return rows;
}

}  // namespace

std::unique_ptr<tf::DataSource> MakeServices(resources::Account& account) {
  return MakeShowSource<Services, Service>(account, ServicesModel(),
                                           {.noun = "services",
                                            .rows = &Services::services,
                                            .show = Show,
                                            .key = FullNameOf,
                                            .columns = {{"database", "database_name"}, {"schema", "schema_name"}},
                                            .validate = Validate});
}

}  // namespace spcs::data_sources
