# SPDX-License-Identifier: MPL-2.0

action "spcs_suspend_service" "web" {
  config {
    database = "MY_DB"
    schema   = "MY_SCHEMA"
    name     = "WEB"
  }
}
