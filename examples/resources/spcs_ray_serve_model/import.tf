# SPDX-License-Identifier: MPL-2.0

import {
  to = spcs_ray_serve_model.vicuna
  id = "RAY.VICUNA.RAY_HEAD/vicuna"
}
