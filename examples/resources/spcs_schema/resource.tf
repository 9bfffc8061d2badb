# SPDX-License-Identifier: MPL-2.0

resource "spcs_schema" "vicuna" {
  database = spcs_database.ray.name
  name     = "VICUNA"
}
