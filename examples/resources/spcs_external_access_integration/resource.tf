# SPDX-License-Identifier: MPL-2.0

resource "spcs_external_access_integration" "model_hub" {
  name                  = "MODEL_HUB_ACCESS"
  allowed_network_rules = [spcs_network_rule.model_hub.qualified_name]
}
