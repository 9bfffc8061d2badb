# SPDX-License-Identifier: MPL-2.0

resource "spcs_stage" "logs" {
  database = spcs_schema.vicuna.database
  schema   = spcs_schema.vicuna.name
  name     = "RAY_LOGS"

  # Services can mount stages with this encryption only.
  encryption        = "SNOWFLAKE_SSE"
  directory_enabled = true
}
