// SPDX-License-Identifier: MPL-2.0
// From the record of a service or job to what the simulated runtime plays. A record's props:
//
//   compute_pool, is_job, is_async_job, replicas, min_instances, max_instances, min_ready_instances, auto_resume,
//   auto_suspend_secs, external_access_integrations [names], query_warehouse, comment, log_level, updated_on,
//   dns_name, spec_text, spec_digest, versions {digest: document}, sim (compute_json.h), logs (of a job that ended)
#pragma once

#include <map>
#include <string>

#include "emulator/engine/context.h"
#include "emulator/engine/spec/document.h"
#include "emulator/runtime/compute.h"
#include "emulator/runtime/scenario.h"

namespace spcs::engine {

bool IsJob(const Object& service);

// The document of the version that the service is to run.
spec::Document CurrentSpec(const Object& service);

// The facts about one container that scenarios may ask for.
runtime::ContainerFacts FactsOf(const Object& service, const spec::Document& container, int instance);

// The workload with its plans and everything of `sim`.
runtime::Workload WorkloadOf(const Object& service, const runtime::Scenarios& scenarios);

// What one instance runs by this document.
runtime::InstancePlan PlanOf(const Object& service, const spec::Document& document,
                             const runtime::Scenarios& scenarios);

// "<service>.<hash>.svc.spcs.internal"; the hash belongs to the schema's incarnation.
std::string DnsNameOf(ExecutionContext& context, const FullName& service);
// "<hash>.svc.spcs.internal" of the schema; "" when there is no such schema.
std::string DnsDomainOf(ExecutionContext& context, const std::string& database, const std::string& schema);
// The host of a public endpoint.
std::string IngressHostOf(ExecutionContext& context, const Object& service, const std::string& endpoint);

}  // namespace spcs::engine
