# SPDX-License-Identifier: MPL-2.0

list "spcs_service" "in_schema" {
  provider         = spcs
  include_resource = true

  config {
    database = "MY_DB"
    schema   = "MY_SCHEMA"
  }
}
