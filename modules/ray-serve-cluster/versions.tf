# SPDX-License-Identifier: MPL-2.0

terraform {
  # Ephemeral variables and write-only attributes, which keep the token out of state and plan, came with 1.11.
  required_version = ">= 1.11"

  required_providers {
    spcs = {
      source  = "spcs/spcs"
      version = ">= 0.1.0"
    }
  }
}
