# SPDX-License-Identifier: MPL-2.0

list "spcs_image_repository" "all" {
  provider = spcs
}
