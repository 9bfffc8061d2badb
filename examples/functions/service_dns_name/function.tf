# SPDX-License-Identifier: MPL-2.0

output "addresses" {
  value = {
    same_schema  = provider::spcs::service_dns_name("RAY_HEAD")                           # ray-head
    other_schema = provider::spcs::service_dns_name("RAY_HEAD", "abc1.svc.spcs.internal") # ray-head.abc1.svc.spcs.internal
  }
}
