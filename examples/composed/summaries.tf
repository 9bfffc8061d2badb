# SPDX-License-Identifier: MPL-2.0

# A service of the stack itself, on a pool of its own: it summarises documents with the model.

resource "spcs_image_repository" "apps" {
  database = spcs_schema.apps.database
  schema   = spcs_schema.apps.name
  name     = "IMAGES"
}

locals {
  # The service writes paths of images in lower case.
  images = lower("/${spcs_image_repository.apps.database}/${spcs_image_repository.apps.schema}/${spcs_image_repository.apps.name}")
}

resource "spcs_compute_pool" "apps" {
  name              = "${var.database}_APPS"
  instance_family   = "CPU_X64_S"
  min_nodes         = 1
  max_nodes         = 2
  auto_suspend_secs = 600
  force_destroy     = var.force_destroy
}

resource "spcs_service" "summaries" {
  database                = spcs_schema.apps.database
  schema                  = spcs_schema.apps.name
  name                    = "SUMMARIES"
  compute_pool            = spcs_compute_pool.apps.name
  compute_pool_created_on = spcs_compute_pool.apps.created_on
  instance_family         = spcs_compute_pool.apps.instance_family
  min_instances           = 1
  max_instances           = 2

  spec = {
    containers = {
      api = {
        image           = "${local.images}/summaries:${var.summaries_tag}"
        env             = { MODEL_URL = module.ray_serve.model_internal_url }
        readiness_probe = { port = 8080, path = "/healthz" }
      }
    }
    endpoints = {
      api = { port = 8080, public = true }
    }
  }
}
