# SPDX-License-Identifier: MPL-2.0

# Drops every service in the pool and cancels every job.
action "spcs_stop_all" "gpu" {
  config {
    compute_pool = "GPU_POOL"
  }
}
