# SPDX-License-Identifier: MPL-2.0

import {
  to = spcs_compute_pool.workers
  identity = {
    name = "RAY_WORKERS"
  }
}
