# SPDX-License-Identifier: MPL-2.0

locals {
  # The name under which other services of the schema reach this one.
  head_dns_label = lower(replace(var.head_service_name, "_", "-"))

  ray_env = { HF_HOME = local.model_cache_path }
  ray_secrets = [{
    object_name    = spcs_secret.hf_token.qualified_name
    env_var_name   = "HF_TOKEN"
    secret_key_ref = "secret_string"
  }]
}

resource "spcs_service" "head" {
  count = var.services_enabled ? 1 : 0

  database                     = local.database
  schema                       = local.schema
  name                         = var.head_service_name
  compute_pool                 = spcs_compute_pool.head.name
  compute_pool_created_on      = spcs_compute_pool.head.created_on
  instance_family              = spcs_compute_pool.head.instance_family
  external_access_integrations = [spcs_external_access_integration.egress.name]
  query_warehouse              = var.query_warehouse
  suspended                    = var.suspended
  force_destroy                = var.force_destroy
  comment                      = var.comment
  timeouts                     = local.service_timeouts

  spec = {
    containers = {
      head = {
        image = local.images["head"]
        # The entrypoint starts Jupyter and then `ray start --head` with these.
        args = concat(local.node_args, [
          "--port=${local.gcs_port}",
          "--ray-client-server-port=${local.client_port}",
          "--dashboard-host=0.0.0.0",
          "--dashboard-port=8265",
        ])
        env = merge(local.ray_env, {
          RAY_GRAFANA_HOST    = "http://${local.head_dns_label}:3000"
          RAY_PROMETHEUS_HOST = "http://${local.head_dns_label}:9090"
          SERVE_RESTORE       = var.restore_model ? "on" : "off"
        })
        secrets         = local.ray_secrets
        readiness_probe = { port = 8265, path = "/api/gcs_healthz" }
        volume_mounts   = concat(local.ray_mounts, [local.log_mount])
        resources       = local.gpu_resources["head"]
      }

      # Both read the configuration that Ray writes into its own folder.
      prometheus = {
        image           = local.images["prometheus"]
        readiness_probe = { port = 9090, path = "/-/ready" }
        volume_mounts   = [{ name = "ray-tmp", mount_path = local.ray_tmp_path }, local.log_mount]
      }
      grafana = {
        image           = local.images["grafana"]
        env             = { PROMETHEUS_URL = "http://${local.head_dns_label}:9090" }
        readiness_probe = { port = 3000, path = "/api/health" }
        volume_mounts   = [{ name = "ray-tmp", mount_path = local.ray_tmp_path }, local.log_mount]
      }
    }

    endpoints = merge(local.node_endpoints, {
      notebook      = { port = 8888, public = true }
      add-ray-nodes = { port = local.gcs_port, protocol = "TCP" }
      client        = { port = local.client_port, protocol = "TCP" }
      ray-dashboard = { port = 8265, public = true }
      prometheus    = { port = 9090, public = true }
      grafana       = { port = 3000, public = true }
      rayserveapi   = { port = 8000, public = true }
    })

    volumes = merge(local.ray_volumes, local.log_volumes)
  }
}

locals {
  # Through these the workers and the chat page wait for the head; null when the services are off. Unlike the service's
  # dns_name they are known at plan.
  head_host    = one([for service in spcs_service.head : lower(replace(service.name, "_", "-"))])
  head_address = one([for service in spcs_service.head : "${lower(replace(service.name, "_", "-"))}:${local.gcs_port}"])
}
