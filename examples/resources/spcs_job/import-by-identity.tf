# SPDX-License-Identifier: MPL-2.0

import {
  to = spcs_job.fetch_model
  identity = {
    database = "RAY"
    schema   = "VICUNA"
    name     = "FETCH_MODEL"
  }
}
