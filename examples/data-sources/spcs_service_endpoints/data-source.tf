# SPDX-License-Identifier: MPL-2.0

data "spcs_service_endpoints" "head" {
  database = "RAY"
  schema   = "VICUNA"
  service  = "RAY_HEAD"
}

output "dashboard" {
  value = data.spcs_service_endpoints.head.endpoints["ray-dashboard"].url
}
