# SPDX-License-Identifier: MPL-2.0

import {
  to = spcs_stage.logs
  identity = {
    database = "RAY"
    schema   = "VICUNA"
    name     = "RAY_LOGS"
  }
}
