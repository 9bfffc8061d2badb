# SPDX-License-Identifier: MPL-2.0

import {
  to = spcs_grant.analysts_see_the_schema
  id = "USAGE|SCHEMA|RAY.VICUNA|ANALYST"
}
