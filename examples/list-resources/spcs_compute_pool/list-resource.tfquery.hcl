# SPDX-License-Identifier: MPL-2.0

list "spcs_compute_pool" "ray" {
  provider = spcs

  config {
    like = "RAY%"
  }
}
