# SPDX-License-Identifier: MPL-2.0

output "families" {
  value = {
    older = provider::spcs::instance_family("GPU_7")    # GPU_NV_M
    today = provider::spcs::instance_family("GPU_NV_S") # unchanged
  }
}
