# SPDX-License-Identifier: MPL-2.0

variable "hf_token" {
  type        = string
  ephemeral   = true
  sensitive   = true
  description = "Hugging Face token."
}

resource "spcs_secret" "hf_token" {
  database = spcs_schema.vicuna.database
  schema   = spcs_schema.vicuna.name
  name     = "HF_TOKEN"

  # Neither state nor plan has the value. Raise the version to store a changed one.
  value_wo         = var.hf_token
  value_wo_version = 1
}

# Tokens by the client credentials flow of a security integration: there is no value to give.
resource "spcs_secret" "search" {
  database           = spcs_schema.vicuna.database
  schema             = spcs_schema.vicuna.name
  name               = "SEARCH_TOKEN"
  type               = "OAUTH2"
  api_authentication = "SEARCH_API"
  oauth_scopes       = ["read"]
}
