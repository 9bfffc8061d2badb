# SPDX-License-Identifier: MPL-2.0

output "credits_a_day" {
  value = 24 * provider::spcs::compute_pool_credits("GPU_NV_M", 2)
}
