# SPDX-License-Identifier: MPL-2.0

# Whoever has the role may open the service's public endpoints.
resource "spcs_service_role_grant" "analysts" {
  service      = spcs_service.chat.qualified_name
  service_role = "ALL_ENDPOINTS_USAGE"
  role         = "ANALYST"
}
