# SPDX-License-Identifier: MPL-2.0

resource "spcs_network_rule" "model_hub" {
  database   = spcs_schema.vicuna.database
  schema     = spcs_schema.vicuna.name
  name       = "MODEL_HUB"
  type       = "HOST_PORT"
  mode       = "EGRESS"
  value_list = ["huggingface.co:443"]
}
