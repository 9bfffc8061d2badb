# SPDX-License-Identifier: MPL-2.0

import {
  to = spcs_table.feedback
  identity = {
    database = "RAY"
    schema   = "VICUNA"
    name     = "FEEDBACK"
  }
}
