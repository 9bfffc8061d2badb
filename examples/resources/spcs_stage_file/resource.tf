# SPDX-License-Identifier: MPL-2.0

resource "spcs_stage" "config" {
  database   = "RAY"
  schema     = "VICUNA"
  name       = "CONFIG"
  encryption = "SNOWFLAKE_SSE"
}

resource "spcs_stage_file" "dashboard" {
  database = spcs_stage.config.database
  schema   = spcs_stage.config.schema
  stage    = spcs_stage.config.name
  path     = "grafana/dashboard.json"
  source   = "${path.module}/dashboard.json"
}

resource "spcs_stage_file" "settings" {
  database = spcs_stage.config.database
  schema   = spcs_stage.config.schema
  stage    = spcs_stage.config.name
  path     = "settings.yaml"
  content  = yamlencode({ log_level = "info" })
}
