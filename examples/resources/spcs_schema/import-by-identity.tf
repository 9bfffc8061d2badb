# SPDX-License-Identifier: MPL-2.0

import {
  to = spcs_schema.vicuna
  identity = {
    database = "RAY"
    name     = "VICUNA"
  }
}
