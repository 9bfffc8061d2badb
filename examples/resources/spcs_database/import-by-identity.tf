# SPDX-License-Identifier: MPL-2.0

import {
  to = spcs_database.ray
  identity = {
    name = "RAY"
  }
}
