// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/kinds/ingress.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "emulator/engine/ingress.h"
#include "emulator/engine/kinds/service_plan.h"
#include "emulator/runtime/settle.h"
#include "provider/base/random.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

using spec::Document;

std::vector<std::string> TextsAt(const Document& object, const char* member) {
  std::vector<std::string> texts;
  for (const Document& text : spec::ListAt(object, {"corsSettings", member})) texts.push_back(text.get<std::string>());
  return texts;
}

// Whether the service role of that name, as stored, has the endpoint.
bool RoleHasEndpoint(const Document& document, const std::string& role, const std::string& endpoint) {
  if (role == "ALL_ENDPOINTS_USAGE") return true;
  for (const Document& candidate : spec::ListAt(document, {"serviceRoles"})) {
    if (absl::AsciiStrToUpper(spec::TextOf(candidate, "name")) != role) continue;
    const Document& endpoints = spec::ListAt(candidate, {"endpoints"});
    return std::find(endpoints.begin(), endpoints.end(), endpoint) != endpoints.end();
  }
  return false;
}

bool MayUse(ExecutionContext& context, const Object& service, const Document& document, const std::string& endpoint) {
  if (context.session().role.empty()) return false;
  if (context.Owns(service)) return true;
  for (const Grant& grant : context.store().GrantsOn(service.id)) {
    const bool fits = !grant.detail.empty() && context.roles().count(grant.role) > 0;
    if (fits && RoleHasEndpoint(document, grant.detail, endpoint)) return true;
  }
  return false;
}

IngressRoute RouteOf(ExecutionContext& context, const LoadedPool& pool, size_t index, const Document& endpoint) {
  const Object& service = pool.services[index];
  const runtime::Workload& workload = pool.world.workloads[index];
  const std::string name = spec::TextOf(endpoint, "name");
  IngressRoute route{.service = NameOf(service).ToString(),
                     .owner = service.owner,
                     .endpoint = name,
                     .port = endpoint.value("port", 0),
                     .cors = {.origins = TextsAt(endpoint, "Access-Control-Allow-Origin"),
                              .methods = TextsAt(endpoint, "Access-Control-Allow-Methods"),
                              .headers = TextsAt(endpoint, "Access-Control-Allow-Headers"),
                              .exposed = TextsAt(endpoint, "Access-Control-Expose-Headers")},
                     .allowed = MayUse(context, service, CurrentSpec(service), name),
                     .status = runtime::ViewWorkload(pool.world, workload, context.now()).status,
                     .suspended = workload.suspended || pool.world.pool.suspended,
                     .auto_resume = service.props.value("auto_resume", true),
                     .ready = {}};
  for (const runtime::Instance& instance : workload.instances) {
    if (instance.gone_at || !runtime::IsReady(workload, instance, context.options().speed, context.now())) continue;
    route.ready.push_back(instance.ip);
  }
  return route;
}

std::optional<IngressRoute> FindIn(ExecutionContext& context, const LoadedPool& pool, const std::string& start) {
  for (size_t i = 0; i < pool.services.size(); ++i) {
    const Object& service = pool.services[i];
    if (IsJob(service)) continue;
    const Document document = CurrentSpec(service);
    for (const Document& endpoint : spec::ListAt(document, {"spec", "endpoints"})) {
      if (!endpoint.value("public", false)) continue;
      if (!absl::StartsWith(IngressHostOf(context, service, spec::TextOf(endpoint, "name")), start)) continue;
      return RouteOf(context, pool, i, endpoint);
    }
  }
  return std::nullopt;
}

}  // namespace

void RegisterIngress(Registry& registry, std::shared_ptr<const Fleet> fleet) {
  registry.SetIngress([fleet](ExecutionContext& context, absl::string_view label) -> absl::StatusOr<IngressRoute> {
    const std::string start = absl::StrCat(absl::AsciiStrToLower(label), ".");
    for (const auto& [name, pool] : fleet->All(context)) {
      if (std::optional<IngressRoute> route = FindIn(context, pool, start)) return *std::move(route);
    }
    return absl::NotFoundError("no service has a public endpoint of this name");
  });
}

absl::StatusOr<IngressRoute> FindIngress(Engine& engine, const Session& session, absl::string_view label) {
  IngressRoute route;
  RETURN_IF_ERROR(engine.Run(session, [&](ExecutionContext& context) -> absl::Status {
    ASSIGN_OR_RETURN(route, context.registry().ingress()(context, label));
    return absl::OkStatus();
  }));
  return route;
}

absl::Status WakeIngress(Engine& engine, const IngressRoute& route) {
  const Session owner{.user = "", .role = route.owner};
  return engine.Execute(owner, absl::StrCat("ALTER SERVICE ", route.service, " RESUME"), {}, NewUuid()).status();
}

}  // namespace spcs::engine
