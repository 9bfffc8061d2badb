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
  cluster_revision = "${spcs_service.head.spec_digest}/${try(coalesce(spcs_service.head.resumed_on), "created")}"

  route_prefix = "/vicuna"
  llm = {
    model_id             = "lmsys/vicuna-13b-v1.5-16k"
    tensor_parallel_size = 8
  }
}

# Any other application, told in Serve's own words, and put there through the dashboard's public endpoint: then nothing
# runs in the account for it, and a refresh shows it as it is.
resource "spcs_ray_serve_model" "summary" {
  database     = spcs_schema.vicuna.database
  schema       = spcs_schema.vicuna.name
  head_service = spcs_service.head.name
  name         = "summary"

  transport        = "endpoint"
  endpoint_url     = spcs_service.head.endpoints["ray-dashboard"]
  worker_services  = [spcs_service.workers.name]
  cluster_revision = "${spcs_service.head.spec_digest}/${try(coalesce(spcs_service.head.resumed_on), "created")}"

  route_prefix = "/summary"
  import_path  = "summary.app:build"
  args         = jsonencode({ sentences = 3 })

  deployments = {
    Summary = {
      max_ongoing_requests = 20
      ray_actor_options    = { num_cpus = 1 }
    }
  }
}
