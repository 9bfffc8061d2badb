# SPDX-License-Identifier: MPL-2.0

action "spcs_suspend_compute_pool" "gpu" {
  config {
    name = "GPU_POOL"
  }
}
