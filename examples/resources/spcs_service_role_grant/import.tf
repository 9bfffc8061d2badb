# SPDX-License-Identifier: MPL-2.0

import {
  to = spcs_service_role_grant.analysts
  id = "RAY.VICUNA.CHAT!ALL_ENDPOINTS_USAGE|ANALYST"
}
