# SPDX-License-Identifier: MPL-2.0

resource "spcs_ray_serve_model" "vicuna" {
  database     = spcs_schema.vicuna.database
  schema       = spcs_schema.vicuna.name
  head_service = spcs_service.head.name
  name         = "vicuna"

  # The job that deploys runs here, after the workers are READY, and again after the head has restarted.
  compute_pool     = spcs_compute_pool.head.name
  image            = "/ray/vicuna/llm_repo/spcs-ray-deploy:v1"
  worker_services  = [spcs_service.workers.name]
  cluster_revision = spcs_service.head.spec_digest

  route_prefix = "/vicuna"
  import_path  = "serve_app.app:build"
  args         = jsonencode({ model = "lmsys/vicuna-13b-v1.5-16k", tensor_parallel_size = 8 })

  deployments = {
    LLM = {
      max_ongoing_requests     = 100
      ray_actor_options        = { num_cpus = 1 }
      placement_group_bundles  = [for gpu in range(8) : { CPU = 1, GPU = 1 }]
      placement_group_strategy = "PACK"
    }
  }
}
