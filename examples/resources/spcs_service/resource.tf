# SPDX-License-Identifier: MPL-2.0

resource "spcs_service" "chat" {
  database     = spcs_schema.vicuna.database
  schema       = spcs_schema.vicuna.name
  name         = "CHAT"
  compute_pool = spcs_compute_pool.workers.name

  # With these two a new pool replaces the service, and a plan checks GPUs and memory against the pool's family.
  compute_pool_created_on = spcs_compute_pool.workers.created_on
  instance_family         = spcs_compute_pool.workers.instance_family

  spec = {
    containers = {
      page = {
        image           = "/ray/vicuna/llm_repo/streamlit:v1"
        env             = { RAY_API_URL = "http://ray-head:8000/vicuna/" }
        readiness_probe = { port = 8501, path = "/_stcore/health" }
      }
    }
    endpoints = {
      page = { port = 8501, public = true }
    }
  }
}

output "chat_url" {
  value = spcs_service.chat.endpoints["page"]
}

# The same from a YAML file, as the service's own documentation writes specifications.
resource "spcs_service" "from_yaml" {
  database     = spcs_schema.vicuna.database
  schema       = spcs_schema.vicuna.name
  name         = "FROM_YAML"
  compute_pool = spcs_compute_pool.workers.name
  spec         = provider::spcs::parse_service_spec(file("${path.module}/service.yaml"))
}
