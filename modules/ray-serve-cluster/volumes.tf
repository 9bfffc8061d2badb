# SPDX-License-Identifier: MPL-2.0

# A stage mount takes whole files written from start to end: no append, no rename, no locks. So Ray's own folder and
# the model cache live on the node (or on block storage), and stages hold the notebook's home and copies of logs.

locals {
  ray_tmp_path     = "/tmp/ray"
  model_cache_path = "/var/cache/huggingface"

  # What every Ray container mounts.
  ray_volumes = {
    dshm        = { source = "memory", size = var.shared_memory_size }
    ray-tmp     = { source = "local" }
    snowml-home = { source = "stage", stage_config = { name = "@${spcs_stage.this["home"].qualified_name}" } }

    # Block storage outlives a restart of the node, so the model is fetched once; local storage costs nothing.
    model-cache = {
      source = var.model_cache_gib == null ? "local" : "block"
      size   = var.model_cache_gib == null ? null : "${var.model_cache_gib}Gi"
    }
  }
  ray_mounts = [
    { name = "dshm", mount_path = "/dev/shm" },
    { name = "ray-tmp", mount_path = local.ray_tmp_path },
    { name = "snowml-home", mount_path = "/home/snowflake" },
    { name = "model-cache", mount_path = local.model_cache_path },
  ]

  # Where the head copies Ray's logs to.
  log_volumes = { ray-logs = { source = "stage", stage_config = { name = "@${spcs_stage.this["logs"].qualified_name}" } } }
  log_mount   = { name = "ray-logs", mount_path = "/raylogs" }
}
