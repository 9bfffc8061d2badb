# SPDX-License-Identifier: MPL-2.0

import {
  to = spcs_job.fetch_model
  id = "RAY.VICUNA.FETCH_MODEL"
}
