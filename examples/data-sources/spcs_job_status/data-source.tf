# SPDX-License-Identifier: MPL-2.0

data "spcs_job_status" "load" {
  database = "MY_DB"
  schema   = "MY_SCHEMA"
  job      = "LOAD_DATA"
}

output "succeeded" {
  value = data.spcs_job_status.load.succeeded
}
