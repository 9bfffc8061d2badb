# SPDX-License-Identifier: MPL-2.0

resource "spcs_image_repository" "images" {
  database = "MY_DB"
  schema   = "MY_SCHEMA"
  name     = "IMAGES"
}

ephemeral "spcs_registry_credentials" "this" {
  repository_url = spcs_image_repository.images.repository_url
}

# Another provider pushes with them.
provider "docker" {
  registry_auth {
    address  = ephemeral.spcs_registry_credentials.this.registry
    username = ephemeral.spcs_registry_credentials.this.username
    password = ephemeral.spcs_registry_credentials.this.password
  }
}
