# SPDX-License-Identifier: MPL-2.0

resource "spcs_image" "head" {
  database   = spcs_image_repository.llm.database
  schema     = spcs_image_repository.llm.schema
  repository = spcs_image_repository.llm.name
  name       = "ray-head"
  tag        = "1.4.0"

  # docker buildx build --platform linux/amd64 --output type=oci,dest=build/ray-head,tar=false .
  source = { oci_layout = "build/ray-head" }
}

# A rebuilt image has another digest, which the plan knows: the service is upgraded with it.
resource "spcs_service" "rolled" {
  database     = spcs_image_repository.llm.database
  schema       = spcs_image_repository.llm.schema
  name         = "ROLLED"
  compute_pool = "HEAD_POOL"
  spec = {
    containers = { head = { image = spcs_image.head.reference } }
  }
}

# From `docker save`, and from another registry.
resource "spcs_image" "grafana" {
  database   = spcs_image_repository.llm.database
  schema     = spcs_image_repository.llm.schema
  repository = spcs_image_repository.llm.name
  name       = "grafana"
  tag        = "11"
  source     = { docker_archive = "build/images.tar", image = "grafana:11" }
}

resource "spcs_image" "prometheus" {
  database   = spcs_image_repository.llm.database
  schema     = spcs_image_repository.llm.schema
  repository = spcs_image_repository.llm.name
  name       = "prometheus"
  tag        = "3"
  source     = { registry = "registry.example.com/monitoring/prometheus:3" }
}
