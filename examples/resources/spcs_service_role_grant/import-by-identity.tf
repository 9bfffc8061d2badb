# SPDX-License-Identifier: MPL-2.0

import {
  to = spcs_service_role_grant.analysts
  identity = {
    service      = "RAY.VICUNA.CHAT"
    service_role = "ALL_ENDPOINTS_USAGE"
    role         = "ANALYST"
  }
}
