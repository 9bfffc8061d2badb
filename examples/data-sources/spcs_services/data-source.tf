# SPDX-License-Identifier: MPL-2.0

data "spcs_services" "in_pool" {
  kind         = "all"
  compute_pool = "GPU_POOL"
}

output "who_uses_the_pool" {
  value = { for name, service in data.spcs_services.in_pool.services : name => service.status }
}
