// SPDX-License-Identifier: MPL-2.0
// spcs_service_endpoints: every endpoint of a service, public or not.
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "provider/base/status.h"
#include "provider/data_sources/all.h"
#include "provider/resources/account.h"
#include "provider/resources/names.h"
#include "provider/resources/object_row.h"
#include "provider/resources/service_health.h"
#include "provider/snowflake/statement.h"

namespace spcs::data_sources {
namespace {

using resources::CheckPlainName;
using snowflake::ObjectName;
using snowflake::Statement;

struct Endpoint {
  tf::Int port{};
  tf::String port_range{}, protocol{};
  tf::Bool is_public{};
  tf::String url{};
  static const tf::Table<Endpoint>& Fields() {
    using tf::Computed;
    static const tf::Table<Endpoint> table{
        {"port", &Endpoint::port, Computed{.doc = "Port."}},
        {"port_range", &Endpoint::port_range, Computed{.doc = "Range of ports."}},
        {"protocol", &Endpoint::protocol, Computed{.doc = "HTTP or TCP."}},
        {"public", &Endpoint::is_public, Computed{.doc = "Whether it can be reached from outside."}},
        {"url", &Endpoint::url, Computed{.doc = "URL of a public endpoint; null until it has one."}},
    };
    return table;
  }
};

struct ServiceEndpoints {
  tf::String database{}, schema{}, service{};
  tf::Map<tf::Object<Endpoint>> endpoints{};
};

const tf::Model<ServiceEndpoints>& ServiceEndpointsModel() {
  using M = ServiceEndpoints;
  using tf::Computed, tf::Required;
  static const tf::Model<M> model{
      "spcs_service_endpoints",
      "The endpoints of a service.",
      {
          {"database", &M::database, Required{.validators = {CheckPlainName}, .doc = "Database of the service."}},
          {"schema", &M::schema, Required{.validators = {CheckPlainName}, .doc = "Schema of the service."}},
          {"service", &M::service, Required{.validators = {CheckPlainName}, .doc = "Name of the service."}},
          {"endpoints", &M::endpoints, Computed{.doc = "The endpoints, by name."}},
      }};
  return model;
}

Endpoint ReadEndpoint(const resources::ObjectRow& row) {
  Endpoint endpoint{.port = row.Text("port").empty() ? tf::Int() : tf::Int(row.Int("port")),
                    .port_range = row.Text("port_range").empty() ? tf::String() : tf::String(row.Text("port_range")),
                    .protocol = row.Text("protocol"),
                    .is_public = row.Bool("is_public"),
                    .url = {}};
  const std::string url = row.Text("ingress_url");
  // A sentence stands here while the endpoint is being made.
  if (absl::StrContains(url, '.') && !absl::StrContains(url, ' ')) endpoint.url = resources::EndpointUrl(url);
  return endpoint;
}

class ServiceEndpointsSource : public tf::DataSource {
 public:
  explicit ServiceEndpointsSource(resources::Account& account) : account_(account) {}

  const std::string& type_name() const override { return ServiceEndpointsModel().name(); }
  std::string noun() const override { return "endpoints of a service"; }
  const tf::Schema& schema() const override { return ServiceEndpointsModel().schema(); }

  absl::StatusOr<tf::Value> Read(tf::Context& context, const tf::Value& config) override {
    ASSIGN_OR_RETURN(ServiceEndpoints state, ServiceEndpointsModel().Decode(config));
    ASSIGN_OR_RETURN(
        const ObjectName name,
        ObjectName::Parse(absl::StrCat(state.database.value(), ".", state.schema.value(), ".", state.service.value()),
                          3));
    ASSIGN_OR_RETURN(resources::Session * session, account_.Connect());
    ASSIGN_OR_RETURN(const auto result,
                     session->Query(Statement("SHOW ENDPOINTS IN SERVICE").Name(name), context.stop));
    std::map<std::string, tf::Object<Endpoint>> endpoints;
    for (const resources::ObjectRow& row : resources::AllRows(result)) endpoints[row.Text("name")] = ReadEndpoint(row);
    state.endpoints = std::move(endpoints);
    return ServiceEndpointsModel().Encode(state);
  }

 private:
  resources::Account& account_;
};

}  // namespace

std::unique_ptr<tf::DataSource> MakeServiceEndpoints(resources::Account& account) {
  return std::make_unique<ServiceEndpointsSource>(account);
}

}  // namespace spcs::data_sources
