# SPDX-License-Identifier: MPL-2.0

resource "spcs_network_rule" "egress" {
  database   = local.database
  schema     = local.schema
  name       = var.network_rule_name
  type       = "HOST_PORT"
  mode       = "EGRESS"
  value_list = var.egress_hosts
  comment    = var.comment
}

resource "spcs_external_access_integration" "egress" {
  name                  = var.external_access_integration_name
  allowed_network_rules = [spcs_network_rule.egress.qualified_name]
  enabled               = true
  comment               = var.comment
}
