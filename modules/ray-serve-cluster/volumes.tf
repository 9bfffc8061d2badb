# SPDX-License-Identifier: MPL-2.0

# A stage mount takes whole files written from start to end: no append, no rename, no locks. So Ray's own folder and
# the model cache live on the node (or on block storage), and stages hold the notebook's home and copies of logs.

locals {
  ray_tmp_path     = "/tmp/ray"
  model_cache_path = "/var/cache/huggingface"

  volumes = {
    dshm          = { source = "memory", size = var.shared_memory_size }
    ray-tmp       = { source = "local" }
    snowml-home   = { source = "stage", stage_config = { name = "@${spcs_stage.this["home"].qualified_name}" } }
    ray-logs      = { source = "stage", stage_config = { name = "@${spcs_stage.this["logs"].qualified_name}" } }
    model-cache   = { source = "local" }
    model-storage = { source = "block", size = "${coalesce(var.model_cache_gib, 1)}Gi" }
  }

  # Block storage outlives a restart of the node, so the model is fetched once; local storage costs nothing.
  model_cache_volume = var.model_cache_gib == null ? "model-cache" : "model-storage"

  # What every Ray container mounts.
  ray_volumes = ["dshm", "ray-tmp", "snowml-home", local.model_cache_volume]
  ray_mounts = [
    { name = "dshm", mount_path = "/dev/shm" },
    { name = "ray-tmp", mount_path = local.ray_tmp_path },
    { name = "snowml-home", mount_path = "/home/snowflake" },
    { name = local.model_cache_volume, mount_path = local.model_cache_path },
  ]
  log_mount = { name = "ray-logs", mount_path = "/raylogs" }
}
