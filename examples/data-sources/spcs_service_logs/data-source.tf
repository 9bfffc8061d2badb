# SPDX-License-Identifier: MPL-2.0

data "spcs_service_logs" "head" {
  database  = "MY_DB"
  schema    = "MY_SCHEMA"
  service   = "RAY_HEAD"
  container = "head"
  lines     = 20
}

output "last_lines" {
  value = data.spcs_service_logs.head.log
}
