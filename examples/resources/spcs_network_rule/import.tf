# SPDX-License-Identifier: MPL-2.0

import {
  to = spcs_network_rule.model_hub
  id = "RAY.VICUNA.MODEL_HUB"
}
