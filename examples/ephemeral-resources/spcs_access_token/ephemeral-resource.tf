# SPDX-License-Identifier: MPL-2.0

# A token for this run only, handed to a service as a secret: it is in no plan and no state.
ephemeral "spcs_access_token" "this" {
  role = "DEPLOYER"
}

resource "spcs_secret" "token" {
  database         = "MY_DB"
  schema           = "MY_SCHEMA"
  name             = "DEPLOY_TOKEN"
  value_wo         = ephemeral.spcs_access_token.this.token
  value_wo_version = 1
}
