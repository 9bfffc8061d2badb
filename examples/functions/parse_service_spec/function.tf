# SPDX-License-Identifier: MPL-2.0

locals {
  # Errors name the line and, for a misspelled key, the key that was meant.
  spec = provider::spcs::parse_service_spec(templatefile("${path.module}/service.yaml.tftpl", {
    tag = "v2"
  }))
}
