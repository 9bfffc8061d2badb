# SPDX-License-Identifier: MPL-2.0

resource "spcs_database" "this" {
  count = var.create_database ? 1 : 0

  name          = var.database
  comment       = var.comment
  force_destroy = var.force_destroy
}

resource "spcs_schema" "this" {
  count = var.create_schema ? 1 : 0

  database      = local.database
  name          = var.schema
  comment       = var.comment
  force_destroy = var.force_destroy
}

# Home folder of the notebook, and the place for copies of Ray's logs.
resource "spcs_stage" "this" {
  for_each = var.stage_names

  database   = local.database
  schema     = local.schema
  name       = each.value
  encryption = "SNOWFLAKE_SSE"
  comment    = var.comment
}

resource "spcs_image_repository" "this" {
  database = local.database
  schema   = local.schema
  name     = var.image_repository_name
  comment  = var.comment
}

resource "spcs_secret" "hf_token" {
  database         = local.database
  schema           = local.schema
  name             = var.hf_token_secret_name
  type             = "GENERIC_STRING"
  value_wo         = var.hf_token
  value_wo_version = var.hf_token_version
  comment          = var.comment
}

resource "spcs_table" "feedback" {
  database      = local.database
  schema        = local.schema
  name          = var.feedback_table_name
  comment       = var.comment
  force_destroy = var.force_destroy

  columns = [
    { name = "RUN_ID", type = "STRING" },
    { name = "TIMESTAMP", type = "TIMESTAMP_LTZ" },
    { name = "USER_PROMPT", type = "STRING" },
    { name = "ASSISTANT_RESPONSE", type = "STRING" },
    { name = "SCORE", type = "INTEGER", comment = "1: thumb up, 0: thumb down" },
    { name = "COMMENT", type = "STRING" },
  ]
}
