# SPDX-License-Identifier: MPL-2.0

# The pools refer to nothing, so all of them start at once, while databases, stages and the rest are made.

locals {
  # The original setup's GPU_3 and GPU_7 become today's names here, so that a plan shows what will run; today's names
  # pass unchanged.
  head_family         = provider::spcs::instance_family(var.head_node_type)
  serve_worker_family = provider::spcs::instance_family(var.serve_worker_node_type)
  worker_family       = var.worker_node_type == null ? null : provider::spcs::instance_family(var.worker_node_type)

  # Families without GPUs have other names.
  head_gpus         = startswith(upper(local.head_family), "GPU_") ? var.head_gpus : 0
  serve_worker_gpus = startswith(upper(local.serve_worker_family), "GPU_") ? var.serve_worker_gpus : 0
  worker_gpus       = startswith(upper(coalesce(local.worker_family, "none")), "GPU_") ? var.worker_gpus : 0

  # What the Ray container of a node asks for; nothing where there are no GPUs.
  gpu_resources = {
    for node, gpus in { head = local.head_gpus, serve_worker = local.serve_worker_gpus, worker = local.worker_gpus } :
    node => gpus == 0 ? null : { requests = { gpu = gpus }, limits = { gpu = gpus } }
  }
}

resource "spcs_compute_pool" "head" {
  name              = var.head_pool_name
  instance_family   = local.head_family
  min_nodes         = 1
  max_nodes         = 1
  auto_resume       = true
  auto_suspend_secs = var.compute_pool_keep_alive_secs
  suspended         = var.suspended
  force_destroy     = var.force_destroy
  comment           = var.comment
}

resource "spcs_compute_pool" "serve_worker" {
  name              = var.serve_worker_pool_name
  instance_family   = local.serve_worker_family
  min_nodes         = var.num_serve_workers
  max_nodes         = var.num_serve_workers
  auto_resume       = true
  auto_suspend_secs = var.compute_pool_keep_alive_secs
  suspended         = var.suspended
  force_destroy     = var.force_destroy
  comment           = var.comment
}

resource "spcs_compute_pool" "worker" {
  count = var.num_workers > 0 ? 1 : 0

  name              = var.worker_pool_name
  instance_family   = local.worker_family
  min_nodes         = var.num_workers
  max_nodes         = var.num_workers
  auto_resume       = true
  auto_suspend_secs = var.compute_pool_keep_alive_secs
  suspended         = var.suspended
  force_destroy     = var.force_destroy
  comment           = var.comment
}
