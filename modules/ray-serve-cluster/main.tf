# SPDX-License-Identifier: MPL-2.0

# A Ray cluster on Snowpark Container Services that serves one language model, with a chat page in front of it.
#
#   objects.tf    database, schema, stages, image repository, secret, feedback table
#   egress.tf     the network rule and integration that let the containers reach the internet
#   pools.tf      compute pools
#   ports.tf      Ray's ports, pinned, and the endpoints that declare them
#   volumes.tf    what the containers mount
#   head.tf       the head's service, with Prometheus and Grafana
#   workers.tf    the services of the workers
#   model.tf      the Ray Serve application
#   streamlit.tf  the chat page
#   access.tf     who else may open the endpoints
#
# Nothing here says depends_on: every order comes from a reference, so whatever can overlap does.

locals {
  # Names by reference: whoever uses them waits for the object when this module creates it.
  database = var.create_database ? spcs_database.this[0].name : var.database
  schema   = var.create_schema ? spcs_schema.this[0].name : var.schema

  # Where specifications find the images; the service writes such paths in lower case.
  image_path = lower("/${spcs_image_repository.this.database}/${spcs_image_repository.this.schema}/${spcs_image_repository.this.name}")

  images = { for container, image in var.images : container => "${local.image_path}/${image.name}:${image.tag}" }

  service_timeouts = {
    create = var.timeouts.service
    update = var.timeouts.service
    delete = var.timeouts.service
  }
}
