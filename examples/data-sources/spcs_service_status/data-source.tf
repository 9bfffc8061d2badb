# SPDX-License-Identifier: MPL-2.0

data "spcs_service_status" "head" {
  database = "MY_DB"
  schema   = "MY_SCHEMA"
  service  = "RAY_HEAD"
}

check "head_is_ready" {
  assert {
    condition     = data.spcs_service_status.head.ready
    error_message = data.spcs_service_status.head.summary
  }
}
