# SPDX-License-Identifier: MPL-2.0

import {
  to = spcs_table.feedback
  id = "RAY.VICUNA.FEEDBACK"
}
