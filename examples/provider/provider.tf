# SPDX-License-Identifier: MPL-2.0

terraform {
  required_providers {
    spcs = {
      source  = "spcs/spcs"
      version = ">= 0.1.0"
    }
  }
}

# Everything may be left out: what is missing comes from SNOWFLAKE_* variables and from the section of connections.toml
# that `connection` names (or the default one).
provider "spcs" {
  organization_name = "MYORG"
  account_name      = "MYACCOUNT"
  user              = "TERRAFORM"
  role              = "RAY_ADMIN"
  authenticator     = "SNOWFLAKE_JWT"
  private_key_file  = "~/.snowflake/terraform.p8"
}
