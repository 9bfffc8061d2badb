# SPDX-License-Identifier: MPL-2.0

resource "spcs_table" "feedback" {
  database = spcs_schema.vicuna.database
  schema   = spcs_schema.vicuna.name
  name     = "FEEDBACK"

  columns = [
    { name = "ID", type = "INTEGER", nullable = false, identity = {} },
    { name = "RUN_ID", type = "STRING", nullable = false },
    { name = "AT", type = "TIMESTAMP_LTZ" },
    { name = "SCORE", type = "INTEGER", comment = "1: thumb up, 0: thumb down" },
  ]
  primary_key = ["ID"]
  cluster_by  = ["TO_DATE(AT)"]
}
