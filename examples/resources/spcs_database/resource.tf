# SPDX-License-Identifier: MPL-2.0

resource "spcs_database" "ray" {
  name    = "RAY"
  comment = "Ray clusters and what they need."
}
