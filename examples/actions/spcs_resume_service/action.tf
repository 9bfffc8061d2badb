# SPDX-License-Identifier: MPL-2.0

action "spcs_resume_service" "web" {
  config {
    database = "MY_DB"
    schema   = "MY_SCHEMA"
    name     = "WEB"
    timeout  = "10m"
  }
}
