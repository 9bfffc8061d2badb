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

  transport    = "job"
  compute_pool = spcs_compute_pool.head.name
  image        = local.images["deployer"]

  route_prefix = "/${var.model_name}"
  import_path  = var.model_import_path
  runtime_env  = var.model_runtime_env
  args = jsonencode({
    model                = var.model_id
    tensor_parallel_size = var.tensor_parallel_size
    seed                 = var.model_seed
  })

  deployments = {
    (var.model_deployment_name) = {
      num_replicas         = 1
      max_ongoing_requests = var.max_ongoing_requests
      # The replica itself takes no GPU; the engine takes one in each bundle of the group.
      ray_actor_options = { num_cpus = 1, num_gpus = 0 }
      placement_group_bundles = [
        for rank in range(var.tensor_parallel_size) :
        merge({ CPU = 1, GPU = 1 }, { for label in keys(var.serve_worker_resources) : label => 0.001 })
      ]
      placement_group_strategy = "PACK"
    }
  }

  timeouts = {
    create = var.timeouts.model
    update = var.timeouts.model
    delete = var.timeouts.model
  }

  lifecycle {
    precondition {
      condition     = var.tensor_parallel_size <= var.num_serve_workers * var.serve_worker_gpus
      error_message = "tensor_parallel_size needs more GPUs than num_serve_workers nodes with serve_worker_gpus each have: the model would wait for ever."
    }
  }
}
