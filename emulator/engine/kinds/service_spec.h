// SPDX-License-Identifier: MPL-2.0
// A specification against the account: does what it names exist, may the role use it, which digest has each image.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "emulator/engine/context.h"
#include "emulator/engine/kinds/compute_pool_fleet.h"
#include "emulator/engine/spec/document.h"

namespace spcs::engine {

struct PreparedSpec {
  spec::Document document;  // complete
  std::string text;         // as DESCRIBE SERVICE prints it
  std::string digest;
};

// Reads, checks and completes the text of a service or job at `name` for nodes of the pool. Errors are the service's.
absl::StatusOr<PreparedSpec> PrepareSpec(ExecutionContext& context, const Fleet& fleet, const FullName& name,
                                         const LoadedPool& pool, absl::string_view text);

// A name inside a specification; what it leaves out is the service's database and schema, not the session's.
// InvalidArgument as for the specification.
absl::StatusOr<FullName> NameInSpec(absl::string_view text, const FullName& service);

// The properties that services and jobs share, onto the record: EXTERNAL_ACCESS_INTEGRATIONS (they must exist and be
// usable), QUERY_WAREHOUSE, COMMENT.
absl::Status ApplySharedProperties(ExecutionContext& context, const sql::Statement& statement, nlohmann::json& props);

// The pool that a service or job is to run in: it exists, the role may use it, it is up or may be resumed (which is
// then done).
absl::StatusOr<LoadedPool> UsePool(ExecutionContext& context, const Fleet& fleet, const sql::QualifiedName& name);

// Resumes the pool for a service that starts; refused when the pool is suspended without AUTO_RESUME.
absl::Status WakePool(ExecutionContext& context, LoadedPool& pool);

// The name is plain and, as a DNS label, valid.
absl::Status CheckServiceName(const FullName& name);

}  // namespace spcs::engine
