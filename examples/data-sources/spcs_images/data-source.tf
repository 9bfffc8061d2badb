# SPDX-License-Identifier: MPL-2.0

data "spcs_images" "all" {
  database   = "MY_DB"
  schema     = "MY_SCHEMA"
  repository = "IMAGES"
}

output "digests" {
  value = { for image, details in data.spcs_images.all.images : image => details.digest }
}
