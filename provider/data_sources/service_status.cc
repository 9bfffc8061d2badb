// SPDX-License-Identifier: MPL-2.0
// spcs_service_status: how a service is doing, down to its containers.
#include "provider/data_sources/all.h"
#include "provider/data_sources/service_parts.h"
#include "provider/resources/names.h"
#include "provider/resources/service_health.h"
#include "provider/resources/workload.h"

namespace spcs::data_sources {
namespace {

using resources::CheckPlainName;

struct ServiceStatus {
  tf::String database{}, schema{}, service{};
  tf::String status{};
  tf::Bool ready{};
  tf::String summary{}, spec_digest{};
  tf::Bool is_upgrading{};
  tf::Int current_instances{}, target_instances{};
  tf::List<tf::String> messages{};
  tf::Map<tf::Object<InstanceStatus>> instances{};
};

const tf::Model<ServiceStatus>& ServiceStatusModel() {
  using M = ServiceStatus;
  using tf::Computed, tf::Required;
  static const tf::Model<M> model{
      "spcs_service_status",
      "How a service is doing now: its status, its instances and their containers, and what is wrong with those that "
      "are not ready. Read anew at each plan, so keep what changes by itself out of resources' arguments.",
      {
          {"database", &M::database, Required{.validators = {CheckPlainName}, .doc = "Database of the service."}},
          {"schema", &M::schema, Required{.validators = {CheckPlainName}, .doc = "Schema of the service."}},
          {"service", &M::service, Required{.validators = {CheckPlainName}, .doc = "Name of the service."}},
          {"status", &M::status,
           Computed{.doc = "PENDING, RUNNING, FAILED, SUSPENDING, SUSPENDED, DELETING, DELETED or INTERNAL_ERROR."}},
          {"ready", &M::ready,
           Computed{.doc = "Whether every instance runs the specification in force and every container is READY."}},
          {"summary", &M::summary, Computed{.doc = "`ready`, or one sentence on what keeps it from being so."}},
          {"spec_digest", &M::spec_digest, Computed{.doc = "Digest of the specification in force."}},
          {"is_upgrading", &M::is_upgrading, Computed{.doc = "Whether a new specification is being rolled out."}},
          {"current_instances", &M::current_instances, Computed{.doc = "Instances there are."}},
          {"target_instances", &M::target_instances, Computed{.doc = "Instances the service is bringing it to."}},
          {"messages", &M::messages, Computed{.doc = "One sentence for each container that is not READY."}},
          {"instances", &M::instances, Computed{.doc = "The instances, by their id: 0, 1, …."}},
      }};
  return model;
}

class ServiceStatusSource : public tf::TypedDataSource<ServiceStatus> {
 public:
  explicit ServiceStatusSource(resources::Account& account)
      : TypedDataSource(ServiceStatusModel()), account_(account) {}
  std::string noun() const override { return "status of a service"; }

 protected:
  absl::Status ReadModel(tf::Context& context, ServiceStatus& model) override {
    ASSIGN_OR_RETURN(const auto name, ServiceName(model.database, model.schema, model.service));
    ASSIGN_OR_RETURN(resources::Session * session, account_.Connect());
    ASSIGN_OR_RETURN(const Rows described,
                     QueryRows(*session, snowflake::Statement("DESCRIBE SERVICE").Name(name), context.stop));
    if (described.empty()) return absl::NotFoundError("the service answers nothing about it");
    const resources::ObjectRow& row = described[0];
    ASSIGN_OR_RETURN(const ServiceParts parts, ShowParts(*session, name, context.stop));
    model.status = row.Text("status");
    Judge(row, parts, model);
    model.spec_digest = row.Text("spec_digest");
    model.is_upgrading = row.Bool("is_upgrading");
    model.current_instances = row.Int("current_instances");
    model.target_instances = row.Int("target_instances");
    model.messages = MessagesOf(parts.containers, {"READY"});
    ASSIGN_OR_RETURN(Instances instances, ReadInstances(parts));
    model.instances = std::move(instances);
    return absl::OkStatus();
  }

 private:
  static void Judge(const resources::ObjectRow& row, const ServiceParts& parts, ServiceStatus& model) {
    const std::string status = row.Text("status");
    const bool asleep = status == "SUSPENDED" || status == "SUSPENDING";
    const auto health = resources::JudgeService(row, parts.instances, resources::ReadContainers(parts.containers));
    model.ready = !asleep && health.health == resources::Health::kReady;
    model.summary = asleep ? "the service is " + status : health.summary;
  }

  resources::Account& account_;
};

}  // namespace

std::unique_ptr<tf::DataSource> MakeServiceStatus(resources::Account& account) {
  return std::make_unique<ServiceStatusSource>(account);
}

}  // namespace spcs::data_sources
