# SPDX-License-Identifier: MPL-2.0

# The module as one part of a larger stack: database and schema are the stack's own, a service of the stack calls the
# model, and other roles get what they need. Whatever the module gives out is used by reference, so the order is right.

provider "spcs" {}

resource "spcs_database" "this" {
  name    = var.database
  comment = "Everything around the language model."
}

resource "spcs_schema" "serving" {
  database = spcs_database.this.name
  name     = "SERVING"
}

resource "spcs_schema" "apps" {
  database = spcs_database.this.name
  name     = "APPS"
}

module "ray_serve" {
  source = "../../modules/ray-serve-cluster"

  database = spcs_schema.serving.database
  schema   = spcs_schema.serving.name

  # A smaller cluster than the default: one node with four GPUs holds the model.
  num_serve_workers    = 1
  tensor_parallel_size = 4
  hf_token             = var.hf_token
  query_warehouse      = var.query_warehouse
  force_destroy        = var.force_destroy

  # Names that belong to the whole account carry the stack's name.
  head_pool_name                   = "${var.database}_RAY_HEAD"
  serve_worker_pool_name           = "${var.database}_RAY_SERVE"
  external_access_integration_name = "${var.database}_EGRESS"

  chat_roles = var.reader_roles
}
