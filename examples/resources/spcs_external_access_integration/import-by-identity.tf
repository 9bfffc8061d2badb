# SPDX-License-Identifier: MPL-2.0

import {
  to = spcs_external_access_integration.model_hub
  identity = {
    name = "MODEL_HUB_ACCESS"
  }
}
