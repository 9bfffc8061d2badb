# SPDX-License-Identifier: MPL-2.0

data "spcs_service_endpoints" "ray" {
  database = "MY_DB"
  schema   = "MY_SCHEMA"
  service  = "RAY_HEAD"
}

data "spcs_ray_cluster" "this" {
  url = data.spcs_service_endpoints.ray.endpoints["ray-dashboard"].url
}

output "gpus" {
  value = lookup(data.spcs_ray_cluster.this.resources, "GPU", 0)
}
