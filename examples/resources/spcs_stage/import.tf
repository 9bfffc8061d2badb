# SPDX-License-Identifier: MPL-2.0

import {
  to = spcs_stage.logs
  id = "RAY.VICUNA.RAY_LOGS"
}
