# SPDX-License-Identifier: MPL-2.0

resource "spcs_grant" "analysts_see_the_schema" {
  privilege   = "USAGE"
  object_type = "SCHEMA"
  object_name = spcs_schema.vicuna.qualified_name
  role        = "ANALYST"
}

# A privilege on the account has no object.
resource "spcs_grant" "deployers_make_pools" {
  privilege   = "CREATE COMPUTE POOL"
  object_type = "ACCOUNT"
  role        = "DEPLOYER"
}
