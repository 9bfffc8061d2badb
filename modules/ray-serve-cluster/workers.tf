# SPDX-License-Identifier: MPL-2.0

locals {
  worker_container = {
    env             = merge(local.ray_env, { RAY_HEAD_ADDRESS = local.head_address })
    readiness_probe = { port = local.node_ports["agent-http"], path = "/api/local_raylet_healthz" }
  }
}

# The workers that hold the model: one instance a node.
resource "spcs_service" "serve_worker" {
  count = var.services_enabled ? 1 : 0

  database                     = local.database
  schema                       = local.schema
  name                         = var.serve_worker_service_name
  compute_pool                 = spcs_compute_pool.serve_worker.name
  compute_pool_created_on      = spcs_compute_pool.serve_worker.created_on
  instance_family              = spcs_compute_pool.serve_worker.instance_family
  min_instances                = var.num_serve_workers
  max_instances                = var.num_serve_workers
  external_access_integrations = [spcs_external_access_integration.egress.name]
  query_warehouse              = var.query_warehouse
  suspended                    = var.suspended
  force_destroy                = var.force_destroy
  comment                      = var.comment
  timeouts                     = local.service_timeouts

  spec = {
    containers = {
      worker = {
        image           = local.images["serve_worker"]
        args            = concat(local.node_args, ["--resources=${jsonencode(var.serve_worker_resources)}"])
        env             = local.worker_container.env
        secrets         = local.ray_secrets
        readiness_probe = local.worker_container.readiness_probe
        volume_mounts   = local.ray_mounts
        resources       = local.gpu_resources["serve_worker"]
      }
    }
    endpoints = local.node_endpoints
    volumes   = local.ray_volumes
  }
}

# Optional workers for everything else that runs on the cluster.
resource "spcs_service" "worker" {
  count = var.services_enabled && var.num_workers > 0 ? 1 : 0

  database                     = local.database
  schema                       = local.schema
  name                         = var.worker_service_name
  compute_pool                 = spcs_compute_pool.worker[0].name
  compute_pool_created_on      = spcs_compute_pool.worker[0].created_on
  instance_family              = spcs_compute_pool.worker[0].instance_family
  min_instances                = var.num_workers
  max_instances                = var.num_workers
  external_access_integrations = [spcs_external_access_integration.egress.name]
  query_warehouse              = var.query_warehouse
  suspended                    = var.suspended
  force_destroy                = var.force_destroy
  comment                      = var.comment
  timeouts                     = local.service_timeouts

  spec = {
    containers = {
      worker = {
        image           = local.images["worker"]
        args            = concat(local.node_args, ["--resources=${jsonencode(var.worker_resources)}"])
        env             = local.worker_container.env
        secrets         = local.ray_secrets
        readiness_probe = local.worker_container.readiness_probe
        volume_mounts   = local.ray_mounts
        resources       = local.gpu_resources["worker"]
      }
    }
    endpoints = local.node_endpoints
    volumes   = local.ray_volumes
  }
}
