# SPDX-License-Identifier: MPL-2.0

import {
  to = spcs_service.chat
  identity = {
    database = "RAY"
    schema   = "VICUNA"
    name     = "CHAT"
  }
}
