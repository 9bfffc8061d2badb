// SPDX-License-Identifier: MPL-2.0
#include "provider/actions/targets.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "provider/base/status.h"
#include "provider/resources/names.h"
#include "provider/resources/workload.h"

namespace spcs::actions {

using resources::CheckPlainName;
using resources::ObjectRow;
using snowflake::Identifier;
using snowflake::ObjectName;
using snowflake::Statement;

namespace {

constexpr absl::Duration kDefaultTimeout = absl::Minutes(20);

void CheckTimeout(const tf::Value& value, const tf::Path& path, tf::Diagnostics& diagnostics) {
  absl::Duration duration;
  if (absl::ParseDuration(value.AsString(), &duration) && duration > absl::ZeroDuration()) return;
  diagnostics.AddError(path, "Invalid duration",
                       absl::StrCat("\"", value.AsString(), "\" is no duration. Write it like 90s, 30m or 1h30m."));
}

}  // namespace

tf::Required PoolNameAttribute() {
  return {.validators = {CheckPlainName}, .doc = "Name of the compute pool."};
}
tf::Required ServiceDatabaseAttribute() {
  return {.validators = {CheckPlainName}, .doc = "Database of the service."};
}
tf::Required ServiceSchemaAttribute() {
  return {.validators = {CheckPlainName}, .doc = "Schema of the service."};
}
tf::Required ServiceNameAttribute() {
  return {.validators = {CheckPlainName}, .doc = "Name of the service."};
}

tf::Optional TimeoutAttribute() {
  return {.validators = {CheckTimeout}, .doc = "How long to wait, `20m` when left out."};
}

absl::Duration TimeoutOf(const tf::String& timeout) {
  absl::Duration duration;
  if (timeout.IsKnown() && absl::ParseDuration(timeout.value(), &duration)) return duration;
  return kDefaultTimeout;
}

absl::StatusOr<ObjectName> PoolName(const tf::String& name) {
  return ObjectName::Parse(name.value(), 1);
}

absl::StatusOr<ObjectName> ServiceName(const tf::String& database, const tf::String& schema, const tf::String& name) {
  ASSIGN_OR_RETURN(const Identifier first, Identifier::Parse(database.value()));
  ASSIGN_OR_RETURN(const Identifier second, Identifier::Parse(schema.value()));
  ASSIGN_OR_RETURN(const Identifier third, Identifier::Parse(name.value()));
  return ObjectName(first, second, third);
}

absl::StatusOr<ObjectRow> PoolNow(resources::Session& session, const ObjectName& pool, std::stop_token stop) {
  ASSIGN_OR_RETURN(const auto listing, session.inventory().Refresh(snowflake::ShowKind::kComputePool,
                                                                   snowflake::Scope::Account(), std::move(stop)));
  if (const auto row = listing->Find(pool)) return ObjectRow(*row);
  return absl::NotFoundError(
      absl::StrCat("the compute pool ", pool.Sql(), " does not exist, or the provider's role has no privilege on it"));
}

absl::StatusOr<ObjectRow> ServiceNow(resources::Session& session, const ObjectName& service, std::stop_token stop) {
  ASSIGN_OR_RETURN(const auto row, resources::DescribeService(session, service, std::move(stop)));
  if (row) return *row;
  return absl::NotFoundError(
      absl::StrCat("the service ", service.Sql(), " does not exist, or the provider's role has no privilege on it"));
}

absl::Status AlterPool(tf::Context& context, resources::Session& session, const ObjectName& pool,
                       snowflake::Keyword verb) {
  return session.Change(snowflake::ShowKind::kComputePool, pool, Statement("ALTER COMPUTE POOL").Name(pool).Raw(verb),
                        context.stop);
}

absl::Status AlterService(tf::Context& context, resources::Session& session, const ObjectName& service,
                          snowflake::Keyword verb) {
  return session.Change(snowflake::ShowKind::kService, service, Statement("ALTER SERVICE").Name(service).Raw(verb),
                        context.stop);
}

absl::Status AwaitSuspended(tf::Context& context, resources::Session& session, const ObjectName& service,
                            absl::Time deadline) {
  for (absl::Duration pause = absl::Milliseconds(500);; pause = std::min(pause * 2, absl::Seconds(5))) {
    ASSIGN_OR_RETURN(const ObjectRow row, ServiceNow(session, service, context.stop));
    const std::string status = row.Text("status");
    if (status == "SUSPENDED") return absl::OkStatus();
    if (context.clock.Now() >= deadline) {
      return absl::DeadlineExceededError(
          absl::StrCat(service.Sql(), " is still ", status, "; raise `timeout` or look at the service's messages"));
    }
    if (!context.clock.Sleep(pause, context.stop)) return absl::CancelledError("stopped while waiting");
  }
}

}  // namespace spcs::actions
