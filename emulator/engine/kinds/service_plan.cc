// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/kinds/service_plan.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "emulator/engine/spec/check.h"
#include "emulator/engine/spec/complete.h"
#include "emulator/engine/spec/image.h"
#include "emulator/runtime/compute_json.h"
#include "provider/base/json.h"

namespace spcs::engine {
namespace {

using spec::Document;
using spec::TextOf;

// The mount sidecar is there at once and never ends by itself.
runtime::ContainerPlan Sidecar(const std::string& name) {
  runtime::ContainerPlan plan{.name = name, .image = spec::kSidecarImage, .sidecar = true};
  plan.image_digest = absl::StrCat("sha256:", spec::Sha256(spec::kSidecarImage));
  plan.behaviour.start = absl::Seconds(1);
  plan.behaviour.ready_after = absl::ZeroDuration();
  return plan;
}

std::string ProbeText(const Document& container) {
  if (!container.contains("readinessProbe")) return "";
  const Document& probe = container["readinessProbe"];
  return absl::StrCat("path: ", TextOf(probe, "path"), ", port: ", probe.value("port", 0));
}

std::string DnsLabel(const std::string& name) {
  return absl::AsciiStrToLower(absl::StrReplaceAll(name, {{"_", "-"}}));
}

}  // namespace

bool IsJob(const Object& service) {
  return service.props.value("is_job", false);
}

Document CurrentSpec(const Object& service) {
  const auto versions = service.props.find("versions");
  if (versions == service.props.end()) return Document::object();
  return versions->value(JsonString(service.props, "spec_digest"), nlohmann::json::object());
}

runtime::ContainerFacts FactsOf(const Object& service, const Document& container, int instance) {
  runtime::ContainerFacts facts{.database = service.database,
                                .schema = service.schema,
                                .service = service.name,
                                .container = TextOf(container, "name"),
                                .instance = instance};
  if (const auto image = spec::ParseImage(TextOf(container, "image"), "image"); image.ok()) {
    facts.image = image->BaseName();
    facts.tag = image->tag;
  }
  for (const char* list : {"command", "args"}) {
    for (const Document& argument : spec::ListAt(container, {list})) {
      facts.args.push_back(argument.get<std::string>());
    }
  }
  facts.env = {{"SNOWFLAKE_DATABASE", service.database},
               {"SNOWFLAKE_SCHEMA", service.schema},
               {"SNOWFLAKE_SERVICE_NAME", service.name}};
  if (IsJob(service)) {
    facts.env["SNOWFLAKE_JOBS_COUNT"] = absl::StrCat(JsonInt(service.props, "replicas"));
    facts.env["SNOWFLAKE_JOB_INDEX"] = absl::StrCat(instance);
  }
  if (container.contains("env")) {
    for (const auto& [name, value] : container["env"].items()) facts.env[name] = value.get<std::string>();
  }
  return facts;
}

runtime::InstancePlan PlanOf(const Object& service, const Document& document, const runtime::Scenarios& scenarios) {
  runtime::InstancePlan plan;
  plan.request = spec::RequestOf(document);
  for (const Document& container : spec::ListAt(document, {"spec", "containers"})) {
    runtime::ContainerPlan& one = plan.containers.emplace_back();
    one.name = TextOf(container, "name");
    one.image = TextOf(container, "image");
    one.image_digest = absl::StrReplaceAll(TextOf(container, "sha256"), {{"@", ""}});
    one.probe = ProbeText(container);
    one.behaviour = scenarios.For(FactsOf(service, container, 0));
  }
  for (const std::string& sidecar : spec::SidecarsOf(document)) plan.containers.push_back(Sidecar(sidecar));
  return plan;
}

runtime::Workload WorkloadOf(const Object& service, const runtime::Scenarios& scenarios) {
  runtime::Workload workload;
  workload.id = service.id;
  workload.name = absl::StrCat(service.database, ".", service.schema, ".", service.name);
  workload.job = IsJob(service);
  workload.wanted = static_cast<int>(JsonInt(service.props, workload.job ? "replicas" : "min_instances"));
  workload.min_ready = static_cast<int>(JsonInt(service.props, "min_ready_instances"));
  workload.digest = JsonString(service.props, "spec_digest");
  if (const auto versions = service.props.find("versions"); versions != service.props.end()) {
    for (const auto& [digest, document] : versions->items()) {
      workload.plans[digest] = PlanOf(service, document, scenarios);
    }
  }
  if (service.props.contains("sim")) runtime::WorkloadFromJson(service.props["sim"], workload);
  return workload;
}

std::string DnsDomainOf(ExecutionContext& context, const std::string& database, const std::string& schema) {
  const std::optional<Object> object = context.Find(Kind::kSchema, {.database = database, .name = schema});
  if (!object) return "";
  const std::string hash = spec::Sha256(
      absl::StrCat(context.account().locator, "/", object->id, "/", absl::ToUnixMicros(object->created_on)));
  return absl::StrCat("s", hash.substr(0, 5), ".svc.spcs.internal");
}

std::string DnsNameOf(ExecutionContext& context, const FullName& service) {
  return absl::StrCat(DnsLabel(service.name), ".", DnsDomainOf(context, service.database, service.schema));
}

std::string IngressHostOf(ExecutionContext& context, const Object& service, const std::string& endpoint) {
  const AccountInfo account = context.account();
  const std::string hash = spec::Sha256(absl::StrCat(service.id, "/", endpoint, "/", account.locator));
  return absl::StrCat("i", hash.substr(0, 7), "-", DnsLabel(account.organization), "-", DnsLabel(account.account_name),
                      ".", context.options().ingress_domain);
}

}  // namespace spcs::engine
