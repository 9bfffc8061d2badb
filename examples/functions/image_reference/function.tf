# SPDX-License-Identifier: MPL-2.0

output "image" {
  value = provider::spcs::image_reference("MY_DB.MY_SCHEMA.IMAGES", "web", "1.0") # /my_db/my_schema/images/web:1.0
}
