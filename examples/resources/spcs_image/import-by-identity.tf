# SPDX-License-Identifier: MPL-2.0

import {
  to = spcs_image.head
  identity = {
    database   = "RAY"
    schema     = "VICUNA"
    repository = "LLM_REPO"
    name       = "ray-head"
    tag        = "1.4.0"
  }
}
