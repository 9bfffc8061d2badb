# SPDX-License-Identifier: MPL-2.0

import {
  to = spcs_network_rule.model_hub
  identity = {
    database = "RAY"
    schema   = "VICUNA"
    name     = "MODEL_HUB"
  }
}
