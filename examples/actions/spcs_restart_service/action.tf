# SPDX-License-Identifier: MPL-2.0

# Restarts the service whenever its secret has changed.
resource "spcs_secret" "key" {
  database         = "MY_DB"
  schema           = "MY_SCHEMA"
  name             = "API_KEY"
  value_wo         = var.api_key
  value_wo_version = var.api_key_version

  lifecycle {
    action_trigger {
      events  = [after_update]
      actions = [action.spcs_restart_service.web]
    }
  }
}

action "spcs_restart_service" "web" {
  config {
    database = "MY_DB"
    schema   = "MY_SCHEMA"
    name     = "WEB"
  }
}
