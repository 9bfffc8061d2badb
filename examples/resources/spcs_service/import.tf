# SPDX-License-Identifier: MPL-2.0

import {
  to = spcs_service.chat
  id = "RAY.VICUNA.CHAT"
}
