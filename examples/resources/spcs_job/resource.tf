# SPDX-License-Identifier: MPL-2.0

resource "spcs_job" "fetch_model" {
  database     = spcs_schema.vicuna.database
  schema       = spcs_schema.vicuna.name
  name         = "FETCH_MODEL"
  compute_pool = spcs_compute_pool.workers.name

  # Runs again when one of these changes.
  triggers = { model = "lmsys/vicuna-13b-v1.5-16k" }

  spec = {
    containers = {
      fetch = {
        image = "/ray/vicuna/llm_repo/fetch:v1"
        args  = ["lmsys/vicuna-13b-v1.5-16k"]
      }
    }
  }

  timeouts = { create = "60m" }
}

output "fetch_log" {
  value = spcs_job.fetch_model.result["fetch"].log
}
