# SPDX-License-Identifier: MPL-2.0

data "spcs_instance_families" "gpu" {
  like = "GPU%"
}

output "with_four_gpus" {
  value = [for name, family in data.spcs_instance_families.gpu.instance_families : name if family.gpu_count == 4]
}
