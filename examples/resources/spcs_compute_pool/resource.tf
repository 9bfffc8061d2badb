# SPDX-License-Identifier: MPL-2.0

resource "spcs_compute_pool" "workers" {
  name              = "RAY_WORKERS"
  instance_family   = "GPU_NV_M"
  min_nodes         = 1
  max_nodes         = 2
  auto_suspend_secs = 600
}
