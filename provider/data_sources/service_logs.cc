// SPDX-License-Identifier: MPL-2.0
// spcs_service_logs: the last lines that a container of a service or job has written.
#include "provider/data_sources/all.h"
#include "provider/data_sources/service_parts.h"
#include "provider/resources/names.h"
#include "provider/tf/validate.h"

namespace spcs::data_sources {
namespace {

using resources::CheckPlainName;
using snowflake::SqlValue;

constexpr int64_t kDefaultLines = 100;

struct ServiceLogs {
  tf::String database{}, schema{}, service{}, container{};
  tf::Int instance_id{}, lines{};
  tf::String log{};
};

const tf::Model<ServiceLogs>& ServiceLogsModel() {
  using M = ServiceLogs;
  using tf::Computed, tf::Optional, tf::Required;
  static const tf::Model<M> model{
      "spcs_service_logs",
      "The last lines that a container of a service or job has written. They are stored in the state as they are: read "
      "no log that holds secrets.",
      {
          {"database", &M::database, Required{.validators = {CheckPlainName}, .doc = "Database of the service."}},
          {"schema", &M::schema, Required{.validators = {CheckPlainName}, .doc = "Schema of the service."}},
          {"service", &M::service, Required{.validators = {CheckPlainName}, .doc = "Name of the service or job."}},
          {"container", &M::container,
           Required{.validators = {resources::CheckContainerName},
                    .doc = "Name of the container, as in the specification."}},
          {"instance_id", &M::instance_id,
           Optional{.validators = {tf::AtLeast(0)}, .doc = "Id of the instance, 0 when left out."}},
          {"lines", &M::lines,
           Optional{.validators = {tf::AtLeast(1)},
                    .doc = "How many lines at most, 100 when left out. The service gives no more than 100 KB."}},
          {"log", &M::log, Computed{.doc = "The lines."}},
      }};
  return model;
}

class ServiceLogsSource : public tf::TypedDataSource<ServiceLogs> {
 public:
  explicit ServiceLogsSource(resources::Account& account) : TypedDataSource(ServiceLogsModel()), account_(account) {}
  std::string noun() const override { return "log of a container"; }

 protected:
  absl::Status ReadModel(tf::Context& context, ServiceLogs& model) override {
    ASSIGN_OR_RETURN(const auto name, ServiceName(model.database, model.schema, model.service));
    ASSIGN_OR_RETURN(resources::Session * session, account_.Connect());
    snowflake::Statement statement("SELECT");
    statement.Call("SYSTEM$GET_SERVICE_LOGS",
                   {SqlValue(name.Sql()), SqlValue(model.instance_id.value_or(0)), SqlValue(model.container.value()),
                    SqlValue(model.lines.value_or(kDefaultLines))});
    ASSIGN_OR_RETURN(const auto result, session->Query(statement, context.stop));
    if (result.size() == 0 || result.columns.empty()) return absl::InternalError("the service sent no log");
    model.log = result.cells[0][0].value_or("");
    return absl::OkStatus();
  }

 private:
  resources::Account& account_;
};

}  // namespace

std::unique_ptr<tf::DataSource> MakeServiceLogs(resources::Account& account) {
  return std::make_unique<ServiceLogsSource>(account);
}

}  // namespace spcs::data_sources
