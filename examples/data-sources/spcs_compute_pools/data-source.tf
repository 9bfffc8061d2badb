# SPDX-License-Identifier: MPL-2.0

data "spcs_compute_pools" "ray" {
  like = "ray\\_%" # \\_ is the character _
}

output "running_nodes" {
  value = { for name, pool in data.spcs_compute_pools.ray.compute_pools : name => pool.active_nodes + pool.idle_nodes }
}
