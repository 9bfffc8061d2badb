# SPDX-License-Identifier: MPL-2.0

resource "spcs_stage" "logs" {
  database = spcs_schema.vicuna.database
  schema   = spcs_schema.vicuna.name
  name     = "RAY_LOGS"

  # Services can mount stages with this encryption only.
  encryption        = "SNOWFLAKE_SSE"
  directory_enabled = true

  # How COPY and queries read its files; services do not care.
  file_format = { type = "CSV", options = { field_delimiter = "|", skip_header = 1 } }
}
