// SPDX-License-Identifier: MPL-2.0
// Security integrations of type API_AUTHENTICATION: what OAuth2 secrets and external access integrations refer to.
// They share their names with external access integrations; their client secret is not kept.
#pragma once

#include "emulator/engine/kind_handler.h"

namespace spcs::engine {

// CREATE, DROP, DESCRIBE SECURITY INTEGRATION and SHOW SECURITY INTEGRATIONS.
void RegisterSecurityIntegrations(Registry& registry);

// A row of SHOW INTEGRATIONS, and the answer of DESCRIBE INTEGRATION.
Row SecurityIntegrationRow(const Object& integration);
ResultSet DescribeSecurityIntegration(const Object& integration);

}  // namespace spcs::engine
