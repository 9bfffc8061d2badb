// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/ray_endpoint.h"

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/logger.h"
#include "provider/base/status.h"
#include "provider/ray/deployer.h"
#include "provider/ray/messages.h"
#include "provider/resources/ray_dashboard_login.h"

namespace spcs::resources {
namespace {

absl::StatusOr<ray::Deployed> Do(ray::Deployer& deployer, const DeployCall& call, const std::string& name,
                                 std::stop_token stop) {
  if (call.action == "deploy") return deployer.Deploy(call.application, std::move(stop));
  if (call.action == "delete") return deployer.Delete(name, std::move(stop));
  return deployer.Inspect(name, std::move(stop));
}

// The error without values that may be secret.
absl::Status Masked(const absl::Status& status, const ray::Mask& mask) {
  absl::Status masked(status.code(), mask(std::string(status.message())));
  if (const auto advice = FactOf(status, kAdvice)) masked = WithFact(std::move(masked), kAdvice, mask(*advice));
  return masked;
}

}  // namespace

absl::StatusOr<DeployAnswer> RunAtEndpoint(tf::Context& context, Session& session, const RayServeModel& model,
                                           const DeployCall& call, bool& written) {
  if (!model.endpoint_url.IsKnown()) {
    return WithFact(absl::FailedPreconditionError("endpoint_url is null: the head's service shows no such URL"),
                    kAdvice, "Make the dashboard's endpoint public, and let the service wait until it is ready.");
  }
  ASSIGN_OR_RETURN(const nlohmann::json own, ServeApplication(model));
  const ray::Mask mask(own, {});
  const ray::Say say = [&](const std::string& line) {
    context.logger.Info("Ray Serve", {{"application", model.name.value()}, {"progress", mask(line)}});
  };
  EndpointTransport transport(session, context.clock, model.endpoint_url.value());
  ray::ServeClient client(transport, context.clock, {.url = model.endpoint_url.value()});
  ray::DeployerOptions options{.timeout = call.timeout, .is_new = call.is_new};
  if (model.worker_services.IsKnown()) options.settle = kSettleOfReadyWorkers;
  ray::Deployer deployer(client, context.clock, say, options);
  const absl::StatusOr<ray::Deployed> deployed = Do(deployer, call, model.name.value(), context.stop);
  written = deployer.has_written();
  if (!deployed.ok()) return Masked(deployed.status(), mask);
  DeployAnswer answer{
      .status = deployed->status, .session_name = deployed->session, .application = "", .standing = deployed->standing};
  if (deployed->application.is_object()) answer.application = DumpJson(deployed->application);
  return answer;
}

}  // namespace spcs::resources
