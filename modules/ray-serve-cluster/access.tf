# SPDX-License-Identifier: MPL-2.0

# Every service has the role ALL_ENDPOINTS_USAGE; whoever has it may open the service's public endpoints.
resource "spcs_service_role_grant" "streamlit" {
  for_each = var.services_enabled ? var.chat_roles : toset([])

  service      = spcs_service.streamlit[0].qualified_name
  service_role = "ALL_ENDPOINTS_USAGE"
  role         = each.value
}

resource "spcs_service_role_grant" "head" {
  for_each = var.services_enabled ? var.operator_roles : toset([])

  service      = spcs_service.head[0].qualified_name
  service_role = "ALL_ENDPOINTS_USAGE"
  role         = each.value
}
