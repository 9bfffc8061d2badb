# SPDX-License-Identifier: MPL-2.0

resource "spcs_image_repository" "llm" {
  database = spcs_schema.vicuna.database
  schema   = spcs_schema.vicuna.name
  name     = "LLM_REPO"
}

output "push_to" {
  value = spcs_image_repository.llm.repository_url
}
