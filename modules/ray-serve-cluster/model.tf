# SPDX-License-Identifier: MPL-2.0

# The application runs on the cluster and is put there by a job in the head's pool: nothing public is needed.
resource "spcs_ray_serve_model" "this" {
  count = var.services_enabled ? 1 : 0

  database     = local.database
  schema       = local.schema
  head_service = spcs_service.head[0].name
  name         = var.model_name

  # Waits until every worker is READY, and runs again when the head does: a new head knows no applications.
  worker_services  = [for service in spcs_service.serve_worker : service.name]
  cluster_revision = "${spcs_service.head[0].spec_digest}/${try(coalesce(spcs_service.head[0].resumed_on), "created")}"

  transport    = var.model_transport
  endpoint_url = var.model_transport == "endpoint" ? spcs_service.head[0].endpoints["ray-dashboard"] : null
  compute_pool = spcs_compute_pool.head.name
  image        = local.images["deployer"]
  restore_path = "@${spcs_stage.this["home"].qualified_name}/.spcs"

  route_prefix = "/${var.model_name}"
  runtime_env  = var.model_runtime_env
  llm = {
    model_id             = var.model_id
    tensor_parallel_size = var.tensor_parallel_size
    seed                 = var.model_seed
    max_model_len        = var.max_model_len
    engine_kwargs        = var.engine_kwargs
    num_replicas         = var.num_replicas
    max_ongoing_requests = var.max_ongoing_requests
    # One rank takes a GPU, if there are any, and a little of what only the workers for the model have.
    bundle = merge(
      { CPU = 1 },
      local.serve_worker_gpus == 0 ? {} : { GPU = 1 },
      { for label in keys(var.serve_worker_resources) : label => 0.001 },
    )
  }

  timeouts = {
    create = var.timeouts.model
    update = var.timeouts.model
    delete = var.timeouts.model
  }

  lifecycle {
    precondition {
      condition     = local.serve_worker_gpus == 0 || var.num_replicas * var.tensor_parallel_size <= var.num_serve_workers * local.serve_worker_gpus
      error_message = "num_replicas copies with tensor_parallel_size GPUs each need more GPUs than num_serve_workers nodes with serve_worker_gpus each have: the model would wait for ever."
    }
  }
}
