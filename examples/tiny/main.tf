# SPDX-License-Identifier: MPL-2.0

# The whole stack with an engine that has no model: it repeats words of the prompt, and runs on a laptop's CPU. Made for
# an emulated account on this machine; what an account bills for the nodes, it bills for these as well.

# Account, user and role come from the environment or from connections.toml. docs/guides/privileges.md has the grants
# that the role needs.
provider "spcs" {}

module "ray_serve" {
  source = "../../modules/ray-serve-cluster"

  database        = var.database
  schema          = "serving"
  create_database = true
  create_schema   = true
  force_destroy   = true
  comment         = "examples/tiny"

  # Names of models that begin with toy/ ask for the toy engine. It needs no token and fetches nothing.
  model_name = var.model_name
  model_id   = "toy/words"
  hf_token   = "none"

  # As many GPUs as the original has, so that the model is spread over both workers. In the emulator they are declared
  # ones; for nodes that cost less, see the variables.
  head_node_type         = var.head_node_type
  serve_worker_node_type = var.serve_worker_node_type
  num_serve_workers      = var.num_serve_workers
  serve_worker_gpus      = var.gpus_per_worker
  tensor_parallel_size   = var.num_serve_workers * var.gpus_per_worker

  # Account-wide names, apart from those of examples/vicuna13b.
  head_pool_name                   = "TINY_HEAD_POOL"
  serve_worker_pool_name           = "TINY_SERVE_POOL"
  external_access_integration_name = "TINY_EGRESS"

  shared_memory_size = "1Gi"
  query_warehouse    = var.query_warehouse
  images             = var.images
  services_enabled   = var.services_enabled
  suspended          = var.suspended

  timeouts = {
    service = "15m"
    model   = "10m"
  }
}
