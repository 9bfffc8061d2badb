# SPDX-License-Identifier: MPL-2.0

import {
  to = spcs_stage_file.settings
  identity = {
    database = "RAY"
    schema   = "VICUNA"
    stage    = "CONFIG"
    path     = "settings.yaml"
  }
}
