// SPDX-License-Identifier: MPL-2.0
// The statements on compute pools, services, jobs and images. parser.cc asks here first.
//
//   CREATE SERVICE s IN COMPUTE POOL p FROM SPECIFICATION $$…$$ …   target = p, spec, properties
//   ALTER SERVICE s FROM SPECIFICATION | SET | UNSET | SUSPEND …     action
//   EXECUTE JOB SERVICE IN COMPUTE POOL p … NAME = j …               name = j (empty when not written), target = p
//   SHOW SERVICE CONTAINERS | INSTANCES, ENDPOINTS, ROLES IN SERVICE name = the service
//   SHOW IMAGES IN IMAGE REPOSITORY r                                name = r
//   GRANT | REVOKE SERVICE ROLE s!r TO | FROM ROLE x                 name = s, words["service_role"] = r, target = x
//   SHOW GRANTS OF SERVICE ROLE s!r                                  the same without target
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "emulator/sql/cursor.h"
#include "emulator/sql/statement.h"

namespace spcs::sql {

// Parses the statement when it is about one of these kinds; nullopt, with the cursor back at its start, when it is
// about something else.
absl::StatusOr<std::optional<Statement>> ParseServiceStatement(TokenCursor& cursor);

}  // namespace spcs::sql
