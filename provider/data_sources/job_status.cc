// SPDX-License-Identifier: MPL-2.0
// spcs_job_status: how a job is doing, and how its containers ended.
#include "absl/strings/str_cat.h"
#include "provider/data_sources/all.h"
#include "provider/data_sources/service_parts.h"
#include "provider/resources/job_runner.h"
#include "provider/resources/names.h"

namespace spcs::data_sources {
namespace {

using resources::CheckPlainName;

struct JobStatus {
  tf::String database{}, schema{}, job{};
  tf::String status{};
  tf::Bool finished{}, succeeded{};
  tf::String compute_pool{}, created_on{};
  tf::List<tf::String> messages{};
  tf::Map<tf::Object<InstanceStatus>> instances{};
};

const tf::Model<JobStatus>& JobStatusModel() {
  using M = JobStatus;
  using tf::Computed, tf::Required;
  static const tf::Model<M> model{
      "spcs_job_status",
      "How a job is doing now, whoever started it, and how its containers ended. The service forgets jobs some weeks "
      "after their end: then reading is an error.",
      {
          {"database", &M::database, Required{.validators = {CheckPlainName}, .doc = "Database of the job."}},
          {"schema", &M::schema, Required{.validators = {CheckPlainName}, .doc = "Schema of the job."}},
          {"job", &M::job, Required{.validators = {CheckPlainName}, .doc = "Name of the job."}},
          {"status", &M::status,
           Computed{.doc = "PENDING, RUNNING, DONE, FAILED, CANCELLING, CANCELLED, DELETING or INTERNAL_ERROR."}},
          {"finished", &M::finished, Computed{.doc = "Whether it has come to its end, good or bad."}},
          {"succeeded", &M::succeeded, Computed{.doc = "Whether every container ended with exit code 0."}},
          {"compute_pool", &M::compute_pool, Computed{.doc = "Pool it runs in."}},
          {"created_on", &M::created_on, Computed{.doc = "When it was started."}},
          {"messages", &M::messages, Computed{.doc = "One sentence for each container that is not DONE."}},
          {"instances", &M::instances, Computed{.doc = "The instances (replicas), by their id: 0, 1, …."}},
      }};
  return model;
}

class JobStatusSource : public tf::TypedDataSource<JobStatus> {
 public:
  explicit JobStatusSource(resources::Account& account) : TypedDataSource(JobStatusModel()), account_(account) {}
  std::string noun() const override { return "status of a job"; }

 protected:
  absl::Status ReadModel(tf::Context& context, JobStatus& model) override {
    ASSIGN_OR_RETURN(const auto name, ServiceName(model.database, model.schema, model.job));
    ASSIGN_OR_RETURN(resources::Session * session, account_.Connect());
    ASSIGN_OR_RETURN(const Rows described,
                     QueryRows(*session, snowflake::Statement("DESCRIBE SERVICE").Name(name), context.stop));
    if (described.empty()) return absl::NotFoundError("the service answers nothing about it");
    const resources::ObjectRow& row = described[0];
    if (row.Has("is_job") && !row.Bool("is_job")) {
      return absl::InvalidArgumentError(
          absl::StrCat(name.Sql(), " is a service and no job; read it with spcs_service_status"));
    }
    ASSIGN_OR_RETURN(const ServiceParts parts, ShowParts(*session, name, context.stop));
    model.status = row.Text("status");
    model.finished = resources::IsTerminal(row.Text("status"));
    model.succeeded = row.Text("status") == "DONE";
    model.compute_pool = row.Text("compute_pool");
    model.created_on = row.Time("created_on");
    model.messages = MessagesOf(parts.containers, {"DONE"});
    ASSIGN_OR_RETURN(Instances instances, ReadInstances(parts));
    model.instances = std::move(instances);
    return absl::OkStatus();
  }

 private:
  resources::Account& account_;
};

}  // namespace

std::unique_ptr<tf::DataSource> MakeJobStatus(resources::Account& account) {
  return std::make_unique<JobStatusSource>(account);
}

}  // namespace spcs::data_sources
