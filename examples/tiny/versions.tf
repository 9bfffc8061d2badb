# SPDX-License-Identifier: MPL-2.0

terraform {
  required_version = ">= 1.11"

  required_providers {
    spcs = {
      source  = "spcs/spcs"
      version = ">= 0.1.0"
    }
  }
}
