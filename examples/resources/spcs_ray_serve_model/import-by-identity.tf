# SPDX-License-Identifier: MPL-2.0

import {
  to = spcs_ray_serve_model.vicuna
  identity = {
    database     = "RAY"
    schema       = "VICUNA"
    head_service = "RAY_HEAD"
    name         = "vicuna"
  }
}
