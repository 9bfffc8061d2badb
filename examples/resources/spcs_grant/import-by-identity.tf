# SPDX-License-Identifier: MPL-2.0

import {
  to = spcs_grant.analysts_see_the_schema
  identity = {
    privilege   = "USAGE"
    object_type = "SCHEMA"
    object_name = "RAY.VICUNA"
    role        = "ANALYST"
  }
}
