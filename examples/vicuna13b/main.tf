# SPDX-License-Identifier: MPL-2.0

# Vicuna 13B behind Ray Serve on three GPU nodes, with a chat page in front of it.

# Account, user and role come from the environment or from connections.toml. docs/guides/privileges.md has the grants
# that the role needs.
provider "spcs" {}

module "ray_serve" {
  source = "../../modules/ray-serve-cluster"

  # Applies to an empty account and leaves nothing behind. Leave these three out to live in a schema that is there.
  create_database = true
  create_schema   = true
  force_destroy   = true

  hf_token         = var.hf_token
  hf_token_version = var.hf_token_version
  query_warehouse  = var.query_warehouse

  images            = var.images
  num_serve_workers = var.num_serve_workers
  services_enabled  = var.services_enabled
  suspended         = var.suspended
}
